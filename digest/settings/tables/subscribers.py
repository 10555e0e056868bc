"""The tables `[defaults]` and `[subscribers]`: who gets what, and when. Pure."""

from collections.abc import Collection, Iterable, Mapping

from digest.model import Format, Mailbox, Quiet, Subscriber
from digest.settings.core.addresses import ADDRESS, is_local_name
from digest.settings.core.keys import Key, list_of, read_keys, schema_of
from digest.settings.core.locations import is_private_host
from digest.settings.core.mistakes import Mistake, Wrong, under
from digest.settings.core.shape import MailSettings
from digest.settings.core.tables import Table
from digest.settings.core.values import LANGUAGE, SEND, TEXT, ZONE, Reader, choice, whole
from digest.text.suggestions import did_you_mean

#: Stands for every topic, in the order in which they are declared.
ALL = "*"
#: What holds where neither a subscriber nor `[defaults]` says anything.
USUAL: Mapping[str, object] = {"send": "daily 07:00", "topics": (ALL,)}
#: More stories than this nobody reads, and no mail program shows (90 kB of HTML).
MAX_ITEMS = 200
#: When a digest comes.
_WHEN = (
    Key(
        name="send",
        reader=SEND,
        about=(
            "When: daily, weekdays (Monday to Friday), weekly with a day, days between commas, or monthly with a "
            "day of the month (a month that is too short: its last day), each with a time; now: as news comes, "
            "at most every 15 minutes; or cron: and five fields."
        ),
        example='"weekdays 07:00"',
        default='"daily 07:00"',
    ),
    Key(
        name="timezone",
        reader=ZONE,
        about="The time zone in which send is meant and dates are written.",
        example='"Europe/Berlin"',
    ),
)
#: What it is like.
_HOW = (
    Key(
        name="language",
        reader=LANGUAGE,
        about="The language of labels, dates, numbers and topics' titles (BCP 47). News stay in their own.",
        example='"en"',
    ),
    Key(
        name="format",
        reader=choice(Format),
        about="html has a text part too; text is plain text alone.",
        example='"html"',
    ),
    Key(
        name="max_items",
        reader=whole(1, MAX_ITEMS),
        about="The most stories in one digest.",
        example="40",
    ),
    Key(
        name="quiet",
        reader=choice(Quiet, {"no": "skip", "never": "skip", "yes": "note", "always": "note"}),
        about="When there is nothing new: skip the mail, or send a note that says so.",
        example='"skip"',
    ),
)


def topic_list(known: Collection[str]) -> Reader[tuple[str, ...]]:
    """A list of ids of declared topics, each once; `*` stands for all of them."""

    def read_one(value: object) -> str:
        topic = TEXT.read(value)
        if topic != ALL and topic not in known:
            hint = did_you_mean(topic, known, otherwise=f"; known are {', '.join(known) or 'none'}")
            raise Wrong(f'"{topic}" is not a topic{hint}')
        return topic

    plain = list_of(Reader(read_one, {"type": "string"}), example='"syria", "iran"')

    def read(value: object) -> tuple[str, ...]:
        topics = plain.read(value)
        if not topics:
            raise Wrong('names no topic: write ["*"] for all of them')
        every = [one for topic in topics for one in (known if topic == ALL else (topic,))]
        return tuple(dict.fromkeys(every))

    return Reader(read, {**plain.schema, "minItems": 1})


def subscriber_keys(topics: Collection[str]) -> tuple[Key, ...]:
    """What a subscriber may say, where these topics are declared."""
    name = Key(
        name="name",
        reader=TEXT,
        about="The subscriber's name, as it stands in To.",
        example='"Ana"',
        default="the address alone",
    )
    return (name, *default_keys(topics))


def default_keys(topics: Collection[str]) -> tuple[Key, ...]:
    """What `[defaults]` may say."""
    chosen = Key(
        name="topics",
        reader=topic_list(topics),
        about='The topics that the digest holds, in this order; ["*"] is all of them, in the order of the files.',
        example='["syria", "sanctions"]',
        default='["*"]',
    )
    return (chosen, *_WHEN, *_HOW)


def read_defaults(value: object, topics: Collection[str]) -> tuple[dict[str, object], list[Mistake]]:
    """What holds for a subscriber who says nothing else, and what is wrong with it."""
    fields, mistakes = read_keys(value, default_keys(topics))
    return {**USUAL, "topics": tuple(topics), **fields}, mistakes


def read_subscribers(
    table: Mapping[str, object], topics: Collection[str], defaults: Mapping[str, object]
) -> tuple[list[Subscriber], list[Mistake]]:
    """The subscribers that can be read, and what is wrong with the others."""
    keys = subscriber_keys(topics)
    subscribers: list[Subscriber] = []
    mistakes: list[Mistake] = []
    seen: dict[str, str] = {}
    for written, value in table.items():
        fields, found = read_keys(value, keys)
        try:
            address = ADDRESS.read(written)
        except Wrong as wrong:
            found += [Mistake(text=mistake.text, at_key=True) for mistake in wrong.mistakes]
            address = written
        other = seen.setdefault(address.casefold(), written)
        if other is not written:
            found.append(Mistake(text=f'"{written}" is the same address as "{other}"', at_key=True))
        if found:
            mistakes += under(written, found)
            continue
        name = str(fields.pop("name", ""))
        mailbox = Mailbox(address=address, name=name)
        subscribers.append(Subscriber(mailbox=mailbox, **{**defaults, **fields}))  # type: ignore[arg-type]
    return subscribers, mistakes


def unreachable(subscribers: Iterable[Subscriber], mail: MailSettings | None) -> list[Mistake]:
    """Addresses that only a relay in this network delivers to, and the relay is elsewhere. Without one there is no
    mistake: nothing is sent."""
    if mail is None or _is_near(mail):
        return []
    text = (
        '"{}" is known on its own machine or in its own network alone, and [mail] server is elsewhere: '
        "use the mail server there, or [mail] sendmail"
    )
    return [
        Mistake(text=text.format(address), path=(address,), at_key=True)
        for address in (one.mailbox.address for one in subscribers)
        if is_local_name(address.rpartition("@")[2])
    ]


def _is_near(mail: MailSettings) -> bool:
    """Whether what takes the messages is on this machine or in its network, and knows the names there."""
    return mail.via is not None or is_private_host(mail.server) or is_local_name(mail.server)


DEFAULTS = Table(
    name="defaults",
    about="What holds for a subscriber who says nothing else.",
    keys=default_keys(()),
    settings=Subscriber,
)
SUBSCRIBERS = Table(
    name="subscribers",
    about=(
        'Who gets what, and when: `"address" = { ... }`. Whoever has unsubscribed, bounced or complained stays '
        "off, whatever stands here."
    ),
    keys=subscriber_keys(()),
    settings=Subscriber,
    entries=True,
    described={"type": "object", "additionalProperties": schema_of(subscriber_keys(()))},
)

"""What `check` says of a configuration that is right and yet may not do what was meant. Pure."""

from collections import defaultdict
from collections.abc import Iterator

from digest.settings.core.locations import is_private, is_private_host
from digest.settings.core.shape import MailSettings, Security, Settings

#: Domains that are reserved for examples (RFC 2606, RFC 6761): mail to them goes nowhere.
_EXAMPLES = (".example", "example.org", "example.com", "example.net")
#: More than so many of one kind are counted, not listed.
_LISTED = 5


def is_example(domain: str) -> bool:
    """Whether a domain is reserved for examples, with everything under it."""
    return f".{domain}".endswith(tuple(f".{name.lstrip('.')}" for name in _EXAMPLES))


def advice(settings: Settings) -> tuple[str, ...]:
    """Sentences, each naming what it is about and what to do; none: there is nothing to say."""
    return (
        *_about_subscribers(settings),
        *_about_topics(settings),
        *_about_feeds(settings),
        *(_about_relay(settings.mail) if settings.mail else _about_outbox(settings)),
        *_about_installation(settings),
    )


def _about_subscribers(settings: Settings) -> Iterator[str]:
    if not settings.subscribers:
        yield 'there are no subscribers: write [subscribers] and a line such as "you@example.org" = { topics = ["*"] }'
    examples = [
        subscriber.mailbox.address
        for subscriber in settings.subscribers
        if settings.mail and is_example(subscriber.mailbox.address.rpartition("@")[2])
    ]
    if examples:
        yield f"mail to {_listed(examples)} goes nowhere: these addresses are reserved for examples"


def _about_topics(settings: Settings) -> Iterator[str]:
    taken = {topic for subscriber in settings.subscribers for topic in subscriber.topics}
    idle = [topic.id for topic in settings.topics if topic.id not in taken]
    if idle and settings.subscribers:
        yield f"no subscriber takes {_listed(idle)}"


def _about_feeds(settings: Settings) -> Iterator[str]:
    if settings.feeds and all(feed.paused for feed in settings.feeds):
        yield "every feed is paused: nothing new can come"
    by_url: dict[str, list[str]] = defaultdict(list)
    for feed in settings.feeds:
        by_url[feed.url.rstrip("/").casefold()].append(feed.id)
    for ids in by_url.values():
        if len(ids) > 1:
            yield f"{_listed(ids)} have the same address: one of them is enough"
    plain = [feed.id for feed in settings.feeds if feed.url.lower().startswith("http://") and not is_private(feed.url)]
    if plain:
        yield f"{_listed(plain)} come over http, where anybody on the way can change what they say: try https"
    taken = {topic for subscriber in settings.subscribers for topic in subscriber.topics}
    for feed in settings.feeds:
        if settings.subscribers and feed.topics and not taken.intersection(feed.topics):
            yield f"feed {feed.id} belongs to {_listed(list(feed.topics))}, which no subscriber takes"


def _about_relay(mail: MailSettings) -> Iterator[str]:
    if mail.bounce_mailbox is None:
        address = mail.unsubscribe or (mail.reply_to or mail.sender).address
        yield (
            f"a person must read {address}: whoever unsubscribes by mail writes there, and nothing here reads it; "
            "`digest subscribers unsubscribe EMAIL` obeys them, or write [mail] bounce_mailbox"
        )
    if mail.via is not None:
        return
    if mail.security is Security.NONE and not is_private_host(mail.server):
        yield f'[mail] sends to {mail.server} over an open line: write security = "starttls" if the server offers it'
    if mail.port == 465 and mail.security is Security.STARTTLS:
        yield '[mail] port 465 usually speaks TLS from the first byte: write security = "tls"'
    if mail.port in {25, 587} and mail.security is Security.TLS:
        yield f'[mail] port {mail.port} usually starts in clear: write security = "starttls", or port = 465'
    if is_example(mail.sender.address.rpartition("@")[2]):
        yield f"[mail] from {mail.sender.address} is an address for examples: write one of your own"


def _about_outbox(settings: Settings) -> Iterator[str]:
    yield f"there is no [mail]: messages are written to {settings.digest.outbox or 'the folder ./outbox'}"


def _about_installation(settings: Settings) -> Iterator[str]:
    if not settings.digest.contact:
        yield "[digest] contact is empty: tell publishers how to reach you before they block you"


def _listed(names: list[str]) -> str:
    """`a, b and c`; of many, the first and how many more."""
    if len(names) > _LISTED:
        names = [*names[: _LISTED - 1], f"{len(names) - _LISTED + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

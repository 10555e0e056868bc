"""The vocabulary: values that the rooms hand to each other. Pure, frozen, and free of any technology.

Date-times are aware and in UTC throughout. Text that came from outside is plain text (no markup),
cleaned where it entered (`feeds.values.clean`).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive date-time is a ValueError, since nobody can tell what it means."""
    if moment.tzinfo is None:
        raise ValueError(f"naive date-time {moment!r}: say which zone it is in")
    return moment.astimezone(UTC)


def item_id(feed: str, key: str) -> int:
    """An item's identity, known before it is stored: 63 bits of a hash of its feed's id and its key in it."""
    digest = hashlib.blake2b(f"{feed}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


# Feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret is to be found; the secret itself stands in no configuration. Exactly one is set."""

    env: str | None = None
    file: str | None = None
    command: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAuth:
    """How a feed's server wants us to say who we are. At most one of user (basic), bearer, cookie."""

    user: str | None = None
    password: Secret | None = None
    bearer: Secret | None = None
    cookie: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A URL that is polled, as configured."""

    #: The id in the configuration: the feed's identity, whatever its URL becomes.
    id: str
    url: str
    #: The publisher's name as the operator wants it shown; None: what the feed calls itself.
    name: str | None = None
    #: Topics that every item of this feed belongs to.
    topics: tuple[str, ...] = ()
    #: The operator's word that scheme, host and port of `url` may be a private or loopback address.
    private: bool = False
    #: How often it is asked; None: the installation's default, adapted to how often it changes.
    poll: timedelta | None = None
    paused: bool = False
    #: It tells of updates by the dates of its entries: one that was updated later is told again.
    updates: bool = False
    auth: FeedAuth | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed, cleaned, as stored."""

    #: `item_id(feed, key)`.
    id: int
    feed: str
    #: The identity within the feed: the guid; else link and published date; else link and a hash of the title.
    key: str
    title: str
    #: http or https, without trackers; empty where the entry has none.
    link: str
    #: The publisher's short description, plain text.
    summary: str = ""
    #: The full text, where the feed carries it, plain text.
    body: str = ""
    #: The feed's date made UTC; `first_seen` where there is none. As it is stored it is not later than `first_seen`.
    published: datetime
    #: When this program saw it first.
    first_seen: datetime
    updated: datetime | None = None
    #: Counts the updates that are to be told; a corrected text is none.
    revision: int = 0
    #: When it last became news: when it was first seen (None means that), or when the last update to be told was.
    news: datetime | None = None
    authors: tuple[str, ...] = ()
    #: Who published it: the item's own source (aggregators), else the feed's name.
    publisher: str = ""
    #: BCP 47, lower case; empty where unknown.
    language: str = ""
    #: The publisher's labels.
    categories: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether its publisher says when it was published; a date that was still to come says nothing."""
        return self.published < self.first_seen

    @property
    def told_at(self) -> datetime | None:
        """When what it tells was published: the last update that is told, else the item; None where nobody says."""
        if self.revision and self.updated:
            return self.updated
        return self.published if self.dated else None


# Topics and stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which term of a topic stood where in an item."""

    #: The term as written in the configuration (of a spelling: the one that is shown first).
    term: str
    #: The item's own words that matched.
    text: str
    #: `title`, `summary`, `body`, `category` or `feed`.
    field: str
    weight: float
    #: `file:line` of the term.
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """That an item, or a story, belongs to a topic, and why."""

    topic: str
    #: At least the topic's threshold; comparable between topics.
    score: float
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An item as an edition sees it: with its topics and its story."""

    item: Item
    #: Strongest first.
    topics: tuple[TopicScore, ...] = ()
    #: The story that it belongs to.
    story: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The reports of one happening, across feeds and days."""

    #: The id of its first item, for good.
    id: int
    reports: tuple[Report, ...]
    lead: Report
    #: Strongest first; the strongest is where it stands in an edition, the others are tags.
    topics: tuple[TopicScore, ...]


# Subscribers and their editions


class Format(StrEnum):
    """What a subscriber reads."""

    HTML = "html"
    TEXT = "text"


class Quiet(StrEnum):
    """What a subscriber gets when there is nothing new."""

    SKIP = "skip"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A display name and an address (RFC 5322 3.4)."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A mailbox with preferences, as configured, defaults filled in."""

    mailbox: Mailbox
    #: Topic ids in the subscriber's order; `*` is already expanded.
    topics: tuple[str, ...]
    #: A schedule that `schedule` has validated, such as `weekdays 07:00`.
    send: str
    #: An IANA zone.
    timezone: str = "UTC"
    #: BCP 47: labels, dates and numbers.
    language: str = "en"
    format: Format = Format.HTML
    max_items: int = 40
    quiet: Quiet = Quiet.SKIP


class SlotKind(StrEnum):
    """Why an edition is asked for."""

    SCHEDULED = "scheduled"
    NOW = "now"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The stretch of time that an edition covers: after `start`, up to and with `end`."""

    start: datetime
    end: datetime


class EntryKind(StrEnum):
    """What an entry of an edition is."""

    #: A happening, told by one report, with who else tells it.
    STORY = "story"
    #: Notices of one source under one headline: one line that links each of them.
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The report that an entry shows."""

    title: str
    link: str
    source: str
    #: None: the source does not say.
    published: datetime | None
    #: BCP 47 of title and line; empty where unknown.
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReport:
    """Another report of an entry: of a story, who else tells it; of a group, the next notice."""

    source: str
    link: str
    #: What tells it from the others: of a notice, its own line. Empty: its source or its date says enough.
    title: str = ""
    #: None: the source does not say, or it does not matter.
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionEntry:
    """What stands under one number of an edition: everything that a template needs, and what its reader has had."""

    kind: EntryKind = EntryKind.STORY
    story: int
    #: Counted through the whole edition from 1, so that a reader can cite "item 4".
    number: int
    lead: Headline
    #: The one-line summary, at most 200 characters; empty where no honest line can be had.
    line: str
    others: tuple[OtherReport, ...] = ()
    #: Each report that whoever reads this has had: its item's id, and as which update.
    reports: tuple[tuple[int, int], ...] = ()
    #: How many independent sources tell it, the shown one included: `others` may name fewer.
    sources: int = 1
    #: Ids of the other topics that it belongs to, strongest first.
    tags: tuple[str, ...] = ()
    #: The subscriber may have had it before; it has moved on.
    updated: bool = False
    #: The parts of its rank, by name, for `preview --why`.
    rank: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A topic of an edition, with its entries in rank order."""

    topic: str
    title: str
    entries: tuple[EditionEntry, ...]
    #: How many stories the topic had in the window: "3 of 9 stories".
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Frozen content, addressed by itself: whoever would get the same shares it, and it is rendered once."""

    #: Hex of a hash over everything below: `stories.edition.address`.
    id: str
    #: The masthead.
    title: str
    #: The web pages' address; empty without web pages.
    link: str = ""
    format: Format
    language: str
    timezone: str
    window: Window
    sections: tuple[Section, ...]
    #: Ids of the topics that it was asked for, in the subscriber's order, stories or no stories.
    topics: tuple[str, ...] = ()
    #: Titles by topic id, in the edition's language, for sections and tags.
    topic_titles: tuple[tuple[str, str], ...]
    #: Of the stories shown: how many reports they are made from, by how many sources.
    reports: int
    sources: int
    #: Of an edition without sections: since when none of the feeds could be read; None: it was a quiet day.
    unread_since: datetime | None = None

    @property
    def entries(self) -> tuple[EditionEntry, ...]:
        """All entries in reading order."""
        return tuple(entry for section in self.sections for entry in section.entries)


# Delivery


class DeliveryState(StrEnum):
    """Where a delivery stands. A 250 is "accepted", never "delivered"."""

    #: Not tried yet.
    PENDING = "pending"
    #: The body may have left; committed before its first byte is written.
    OFFERED = "offered"
    #: The server took it (2yz).
    ACCEPTED = "accepted"
    #: To be tried again at a time (4yz).
    DEFERRED = "deferred"
    #: The server refused it for good (5yz), or it went stale.
    FAILED = "failed"
    #: The store said no to the address.
    SUPPRESSED = "suppressed"
    #: Nobody knows whether it was taken: held until a person says what to do.
    UNSURE = "unsure"
    #: It was unsure, and a person said not to send it again: its reader has had it, or does without.
    DROPPED = "dropped"


class Unsure(StrEnum):
    """What a person says about mail that may have arrived."""

    HOLD = "hold"
    RESEND = "resend"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What SMTP needs besides the message (RFC 5321 2.3.1)."""

    sender: str
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whom one message is made for: all that differs between two messages of an edition."""

    #: The store's random id of the subscriber, 16 hex digits; safe in logs and tokens.
    id: str
    mailbox: Mailbox
    #: Topic titles, for "You get this because ...", are the edition's; this is since when.
    since: datetime | None = None
    #: With its angle brackets, as it was planned; empty: it follows from edition and subscriber.
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An edition as text and HTML. Both may hold placeholders where a recipient's values go."""

    subject: str
    text: str
    #: None for `format = "text"`.
    html: str | None = None
    #: Numbers of the entries that found no room under the size limit: they stand in neither part.
    left_out: tuple[int, ...] = ()

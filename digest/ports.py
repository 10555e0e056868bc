"""The small Protocols that the pipeline speaks to. Adapters live in `feeds`, `mail`, `engine`; `app` joins them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from digest.model import Edition, Feed, Item, Rendered, Ticket


class Clock(Protocol):
    """What time it is. `app` hands one to everything; nothing else reads the clock."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...


# Fetching


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a conditional request sends back (RFC 9110 13.1). Kept when a 304 brings none."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A fetched body and what its answer said about it."""

    body: bytes
    #: The address that answered in the end: the base of relative links.
    url: str
    content_type: str = ""
    content_language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer that was no error."""

    #: None: 304, unchanged.
    document: Document | None
    validators: Validators
    #: Where permanent redirects (301, 308) lead; None without one.
    moved_to: str | None = None
    #: Seconds for which the server calls its answer fresh (`max-age`, `Expires`).
    fresh_for: float | None = None


class Fetcher(Protocol):
    """Gets a feed's document politely. Raises FetchError."""

    async def fetch(self, feed: Feed, url: str, validators: Validators) -> Fetched:
        """Ask `url` (the feed's own, or where it moved to); every limit of size, time and address holds."""
        ...


# Parsing


@dataclass(frozen=True, slots=True, kw_only=True)
class PollHints:
    """What a document says about how often it wants to be asked."""

    #: `ttl`, `syn:updatePeriod`.
    every: timedelta | None = None
    #: Hours of the UTC day (0-23) in which it does not change.
    skip_hours: frozenset[int] = frozenset()
    #: English day names in lower case.
    skip_days: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A document, read."""

    title: str
    link: str = ""
    language: str = ""
    #: In document order; of two entries with one key, the first.
    items: tuple[Item, ...]
    #: Keys of all entries that the document shows, those of `items` among them.
    shown: tuple[str, ...]
    #: (key, fingerprint) of entries' raw bytes: handed back as `unchanged` at the next poll.
    fingerprints: tuple[tuple[str, str], ...] = ()
    hints: PollHints = PollHints()
    #: Plain sentences about what was wrong with the document, for `feeds test`.
    warnings: tuple[str, ...] = ()


class Parser(Protocol):
    """Reads documents where it blocks nobody and where a limit can end it. Raises ParseError."""

    async def parse(self, document: Document, feed: Feed, now: datetime, unchanged: Mapping[str, str]) -> ParsedFeed:
        """Read a document. Entries whose fingerprint stands in `unchanged` (fingerprint to key) are not read again:
        they are in `shown`, not in `items`."""
        ...


# Writing


class Renderer(Protocol):
    """Turns an edition into text and HTML. Raises RenderError."""

    def render(self, edition: Edition) -> Rendered:
        """The edition's two parts, with marks where a recipient's values go."""
        ...


# Work


class Engine(Protocol):
    """Runs tickets: in this process, or on as many machines as there are."""

    async def submit(self, ticket: Ticket) -> None:
        """Take a ticket; a key that already waits or runs is not taken twice."""
        ...

    async def drain(self) -> None:
        """Return when nothing that was submitted here waits or runs."""
        ...


#: Runs one ticket; registered by `app` for each kind.
Handler = Callable[[Ticket], Awaitable[None]]

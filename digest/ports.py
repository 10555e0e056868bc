"""The small Protocols that the pipeline speaks to. Adapters live in the rooms below it; `app` joins them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from digest.model import Edition, Envelope, Feed, Item, Recipient, Rendered


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
    """An answer that was not an error."""

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
    #: Keys of entries that the feed takes back (RFC 6721 `deleted-entry`).
    retracted: tuple[str, ...] = ()
    #: Plain sentences about what was wrong with the document, for `feeds test`.
    warnings: tuple[str, ...] = ()


class Parser(Protocol):
    """Reads documents where it blocks nobody and where a limit can end it. Raises ParseError."""

    async def parse(self, document: Document, feed: Feed, now: datetime, unchanged: Mapping[str, str]) -> ParsedFeed:
        """Read a document. Entries whose fingerprint stands in `unchanged` (fingerprint to key) are not read again:
        they are in `shown`, not in `items`."""
        ...


# Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a writer answered."""

    line: str
    #: Tokens that the answer cost, as the service counts them; 0 where it does not say.
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a writer answered that was to choose."""

    #: Which of the lines, from 0; None: none of them.
    place: int | None
    #: Tokens that the answer cost, as the service counts them; 0 where it does not say.
    tokens: int = 0


class SummaryWriter(Protocol):
    """Chooses a story's line, or writes it in its own words. Whether that one may stand, its caller judges. Raises
    WriterError."""

    @property
    def name(self) -> str:
        """What its lines depend on besides the text: a part of the key under which they are kept."""
        ...

    async def choose(self, *, title: str, lines: Sequence[str], language: str) -> Chosen:
        """The best of these lines for a story. One call to the service, no tools."""
        ...

    async def write(self, *, title: str, text: str, language: str) -> Written:
        """A line for a story, from its text alone. One call to the service, no tools."""
        ...


class Renderer(Protocol):
    """Turns an edition into text and HTML. Raises RenderError."""

    def render(self, edition: Edition) -> Rendered:
        """The edition's two parts, with placeholders where a recipient's values go."""
        ...


# Delivering


class Message(Protocol):
    """A message ready to be sent (`mail.message.Message`)."""

    @property
    def message_id(self) -> str:
        """With its angle brackets."""
        ...

    @property
    def envelope(self) -> Envelope:
        """From whom and to whom, as SMTP says it."""
        ...

    @property
    def data(self) -> bytes:
        """The message, CRLF line ends."""
        ...

    @property
    def wire(self) -> bytes:
        """The same with dots stuffed (RFC 5321 4.5.2), ending in CRLF; the lone dot is not part of it."""
        ...


class MessageTemplate(Protocol):
    """An edition made into mail for any number of recipients (`mail.message.MessageTemplate`)."""

    def message(self, recipient: Recipient) -> Message:
        """The message for one recipient; the same bytes at every call."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMessage:
    """One delivery on its way."""

    #: `deliveries.id`.
    delivery: str
    #: Of the claim it was taken under: a transition made with an older one has no effect.
    fence: int
    message: Message


class Verdict(StrEnum):
    """What became of a message."""

    #: 2yz after the dot.
    ACCEPTED = "accepted"
    #: 4yz: this message later.
    DEFERRED = "deferred"
    #: 5yz: this message never.
    REFUSED = "refused"
    #: A permanent refusal of the address itself (5.1.x at RCPT).
    NO_SUCH_ADDRESS = "no-such-address"
    #: No one has said anything about this message, and it provably did not arrive.
    UNTRIED = "untried"
    #: It may have arrived.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The verdict and the words it rests on."""

    verdict: Verdict
    #: The SMTP reply code, where there was a reply.
    code: int | None = None
    #: The server's text, or ours where it said nothing.
    text: str = ""


class Queue(Protocol):
    """Where a transport gets messages from and reports to. One queue serves all lanes of a transport."""

    async def take(self) -> ClaimedMessage | None:
        """The next message that may be sent now; waits for the rate limit. None: nothing more for now."""
        ...

    def take_now(self) -> ClaimedMessage | None:
        """The next message if there is one that needs no waiting."""
        ...

    async def offer(self, claimed: ClaimedMessage) -> bool:
        """Mark durably that the body may leave; False: it must not be sent any more (suppressed, or not ours now),
        and is settled by that.

        StoreError: it could not be written; nothing may be sent.
        """
        ...

    def settle(self, claimed: ClaimedMessage, outcome: Outcome) -> None:
        """Report what became of a message: once for each that was taken."""
        ...


class Transport(Protocol):
    """A way for mail to leave."""

    @property
    def name(self) -> str:
        """What the ledger calls it: `smtp`, `sendmail`, `outbox`."""
        ...

    @property
    def repeatable(self) -> bool:
        """Sending a message again replaces the first: an interrupted offer is simply made again, never unsure."""
        ...

    async def carry(self, queue: Queue) -> None:
        """Send what is in the queue until it has no more.

        DeliveryError: the relay refuses to work with us, or is away; what was taken has been settled.
        """
        ...


class BounceMailbox(Protocol):
    """Where returned messages lie. Used in a thread. Raises DeliveryError."""

    def messages(self, passed: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """(key, bytes) of what is new, but for these keys. No two messages ever have the same."""
        ...

    def done(self, key: str) -> None:
        """It was read and recorded."""
        ...

    def quarantine(self, key: str) -> None:
        """It had no effect: a person may look at it."""
        ...

    def close(self) -> None:
        """Let go."""
        ...

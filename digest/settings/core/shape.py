"""What a configuration says once it has been read and found right: frozen values, defaults filled in."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from digest.model import Feed, Mailbox, Secret, Subscriber
from digest.topics.rules import Topic

T = TypeVar("T")


class LlmMode(StrEnum):
    """What a language model may do."""

    #: Choose one of the text's own sentences: nothing can be invented.
    CHOOSE = "choose"
    #: Write a sentence of its own, which is judged.
    WRITE = "write"


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    #: Refuses to log in; serves a relay on this machine.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """`[digest]`: the installation."""

    title: str = "News digest"
    #: The installation's public address, where web pages may be served; empty: there is none.
    link: str = ""
    #: How often feeds are asked that say nothing of their own.
    poll: timedelta = timedelta(minutes=15)
    #: Bounds within which a feed's interval adapts.
    poll_min: timedelta = timedelta(minutes=5)
    poll_max: timedelta = timedelta(hours=24)
    #: A SQLAlchemy URL; None: SQLite in the state folder.
    store: str | None = None
    #: Where messages are written without `[mail]`; None: the verb's own default.
    outbox: Path | None = None
    #: From of messages in the outbox.
    sender: Mailbox = Mailbox(address="digest@digest.example")
    #: How to reach the operator of this installation, for the User-Agent.
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSettings:
    """`[mail] dkim`."""

    selector: str
    key: Secret
    #: None: the domain of `from`.
    domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceSettings:
    """`[mail] bounce_mailbox`: a Maildir, or an IMAP folder (server, user and password)."""

    maildir: Path | None = None
    server: str | None = None
    port: int = 993
    user: str | None = None
    password: Secret | None = None
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Via:
    """A transport in place of a server: the key of `[mail]` that chooses it, and that key's value."""

    name: str
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """`[mail]`: the relay."""

    sender: Mailbox
    server: str
    port: int = 587
    security: Security = Security.STARTTLS
    #: What we call ourselves in EHLO; None: the machine's name, or its address where that name has no dot.
    helo: str | None = None
    user: str | None = None
    password: Secret | None = None
    #: XOAUTH2 access token, fetched anew when the server refuses it; instead of `password`.
    oauth_token: Secret | None = None
    reply_to: Mailbox | None = None
    #: Where `List-Unsubscribe: <mailto:...>` leads; None: `reply_to`, else `sender`.
    unsubscribe: str | None = None
    #: Where bounces go, with VERP; None: the envelope sender is `sender`.
    bounces: str | None = None
    #: Where returned messages are read from.
    bounce_mailbox: BounceSettings | None = None
    #: None: `digest.<domain of sender>`.
    list_id: str | None = None
    #: Where a subscriber finds help (List-Help): a web address, or an e-mail address.
    help: str | None = None
    #: The address of whoever runs the list (List-Owner).
    owner: str | None = None
    #: Messages a second; None: no limit.
    rate: float | None = None
    #: Messages a second by recipient domain.
    domain_rates: tuple[tuple[str, float], ...] = ()
    dkim: DkimSettings | None = None
    #: What takes the messages in place of a server.
    via: Via | None = None
    #: Lanes at most.
    lanes: int = 10
    #: Waits between tries after a 4yz reply (RFC 5321 4.5.4.1); the last repeats, each is varied by a fifth.
    retry: tuple[timedelta, ...] = (
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=2),
        timedelta(hours=4),
    )
    #: Given up after this long, or when the edition is stale, whichever comes first.
    give_up: timedelta = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSettings:
    """`[theme]`: how digests look, without touching a template. None: the shipped value."""

    logo_line: str | None = None
    #: `#rrggbb` by token name (`canvas`, `paper`, `ink`, `body`, `meta`, `link`, `topic1`, ...), light and dark.
    colours: tuple[tuple[str, str], ...] = ()
    dark_colours: tuple[tuple[str, str], ...] = ()
    #: Postal address line for the footer, where the law asks for one.
    postal: str | None = None
    serif: str | None = None
    sans: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """`[retention]`: for how long the store keeps what it has seen and sent."""

    #: Items and stories, from when they were last news.
    items: timedelta = timedelta(days=90)
    #: Digests as they were sent.
    editions: timedelta = timedelta(days=400)
    #: What was reported.
    events: timedelta = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmSettings:
    """`[llm]`: a language model that chooses or writes summary lines; without this table there is none."""

    #: Of a service that speaks OpenAI's chat completions, up to and with `/v1`.
    base_url: str
    model: str
    mode: LlmMode = LlmMode.CHOOSE
    #: None: the service asks for none.
    key: Secret | None = None
    #: Of one run: calls, the time all of them may take together, and tokens, each at most.
    calls: int = 60
    time: timedelta = timedelta(seconds=60)
    tokens: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that a configuration folder says."""

    #: The folder (or file) that was read; None: built in code.
    path: Path | None = None
    digest: DigestSettings = field(default_factory=DigestSettings)
    mail: MailSettings | None = None
    theme: ThemeSettings = field(default_factory=ThemeSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    llm: LlmSettings | None = None
    #: Of tables that have no name here: see `of`.
    others: tuple[object, ...] = ()
    feeds: tuple[Feed, ...] = ()
    #: In the order of the files: the order of `*`.
    topics: tuple[Topic, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()

    def of(self, kind: type[T]) -> T | None:
        """The settings of a table that has no name here, by their type; None: the table is not there."""
        return next((one for one in self.others if isinstance(one, kind)), None)

    @property
    def relay(self) -> str:
        """Names what takes the messages: another name is another server, or another login to it."""
        if self.mail is None:
            return "outbox"
        if self.mail.via is not None:
            value = self.mail.via.value
            return " ".join(map(str, value)) if isinstance(value, tuple) else f"{self.mail.via.name} {value}"
        return f"{self.mail.server}:{self.mail.port} {self.mail.user or ''}".strip()

    @property
    def sender(self) -> Mailbox:
        """Who messages are from."""
        return self.mail.sender if self.mail else self.digest.sender

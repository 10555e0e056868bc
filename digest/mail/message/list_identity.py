"""Who sends, for which list: what is the same in every message of an installation. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Self
from urllib.parse import quote

from digest.mail.message.headers import header_address
from digest.mail.message.token import Purpose, bounce_address, mint
from digest.model import Mailbox, SlotKind, utc
from digest.settings.core.shape import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The sender and the list, with the key that signs for them."""

    sender: Mailbox
    #: RFC 2919; stable for good, never `localhost`.
    list_id: str
    list_title: str
    #: The address that takes "unsubscribe" by mail.
    unsubscribe: str
    #: Signs Message-IDs, boundaries and tokens.
    key: bytes = field(repr=False)
    key_id: int = 0
    #: What tokens call the list, for good, though `list_id` may change; empty: `list_id`.
    list_tag: str = ""
    reply_to: Mailbox | None = None
    #: The web pages' public address, https; empty: there are none.
    link: str = ""
    #: Where bounces go, signed per subscriber (VERP); None: the envelope sender is `sender`.
    bounces: str | None = None
    #: URIs for List-Help and List-Owner (RFC 2369); empty: not said.
    help: str = ""
    owner: str = ""

    @classmethod
    def of(cls, settings: Settings, *, key: bytes, list_tag: str = "", web: bool = False) -> Self:
        """What a configuration says, with the defaults for what it does not say.

        `web`: the web pages are served; only then, and only under https, can a link unsubscribe.
        """
        mail, sender = settings.mail, settings.sender
        reply_to = mail.reply_to if mail else None
        link = settings.digest.link.rstrip("/")
        return cls(
            sender=sender,
            list_id=(mail.list_id if mail else None) or f"digest.{public_domain(sender.address)}",
            list_title=settings.digest.title,
            unsubscribe=(mail.unsubscribe if mail else None) or (reply_to or sender).address,
            key=key,
            list_tag=list_tag,
            reply_to=reply_to,
            link=link if web and link.startswith("https://") else "",
            bounces=mail.bounces if mail else None,
            help=_uri(mail.help) if mail and mail.help else "",
            owner=_uri(mail.owner) if mail and mail.owner else "",
        )

    def token(self, purpose: Purpose, subscriber: str) -> str:
        """A subscriber's token for one purpose of this list."""
        tag = self.list_tag or self.list_id
        return mint(purpose, subscriber=subscriber, list_id=tag, key=self.key, key_id=self.key_id)

    def message_id(self, subscriber: str, kind: SlotKind, slot: datetime) -> str:
        """The Message-ID of what a subscriber gets for a slot (RFC 5322 3.6.4), with its angle brackets.

        The same whenever it is planned, so that a reader's mail program knows a repetition.
        """
        what = f"{subscriber}/{kind}/{utc(slot).isoformat()}".encode()
        identity = blake2b(what, key=self.key[:64], digest_size=16, person=b"slot").hexdigest()
        return f"<{identity}@{public_domain(self.sender.address)}>"

    def envelope_sender(self, subscriber: str) -> str:
        """MAIL FROM: signed per subscriber where bounces are collected, else the sender's own address."""
        if self.bounces is None:
            return header_address(self.sender.address)
        return bounce_address(header_address(self.bounces), subscriber=subscriber, key=self.key)

    @property
    def unsubscribe_mail(self) -> str:
        """The mailto to unsubscribe; a token follows it."""
        return f"{_uri(self.unsubscribe)}?subject=unsubscribe%20"

    @property
    def unsubscribe_page(self) -> str:
        """The page to unsubscribe; a token follows it. Empty without web pages."""
        return f"{self.link}/u/" if self.link else ""

    @property
    def preferences_page(self) -> str:
        """The page of preferences; a token follows it. Empty without web pages."""
        return f"{self.link}/p/" if self.link else ""


def _uri(way: str) -> str:
    """A web address as it is, an e-mail address as a mailto (RFC 6068)."""
    return way if "://" in way else f"mailto:{quote(header_address(way), safe='@-._~+')}"


def public_domain(address: str) -> str:
    """An address's domain in ASCII, made one that nobody else has: every machine is called `localhost` (RFC 2919)."""
    domain = header_address(address).rpartition("@")[2]
    return domain if "." in domain else f"{domain}.invalid"

"""From a rendered edition to the bytes of each subscriber's message (RFC 5322). Pure.

The parts are encoded once per edition, with a hole wherever a recipient's own value goes (`marks`); a message is those
pieces joined around the values. Everything is derived from the edition, the subscriber and a key, so that a retry is
the same message to the byte (but for DKIM, which dates its signature).
"""

import html
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from typing import Self
from urllib.parse import quote

from digest.errors import RenderError
from digest.mail import labels
from digest.mail.headers import header_address, mailboxes, raw, unstructured
from digest.mail.marks import BROKEN, MARK, Place
from digest.mail.quoted import quoted
from digest.mail.token import Purpose, bounce_address, mint
from digest.model import Envelope, Mailbox, Recipient, Rendered, utc
from digest.settings.shape import Settings

#: The holes of the head; `Place` names those of the parts.
_TO, _MESSAGE_ID, _UNSUBSCRIBE, _BOUNDARY = "to", "message-id", "list-unsubscribe", "boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Who sends, for which list: what is the same in every message of an installation."""

    sender: Mailbox
    #: RFC 2919; stable for good, never `localhost`.
    list_id: str
    list_title: str
    #: The address that takes "unsubscribe" by mail.
    unsubscribe: str
    #: Signs Message-IDs, boundaries and tokens.
    key: bytes = field(repr=False)
    key_id: int = 0
    reply_to: Mailbox | None = None
    #: The web pages' public address, https; empty: there are none.
    link: str = ""
    #: Where bounces go, signed per subscriber (VERP); None: the envelope sender is `sender`.
    bounces: str | None = None
    #: URIs (RFC 2369); empty: not said.
    help: str = ""
    owner: str = ""

    @classmethod
    def of(cls, settings: Settings, *, key: bytes, web: bool = False) -> Self:
        """What a configuration says, with the defaults of its absent settings. `web`: the pages are served."""
        mail, sender = settings.mail, settings.sender
        domain = header_address(sender.address).rpartition("@")[2]
        reply_to = mail.reply_to if mail else None
        return cls(
            sender=sender,
            list_id=(mail.list_id if mail else None) or f"digest.{_public(domain)}",
            list_title=settings.digest.title,
            unsubscribe=(mail.unsubscribe if mail else None) or (reply_to or sender).address,
            key=key,
            reply_to=reply_to,
            link=settings.digest.link if web and settings.digest.link.startswith("https://") else "",
            bounces=mail.bounces if mail else None,
        )

    @property
    def domain(self) -> str:
        """The sending domain, in ASCII: the right-hand side of Message-IDs."""
        return _public(header_address(self.sender.address).rpartition("@")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail, ready for SMTP."""

    #: With its angle brackets.
    message_id: str
    envelope: Envelope
    #: RFC 5322, CRLF throughout.
    data: bytes
    #: `data` dot-stuffed (RFC 5321 4.5.2), without the final dot: the same object where no line starts with a dot.
    wire: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stencil:
    """An edition's message with holes. Made by `prepare`; the same for the same rendering, Date and sending."""

    edition_id: str
    sending: Sending
    #: Bytes, with an empty piece at each hole.
    pieces: tuple[bytes, ...]
    #: (index into `pieces`, name of the value that goes there); a name ends in `/html` where it is for that part.
    holes: tuple[tuple[int, str], ...]

    def message(self, recipient: Recipient) -> Message:
        """The message for one recipient. UsageError: the address cannot stand in a message."""
        sending, address = self.sending, header_address(recipient.mailbox.address)
        identity = _identity(self.edition_id, recipient.id, sending.key)
        message_id = f"<{identity[:32]}@{sending.domain}>"
        values = _Values(sending, recipient, message_id, f"=_{identity[32:]}")
        pieces = list(self.pieces)
        for at, name in self.holes:
            pieces[at] = values[name]
        data = b"".join(pieces)
        envelope = Envelope(sender=_envelope_sender(sending, recipient), recipient=address)
        # No line can start with a dot: `quoted` writes one as =2E, and headers start with their names.
        return Message(message_id=message_id, envelope=envelope, data=data, wire=data)


def prepare(rendered: Rendered, *, edition_id: str, date: datetime, sending: Sending) -> Stencil:
    """Encode an edition once. `date` is the edition's Date, the same at every retry.

    RenderError: a template broke a mark, or left out the way to unsubscribe.
    """
    pieces = _Pieces()
    _head(pieces, rendered.subject, edition_id, utc(date), sending)
    if rendered.html is None:
        pieces.add(_TEXT_PLAIN)
        _part(pieces, rendered.text, "text")
    else:
        pieces.add(b'Content-Type: multipart/alternative;\r\n boundary="').hole(_BOUNDARY).add(b'"\r\n\r\n--')
        pieces.hole(_BOUNDARY).add(b"\r\n" + _TEXT_PLAIN)
        _part(pieces, rendered.text, "text")
        pieces.add(b"\r\n--").hole(_BOUNDARY).add(b"\r\n" + _TEXT_HTML)
        _part(pieces, rendered.html, "html")
        pieces.add(b"\r\n--").hole(_BOUNDARY).add(b"--\r\n")
    return Stencil(edition_id=edition_id, sending=sending, pieces=tuple(pieces.pieces), holes=tuple(pieces.holes))


_TEXT_PLAIN = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
_TEXT_HTML = _TEXT_PLAIN.replace(b"text/plain", b"text/html")


class _Pieces:
    """Bytes and holes, in order."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.holes: list[tuple[int, str]] = []

    def add(self, data: bytes) -> Self:
        self.pieces.append(data)
        return self

    def hole(self, name: str) -> Self:
        self.holes.append((len(self.pieces), name))
        return self.add(b"")


def _head(pieces: _Pieces, subject: str, edition_id: str, date: datetime, sending: Sending) -> None:
    pieces.add(mailboxes("From", sending.sender)).hole(_TO)
    if sending.reply_to:
        pieces.add(mailboxes("Reply-To", sending.reply_to))
    pieces.add(unstructured("Subject", subject)).add(raw("Date", format_datetime(date))).hole(_MESSAGE_ID)
    pieces.add(list_id_field(sending)).hole(_UNSUBSCRIBE)
    for name, value in _constant_fields(edition_id, date, sending):
        pieces.add(raw(name, value))


def list_id_field(sending: Sending) -> bytes:
    """List-Id (RFC 2919): the title as a phrase, the identifier in angle brackets."""
    field = mailboxes("List-Id", Mailbox(address=f"list@{sending.list_id}", name=sending.list_title))
    return field.replace(b"<list@", b"<")


def _constant_fields(edition_id: str, date: datetime, sending: Sending) -> list[tuple[str, str]]:
    web = sending.link.rstrip("/")
    # Google: up to three fields of our own, then an id of the sender, 5 to 15 characters. By day, not by edition:
    # some editions have one reader.
    sender_id = blake2b(sending.list_id.encode(), digest_size=5).hexdigest()
    fields = [
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click" if web else ""),
        ("List-Post", "NO"),
        ("List-Help", f"<{sending.help}>" if sending.help else ""),
        ("List-Owner", f"<{sending.owner}>" if sending.owner else ""),
        ("List-Archive", f"<{web}/>" if web else ""),
        ("Archived-At", f"<{web}/e/{edition_id}>" if web else ""),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "list"),
        ("X-Auto-Response-Suppress", "All"),
        ("Feedback-ID", f"{date:%Y%m%d}:{sending.list_id}:digest:{sender_id}"),
        ("MIME-Version", "1.0"),
    ]
    return [(name, value) for name, value in fields if value]


def _part(pieces: _Pieces, text: str, kind: str) -> None:
    """A part's text, each hole on a line of its own between two soft line breaks."""
    split = MARK.split(text)
    if any(BROKEN.search(piece) for piece in split[::2]):
        raise RenderError(f"the {kind} template breaks a mark: print address, unsubscribe and the like unchanged")
    names = split[1::2]
    if not any(name in {Place.UNSUBSCRIBE, Place.UNSUBSCRIBE_MAIL} for name in names):
        raise RenderError(f"the {kind} template has no way to unsubscribe: print {{{{ unsubscribe }}}} in it")
    if unknown := {name.partition(":")[0] for name in names} - set(Place):
        raise RenderError(f"the {kind} template has an unknown mark: {', '.join(sorted(unknown))}")
    pieces.add(quoted(split[0]))
    for name, after in zip(names, split[2::2], strict=True):
        pieces.add(b"=\r\n").hole(f"{name}/{kind}").add(b"=\r\n" + quoted(after))
    pieces.add(b"\r\n")


def unsubscribe_uris(sending: Sending, subscriber: str) -> tuple[str, str]:
    """(mailto, https or empty): the two ways out of the list (RFC 2369, RFC 8058)."""
    token = mint(
        Purpose.UNSUBSCRIBE, subscriber=subscriber, list_id=sending.list_id, key=sending.key, key_id=sending.key_id
    )
    mail = f"mailto:{quote(header_address(sending.unsubscribe), safe='@-._~+')}?subject=unsubscribe%20{token}"
    return mail, f"{sending.link.rstrip('/')}/u/{token}" if sending.link else ""


def _preferences_uri(sending: Sending, subscriber: str) -> str:
    token = mint(
        Purpose.PREFERENCES, subscriber=subscriber, list_id=sending.list_id, key=sending.key, key_id=sending.key_id
    )
    return f"{sending.link.rstrip('/')}/p/{token}"


class _Values(dict[str, bytes]):
    """A recipient's values by the name of their hole; those of the parts are encoded when first asked for."""

    def __init__(self, sending: Sending, recipient: Recipient, message_id: str, boundary: str) -> None:
        mail, web = unsubscribe_uris(sending, recipient.id)
        super().__init__(
            {
                _TO: mailboxes("To", recipient.mailbox),
                _MESSAGE_ID: raw("Message-ID", message_id),
                _UNSUBSCRIBE: raw("List-Unsubscribe", f"<{web}>, <{mail}>" if web else f"<{mail}>"),
                _BOUNDARY: boundary.encode(),
            }
        )
        self._since = recipient.since
        self._places = {
            Place.ADDRESS: recipient.mailbox.address,
            Place.UNSUBSCRIBE: web or mail,
            Place.UNSUBSCRIBE_MAIL: mail,
            Place.PREFERENCES: _preferences_uri(sending, recipient.id) if web else mail,
        }

    def __missing__(self, name: str) -> bytes:
        place, _, kind = name.partition("/")
        text = self._place(*place.split(":"))
        self[name] = value = quoted(html.escape(text) if kind == "html" else text)
        return value

    def _place(self, place: str, language: str = "en") -> str:
        if place != Place.SINCE:
            return self._places[Place(place)]
        return labels.since(language, self._since.date()) if self._since else ""


def _identity(edition_id: str, subscriber: str, key: bytes) -> str:
    """56 hex digits that only this edition, this subscriber and our key give: Message-ID and boundary."""
    return blake2b(f"{edition_id}/{subscriber}".encode(), key=key[:64], digest_size=28, person=b"message").hexdigest()


def _envelope_sender(sending: Sending, recipient: Recipient) -> str:
    if sending.bounces is None:
        return header_address(sending.sender.address)
    return bounce_address(header_address(sending.bounces), subscriber=recipient.id, key=sending.key)


def _public(domain: str) -> str:
    """The domain, unless it is one that every machine has (`localhost`): RFC 2919 wants a name nobody else uses."""
    return domain if "." in domain else f"{domain}.invalid"

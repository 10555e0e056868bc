"""From a rendered edition to the bytes of each subscriber's message (RFC 5322). Pure.

The parts are encoded once per edition, with a hole wherever a recipient's own value goes (`placeholders`); a message is
those pieces joined around the values. Everything is derived from the edition, the subscriber and a key, so that a retry
is the same message to the byte (but for DKIM, which dates its signature).
"""

import html
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2b

from digest.errors import RenderError
from digest.mail.message.headers import encoded_phrase, header_address, mailboxes, raw, unstructured
from digest.mail.message.list_identity import Sending, public_domain
from digest.mail.message.placeholders import BROKEN, PLACEHOLDER, Placeholder
from digest.mail.message.quoted_printable import quoted
from digest.mail.message.token import Purpose
from digest.mail.render import labels
from digest.model import Envelope, Recipient, Rendered, utc

__all__ = ["Message", "MessageTemplate", "Sending", "list_id_field", "prepare"]

# The holes of a message template, by what goes there. `SINCE` holes are called `since:<language>/<kind>`.
_TO, _IDENTITY, _BOUNDARY = "to", "identity", "boundary"
_UNSUBSCRIBE_TOKEN, _PREFERENCES_TOKEN = "unsubscribe-token", "preferences-token"
_HOLES_OF_THE_HEAD = frozenset({_TO, _IDENTITY, _BOUNDARY, _UNSUBSCRIBE_TOKEN, _PREFERENCES_TOKEN})
_TEXT, _HTML = "text", "html"
#: The templates that make the parts.
_FILES = {_TEXT: "digest.txt.j2", _HTML: "digest.html.j2"}


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
class MessageTemplate:
    """An edition's message with holes. Made by `prepare`; the same for the same rendering, Date and sending."""

    edition_id: str
    sending: Sending
    #: The right-hand side of Message-IDs that were not planned.
    domain: str
    #: Bytes, with an empty piece at each hole.
    pieces: tuple[bytes, ...]
    #: (index into `pieces`, what goes there), in order.
    holes: tuple[tuple[int, str], ...]

    def message(self, recipient: Recipient) -> Message:
        """The message for one recipient. UsageError: the address cannot stand in a message."""
        sending, address = self.sending, header_address(recipient.mailbox.address)
        identity = _identity(self.edition_id, recipient.id, sending.key)
        message_id = recipient.message_id or f"<{identity[:32]}@{self.domain}>"
        values = {
            _TO: mailboxes("To", recipient.mailbox),
            _IDENTITY: message_id.encode(),
            _BOUNDARY: identity[32:].encode(),
            _UNSUBSCRIBE_TOKEN: sending.token(Purpose.UNSUBSCRIBE, recipient.id).encode(),
        }
        if sending.link:
            values[_PREFERENCES_TOKEN] = sending.token(Purpose.PREFERENCES, recipient.id).encode()
        pieces = list(self.pieces)
        for at, name in self.holes:
            pieces[at] = values[name] if name in _HOLES_OF_THE_HEAD else _own_value(name, recipient)
        data = b"".join(pieces)
        envelope = Envelope(sender=sending.envelope_sender(recipient.id), recipient=address)
        # No line can start with a dot: `quoted_printable` writes one as =2E, header lines start with a name or a blank.
        return Message(message_id=message_id, envelope=envelope, data=data, wire=data)


def prepare(rendered: Rendered, *, edition_id: str, date: datetime, sending: Sending) -> MessageTemplate:
    """Encode an edition once. `date` is the edition's Date, the same at every retry.

    RenderError: a template broke a placeholder, or left out the way to unsubscribe.
    """
    cutter = _TemplateBuilder(sending)
    cutter.head(rendered.subject, edition_id, date)
    if rendered.html is None:
        cutter.add(_part_fields("plain"))
        cutter.part(rendered.text, _TEXT)
    else:
        cutter.add(b'Content-Type: multipart/alternative;\r\n boundary="=_').hole(_BOUNDARY).add(b'"\r\n\r\n--=_')
        cutter.hole(_BOUNDARY).add(b"\r\n" + _part_fields("plain"))
        cutter.part(rendered.text, _TEXT)
        cutter.add(b"\r\n--=_").hole(_BOUNDARY).add(b"\r\n" + _part_fields("html"))
        cutter.part(rendered.html, _HTML)
        cutter.add(b"\r\n--=_").hole(_BOUNDARY).add(b"--\r\n")
    return MessageTemplate(
        edition_id=edition_id,
        sending=sending,
        domain=public_domain(sending.sender.address),
        pieces=tuple(cutter.pieces),
        holes=tuple(cutter.holes),
    )


class _TemplateBuilder:
    """Cuts a message template: bytes and holes, in order."""

    def __init__(self, sending: Sending) -> None:
        self.sending = sending
        self.pieces: list[bytes] = []
        self.holes: list[tuple[int, str]] = []

    def add(self, data: bytes) -> "_TemplateBuilder":
        """What is the same for everyone."""
        self.pieces.append(data)
        return self

    def hole(self, name: str) -> "_TemplateBuilder":
        """A place for a value of the recipient's own."""
        self.holes.append((len(self.pieces), name))
        return self.add(b"")

    def head(self, subject: str, edition_id: str, date: datetime) -> None:
        """All fields but Content-Type."""
        sending = self.sending
        self.add(mailboxes("From", sending.sender)).hole(_TO)
        if sending.reply_to:
            self.add(mailboxes("Reply-To", sending.reply_to))
        self.add(unstructured("Subject", subject)).add(raw("Date", format_datetime(date)))
        self.add(b"Message-ID: ").hole(_IDENTITY).add(b"\r\n")
        self.add(list_id_field(sending))
        self.unsubscribe_field()
        for name, value in _constant_fields(edition_id, utc(date), sending):
            self.add(raw(name, value))

    def unsubscribe_field(self) -> None:
        """RFC 2369 and RFC 8058: one raw line, https first. A folded or encoded one shows no button anywhere."""
        sending = self.sending
        _checked(sending.unsubscribe_page + sending.unsubscribe_mail)
        self.add(b"List-Unsubscribe: <")
        if sending.unsubscribe_page:
            self.add(sending.unsubscribe_page.encode()).hole(_UNSUBSCRIBE_TOKEN).add(b">, <")
        self.add(sending.unsubscribe_mail.encode()).hole(_UNSUBSCRIBE_TOKEN).add(b">\r\n")

    def part(self, text: str, kind: str) -> None:
        """A part's text. Each value stands on a line of its own, between two soft line breaks."""
        split = PLACEHOLDER.split(text)
        places = [_place(name, kind) for name in split[1::2]]
        if any(BROKEN.search(piece) for piece in split[::2]):
            raise RenderError(f"{_FILES[kind]} breaks a placeholder: print address, unsubscribe and the like unchanged")
        if not {Placeholder.UNSUBSCRIBE, Placeholder.UNSUBSCRIBE_MAIL} & {place for place, _ in places}:
            raise RenderError(f"{_FILES[kind]} has no way to unsubscribe: print {{{{ unsubscribe }}}} in it")
        self.add(quoted(split[0]))
        for (place, language), after in zip(places, split[2::2], strict=True):
            self.add(b"=\r\n")
            self.value(place, language, kind)
            self.add(b"=\r\n" + quoted(after))
        self.add(b"\r\n")

    def value(self, place: Placeholder, language: str, kind: str) -> None:
        """The hole for one place; of a URI only the token differs, and stands on its own line too."""
        sending = self.sending
        if place in (Placeholder.ADDRESS, Placeholder.SINCE):
            self.hole(f"{place}:{language}/{kind}")
        elif place is Placeholder.PREFERENCES:
            if sending.link:
                self.add(quoted(sending.preferences_page) + b"=\r\n").hole(_PREFERENCES_TOKEN)
        else:
            by_mail = place is Placeholder.UNSUBSCRIBE_MAIL or not sending.link
            uri = sending.unsubscribe_mail if by_mail else sending.unsubscribe_page
            self.add(quoted(_in_kind(uri, kind)) + b"=\r\n").hole(_UNSUBSCRIBE_TOKEN)


def _checked(uris: str) -> None:
    """ValueError: with two tokens, these would not fit on one raw line."""
    raw("List-Unsubscribe", uris + "-" * 100)


def _place(name: str, kind: str) -> tuple[Placeholder, str]:
    place, _, language = name.partition(":")
    try:
        return Placeholder(place), language
    except ValueError as error:
        raise RenderError(f"{_FILES[kind]} has an unknown placeholder: {place}") from error


def _part_fields(subtype: str) -> bytes:
    fields = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return fields.encode()


def _constant_fields(edition_id: str, date: datetime, sending: Sending) -> list[tuple[str, str]]:
    web = sending.link
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


def list_id_field(sending: Sending) -> bytes:
    """List-Id (RFC 2919): the title as a phrase, the identifier in angle brackets."""
    bare = raw("List-Id", f"<{sending.list_id}>")
    phrase = encoded_phrase(sending.list_title, len("List-Id: "))
    return bare.replace(b"<", phrase + b"\r\n <", 1) if phrase else bare


def _own_value(name: str, recipient: Recipient) -> bytes:
    """What goes into an `address` or `since` hole: text of the recipient's own, encoded for its part."""
    place, _, kind = name.partition("/")
    what, _, language = place.partition(":")
    if what == Placeholder.ADDRESS:
        return quoted(_in_kind(recipient.mailbox.address, kind))
    return _since(language, recipient.since.date(), kind) if recipient.since else b""


@lru_cache(maxsize=4096)
def _since(language: str, day: date, kind: str) -> bytes:
    return quoted(_in_kind(labels.since(language, day), kind))


def _in_kind(text: str, kind: str) -> str:
    return html.escape(text) if kind == _HTML else text


def _identity(edition_id: str, subscriber: str, key: bytes) -> str:
    """56 hex digits that only this edition, this subscriber and our key give: 32 for Message-ID, 24 for boundary."""
    return blake2b(f"{edition_id}/{subscriber}".encode(), key=key[:64], digest_size=28, person=b"message").hexdigest()

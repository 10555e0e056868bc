"""One story to one person, as `digest share` mails it: a plain letter, no part of any list. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b

from digest.errors import UsageError
from digest.mail.message.headers import header_address, mailboxes, one_line, raw, unstructured
from digest.mail.message.list_identity import Sending, public_domain
from digest.mail.message.message import Message
from digest.mail.message.quoted_printable import quoted
from digest.mail.render.labels import Labels
from digest.mail.render.wrap import wrap
from digest.model import Envelope, Mailbox, utc
from digest.text.urls import web_address

#: A note is a greeting, not a newsletter.
NOTE_LIMIT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedStory:
    """What a letter tells of a story."""

    title: str
    #: The summary; may be empty.
    line: str
    link: str
    source: str = ""


def letter(
    story: SharedStory, *, to: Mailbox, sending: Sending, date: datetime, note: str = "", language: str = "en"
) -> Message:
    """The message. It carries none of the list's headers and nobody's unsubscribe link: its reader is on no list.

    The Message-ID is derived, so that the same letter of the same moment is the same message.
    UsageError: the link is not http or https, the address cannot stand in a message, or the note is too long.
    """
    link, recipient = web_address(story.link), header_address(to.address)
    if not link:
        raise UsageError(f"{one_line(story.link, 80)!r} cannot be mailed: it is not an http or https address")
    if len(note) > NOTE_LIMIT:
        raise UsageError(f"the note is {len(note)} characters long: write at most {NOTE_LIMIT}")
    moment = utc(date)
    text = _text(story, link, note, sending, Labels(language))
    identity = _identity(f"{link}\0{recipient}\0{moment.isoformat()}\0{note}", sending.key)
    message_id = f"<{identity}@{public_domain(sending.sender.address)}>"
    fields = [
        mailboxes("From", sending.sender),
        mailboxes("To", to),
        mailboxes("Reply-To", sending.reply_to) if sending.reply_to else b"",
        unstructured("Subject", story.title or story.source or link),
        raw("Date", format_datetime(moment)),
        raw("Message-ID", message_id),
        b'MIME-Version: 1.0\r\nContent-Type: text/plain; charset="utf-8"\r\n',
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
    ]
    data = b"".join(fields) + quoted(text)
    envelope = Envelope(sender=header_address(sending.sender.address), recipient=recipient)
    return Message(message_id=message_id, envelope=envelope, data=data, wire=data)


def _text(story: SharedStory, link: str, note: str, sending: Sending, labels: Labels) -> str:
    sender = one_line(sending.sender.name) or sending.sender.address
    paragraphs = [
        *_note(note.splitlines()),
        wrap(one_line(story.title)),
        wrap(one_line(story.line)),
        "\n".join(part for part in (wrap(one_line(story.source)), link) if part),
        "-- \n" + wrap(labels.say("shared", sender=sender)),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _note(lines: Iterable[str]) -> list[str]:
    """The note's lines, each wrapped, as one paragraph."""
    return ["\n".join(wrap(one_line(line)) for line in lines)]


def _identity(words: str, key: bytes) -> str:
    # A command line that was no UTF-8 leaves lone surrogates, which the letter's text loses.
    return blake2b(words.encode(errors="replace"), key=key[:64], digest_size=16, person=b"letter").hexdigest()

"""Writes messages to a folder instead of sending them: `.eml`, and the HTML part beside it as `.html`.

A file's name says for whom it is, of which moment, and how its Message-ID begins; it is written aside and renamed:
writing a message again replaces the same file with the same bytes, so that an interrupted offer can simply be repeated.
Nobody else may read it: it holds an address and what unsubscribes it.
"""

import asyncio
import re
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from pathlib import Path

from digest.delivery.transports.one_at_a_time import OneAtATime
from digest.errors import DeliveryError
from digest.files import replace_file
from digest.ports import Message, Outcome, Verdict

_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]")
#: File systems take names of 255 bytes; the rest of a name is short.
_READER_LIMIT = 64
#: Characters of a Message-ID in a name.
_TAG = 8


class OutboxTransport(OneAtATime):
    """The transport of an installation without a mail server."""

    name = "outbox"
    repeatable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: Message) -> Outcome:
        """Write one message. DeliveryError: the folder cannot be written."""
        try:
            path = await asyncio.to_thread(write, self.folder, message)
        except OSError as exc:
            raise DeliveryError(f"the outbox {self.folder} cannot be written: {exc.strerror or exc}") from exc
        return Outcome(verdict=Verdict.ACCEPTED, text=f"written to {path}")


def file_name(mail: Message) -> str:
    """A message's file name without its ending: `ana-2016-04-17-0700-6a09a8b5`, with nothing that a file system would
    trip over."""
    reader = _UNSAFE.sub("_", mail.envelope.recipient.rpartition("@")[0])[:_READER_LIMIT].lstrip(".-_")
    return "-".join([reader or "reader", *_moment(mail.data), _tag(mail.message_id)])


def find(folder: Path, message_id: str) -> Path | None:
    """The file of a message that was written."""
    return next(folder.glob(f"*-{_tag(message_id)}.eml"), None)


def _moment(data: bytes) -> list[str]:
    """When it is dated, by the reader's own clock; nothing where it says no moment."""
    try:
        date = BytesHeaderParser(policy=policy.default).parsebytes(data)["Date"].datetime
    except (AttributeError, ValueError):
        return []
    return [f"{date:%Y-%m-%d-%H%M}"] if date is not None else []


def _tag(message_id: str) -> str:
    """The beginning of a Message-ID, which tells it from others of the same reader and minute."""
    return re.sub(r"[^A-Za-z0-9]", "", message_id)[:_TAG] or "0"


def write(folder: Path, mail: Message) -> Path:
    """Write a message, and its HTML part beside it when it has one; the path of the `.eml`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{file_name(mail)}.eml"
    html = message_from_bytes(mail.data, policy=policy.default).get_body(preferencelist=("html",))
    if html is not None and html.get_content_type() == "text/html":
        replace_file(path.with_name(f"{path.stem}.html"), html.get_content().encode("utf-8", "replace"))
    replace_file(path, mail.data)
    return path

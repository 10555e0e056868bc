"""Writes messages to a folder instead of sending them: `.eml`, and the HTML part beside it as `.html`.

A file's name comes from the Message-ID, and it is written aside and renamed: writing a message again replaces the same
file with the same bytes, so that an interrupted offer can simply be repeated.
"""

import asyncio
import os
import re
from email import message_from_bytes, policy
from pathlib import Path

from digest.errors import DeliveryError
from digest.ports import Mail, Outcome, Parcel, Post, Verdict

#: Writers at once: their marks share commits.
WRITERS = 4
_UNSAFE = re.compile(r"[^A-Za-z0-9._@+-]")
#: File systems take names of 255 bytes.
_NAME_LIMIT = 200


class OutboxTransport:
    """The transport of an installation without a mail server."""

    name = "outbox"
    repeatable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def carry(self, post: Post) -> None:
        """Write what the post has. DeliveryError: the folder cannot be written."""
        try:
            await asyncio.to_thread(self.folder.mkdir, mode=0o755, parents=True, exist_ok=True)
        except OSError as exc:
            raise self._unwritable(exc) from exc
        async with asyncio.TaskGroup() as writers:
            tasks = [writers.create_task(self._drain(post)) for _ in range(WRITERS)]
        for failure in filter(None, (task.result() for task in tasks)):
            raise self._unwritable(failure) from failure

    async def _drain(self, post: Post) -> OSError | None:
        while parcel := await post.take():
            if failure := await self._deliver(parcel, post):
                return failure
        return None

    async def _deliver(self, parcel: Parcel, post: Post) -> OSError | None:
        if not await post.offer(parcel):
            return None
        try:
            path = await asyncio.to_thread(write, self.folder, parcel.mail)
        except OSError as exc:
            post.settle(parcel, Outcome(verdict=Verdict.UNTRIED, text=str(exc.strerror)))
            return exc
        post.settle(parcel, Outcome(verdict=Verdict.ACCEPTED, text=f"written to {path}"))
        return None

    def _unwritable(self, exc: OSError) -> DeliveryError:
        return DeliveryError(f"the outbox {self.folder} cannot be written: {exc.strerror or exc}")


def file_name(message_id: str) -> str:
    """A message's file name without its ending: its Message-ID, with nothing that a file system would trip over."""
    return _UNSAFE.sub("_", message_id.strip("<>"))[:_NAME_LIMIT].lstrip(".") or "message"


def write(folder: Path, mail: Mail) -> Path:
    """Write a message, and its HTML part beside it when it has one; the path of the `.eml`."""
    path = folder / f"{file_name(mail.message_id)}.eml"
    html = message_from_bytes(mail.data, policy=policy.default).get_body(preferencelist=("html",))
    if html is not None and html.get_content_type() == "text/html":
        _replace(path.with_name(f"{path.stem}.html"), html.get_content().encode("utf-8", "replace"))
    _replace(path, mail.data)
    return path


def _replace(path: Path, data: bytes) -> None:
    """Put a whole file in place, or none."""
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)

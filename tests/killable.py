"""A process to be killed: `python -m tests.killable FOLDER PORT [--store URL] [--at STEP --nth N]`.

Delivers what is due in the store, FOLDER's own unless `--store` says otherwise, to a server on loopback, as the program
does. With `--at`, it kills itself with SIGKILL right after that step has happened for the n-th time: nothing of it runs
after, no `finally`, no flush.
"""

import argparse
import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from digest.delivery import group_commit
from digest.delivery.deliver import deliver
from digest.delivery.process_locks import WorkerLock
from digest.delivery.transitions import Offer, Settlement
from digest.delivery.transports.concurrency import ConnectionLimit
from digest.delivery.transports.connection import Connection as SmtpConnection
from digest.delivery.transports.outbox import OutboxTransport
from digest.delivery.transports.smtp import SmtpTransport
from digest.model import Mailbox
from digest.ports import Transport
from digest.settings.core.shape import MailSettings, Security, Settings
from digest.storage.core.database import Store
from tests.mailing import PlainTemplate

T = TypeVar("T")
#: Where it can be killed.
STEPS = ("write", "offer", "begun", "body", "receipt")
#: While the receipt file is emptied, which these make happen after a few messages.
EMPTYING = ("synced", "swapped")
SOON_FULL = 500
LANES = 10


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current moment."""
        return datetime.now(UTC)


class Doom:
    """Counts one kind of step, and ends the process at the n-th."""

    def __init__(self, at: str | None, nth: int) -> None:
        self.at, self.left = at, nth

    def happened(self, step: str) -> None:
        """A step has happened."""
        if step == self.at:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class DoomedStore(Store):
    """A store whose process may end right after a commit."""

    doom: Doom

    def write_now(self, change: Callable[[Connection], T], *, durable: bool = False, wait: bool = True) -> T:
        """Commit, and perhaps die."""
        result = super().write_now(change, durable=durable, wait=wait)
        self.doom.happened("write")
        if durable:
            self.doom.happened("offer")
        return result


class DoomedOwner(WorkerLock):
    """An owner whose process may end right after a receipt."""

    doom: Doom

    def begun(self, offer: Offer) -> None:
        """Note it, and perhaps die."""
        super().begun(offer)
        self.doom.happened("begun")

    def receipt(self, one: Settlement) -> None:
        """Note it, and perhaps die."""
        super().receipt(one)
        self.doom.happened("receipt")

    def keep_receipts(self, unrecorded: Iterable[Settlement], under_way: Iterable[Offer]) -> None:
        """Swap the files, and perhaps die."""
        super().keep_receipts(unrecorded, under_way)
        self.doom.happened("swapped")


def _doom_syncs(doom: Doom) -> None:
    sync = os.fsync

    def fsync(file: int) -> None:
        sync(file)
        doom.happened("synced")

    os.fsync = fsync  # type: ignore[assignment]


def _doom_bodies(doom: Doom) -> None:
    send = SmtpConnection.write_body

    def write_body(self: SmtpConnection, data: bytes, after_dot: int) -> None:
        send(self, data, after_dot)
        doom.happened("body")

    SmtpConnection.write_body = write_body  # type: ignore[method-assign]


async def run(folder: Path, port: int, url: str, doom: Doom) -> None:
    """Deliver what is due; print the counts."""
    DoomedStore.doom = DoomedOwner.doom = doom
    _doom_bodies(doom)
    _doom_syncs(doom)
    if doom.at in EMPTYING:
        group_commit.RECEIPTS_LIMIT = SOON_FULL
    store = DoomedStore(url or f"sqlite:///{folder / 'digest.sqlite3'}")
    mail = MailSettings(sender=Mailbox(address="a@b.example"), server="127.0.0.1", port=port, security=Security.NONE)

    async def messages(_: str) -> PlainTemplate:
        return PlainTemplate(b"A line of some length, to be delivered once.\r\n" * 40)

    with DoomedOwner(folder / "owners") as owner:
        transport: Transport = OutboxTransport(folder / "outbox")
        if port:
            transport = SmtpTransport(mail, lambda _: "", pace=ConnectionLimit(lanes=LANES, limit=LANES))
        counts = await deliver(
            store=store,
            transport=transport,
            messages=messages,
            clock=SystemClock(),
            owner=owner,
            settings=Settings(mail=mail),
        )
    store.close()
    print(json.dumps({"accepted": counts.accepted, "unsure": counts.unsure, "reason": counts.reason}))


def main() -> None:
    """Parse the arguments, run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--store", default="")
    parser.add_argument("--at", choices=STEPS + EMPTYING)
    parser.add_argument("--nth", type=int, default=1)
    chosen = parser.parse_args()
    asyncio.run(run(chosen.folder, chosen.port, chosen.store, Doom(chosen.at, chosen.nth)))


if __name__ == "__main__":
    main()

"""A mailing to deliver: a real store with subscribers and planned deliveries, and a message template of our own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.delivery import ledger
from digest.delivery.deliver import DeliveryCounts, deliver
from digest.delivery.process_locks import WorkerLock
from digest.delivery.transports.concurrency import ConnectionLimit
from digest.delivery.transports.connection import Timeouts
from digest.delivery.transports.smtp import SmtpTransport
from digest.model import DeliveryState, Envelope, Mailbox, Recipient, SlotKind, Subscriber
from digest.ports import Transport
from digest.settings.core.shape import MailSettings, Security, Settings
from digest.storage.core.database import Store, open_store
from digest.storage.queries import subscribers

#: Long enough for a busy machine, short enough for a test that waits for one of them.
QUICK = Timeouts(connect=5.0, command=0.6, body=0.6, dot=0.8, quit=1.0)
EDITION = "edition"


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is set."""

    moment: datetime = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Time passes."""
        self.moment += by


@dataclass(frozen=True, slots=True)
class PlainMail:
    """A message without a template."""

    message_id: str
    envelope: Envelope
    data: bytes
    wire: bytes


@dataclass(frozen=True, slots=True)
class PlainTemplate:
    """Makes messages of one size."""

    body: bytes = b"Hello.\r\n.a line that begins with a dot\r\n"

    def message(self, recipient: Recipient) -> PlainMail:
        """The message for one recipient."""
        head = f"Message-ID: <{recipient.id}@digest.example>\r\nTo: {recipient.mailbox.address}\r\n\r\n".encode()
        data = head + self.body
        envelope = Envelope(sender="digest@digest.example", recipient=recipient.mailbox.address)
        wire = data.replace(b"\r\n.", b"\r\n..")
        return PlainMail(f"<{recipient.id}@digest.example>", envelope, data, wire)


@dataclass(slots=True)
class Mailing:
    """Subscribers `0@list.example` ... with one delivery each."""

    folder: Path
    addresses: list[str]
    clock: SetClock = field(default_factory=SetClock)
    template: PlainTemplate = field(default_factory=PlainTemplate)
    store: Store = field(init=False)
    owner: WorkerLock = field(init=False)
    timeouts: Timeouts = QUICK
    #: The store's address; empty: SQLite in the folder.
    url: str = ""

    def __post_init__(self) -> None:
        self.store = open_store(self.url or f"sqlite:///{self.folder / 'digest.sqlite3'}")
        self.owner = WorkerLock(self.folder / "owners")
        self.plan()

    def plan(self, *, stale_after: timedelta | None = None, slot: datetime | None = None) -> int:
        """Plan a delivery for everyone."""
        now = self.clock.now()
        rows = self.store.write_now(lambda c: subscribers.sync(c, self.addresses, now))
        planned = [
            ledger.Planned(
                subscriber=row.id,
                kind=SlotKind.MANUAL,
                slot=slot or now,
                edition=EDITION,
                stale_after=now + stale_after if stale_after else None,
            )
            for row in rows.values()
        ]
        return self.store.write_now(lambda c: ledger.plan(c, planned, now))

    def mail(self, port: int, **changes: Any) -> MailSettings:
        """Settings for a server on loopback."""
        defaults: dict[str, Any] = {"security": Security.NONE, "server": "127.0.0.1"}
        return MailSettings(sender=Mailbox(address="digest@digest.example"), port=port, **(defaults | changes))

    async def send(
        self,
        port: int = 0,
        *,
        transport: Transport | None = None,
        pace: ConnectionLimit | None = None,
        stop: asyncio.Event | None = None,
        sign: Callable[[bytes], bytes] | None = None,
        **changes: Any,
    ) -> DeliveryCounts:
        """Deliver what is due, to a server on loopback or by a transport."""
        mail = self.mail(port, **changes)
        listed = tuple(
            Subscriber(mailbox=Mailbox(address=address), topics=("*",), send="daily 07:00")
            for address in self.addresses
        )

        async def messages(_: str) -> PlainTemplate:
            return self.template

        return await deliver(
            store=self.store,
            transport=transport or SmtpTransport(mail, lambda _: "secret", timeouts=self.timeouts, pace=pace),
            messages=messages,
            clock=self.clock,
            owner=self.owner,
            settings=Settings(mail=mail, subscribers=listed),
            stop=stop,
            sign=sign,
        )

    # What the ledger says

    def states(self) -> dict[str, DeliveryState]:
        """Each address's state."""
        return {entry.address: entry.state for entry in self.log()}

    def log(self) -> tuple[ledger.LogEntry, ...]:
        """The ledger."""
        return self.store.read_now(lambda c: ledger.log(c, limit=100_000))

    def entry(self, address: str) -> ledger.LogEntry:
        """One address's delivery."""
        return next(entry for entry in self.log() if entry.address == address)

    def suppressed(self) -> dict[str, str]:
        """The addresses the store says no to, with the reason."""
        rows = self.store.read_now(subscribers.every)
        return {row.address: row.suppressed for row in rows if row.suppressed}

    def close(self) -> None:
        """Let go."""
        self.owner.close()
        self.store.close()


def mailing(folder: Path, count: int = 3, **changes: Any) -> Mailing:
    """A mailing to `count` people: 0@list.example, 1@list.example ..."""
    return Mailing(folder, [f"{number}@list.example" for number in range(count)], **changes)

"""Runs the main job on the sample feeds: real polling over HTTP, a real store, real delivery to the outbox.

The clock stands still at the demo's moment and then visits each subscriber's next slot; the store is fresh and
its key fixed, so that every run gives the same messages.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from digest.app import Installation, composing, polling, queries, sending
from digest.delivery import ledger
from digest.delivery.transports.outbox import find
from digest.demo.catalogue import DEMO_NOW, SUBSCRIBERS
from digest.demo.server import Site, serve
from digest.errors import DeliveryError
from digest.model import Mailbox, Subscriber
from digest.pipeline.composing.choosing import Composition
from digest.pipeline.gather import GatherResult
from digest.pipeline.polling.polled import PollResult
from digest.schedule import next_slot
from digest.settings.core.shape import DigestSettings, Settings
from digest.settings.files.folders import shipped_folder
from digest.settings.files.load import load
from digest.storage.core import meta
from digest.storage.queries import subscribers as stored_subscribers

#: Makes Message-IDs the same at every run. It protects nothing: demo messages are never sent.
DEMO_KEY = "digest demo key, known to everyone"


class StandingClock:
    """A clock that moves when it is told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one subscriber got."""

    subscriber: Subscriber
    slot: datetime
    stories: int
    topics: tuple[str, ...]
    #: The message's file in the outbox; None: nothing was sent.
    file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the demo did."""

    polled: PollResult
    gathered: GatherResult
    sent: tuple[Sent, ...]
    outbox: Path


def demo_settings(site: Site) -> Settings:
    """The shipped topics, the sample feeds, three subscribers."""
    return Settings(
        digest=DigestSettings(
            title="Levant & Gulf Watch", sender=Mailbox(name="Watch desk", address="digest@digest.example")
        ),
        feeds=site.feeds,
        topics=load(shipped_folder("config"), {}).topics,
        subscribers=SUBSCRIBERS,
    )


async def show(outbox: Path) -> Shown:
    """Run it. The demo's earlier messages in `outbox` are replaced; other files there are left alone.

    DeliveryError: they cannot be written there.
    """
    clock = StandingClock(DEMO_NOW)
    with _state() as state:
        async with serve() as site, Installation(demo_settings(site), state=state, outbox=outbox, clock=clock) as app:
            await app.store.write(_same_every_time)
            polled, gathered = await polling.poll(app, manual=True)
            sent = [await _visit(app, clock, slot, subscriber) for slot, subscriber in _slots(app)]
            return Shown(polled=polled, gathered=gathered, sent=tuple(sent), outbox=outbox)


def _same_every_time(c: Connection) -> None:
    """Fix what is random elsewhere: the key, and the subscribers' ids."""
    meta.fix_key(c, "message", DEMO_KEY.encode())
    ids = {one.mailbox.address: f"{number:016x}" for number, one in enumerate(SUBSCRIBERS, start=1)}
    stored_subscribers.enrol(c, ids, DEMO_NOW)


@contextmanager
def _state() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="digest-demo-") as folder:
        yield Path(folder)


def _slots(app: Installation) -> list[tuple[datetime, Subscriber]]:
    """Everyone's next slot, earliest first."""
    slots = [(next_slot(one.send, one.timezone, DEMO_NOW), one) for one in app.settings.subscribers]
    return sorted(((slot, one) for slot, one in slots if slot is not None), key=lambda pair: pair[0])


async def _visit(app: Installation, clock: StandingClock, slot: datetime, subscriber: Subscriber) -> Sent:
    """Let it be the slot's moment: compose what is due then, and deliver it."""
    clock.moment = slot
    foreseen = await queries.preview(app, address=subscriber.mailbox.address)
    await composing.compose_due(app)
    counts = await sending.deliver(app)
    if counts.reason:
        raise DeliveryError(f"{counts.reason}; `digest demo --outbox FOLDER` writes elsewhere")
    address = subscriber.mailbox.address
    entries = await app.store.read(lambda c: ledger.log(c, to=address))
    name = entries[0].message_id if entries else None
    return Sent(
        subscriber=subscriber,
        slot=slot,
        stories=_stories(foreseen),
        topics=tuple(section.title for section in foreseen.edition.sections) if foreseen and foreseen.edition else (),
        file=find(app.outbox, name) if name else None,
    )


def _stories(foreseen: Composition | None) -> int:
    return len(foreseen.edition.entries) if foreseen and foreseen.edition else 0

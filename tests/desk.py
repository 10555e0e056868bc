"""An installation whose items are handed to it, whose relay is ours, and whose clock is set: for what readers get over
days."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from digest.app import Installation, polling, readers
from digest.delivery import ledger
from digest.demo.show import StandingClock
from digest.model import DeliveryState, Feed, Item, Subscriber, item_id
from digest.ports import Outcome, ParsedFeed, Queue, Verdict
from digest.settings.core.shape import DigestSettings, Settings
from digest.storage.queries import editions as stored_editions
from digest.storage.queries import feeds
from digest.storage.queries.feeds import FeedState
from digest.storage.recognition import recording
from digest.stories.editions.edition import from_json
from tests.installation import NOW, topics

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: Eight in Berlin.
SLOT = NOW + timedelta(minutes=30)
FEEDS = ("wire", "mail", "queue", "gazette")


class Relay:
    """A transport that keeps what it was given, and answers as it is told."""

    name = "relay"
    repeatable = False

    def __init__(self) -> None:
        self.answers: dict[str, Outcome] = {}
        #: (address, Message-ID) of what was accepted.
        self.accepted: list[tuple[str, str]] = []

    async def carry(self, queue: Queue) -> None:
        """Offer each, answer for its address."""
        while (claimed := await queue.take()) is not None:
            address = claimed.message.envelope.recipient
            outcome = self.answers.get(address, Outcome(verdict=Verdict.ACCEPTED, code=250))
            if await queue.offer(claimed):
                if outcome.verdict is Verdict.ACCEPTED:
                    self.accepted.append((address, claimed.message.message_id))
                queue.settle(claimed, outcome)


@dataclasses.dataclass
class Desk:
    """An installation whose items are handed to it, with a relay of ours."""

    app: Installation
    clock: StandingClock
    relay: Relay

    async def sees(self, *found: Item) -> None:
        """Items come in, each from its own feed's document."""
        now = self.clock.now()

        def record(c: Any) -> None:
            for item in found:
                parsed = ParsedFeed(title=item.feed, items=(item,), shown=(item.key,))
                known = feeds.states(c, [item.feed]).get(item.feed)
                recording.record(c, item.feed, parsed, now, first_poll=known is None)
                state = known or FeedState(id=item.feed, url="u", first_polled=now)
                feeds.save(c, [dataclasses.replace(state, last_polled=now, last_changed=now)])

        await self.app.store.write(record)
        await polling.gather(self.app)

    async def told(self, address: str) -> list[list[str]]:
        """The titles of what a reader's relay accepted, edition by edition, oldest first."""
        rows = await self.app.store.read(lambda c: ledger.log(c))
        mine = [row for row in reversed(rows) if row.address == address and row.state is DeliveryState.ACCEPTED]
        return [await self.titles(row.edition) for row in mine]

    async def titles(self, edition: str) -> list[str]:
        """The headlines of a stored edition."""
        stored = await self.app.store.read(lambda c: stored_editions.find(c, edition))
        assert stored is not None
        return [entry.lead.title for entry in from_json(stored.content).entries]


def item(feed: str, key: str, title: str, *, at: datetime, age: float = 1.0, summary: str = "") -> Item:
    """An item published some hours before it is seen."""
    return Item(
        id=item_id(feed, key),
        feed=feed,
        key=key,
        title=title,
        link=f"https://{feed}.example/{key}",
        summary=summary,
        published=at - age * HOUR,
        first_seen=at,
        publisher=feed.title(),
        language="en",
    )


@asynccontextmanager
async def desk(folder: Path, url: str, *people: Subscriber, at: datetime = NOW - DAY) -> AsyncIterator[Desk]:
    """A desk with these readers, who are known since `at`."""
    chosen = Settings(
        digest=DigestSettings(title="Test Watch", store=url),
        feeds=tuple(Feed(id=name, url=f"https://{name}.example/f") for name in FEEDS),
        topics=topics(),
        subscribers=people,
    )
    clock, relay = StandingClock(at), Relay()
    async with Installation(chosen, state=folder / "state", outbox=folder / "outbox", clock=clock) as app:
        app.__dict__["transport"] = relay
        await readers.audience(app)
        yield Desk(app, clock, relay)

"""Gathering beside others: nothing twice, nothing lost, and the store is held for moments only."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from digest.model import Item
from digest.pipeline.gather import Gatherer, gather
from digest.storage.core.database import Store, open_store
from digest.storage.core.schema import items, matches
from digest.topics.matcher import Matcher
from tests.installation import topics
from tests.recorder import NOW, Poller, item
from tests.servers import postgres


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """One server for the module."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'digest.sqlite'}"
    else:
        with postgres.database(request.getfixturevalue("postgres_server")) as found:
            yield found


@pytest.fixture
async def machines(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes' ways to one store."""
    both = open_store(url), open_store(url)
    yield both
    for one in both:
        one.close()


def gatherer() -> Gatherer:
    """What a process knows when it starts."""
    return Gatherer(Matcher(topics(), {}))


HAPPENINGS = {
    "Almira": "Iran: ferry capsizes off Port Almira with sixty aboard",
    "Norden": "Chip maker to build a plant in Norden with Iran",
    "Tarnow": "Grain silos burn in Tarnow after lightning, Iran says",
    "Kohlgrub": "Miners of Kohlgrub strike for helmets in Iran",
}


def reports(*names: str, feed: str) -> list[Item]:
    """A feed's report of each happening."""
    return [replace(item(f"{name}-{feed}", title=HAPPENINGS[name], feed=feed), publisher=feed) for name in names]


def told(store: Store) -> dict[str, int]:
    """The story of each item, by key."""
    return {row.key: row.story for row in store.read_now(lambda c: c.execute(select(items.c.key, items.c.story)).all())}


async def test_two_that_gather_at_once_gather_everything_once(machines: tuple[Store, Store]) -> None:
    """Whatever is gathered by whom, each item is in one story, counted once, and one happening is one story."""
    names = tuple(HAPPENINGS)
    rooms = gatherer(), gatherer()
    for feed in "abcdef":
        Poller(machines[0], feed).sees(*reports(*names, feed=feed))
        both = zip(machines, rooms, strict=True)
        results = await asyncio.gather(*(gather(store=one, gatherer=room, now=NOW) for one, room in both))
        assert sum(result.items for result in results) == 4
    story_of = told(machines[0])
    assert len(story_of) == 24
    for name in names:
        assert len({story for key, story in story_of.items() if key.startswith(name)}) == 1
    assert len(set(story_of.values())) == 4


class Overtaken(Gatherer):
    """Its first round is overtaken while it decides."""

    def __init__(self, by: Store) -> None:
        super().__init__(gatherer().matcher)
        self._by: Store | None = by

    def decide(self, view: Any, now: datetime) -> Any:
        """Decide, and let another process gather before it is written."""
        decided = super().decide(view, now)
        if self._by is not None:
            other, self._by = self._by, None
            asyncio.run(gather(store=other, gatherer=gatherer(), now=now))
        return decided


async def test_what_was_decided_on_old_sights_is_decided_anew(machines: tuple[Store, Store]) -> None:
    """A process that is overtaken between reading and writing writes nothing of it, and begins again."""
    one, other = machines
    slow = Overtaken(by=other)
    for feed in "ab":
        Poller(one, feed).sees(*reports("Almira", feed=feed))
    assert (await gather(store=one, gatherer=slow, now=NOW)).items == 0
    assert len(set(told(one).values())) == 1
    assert one.read_now(lambda c: len(c.execute(select(matches)).all())) == 2
    Poller(one, "c").sees(*reports("Almira", feed="c"))
    assert (await gather(store=one, gatherer=slow, now=NOW)).items == 1
    assert len(set(told(one).values())) == 1


class Thinking(Gatherer):
    """Thinks until somebody else has written."""

    def __init__(self) -> None:
        super().__init__(gatherer().matcher)
        self.begun, self.written = threading.Event(), threading.Event()

    def decide(self, view: Any, now: datetime) -> Any:
        """Decide, and wait."""
        self.begun.set()
        assert self.written.wait(60)
        return super().decide(view, now)


def test_the_store_is_free_while_stories_are_found(tmp_path: Path) -> None:
    """While items are gathered, others write: the store is not held for the thinking."""
    path = tmp_path / "digest.sqlite"
    store = open_store(f"sqlite:///{path}")
    Poller(store).sees(*reports("Almira", "Norden", feed="f"))
    room = Thinking()

    def write() -> None:
        assert room.begun.wait(60)
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        other.close()
        room.written.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert asyncio.run(gather(store=store, gatherer=room, now=NOW)).items == 2
    writer.join()
    store.close()

"""The whole world: publishers, readers, a relay, a clock, and the program at work in it."""

import asyncio
import re
import shutil
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from digest.app import polling, sending
from digest.app.running import Rounds
from digest.app.upkeep import backup
from digest.model import Feed, Mailbox, Subscriber
from digest.settings.core.shape import DigestSettings, Settings
from digest.storage.core.database import open_store
from digest.storage.core.schema import deliveries, editions, subscribers
from digest.storage.queries.subscribers import enrol
from digest.topics.table import parse_topic
from tests.histories import readers
from tests.histories.desk import Arrival, Desk, Doom, Meeting, Relay
from tests.histories.press import Entry, News, Press, Publisher
from tests.histories.readers import Reader
from tests.mailing import SetClock

#: A Monday morning, half an hour before the first digest.
MORNING = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
TOPICS = ("syria", "iran", "yemen")
PUBLISHERS = ("courier", "ledger", "herald", "tribune")
#: Entries this old at a feed's first poll, or this much older than the poll before, are not news.
SURELY_NEW, SURELY_OLD = timedelta(hours=1), timedelta(days=7)
FIRST_NEW, FIRST_OLD = timedelta(hours=20), timedelta(hours=28)

_REPORT = re.compile(r'href="https?://[^"/]+/r/(\d+)"')


#: Something that the program does.
Action = Callable[[Desk], Awaitable[object]]


@dataclass(slots=True)
class Kept:
    """A backup: the file, and what the world knew when it was made."""

    file: Path
    readers: dict[str, Reader]
    seen: dict[int, tuple[News, datetime | None]]
    polled: dict[str, datetime | None]


@dataclass(slots=True)
class World:
    """Everything there is. `close` it."""

    folder: Path
    #: A store with its tables made: a SQLite file to be copied, or a PostgreSQL URL that is this world's alone.
    store: Path | str
    clock: SetClock = field(default_factory=lambda: SetClock(MORNING))
    press: Press = field(default_factory=lambda: Press({name: Publisher(name) for name in PUBLISHERS}))
    relay: Relay = field(init=False)
    readers: dict[str, Reader] = field(init=False)
    topics: tuple[str, ...] = TOPICS[:2]
    desk: Desk | None = None
    threads: ThreadPoolExecutor = field(init=False)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    #: When somebody composed.
    composed: list[datetime] = field(default_factory=list)
    doubts: int = 0
    kept: Kept | None = None
    _read: int = 0
    _enrolled: bool = False

    def __post_init__(self) -> None:
        self._have_threads()
        self.relay = Relay(self.clock)
        if isinstance(self.store, Path):
            (self.folder / "state").mkdir(parents=True)
            shutil.copy(self.store, self._file)
        some = (
            Reader("ana@list.example", TOPICS[:2], "daily 07:00", 40),
            Reader("ben@list.example", TOPICS[1:2], "now", 40),
            Reader("cy@list.example", TOPICS[:2], "daily 07:00", 2),
        )
        self.readers = {one.address: one for one in some}

    def _have_threads(self) -> None:
        self.threads = ThreadPoolExecutor()
        self.loop.set_default_executor(self.threads)

    @property
    def _file(self) -> Path:
        return self.folder / "state" / "digest.sqlite3"

    # The program

    @property
    def settings(self) -> Settings:
        """The configuration as it stands."""
        return Settings(
            digest=DigestSettings(title="Histories", store=self.store if isinstance(self.store, str) else None),
            feeds=tuple(Feed(id=name, url=f"http://{name}.example/feed", private=True) for name in PUBLISHERS),
            topics=tuple(parse_topic(name, {"title": name.title(), "any": [name.title()]}) for name in self.topics),
            subscribers=tuple(
                Subscriber(
                    mailbox=Mailbox(address=one.address),
                    topics=tuple(topic for topic in one.topics if topic in self.topics),
                    send=one.send,
                    max_items=one.max_items,
                )
                for one in self.readers.values()
                if one.listed
            ),
        )

    async def _open(self) -> Desk:
        desk = Desk(self.settings, self.folder, self.press, self.relay)
        await desk.__aenter__()
        if not self._enrolled:
            # Ids that are not drawn by chance: a history that is run again is the same again.
            ids = {address: f"{number:016x}" for number, address in enumerate(self.readers, 1)}
            await desk.store.write(lambda c: enrol(c, ids, MORNING))
            self._enrolled = True
        desk.mortal()
        return desk

    def reopen(self) -> None:
        """End the program properly; the next action starts it anew, with the configuration as it is then."""
        if self.desk is not None:
            self.loop.run_until_complete(self.desk.__aexit__(None, None, None))
            self.desk = None

    def act(self, *actions: Action, doom: Doom | None = None) -> None:
        """Let the program do something, or two programs one thing each at one moment, and see what arrives."""
        self.loop.run_until_complete(self._act(actions, doom))

    def poll(self) -> None:
        """Let the program ask all feeds, and no more."""
        composed = list(self.composed)
        self.act(lambda desk: polling.poll(desk, manual=True))
        self.composed = composed

    async def _act(self, actions: Sequence[Action], doom: Doom | None) -> None:
        self.desk = self.desk or await self._open()
        self.press.answered.clear()
        planned = await self.desk.store.read(lambda c: set(c.execute(select(deliveries.c.id)).scalars()))
        lived = True
        if len(actions) == 1:
            if doom is not None:
                self.desk.doom.point, self.desk.doom.left = doom.point, doom.left
            lived = await self.desk.until_death(actions[0](self.desk))
            self.desk.doom.point = ""
        else:
            await self._side_by_side(self.desk, actions)
        if not lived:
            self.threads.shutdown()
            self._have_threads()
            self.desk.bury()
            self.desk = None
            self.doubts += 1
        self._see(lived)
        await self._hear(planned)
        self.composed.append(self.clock.now())

    async def _side_by_side(self, first: Desk, actions: Sequence[Action]) -> None:
        desks = [first, *[await self._open() for _ in actions[1:]]]
        barrier = threading.Barrier(len(desks))
        renderers = [desk.renderer for desk in desks]
        for desk, renderer in zip(desks, renderers, strict=True):
            desk.renderer = Meeting(renderer, barrier)
        done = await asyncio.gather(
            *(action(desk) for action, desk in zip(actions, desks, strict=True)), return_exceptions=True
        )
        first.renderer = renderers[0]
        for desk in desks[1:]:
            await desk.__aexit__(None, None, None)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome

    # What the world sees of it

    def _see(self, lived: bool) -> None:
        """The program has read what publishers show: from now on it is news, or is not."""
        now = self.clock.now()
        for publisher in self.press.answered:
            if not lived:
                publisher.doubtful = now
                continue
            for entry in () if publisher.empty else publisher.entries:
                if entry.news is News.UNSEEN:
                    entry.news, entry.seen = self._judged(publisher, entry, now), now
            publisher.polled, publisher.doubtful = now, None

    def _judged(self, publisher: Publisher, entry: Entry, now: datetime) -> News:
        """What an entry is that is read now. Who died may have read this one, or only what stood there before it."""
        found = {_judged(entry, publisher.polled, now)}
        if publisher.doubtful is not None:
            found |= {_judged(entry, publisher.polled, publisher.doubtful), _judged(entry, publisher.doubtful, now)}
        return found.pop() if len(found) == 1 else News.EITHER

    async def _hear(self, planned: set[str]) -> None:
        """Readers read what has arrived. `planned`: the deliveries that stood before."""
        arrivals: list[Arrival] = self.relay.arrived[self._read :]
        self._read = len(self.relay.arrived)
        self.desk = self.desk or await self._open()
        query = select(deliveries.c.message_id).where(deliveries.c.id.not_in(planned))
        fresh = await self.desk.store.read(lambda c: set(c.execute(query).scalars()))
        readers.one_each(one for one in arrivals if one.message_id in fresh)
        for arrival in arrivals:
            readers.read(self.readers[arrival.to], arrival, self.press.entries)

    def held(self) -> dict[str, set[int]]:
        """Reports in messages that may have arrived and wait for a person, by reader."""
        query = (
            select(subscribers.c.address, deliveries.c.message_id, editions.c.html)
            .join(deliveries, deliveries.c.subscriber == subscribers.c.id)
            .join(editions, editions.c.id == deliveries.c.edition)
            .where(deliveries.c.state == "unsure")
        )
        assert self.desk is not None
        rows = self.desk.store.read_now(lambda c: c.execute(query).all())
        assert len(rows) <= self.doubts, "more is in doubt than ever could be"
        found: dict[str, set[int]] = {address: set() for address in self.readers}
        for row in rows:
            found[row.address] |= set(map(int, _REPORT.findall(row.html)))
        return found

    # What happens to it

    def advance(self, by: timedelta) -> None:
        """The clock goes on, or back: a reading under the clock that was ahead counts as now, once that is noticed."""
        self.clock.advance(by)
        for publisher in self.press.publishers.values():
            if publisher.polled is not None and publisher.polled > self.clock.now():
                publisher.doubtful = self.clock.now()

    def excuse(self, entries: Sequence[Entry]) -> None:
        """Telling these is not a fault any more, nor is leaving them out."""
        for entry in entries:
            entry.news = News.EITHER

    def add_topic(self, reader: str) -> None:
        """A third topic, which one reader takes. What came before it is not a debt."""
        self.topics = TOPICS
        self.readers[reader].topics += TOPICS[2:]
        self.excuse([entry for entry in self.press.entries.values() if TOPICS[2] in entry.topics])

    def back_up(self) -> None:
        """Make a backup while the program works."""
        target = self.folder / f"backup-{len(self.composed)}-{self.clock.now():%d%H%M%S}.sqlite3"
        target.unlink(missing_ok=True)
        backup(self.settings, self.folder / "state", target, self.clock.now())
        self.kept = Kept(
            file=target,
            readers={one.address: one.copy() for one in self.readers.values()},
            seen={entry.number: (entry.news, entry.seen) for entry in self.press.entries.values()},
            polled={publisher.id: publisher.polled for publisher in self.press.publishers.values()},
        )

    def restore(self) -> None:
        """Put the backup in the store's place. What happened since, the program cannot know."""
        assert self.kept is not None
        self.reopen()
        for beside in ("-wal", "-shm"):
            self._file.with_name(self._file.name + beside).unlink(missing_ok=True)
        shutil.copy(self.kept.file, self._file)
        for address, reader in self.readers.items():
            old = self.kept.readers[address]
            reader.repeatable |= reader.told - old.told
            reader.doubtful |= reader.messages - old.messages
        for entry in self.press.entries.values():
            entry.news, entry.seen = self.kept.seen.get(entry.number, (News.UNSEEN, None))
        for publisher in self.press.publishers.values():
            publisher.polled = self.kept.polled[publisher.id]
        self.doubts += len(self.readers)

    def quiet_days(self) -> None:
        """Three days on which nothing happens and everybody has room: then everybody has been told everything."""
        self.relay.verdicts.clear()
        for publisher in self.press.publishers.values():
            publisher.failing = publisher.empty = False
        for reader in self.readers.values():
            reader.listed, reader.max_items = True, 60
        self.reopen()
        began = self.clock.now()
        before = list(self.composed)
        for _ in range(3):
            following = self.clock.now().replace(hour=7, minute=0, second=20)
            self.clock.moment = following if following > self.clock.now() else following + timedelta(days=1)
            self.act(lambda desk: Rounds(desk).once())
            self.act(lambda desk: sending.send(desk))
        held = self.held()
        missing = {
            address: sorted(found)
            for address, reader in self.readers.items()
            if (found := readers.owed(reader, self.press.entries.values(), began, before, held[address]))
        }
        assert not missing, f"never told: {missing}"

    def close(self) -> None:
        """End everything."""
        try:
            self.reopen()
        finally:
            self.threads.shutdown()
            self.loop.close()


def _judged(entry: Entry, polled: datetime | None, now: datetime) -> News:
    """What an entry is that first shows now, of a feed that was read at that moment before; None: never."""
    first = polled is None
    # A date in the future is as good as none.
    if entry.date is None or (first and entry.date >= now):
        return News.EITHER if first else News.FRESH
    before = now if polled is None else min(polled, now)
    new, old = (FIRST_NEW, FIRST_OLD) if first else (SURELY_NEW, SURELY_OLD)
    if entry.date >= before - new:
        return News.FRESH
    return News.OLD if entry.date < before - old else News.EITHER


def empty_store(path: Path) -> Path:
    """A SQLite store with its tables made, as one file to be copied."""
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return path

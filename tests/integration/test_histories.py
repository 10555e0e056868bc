"""Histories: whatever publishers, clocks, relays, operators and kills do, each reader is told each thing once.

A state machine draws the history. The rules that the program must keep are in `tests.histories.readers`: each new
report is told to each reader of its topic exactly once, nothing old is news, nothing is told again without something
new, and what a limit cut off is told later.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from digest.app import sending
from digest.app.running import Rounds
from digest.ports import Verdict
from tests.histories.desk import Desk, Doom
from tests.histories.press import Guids, Publisher
from tests.histories.world import PUBLISHERS, TOPICS, Action, World, empty_store
from tests.length import at_length
from tests.servers import postgres

_PUBLISHERS = st.sampled_from(PUBLISHERS)
_TOPICS = st.sampled_from([(TOPICS[0],), (TOPICS[1],), TOPICS[:2], (TOPICS[2],)])
_READERS = st.sampled_from(["ana@list.example", "ben@list.example", "cy@list.example"])


class Change(Enum):
    """What publishers do to what they have published."""

    #: A longer list: old entries at its end.
    ARCHIVE = auto()
    #: A word more in a headline, more in a text.
    EDITED = auto()
    RETRACTED = auto()
    #: Most read first.
    REORDERED = auto()
    #: A site is built again: all that was read is dated anew.
    REDATED = auto()


class Form(Enum):
    """What publishers do to their feeds."""

    #: Links change their scheme, and guids that are links with them.
    HTTPS = auto()
    #: Another program writes the feed.
    GUIDS = auto()
    #: No entries, until the next time.
    EMPTY = auto()
    #: The server is broken, until the next time.
    FAILING = auto()


class Edit(Enum):
    """What operators do to the configuration."""

    NOTHING = auto()
    TOPIC = auto()
    LISTED = auto()
    LIMIT = auto()


async def once(desk: Desk) -> object:
    """`run --once`."""
    return await Rounds(desk).once()


async def send(desk: Desk) -> object:
    """`send`."""
    return await sending.send(desk)


class Histories(RuleBasedStateMachine):
    """What may happen, in any order."""

    def __init__(self, store: Callable[[Path], Path | str]) -> None:
        super().__init__()
        self._folder = TemporaryDirectory(prefix="digest-history-")
        folder = Path(self._folder.name)
        self.world = World(folder, store(folder))

    def teardown(self) -> None:
        """The end of every history: quiet days, and the account."""
        try:
            self.world.quiet_days()
        finally:
            self.world.close()
            self._folder.cleanup()

    def _publisher(self, name: str) -> Publisher:
        return self.world.press.publishers[name]

    # Publishers

    @rule(publisher=_PUBLISHERS, count=st.integers(1, 4), topics=_TOPICS, dated=st.booleans())
    def publish(self, publisher: str, count: int, topics: tuple[str, ...], dated: bool) -> None:
        """Something happened, or several things."""
        for _ in range(count):
            date = self.world.clock.now() - timedelta(minutes=7) if dated else None
            self.world.press.publish(self._publisher(publisher), topics, date=date)

    @precondition(lambda self: self.world.press.entries)
    @rule(publisher=_PUBLISHERS, data=st.data())
    def follow(self, publisher: str, data: st.DataObject) -> None:
        """Another publisher tells it too."""
        entries = self.world.press.entries.values()
        told = {entry.happening for entry in self._publisher(publisher).entries}
        others = {entry.happening: entry for entry in entries if entry.happening not in told}
        if others:
            other = data.draw(st.sampled_from(sorted(others.values(), key=lambda entry: entry.number)))
            date = self.world.clock.now() - timedelta(minutes=7)
            self.world.press.publish(self._publisher(publisher), other.topics, date=date, happening=other.happening)

    @precondition(lambda self: self.world.press.entries)
    @rule(publisher=_PUBLISHERS, change=st.sampled_from(Change), data=st.data())
    def change_entries(self, publisher: str, change: Change, data: st.DataObject) -> None:
        """What publishers do to what they have published."""
        it, now = self._publisher(publisher), self.world.clock.now()
        match change:
            case Change.ARCHIVE:
                for age in data.draw(st.lists(st.integers(8, 60), min_size=1, max_size=3)):
                    topics, date = TOPICS[:1], now - timedelta(days=age)
                    self.world.press.publish(it, topics, date=date, place=len(it.entries))
            case Change.EDITED if it.entries:
                it.entries[data.draw(st.integers(0, len(it.entries) - 1))].edit()
            case Change.RETRACTED if it.entries:
                self.world.excuse([it.entries.pop(data.draw(st.integers(0, len(it.entries) - 1)))])
            case Change.REORDERED:
                it.entries = list(data.draw(st.permutations(it.entries)))
            case Change.REDATED:
                for entry in it.entries:
                    entry.date = now - timedelta(minutes=1) if entry.seen else entry.date

    @precondition(lambda self: self.world.press.entries)
    @rule(publisher=_PUBLISHERS, form=st.sampled_from(Form), guids=st.sampled_from(Guids))
    def change_the_form(self, publisher: str, form: Form, guids: Guids) -> None:
        """What publishers do to their feeds."""
        it = self._publisher(publisher)
        match form:
            case Form.HTTPS:
                it.scheme = "https"
            case Form.GUIDS:
                it.guids = guids
            case Form.EMPTY:
                it.empty = not it.empty
            case Form.FAILING:
                it.failing = not it.failing

    # The program

    @rule()
    def poll(self) -> None:
        """`poll`."""
        self.world.poll()

    @rule()
    def run_once(self) -> None:
        """`run --once`, whenever."""
        self.world.act(once)

    @rule()
    def send_by_hand(self) -> None:
        """`send`."""
        self.world.act(send)

    @rule(minutes=st.integers(0, 300))
    def next_slot(self, minutes: int) -> None:
        """The next morning's digest, on time or late."""
        self._to_the_next_morning(minutes)
        self.world.act(once)

    @rule(pair=st.sampled_from([(send, send), (once, send), (once, once)]), slot=st.booleans())
    def side_by_side(self, pair: tuple[Action, ...], slot: bool) -> None:
        """Two programs at one moment."""
        if slot:
            self._to_the_next_morning(0)
        self.world.act(*pair)

    @rule(
        action=st.sampled_from([once, send]),
        point=st.sampled_from(["before", "after", "offered", "arrived", "begun", "receipt"]),
        left=st.integers(1, 8),
        slot=st.booleans(),
    )
    def kill(self, action: Action, point: str, left: int, slot: bool) -> None:
        """The program dies in the middle."""
        if slot:
            self._to_the_next_morning(0)
        self.world.act(action, doom=Doom(point, left))

    def _to_the_next_morning(self, minutes: int) -> None:
        clock = self.world.clock
        slot = clock.now().replace(hour=7, minute=0, second=20)
        clock.moment = slot + timedelta(days=int(slot <= clock.now()), minutes=minutes)

    # The relay, the clock, the operator

    @rule(verdicts=st.lists(st.sampled_from([Verdict.ACCEPTED, Verdict.DEFERRED, Verdict.REFUSED]), max_size=3))
    def weather(self, verdicts: list[Verdict]) -> None:
        """What the relay says to the next messages."""
        self.world.relay.verdicts.extend(verdicts)

    @rule(minutes=st.sampled_from([1, 16, 70, 300, 1_500, 12_000, -1, -45, -600]))
    def move_the_clock(self, minutes: int) -> None:
        """Nothing happens for up to eight days, or the clock was fast."""
        self.world.advance(timedelta(minutes=minutes))

    @rule(days=st.sampled_from([3, 400]))
    def wrong_clock(self, days: int) -> None:
        """One round under a clock that is far ahead."""
        self.world.advance(timedelta(days=days))
        unseen = [entry for entry in self.world.press.entries.values() if entry.seen is None]
        self.world.act(once)
        self.world.advance(-timedelta(days=days))
        self.world.excuse([entry for entry in unseen if entry.seen is not None])

    @precondition(lambda self: isinstance(self.world.store, Path))
    @rule()
    def back_up_or_restore(self) -> None:
        """`db backup`; the next time, that takes the store's place."""
        if self.world.kept is None and self.world.composed:
            self.world.back_up()
        elif self.world.kept is not None:
            self.world.restore()

    @rule(reader=_READERS, edit=st.sampled_from(Edit), most=st.sampled_from([1, 2, 5, 40]))
    def edit_the_configuration(self, reader: str, edit: Edit, most: int) -> None:
        """What operators do; the program is ended, and started when it is next needed."""
        self.world.reopen()
        match edit:
            case Edit.TOPIC if len(self.world.topics) < len(TOPICS):
                self.world.add_topic(reader)
            case Edit.LISTED:
                self.world.readers[reader].listed = not self.world.readers[reader].listed
            case Edit.LIMIT:
                self.world.readers[reader].max_items = most


_LENGTH = settings(
    max_examples=at_length(4, 300),
    stateful_step_count=at_length(12, 60),
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables, to be copied."""
    return empty_store(tmp_path_factory.mktemp("made") / "digest.sqlite3")


def test_each_reader_is_told_each_thing_once_on_sqlite(made: Path) -> None:
    """Whatever happens, on a SQLite store."""
    run_state_machine_as_test(lambda: Histories(lambda _: made), settings=_LENGTH)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    """A real server."""
    with postgres.server() as found:
        yield found


def test_each_reader_is_told_each_thing_once_on_postgresql(server_url: str) -> None:
    """Whatever happens, on a PostgreSQL store."""
    with postgres.copies(server_url) as fresh:
        run_state_machine_as_test(lambda: Histories(lambda _: fresh()), settings=_LENGTH)  # type: ignore[arg-type]

"""Which feeds are asked, of very many: the due ones are found by an index, the others are left alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from digest.pipeline.polling.due import DueFeeds
from digest.storage.core.database import Store, open_store
from digest.storage.queries import feeds as stored_feeds
from digest.storage.queries.feeds import FeedState
from tests.mailing import SetClock

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Nine feeds of which three wait, one was told to be asked again, one is gone and one paused; all at "u"."""
    opened = open_store(f"sqlite:///{tmp_path / 'digest.sqlite3'}")
    minutes = {"a": -1, "b": 0, "c": 1, "d": 2, "e": 3}
    rows = [FeedState(id=name, url="u", next_poll=NOW + timedelta(minutes=n)) for name, n in minutes.items()]
    rows += [FeedState(id="again", url="u"), FeedState(id="gone", url="u", next_poll=NOW, gone=True)]
    opened.write_now(lambda c: stored_feeds.save(c, [*rows, FeedState(id="paused", url="u", next_poll=NOW)]))
    opened.write_now(lambda c: stored_feeds.pause(c, "paused", paused=True))
    yield opened
    opened.close()


def configured(**changed: str) -> dict[str, str]:
    """Every stored feed at its stored address, but for those named."""
    return dict.fromkeys(("a", "b", "c", "d", "e", "again", "gone", "paused"), "u") | changed


async def test_whose_moment_has_come_and_who_is_new_is_due(store: Store) -> None:
    """Come, never asked, or moved to another address by the configuration; neither gone nor paused."""
    due = DueFeeds(configured(never="u", d="v", gone="v", paused="v"))
    assert await due.now(store, SetClock(NOW)) == {"a", "b", "again", "never", "d", "gone"}


async def test_whoever_was_met_is_found_by_its_moment_from_then_on(store: Store) -> None:
    """The second round sees what the first one stored: who was asked waits, who is new to the store does not."""
    due, clock = DueFeeds(configured(never="u", lost="u")), SetClock(NOW)
    assert await due.now(store, clock) >= {"a", "never", "lost"}
    later = [FeedState(id=name, url="u", next_poll=NOW + timedelta(hours=1)) for name in ("a", "b", "again", "never")]
    store.write_now(lambda c: stored_feeds.save(c, later))
    clock.advance(timedelta(minutes=2))
    assert await due.now(store, clock) == {"c", "d", "lost"}
    store.write_now(lambda c: stored_feeds.pause(c, "c", paused=True))
    clock.advance(timedelta(hours=1))
    assert await due.now(store, clock) == {"a", "b", "again", "never", "d", "e", "lost"}


def test_the_next_moment_is_that_of_the_feeds_asked_for(store: Store) -> None:
    """What is paused, gone or not configured any more is due at no moment."""

    def moment(*names: str) -> datetime | None:
        return store.read_now(lambda c: stored_feeds.next_moment(c, set(names)))

    assert moment("e", "d", "paused", "gone", "never") == NOW + timedelta(minutes=2)
    assert moment("paused", "gone", "again", "never") is None


def test_the_index_of_moments_finds_them(store: Store) -> None:
    """No plan reads the whole table, however many feeds wait."""
    said: list[tuple[str, object]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        said.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", listen)
    store.read_now(lambda c: stored_feeds.ripe(c, NOW))
    store.read_now(lambda c: stored_feeds.next_moment(c, {"e"}))
    store.read_now(lambda c: stored_feeds.met(c, configured()))
    store.read_now(lambda c: stored_feeds.due(c, list(configured()), NOW))
    event.remove(store._engine, "before_cursor_execute", listen)
    selects = [(statement, parameters) for statement, parameters in said if statement.startswith("SELECT")]
    assert len(selects) == 4
    with store._engine.connect() as connection:
        for statement, parameters in selects:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())  # type: ignore[arg-type]
            assert "SEARCH feeds" in plan, plan
            assert "SCAN feeds" not in plan, plan
            assert ("ix_feeds_next_poll" in plan) == ("next_poll IS" in statement), plan

"""What the store throws away, what outlives that, and how little a glance costs after a year."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.sql.schema import Table

from digest.app import composing, readers, sending
from digest.delivery import ledger
from digest.settings.core.shape import RetentionSettings
from digest.storage.core.database import Store
from digest.storage.core.schema import deliveries, edition_reports, editions, items
from digest.storage.core.schema import events as events_table
from digest.storage.queries import editions as stored_editions
from digest.storage.queries import events
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.retention import tidy
from tests.desk import DAY, HOUR, SLOT, Desk, desk, item
from tests.installation import subscriber
from tests.servers import postgres

ANA = "ana@example.org"
KEPT = RetentionSettings(items=90 * DAY, editions=400 * DAY, events=30 * DAY)


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """One server for the module."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'd.sqlite3'}"
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as made:
        yield made


async def _tidied(store: Store, now: datetime) -> None:
    """Throw away twice: at the first of them the clock has leapt, and is believed six hours later."""
    await tidy(store, KEPT, now - 6 * HOUR)
    await tidy(store, KEPT, now)


async def _count(made: Desk, table: Table) -> int:
    return await made.app.store.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


async def test_one_round_under_a_clock_that_leapt_throws_nothing_away(tmp_path: Path, url: str) -> None:
    """A clock that is a year ahead for some rounds costs no news; one that stays there for six hours is believed."""
    async with desk(tmp_path, url, subscriber(ANA)) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        await tidy(made.app.store, KEPT, SLOT)
        await tidy(made.app.store, KEPT, SLOT + 400 * DAY)
        await tidy(made.app.store, KEPT, SLOT + 400 * DAY + HOUR)
        await tidy(made.app.store, KEPT, SLOT + HOUR)
        await tidy(made.app.store, KEPT, SLOT + 400 * DAY + 7 * HOUR)
        assert await _count(made, items) == 1
        await tidy(made.app.store, KEPT, SLOT + 400 * DAY + 13 * HOUR)
        assert await _count(made, items) == 0


async def test_a_clock_that_is_found_set_back_is_not_believed_when_it_leaps_again(tmp_path: Path, url: str) -> None:
    """Between two leaps nobody threw anything away, but somebody saw that the first one was over."""
    async with desk(tmp_path, url, subscriber(ANA)) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        await tidy(made.app.store, KEPT, SLOT)
        made.clock.moment = SLOT + 400 * DAY
        await sending.send(made.app)
        await tidy(made.app.store, KEPT, SLOT + 400 * DAY)
        made.clock.moment = SLOT + 9 * HOUR
        await readers.mind_the_clock(made.app)
        await tidy(made.app.store, KEPT, SLOT + 400 * DAY + 10 * HOUR)
        assert await _count(made, items) == 1


async def test_each_table_is_kept_as_long_as_it_says(tmp_path: Path, url: str) -> None:
    """Events go first, digests later, what their readers have had 90 days after them; a "no" stays for good."""
    async with desk(tmp_path, url, subscriber(ANA), subscriber("bo@example.org")) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        made.clock.moment = SLOT
        await composing.compose_due(made.app)
        await sending.deliver(made.app)
        rows = await readers.audience(made.app)
        who = rows[1][0].id
        await made.app.store.write(lambda c: stored_subscribers.suppress(c, who, "unsubscribed", "asked to", SLOT))
        edition = (await made.app.store.read(ledger.log))[0].edition
        await _tidied(made.app.store, SLOT + 29 * DAY)
        assert await _count(made, events_table) > 0
        await _tidied(made.app.store, SLOT + 31 * DAY)
        assert await _count(made, events_table) == 0
        await _tidied(made.app.store, SLOT + 399 * DAY)
        kept = await made.app.store.read(lambda c: stored_editions.find(c, edition))
        assert kept is not None
        assert "Syria" in kept.rendered.text
        await _tidied(made.app.store, SLOT + 401 * DAY)
        blank = await made.app.store.read(lambda c: stored_editions.find(c, edition))
        assert blank is not None
        assert (blank.content, blank.rendered.text, blank.rendered.html) == ({}, "", None)
        assert (await _count(made, deliveries), await _count(made, edition_reports)) == (2, 1)
        await _tidied(made.app.store, SLOT + 491 * DAY)
        assert [await _count(made, table) for table in (editions, deliveries, edition_reports)] == [0, 0, 0]
        found = await made.app.store.read(lambda c: stored_subscribers.find(c, "bo@example.org"))
        assert found is not None
        assert found.suppressed == "unsubscribed"


async def test_what_is_more_than_one_bite_goes_too(tmp_path: Path, url: str) -> None:
    """Thousands of old events are thrown away in one call, in many short transactions."""
    async with desk(tmp_path, url) as made:

        def fill(c: Connection) -> None:
            for number in range(1_300):
                events.note(c, kind="feed-failing", subject=f"f{number}", text="away", now=SLOT)

        await made.app.store.write(fill)
        await _tidied(made.app.store, SLOT + 31 * DAY)
        assert await _count(made, events_table) == 0


async def test_what_a_reader_has_had_is_looked_up_without_their_past(tmp_path: Path) -> None:
    """The lookup of what was had reads the days that can matter by an index, not years of deliveries."""
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    async with desk(tmp_path, url, subscriber(ANA)) as made:
        statement = (
            "EXPLAIN QUERY PLAN SELECT subscriber, edition, state, stale_after FROM deliveries "
            "WHERE subscriber IN ('a', 'b') AND created >= '2026-01-01'"
        )
        plan = await made.app.store.read(lambda c: [row[-1] for row in c.execute(text(statement))])
        assert plan == ["SEARCH deliveries USING INDEX ix_deliveries_subscriber_created (subscriber=? AND created>?)"]


async def test_years_of_digests_do_not_repeat_nor_hide_anything(tmp_path: Path) -> None:
    """With the digests of two years in the store, today's holds what is new and nothing else."""
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    async with desk(tmp_path, url, subscriber(ANA), at=SLOT - 731 * DAY) as made:
        for day in (730, 400, 30, 1, 0):
            made.clock.moment = SLOT - day * DAY - HOUR
            await made.sees(item("wire", f"k{day}", f"Syria counts day {day} of {_name(day)}", at=made.clock.moment))
            made.clock.moment = SLOT - day * DAY
            await composing.compose_due(made.app)
            await sending.deliver(made.app)
            await _tidied(made.app.store, made.clock.moment)
        told = await made.told(ANA)
        assert [len(edition) for edition in told] == [1] * len(told)
        assert told[-1] == [f"Syria counts day 0 of {_name(0)}"]
        made.clock.moment += timedelta(minutes=1)
        assert (await sending.send(made.app)).composed.planned == 0


def _name(number: int) -> str:
    return ("olives", "ferries", "schools", "wheat", "rain")[number % 5]

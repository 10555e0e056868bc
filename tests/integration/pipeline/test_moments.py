"""When `run` composes: late slots, those who want news at once, clocks that were wrong, glances with nothing due."""

import asyncio
import dataclasses
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from digest.app import Installation, composing, polling, queries, readers, sending
from digest.app import queries as people_verbs
from digest.app.running import Rounds
from digest.demo.show import StandingClock
from digest.model import Quiet, Subscriber
from tests.desk import desk, item
from tests.installation import NOW, Told, installed, mails, rss, settings, subscriber, text_of
from tests.servers import postgres
from tests.servers.http import HttpServer

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Eight in Berlin.
SLOT = datetime(2026, 3, 2, 7, tzinfo=UTC)
PATIENCE_S = 30
EVENING = Told(title="Aleppo talks collapse in Geneva", guid="evening")
NIGHT = Told(title="Tehran opens a new bridge over the old river bed", guid="night")
LATER = Told(title="Damascus repairs its oldest clock", guid="later")


@asynccontextmanager
async def at_work(
    server: HttpServer, folder: Path, *people: Subscriber, poll: timedelta = MINUTE
) -> AsyncIterator[tuple[Installation, StandingClock]]:
    """An installation that has read one feed at `NOW`, and knows its readers."""
    server.document("/a.xml", rss("Wire", [EVENING]))
    chosen = settings(server, {"a": "/a.xml"}, *people)
    feeds = tuple(dataclasses.replace(feed, poll=poll) for feed in chosen.feeds)
    async with installed(dataclasses.replace(chosen, feeds=feeds), folder) as (app, clock):
        await readers.audience(app)
        await polling.poll(app, manual=True)
        yield app, clock


async def until_mailed(rounds: Rounds, folder: Path) -> str:
    """The text of the first message that a `run` sends."""
    running = asyncio.create_task(rounds.run())
    async with asyncio.timeout(PATIENCE_S):
        while not mails(folder):
            await asyncio.sleep(0.02)
    rounds.stop()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return text_of(mails(folder)[0])


async def test_a_late_slot_asks_the_feeds_first(http_server: HttpServer, tmp_path: Path) -> None:
    """A machine that is switched on after the slot sends the night's news, not yesterday's alone."""
    async with at_work(http_server, tmp_path, subscriber("ana@example.org")) as (app, clock):
        http_server.document("/a.xml", rss("Wire", [NIGHT, EVENING]))
        clock.moment = SLOT + 20 * MINUTE
        text = await until_mailed(Rounds(app), tmp_path)
    assert "bridge" in text
    assert "Aleppo" in text


async def test_a_slot_on_time_waits_for_no_feed(http_server: HttpServer, tmp_path: Path) -> None:
    """While a feed hangs, what is there goes out at its moment."""
    async with at_work(http_server, tmp_path, subscriber("ana@example.org")) as (app, clock):
        http_server.answer("/a.xml", delay=2 * PATIENCE_S)
        clock.moment = SLOT + timedelta(seconds=1)
        assert "Aleppo" in await until_mailed(Rounds(app), tmp_path)


async def test_a_late_slot_waits_for_the_feeds_no_longer_than_its_patience(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """A feed that hangs holds up a late digest for a limited time."""
    async with at_work(http_server, tmp_path, subscriber("ana@example.org")) as (app, clock):
        http_server.answer("/a.xml", delay=2 * PATIENCE_S)
        clock.moment = SLOT + HOUR
        rounds = Rounds(app, patience=timedelta(seconds=2))
        again = await rounds.compose()
        assert again is not None
        assert clock.moment < again <= clock.moment + timedelta(seconds=2)
        assert "Aleppo" in await until_mailed(rounds, tmp_path)


async def test_a_round_at_the_moment_of_the_slot_tells_what_it_has_just_read(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """`run --once` from cron at eight, with digests at eight, sends no yesterday's news."""
    async with at_work(http_server, tmp_path, subscriber("ana@example.org")) as (app, clock):
        http_server.document("/a.xml", rss("Wire", [NIGHT, EVENING]))
        clock.moment = SLOT + timedelta(seconds=1)
        await Rounds(app).once()
    assert "bridge" in text_of(mails(tmp_path)[0])


async def test_a_late_slot_is_sent_in_a_round_whose_feeds_fail(http_server: HttpServer, tmp_path: Path) -> None:
    """`run --once` with dead feeds sends what is there."""
    async with at_work(http_server, tmp_path, subscriber("ana@example.org")) as (app, clock):
        http_server.answer("/a.xml", 500)
        clock.moment = SLOT + HOUR
        assert (await Rounds(app).once()).delivered.accepted == 1


async def test_now_tells_what_came_within_a_quarter_of_an_hour_when_that_is_over(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """Nobody waits for the next news: `run` wakes for them, and a later `run --once` finds it in the store."""
    hasty = subscriber("ana@example.org", send="now")
    async with at_work(http_server, tmp_path, hasty) as (app, clock):
        rounds = Rounds(app)
        assert (await rounds.once()).delivered.accepted == 1
        clock.moment = NOW + 10 * MINUTE
        http_server.document("/a.xml", rss("Wire", [NIGHT, EVENING]))
        await rounds.poll()
        assert await rounds.compose() == NOW + 15 * MINUTE
        clock.moment = NOW + 15 * MINUTE
        await rounds.compose()
        await rounds.deliver()
        assert ["bridge" in text_of(mail) for mail in mails(tmp_path)] == [False, True]
        clock.moment = NOW + 20 * MINUTE
        http_server.document("/a.xml", rss("Wire", [LATER, NIGHT, EVENING]))
        await rounds.poll()
        await rounds.compose()
        clock.moment = NOW + 2 * DAY
        assert (await Rounds(app).once()).delivered.accepted == 1


async def test_one_round_under_a_clock_that_is_ahead_stops_nothing(http_server: HttpServer, tmp_path: Path) -> None:
    """Days later by mistake, then right again: digests go on, what was first seen in that round is told, and once;
    feeds are asked; `status` says what happened."""
    people = [subscriber("ana@example.org"), subscriber("ben@example.org", send="now")]
    async with at_work(http_server, tmp_path, *people) as (app, clock):
        clock.moment = SLOT + timedelta(seconds=1)
        assert (await Rounds(app).once()).delivered.accepted == 2
        clock.moment = SLOT + 400 * DAY
        http_server.document("/a.xml", rss("Wire", [NIGHT, EVENING]))
        await Rounds(app).once()
        sent = len(mails(tmp_path))
        for day in (1, 2):
            clock.moment = SLOT + day * DAY - HOUR
            fresh = Told(title=f"Iran and Syria open border crossing number {day}", guid=f"day-{day}", age=-24 * day)
            http_server.document("/a.xml", rss("Wire", [fresh, NIGHT, EVENING]))
            await polling.poll(app)
            clock.moment = SLOT + day * DAY + timedelta(seconds=30)
            done = await Rounds(app).once()
            assert done.delivered.accepted == 2, day
        assert [event.kind for event in (await queries.status(app)).events][1:] == ["clock-ahead"]
    texts = [text_of(mail) for mail in mails(tmp_path)]
    assert len(texts) == sent + 4
    for words in ("bridge", "number 1", "number 2"):
        assert sum(words in text for text in texts) == 2, words


async def test_news_first_seen_under_a_clock_that_is_ahead_is_told_when_it_is_right(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """An item whose moment is still to come is in the next edition, and in no other."""
    async with at_work(http_server, tmp_path, subscriber("ana@example.org")) as (app, clock):
        clock.moment = NOW + 400 * DAY
        http_server.document("/a.xml", rss("Wire", [NIGHT, EVENING]))
        await polling.poll(app, manual=True)
        for day in range(3):
            clock.moment = SLOT + day * DAY + timedelta(seconds=1)
            await Rounds(app).once()
    assert sum("bridge" in text_of(mail) for mail in mails(tmp_path)) == 1


async def test_who_came_under_a_clock_that_is_ahead_gets_what_was_there(
    http_server: HttpServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A first `send` under a wrong clock finds nothing that recent: what was there comes with the next slot, once."""
    async with at_work(http_server, tmp_path) as (app, _):
        before = app.settings
    then = NOW + 400 * DAY
    with_her = dataclasses.replace(before, subscribers=(subscriber("ana@example.org"),))
    async with installed(with_her, tmp_path, at=then) as (app, clock):
        await sending.send(app)
        clock.moment = SLOT + timedelta(seconds=1)
        await Rounds(app).once()
        clock.moment = SLOT + DAY + timedelta(seconds=1)
        await Rounds(app).once()
    assert sum("Aleppo" in text_of(mail) for mail in mails(tmp_path)) == 1
    assert f"what was done at {then:%Y-%m-%d %H:%M} UTC counts as now" in caplog.text


async def test_a_note_tells_a_quiet_day_from_one_whose_feeds_could_not_be_read(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """When every feed has failed since yesterday, nobody is told that there is nothing new."""
    reader = subscriber("ana@example.org", quiet=Quiet.NOTE)
    async with at_work(http_server, tmp_path, reader) as (app, clock):
        clock.moment = SLOT + timedelta(seconds=1)
        await Rounds(app).once()
        http_server.answer("/a.xml", 503)
        for hours in range(1, 25):
            clock.moment = SLOT + hours * HOUR + timedelta(seconds=1)
            await Rounds(app).once()
        http_server.document("/a.xml", rss("Wire", [EVENING]))
        clock.moment = SLOT + 2 * DAY - HOUR
        await polling.poll(app)
        clock.moment = SLOT + 2 * DAY + timedelta(seconds=1)
        await Rounds(app).once()
    subjects = [str(mail["Subject"]) for mail in mails(tmp_path)]
    assert [subject.partition(":")[0] for subject in subjects[1:]] == ["No source could be read", "A quiet day"]
    assert "2 March 2026" in text_of(mails(tmp_path)[1])


@pytest.mark.parametrize("gone", ["unlisted", "paused"])
async def test_who_is_away_for_a_moment_loses_nothing(http_server: HttpServer, tmp_path: Path, gone: str) -> None:
    """Unlisted or paused between the planning and the sending, and back: the stories planned for them come with the
    next digest, together with what came meanwhile."""
    people = [subscriber("ana@example.org"), subscriber("ben@example.org")]
    async with at_work(http_server, tmp_path, *people) as (app, clock):
        clock.moment = SLOT + timedelta(seconds=1)
        assert (await composing.compose_due(app)).planned == 2
        settings_then = app.settings
        if gone == "paused":
            await people_verbs.pause(app, "ana@example.org", "a moment")
            assert (await sending.deliver(app)).suppressed == 1
            http_server.document("/a.xml", rss("Wire", [NIGHT, EVENING]))
            clock.moment = SLOT + HOUR
            await polling.poll(app)
            await people_verbs.resubscribe(app, "ana@example.org", "back")
    if gone == "unlisted":
        alone = dataclasses.replace(settings_then, subscribers=(people[1],))
        async with installed(alone, tmp_path, at=SLOT + MINUTE) as (app, clock):
            await readers.audience(app)
            assert (await sending.deliver(app)).suppressed == 1
            http_server.document("/a.xml", rss("Wire", [NIGHT, EVENING]))
            clock.moment = SLOT + HOUR
            await polling.poll(app)
    async with installed(settings_then, tmp_path, at=SLOT + DAY + timedelta(seconds=1)) as (app, _):
        assert (await Rounds(app).once()).delivered.accepted == 2
    hers = [text_of(mail) for mail in mails(tmp_path) if mail["To"] == "ana@example.org"]
    assert len(hers) == 1
    assert "Aleppo" in hers[0]
    assert "bridge" in hers[0]


async def test_a_clock_that_was_wrong_and_who_comes_back_are_the_same_on_postgresql(tmp_path: Path) -> None:
    """Moments ahead count as now, who is listed again is caught up, and `status` tells of it."""
    ana = subscriber("ana@example.org")
    with postgres.server() as server, postgres.database(server) as url:
        async with desk(tmp_path, url, ana) as made:
            made.clock.moment = SLOT - HOUR
            await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
            made.clock.moment = SLOT + 400 * DAY
            await composing.compose_due(made.app)
            await sending.deliver(made.app)
            made.clock.moment = SLOT + DAY
            await made.sees(item("mail", "b", "Iran opens a bridge", at=SLOT + DAY))
            await readers.mind_the_clock(made.app)
            await composing.compose_due(made.app)
            await sending.deliver(made.app)
            told = await made.told(ana.mailbox.address)
            assert sorted(told) == [["Iran opens a bridge"], ["Syria talks resume"]]
            alarms = (await queries.status(made.app)).alarms
            assert any("the clock was wrong" in alarm for alarm in alarms), alarms
            who = ana.mailbox.address
            await people_verbs.pause(made.app, who, "away")
            made.clock.moment = SLOT + 60 * DAY
            await people_verbs.resubscribe(made.app, who, "back")
            [(row, _)] = await readers.audience(made.app)
            assert (row.watermark, row.last_slot) == (SLOT + 53 * DAY, SLOT + 59 * DAY)


class Counted(Installation):
    """An installation that counts whom it looks at."""

    looked: int = 0

    @cached_property
    def subscribers(self) -> Mapping[str, Subscriber]:
        """As ever."""
        app = self

        class Looked(dict[str, Subscriber]):
            def __getitem__(self, address: str) -> Subscriber:
                app.looked += 1
                return super().__getitem__(address)

        return Looked(super().subscribers)


async def test_a_glance_with_nothing_due_looks_at_nobody_and_writes_nothing(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """However many wait: nobody's row is read, and another process may hold the store meanwhile; a slot that comes is
    served to those who share it alone."""
    waiting = [subscriber(f"w{n}@example.org") for n in range(50)]
    early = [subscriber(f"e{n}@example.org", send="daily 09:30") for n in range(3)]
    http_server.document("/a.xml", rss("Wire", [EVENING]))
    chosen = settings(http_server, {"a": "/a.xml"}, *waiting, *early)
    clock = StandingClock(SLOT + HOUR)
    async with Counted(chosen, state=tmp_path / "state", outbox=tmp_path / "outbox", clock=clock) as app:
        rounds = Rounds(app)
        await rounds.once()
        app.looked = 0
        with sqlite3.connect(tmp_path / "state" / "digest.sqlite3", isolation_level=None) as held:
            held.execute("BEGIN IMMEDIATE")
            async with asyncio.timeout(PATIENCE_S):
                assert await rounds.compose() == SLOT + 90 * MINUTE
        held.close()
        assert app.looked == 0
        clock.moment = SLOT + 90 * MINUTE
        assert (await rounds.compose()) == SLOT + DAY
        assert app.looked == 3 * len(early), "before, while and after it is composed for them"

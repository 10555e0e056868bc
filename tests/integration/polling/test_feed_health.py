"""How feeds do, as the operator sees it: told once, paused, new."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from digest.app import Installation, polling, queries
from digest.demo.show import StandingClock
from tests.installation import NOW, Told, installed, rss, settings
from tests.servers.http import HttpServer

HOUR = timedelta(hours=1)
NEWS = rss("Wire", [Told(title="Talks resume")])


async def told(app: Installation) -> list[str]:
    """What `status` shows of events, oldest first."""
    return [event.kind for event in reversed((await queries.status(app)).events)]


async def passes(app: Installation, clock: StandingClock, hours: int) -> None:
    """Poll on schedule for some hours."""
    for _ in range(hours * 4):
        clock.moment += HOUR / 4
        await polling.poll(app)


async def test_a_blink_is_not_told_and_a_lasting_failure_once(http_server: HttpServer, tmp_path: Path) -> None:
    """Failures of an hour, again and again, are nobody's business; one that lasts is told once, and so is its end."""
    http_server.document("/good", NEWS)
    chosen = settings(http_server, {"good": "/good", "bad": "/bad"})
    async with installed(chosen, tmp_path) as (app, clock):
        for _ in range(6):
            http_server.answer("/bad", 503)
            await passes(app, clock, 1)
            assert [one.id for one in (await queries.status(app)).failing] == ["bad"]
            http_server.document("/bad", NEWS)
            await passes(app, clock, 3)
        assert await told(app) == []
        http_server.answer("/bad", 503)
        await passes(app, clock, 72)
        assert await told(app) == ["feed-failing"]
        [failing] = (await queries.status(app)).failing
        assert failing.failures >= 3
        assert failing.failing_since is not None
        assert clock.now() - failing.failing_since > 24 * HOUR
        assert "503" in (failing.error or "")
        http_server.document("/bad", NEWS)
        await passes(app, clock, 36)
        assert await told(app) == ["feed-failing", "feed-recovered"]
        assert (await queries.status(app)).failing == ()


async def test_a_feed_that_turns_empty_is_told_and_alarms(http_server: HttpServer, tmp_path: Path) -> None:
    """A feed that answers for days and shows nothing any more is not a healthy feed, until it shows entries again."""
    http_server.document("/good", NEWS)
    http_server.document("/blank", NEWS)
    chosen = settings(http_server, {"good": "/good", "blank": "/blank"})
    async with installed(chosen, tmp_path) as (app, clock):
        await passes(app, clock, 1)
        http_server.document("/blank", rss("Wire", []), etag='"1"')
        await passes(app, clock, 40)
        assert (await queries.status(app)).alarms == ()
        await passes(app, clock, 20)
        assert await told(app) == ["feed-empty"]
        [alarm] = (await queries.status(app)).alarms
        assert alarm.startswith("blank answers, but has shown no entries since 20")
        http_server.document("/blank", NEWS)
        await passes(app, clock, 30)
        assert await told(app) == ["feed-empty", "feed-recovered"]
        assert (await queries.status(app)).alarms == ()


async def test_a_paused_feed_neither_wakes_nor_alarms(http_server: HttpServer, tmp_path: Path) -> None:
    """What rests by the operator's word, here or in the configuration, is due at no moment and nobody's alarm."""
    paths = {"works": "/works", "rests": "/rests", "stopped": "/stopped"}
    for path in paths.values():
        http_server.document(path, NEWS)
    chosen = settings(http_server, paths)
    async with installed(chosen, tmp_path) as (app, _):
        await polling.poll(app)
    resting = tuple(replace(feed, paused=feed.id == "rests") for feed in chosen.feeds)
    chosen = replace(chosen, feeds=resting)
    async with installed(chosen, tmp_path, at=NOW + 30 * HOUR) as (app, clock):
        await queries.pause_feed(app, "stopped", paused=True)
        assert (await polling.poll(app))[0].feeds == 1
        next_poll = await polling.next_poll(app)
        assert next_poll is not None
        assert next_poll > clock.now()
        found = await queries.status(app)
        assert (found.next_poll, found.alarms) == (next_poll, ())
        health = {name: one for name, _, one in await queries.feeds_health(app) if one}
        assert {name: one.paused for name, one in health.items()} == {"works": False, "rests": True, "stopped": True}


async def test_new_and_changed_feeds_are_asked_at_once(http_server: HttpServer, tmp_path: Path) -> None:
    """A feed that was added, resumed or given another address is due at once, and then waits as all others do."""
    for path in ("/a", "/b", "/c"):
        http_server.document(path, NEWS)
    chosen = settings(http_server, {"a": "/a", "b": "/b"})
    async with installed(chosen, tmp_path) as (app, _):
        assert (await polling.poll(app))[0].feeds == 2
        assert (await polling.poll(app))[0].feeds == 0
        await queries.pause_feed(app, "b", paused=True)
    async with installed(settings(http_server, {"a": "/c", "b": "/b", "new": "/a"}), tmp_path) as (app, _):
        assert (await polling.poll(app))[0].feeds == 2
        assert (await polling.poll(app))[0].feeds == 0
        await queries.pause_feed(app, "b", paused=False)
        assert (await polling.poll(app))[0].feeds == 1
        assert (await polling.poll(app))[0].feeds == 0


async def test_a_clock_that_was_wrong_costs_no_feed(http_server: HttpServer, tmp_path: Path) -> None:
    """Feeds polled while the clock stood years ahead are due at once when it is right again, by hand too."""
    http_server.document("/a", NEWS)
    http_server.answer("/b", 503, headers={"Retry-After": "3600"})
    chosen = settings(http_server, {"a": "/a", "b": "/b"})
    for manual in (False, True):
        folder = tmp_path / str(manual)
        async with installed(chosen, folder, at=NOW.replace(year=2038)) as (app, _):
            assert (await polling.poll(app))[0].feeds == 2
        async with installed(chosen, folder, at=NOW) as (app, _):
            assert (await polling.poll(app, manual=manual))[0].feeds == 2
            assert (await polling.poll(app))[0].feeds == 0

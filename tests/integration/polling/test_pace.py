"""When a feed is asked again, as its server and its document say, within the operator's bounds: over real HTTP."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from digest.feeds.fetch.http import HttpFetcher
from digest.feeds.sandbox.parent import Limits, ProcessParser
from digest.model import Feed
from digest.settings.core.shape import DigestSettings
from digest.storage.core.database import open_store
from digest.storage.queries import feeds as stored_feeds
from digest.storage.queries.feeds import FeedState
from tests.polling import NOW, Polls, rss
from tests.servers.http import HttpServer

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Not the defaults, so that it is these that count.
SETTINGS = DigestSettings(poll=20 * MINUTE, poll_min=10 * MINUTE, poll_max=12 * HOUR)
#: A Sunday, noon.
assert NOW.weekday() == 6


@pytest.fixture
async def polls(tmp_path: Path) -> AsyncIterator[Polls]:
    """Polls over HTTP, within the bounds of SETTINGS."""
    store = open_store(f"sqlite:///{tmp_path / 'digest.sqlite'}")
    async with HttpFetcher(SETTINGS, secrets=lambda _: "") as fetcher:
        yield Polls(store, fetcher, SETTINGS)
    store.close()


def state(polls: Polls, name: str = "f") -> FeedState:
    """How a feed stands."""
    return polls.store.read_now(lambda c: stored_feeds.states(c, [name]))[name]


async def asked_again(polls: Polls, feed: Feed) -> timedelta:
    """How long after a poll the feed is due."""
    await polls([feed], manual=True)
    return (state(polls, feed.id).next_poll or datetime.max.replace(tzinfo=NOW.tzinfo)) - polls.clock.now()


def syndication(period: str, frequency: str) -> str:
    """The RSS 1.0 module."""
    return (
        f"<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>{period}</sy:updatePeriod>"
        f"<sy:updateFrequency xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>{frequency}</sy:updateFrequency>"
    )


HOURS = "".join(f"<hour>{hour}</hour>" for hour in (12, 13, 14))


@pytest.mark.parametrize(
    ("wish", "wait"),
    [
        ("", 20 * MINUTE),
        ("<ttl>90</ttl>", 90 * MINUTE),
        ("<ttl>5</ttl>", 20 * MINUTE),
        ("<ttl>525600</ttl>", 12 * HOUR),
        ("<ttl>999999999999</ttl>", 20 * MINUTE),
        ("<ttl>-60</ttl>", 20 * MINUTE),
        ("<ttl>soon</ttl>", 20 * MINUTE),
        (syndication("daily", "4"), 6 * HOUR),
        (syndication("hourly", "1"), HOUR),
        (syndication("yearly", "1"), 12 * HOUR),
        (syndication("hourly", "999999"), 20 * MINUTE),
        (syndication("fortnightly", "x"), 20 * MINUTE),
        (f"<skipHours>{HOURS}</skipHours>", 3 * HOUR),
        ("<skipDays><day>Sunday</day></skipDays>", 12 * HOUR),
        ("<skipDays><day>Sunday</day><day>Monday</day></skipDays>", 12 * HOUR),
        ("<skipHours><hour>77</hour></skipHours>", 20 * MINUTE),
    ],
)
async def test_what_a_document_asks_for(http_server: HttpServer, polls: Polls, wish: str, wait: timedelta) -> None:
    """ttl, syn:updatePeriod, skipHours and skipDays delay a poll up to the operator's bound; nonsense does not."""
    http_server.document("/feed", rss("a").replace(b"<channel>", b"<channel>" + wish.encode()))
    found = await asked_again(polls, Feed(id="f", url=http_server.url("/feed"), private=True))
    assert wait <= found <= wait * 1.05


DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Cache-Control": "max-age=7200"}, 2 * HOUR),
        ({"Cache-Control": "public, max-age=7200, no-transform", "Age": "3600"}, HOUR),
        ({"Cache-Control": "max-age=60"}, 20 * MINUTE),
        ({"Cache-Control": "max-age=31536000, immutable"}, 12 * HOUR),
        ({"Cache-Control": "max-age=" + "9" * 300}, 12 * HOUR),
        ({"Cache-Control": "max-age=1e9"}, 20 * MINUTE),
        ({"Cache-Control": "no-cache, max-age=7200"}, 20 * MINUTE),
        ({"Expires": "Sun, 22 Nov 2026 15:00:00 GMT", "Date": DATE}, 3 * HOUR),
        # The server's clock is a year off: its dates count from its own Date.
        ({"Expires": "Mon, 22 Nov 2027 15:00:00 GMT", "Date": "Mon, 22 Nov 2027 12:00:00 GMT"}, 3 * HOUR),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT", "Date": DATE}, 20 * MINUTE),
        ({"Expires": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": DATE}, 12 * HOUR),
        ({"Expires": "-1", "Date": DATE}, 20 * MINUTE),
    ],
)
@pytest.mark.parametrize("status", [200, 304])
async def test_how_long_an_answer_is_fresh(
    http_server: HttpServer, polls: Polls, headers: Mapping[str, str], wait: timedelta, status: int
) -> None:
    """max-age and Expires delay a poll up to the operator's bound, in a 200 and in a 304."""
    feed = Feed(id="f", url=http_server.url("/feed"), private=True)
    http_server.document("/feed", rss("a"), etag='"1"', headers=headers)
    if status == 304:
        await asked_again(polls, feed)
    found = await asked_again(polls, feed)
    assert wait <= found <= wait * 1.05


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({}, 15 * MINUTE, 25 * MINUTE),
        ({"Retry-After": "7200"}, 2 * HOUR, 2.5 * HOUR),
        ({"Retry-After": "60"}, 15 * MINUTE, 25 * MINUTE),
        ({"Retry-After": "Sun, 22 Nov 2026 14:00:00 GMT", "Date": DATE}, 2 * HOUR, 2.5 * HOUR),
        ({"Retry-After": "Sunday, 22-Nov-26 14:00:00 GMT", "Date": DATE}, 2 * HOUR, 2.5 * HOUR),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT", "Date": DATE}, 15 * MINUTE, 25 * MINUTE),
        ({"Retry-After": "172800"}, 2 * DAY, 2.5 * DAY),
        ({"Retry-After": "9" * 300}, 7 * DAY, 8.75 * DAY),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": DATE}, 7 * DAY, 8.75 * DAY),
        ({"Retry-After": "-5"}, 15 * MINUTE, 25 * MINUTE),
        ({"Retry-After": "tomorrow"}, 15 * MINUTE, 25 * MINUTE),
    ],
)
async def test_how_long_a_server_wants_to_be_left_alone(
    http_server: HttpServer, polls: Polls, headers: Mapping[str, str], least: timedelta, most: timedelta
) -> None:
    """Retry-After in seconds or as a date is a floor, of a week at most; without one the wait is the backoff's."""
    http_server.answer("/feed", 503, headers=headers)
    found = await asked_again(polls, Feed(id="f", url=http_server.url("/feed"), private=True))
    assert least <= found <= most


async def test_an_interval_adapts_between_the_operators_bounds(http_server: HttpServer, polls: Polls) -> None:
    """A feed with news at every poll comes down to the lower bound, one without any goes up to the upper one."""
    feed = Feed(id="f", url=http_server.url("/feed"), private=True)
    waits = []
    for number in range(12):
        http_server.document("/feed", rss(*(f"a{n}" for n in range(number, -1, -1))))
        waits.append(await asked_again(polls, feed))
        polls.clock.turn(waits[-1])
    assert 10 * MINUTE <= waits[-1] <= 10.5 * MINUTE
    for _ in range(40):
        waits.append(await asked_again(polls, feed))
        polls.clock.turn(waits[-1])
    assert 12 * HOUR <= waits[-1] <= 12.6 * HOUR
    assert all(later <= 1.27 * sooner for sooner, later in pairwise(waits[11:]))


async def test_failures_of_one_moment_come_back_apart(http_server: HttpServer, polls: Polls) -> None:
    """Feeds that fail together are tried again at moments of their own, doubling to the bound."""
    feeds = [Feed(id=f"f{i}", url=http_server.url(f"/{i}"), private=True) for i in range(10)]
    for expected in (20 * MINUTE, 40 * MINUTE, 80 * MINUTE, 160 * MINUTE, 320 * MINUTE, 640 * MINUTE, 12 * HOUR):
        await polls(feeds, manual=True)
        waits = {(state(polls, feed.id).next_poll or NOW) - NOW for feed in feeds}
        assert len(waits) == 10
        assert all(expected * 0.75 <= wait <= expected * 1.25 for wait in waits)


async def test_a_document_that_never_ends_to_be_read_stops_no_round(http_server: HttpServer, polls: Polls) -> None:
    """A child that the CPU limit kills costs its own feed one try; the round's other feeds are read and stored."""
    entry = b"<item><guid>%d</guid><title>t</title><a:b>x</a:b><category>a</category>&</item>"
    http_server.document("/evil", b"<rss><channel>" + b"".join(entry % n for n in range(40_000)) + b"</channel></rss>")
    good = [f"g{n}" for n in range(10)]
    for name in good:
        http_server.document(f"/{name}", rss(name))
    names = [*good[:5], "evil", *good[5:]]
    async with ProcessParser(1, limits=Limits(cpu_seconds=0.0, cpu_seconds_per_mb=0.0)) as parser:
        polls.parser = parser
        result = await polls([Feed(id=name, url=http_server.url(f"/{name}"), private=True) for name in names])
    assert (result.changed, result.failed, result.items_new) == (10, 1, 10)
    assert [failure.feed for failure in result.failures] == ["evil"]
    assert "CPU" in result.failures[0].error

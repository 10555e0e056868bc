"""Rounds of polling: a real server, a real store, the program's own parser."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.errors import StoreError, Unreached
from digest.feeds.fetch.http import HttpFetcher
from digest.feeds.sandbox.parent import ProcessParser
from digest.model import Feed, FeedAuth, Item, Secret, item_id
from digest.pipeline.polling.polled import PollFailure, PollResult, PollWaiting
from digest.ports import Document, Fetched, Fetcher, ParsedFeed, Validators
from digest.settings.core.shape import DigestSettings
from digest.storage.core.database import Store, open_store
from digest.storage.core.schema import items
from digest.storage.queries import feeds as stored_feeds
from digest.storage.queries.events import recent
from digest.storage.queries.feeds import FeedHealth, FeedState
from digest.storage.recognition.matching import MOST_NEW
from tests.polling import NOW, Polls, ThreadParser, rss
from tests.servers.http import Answer, HttpServer, Request

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(f"sqlite:///{tmp_path / 'digest.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
async def polls(store: Store) -> AsyncIterator[Polls]:
    """Polls over HTTP."""
    async with HttpFetcher(DigestSettings(), secrets=lambda _: "") as fetcher:
        yield Polls(store, fetcher)


def feed(server: HttpServer, path: str = "/feed", name: str = "f") -> Feed:
    """A feed of the server."""
    return Feed(id=name, url=server.url(path), private=True)


def titles(store: Store) -> list[str]:
    """The titles of all items, as often as they are stored."""
    return sorted(store.read_now(lambda c: c.scalars(select(items.c.title)).all()))


def state(store: Store, name: str = "f") -> FeedState:
    """How a feed stands."""
    return store.read_now(lambda c: stored_feeds.states(c, [name]))[name]


def health(store: Store, name: str = "f") -> FeedHealth:
    """How a feed does."""
    return next(one for one in store.read_now(stored_feeds.health) if one.id == name)


def told(store: Store) -> list[tuple[str, str]]:
    """The kinds and subjects of events, oldest first."""
    return [(event.kind, event.subject) for event in reversed(store.read_now(recent))]


# Rounds


async def test_a_feed_that_shows_too_much_waits_its_turn(http_server: HttpServer, polls: Polls) -> None:
    """What one poll does not take comes with the next ones, though the server says that nothing changed; it is told
    once, and none of it is news that is old."""
    http_server.document("/feed", rss(*(f"{n}" for n in range(MOST_NEW + 50))), etag='"1"')
    first = await polls([feed(http_server)])
    assert (first.items_new, first.waiting) == (MOST_NEW, (PollWaiting(feed="f", entries=50),))
    assert told(polls.store) == [("feed-flooding", "f")]
    polls.clock.turn(HOUR)
    second = await polls([feed(http_server)], manual=True)
    assert (second.items_new, second.waiting) == (50, ())
    polls.clock.turn(HOUR)
    assert (await polls([feed(http_server)], manual=True)).unchanged == 1
    news = polls.store.read_now(lambda c: c.scalars(select(items.c.title).where(items.c.backlog.is_(False))).all())
    assert len(news) == 24
    assert told(polls.store) == [("feed-flooding", "f")]


async def test_entries_dated_ahead_are_news_at_a_first_poll(http_server: HttpServer, polls: Polls) -> None:
    """A feed that writes its local time as UTC, or is read under a clock that is behind, loses none of its news."""
    polls.clock.turn(-6.5 * HOUR)
    http_server.document("/feed", rss(*(f"{n}" for n in range(12))))
    await polls([feed(http_server)])
    read = polls.store.read_now(lambda c: c.execute(select(items.c.backlog, items.c.published)).all())
    assert len(read) == 12
    assert not any(row.backlog for row in read)
    assert max(row.published for row in read) == NOW - 6.5 * HOUR


async def test_news_of_days_on_which_a_feed_was_empty_is_news(http_server: HttpServer, polls: Polls) -> None:
    """What a feed publishes while it shows nothing could not be read; what it had published before is no news."""
    http_server.document("/feed", rss("a"))
    await polls([feed(http_server)])
    http_server.document("/feed", rss())
    for _ in range(12):
        polls.clock.turn(6 * HOUR)
        await polls([feed(http_server)], manual=True)
    entries = {"weekend": 10, "archive": -80}
    body = rss()
    for title, hours in entries.items():
        date = f"{NOW + hours * HOUR:%a, %d %b %Y %H:%M:%S} GMT"
        one = f"<item><title>{title}</title><guid isPermaLink='false'>{title}</guid><pubDate>{date}</pubDate></item>"
        body = body.replace(b"</channel>", one.encode() + b"</channel>")
    http_server.document("/feed", body)
    polls.clock.turn(HOUR)
    await polls([feed(http_server)], manual=True)
    rows = polls.store.read_now(lambda c: c.execute(select(items.c.title, items.c.backlog)).all())
    assert {row.title: row.backlog for row in rows} == {"a": False, "weekend": False, "archive": True}


async def test_a_first_round(http_server: HttpServer, polls: Polls) -> None:
    """Every feed is asked, and its items are stored."""
    http_server.document("/feed", rss("a", "b", "c"))
    assert await polls([feed(http_server)]) == PollResult(feeds=1, changed=1, items_new=3)
    assert titles(polls.store) == ["a", "b", "c"]
    # No robots.txt, no favicon, no page of the site.
    assert [request.path for request in http_server.requests] == ["/feed"]
    assert health(polls.store).title == "News"
    assert health(polls.store).items == 3
    assert health(polls.store).last_item == NOW


async def test_no_feeds(polls: Polls) -> None:
    """Nothing to ask is not an error."""
    assert await polls([]) == PollResult()


@pytest.mark.parametrize("validators_in_304", [True, False])
async def test_unchanged_by_304(http_server: HttpServer, polls: Polls, validators_in_304: bool) -> None:
    """An unchanged feed answers 304 at every later poll, also when the 304 itself brings no validators."""
    http_server.document("/feed", rss("a"), etag='"1"', validators_in_304=validators_in_304)
    await polls([feed(http_server)])
    for _ in range(3):
        assert await polls([feed(http_server)], manual=True) == PollResult(feeds=1, unchanged=1)
    assert [request.headers.get("if-none-match") for request in http_server.requests] == [None, '"1"', '"1"', '"1"']
    assert isinstance(polls.parser, ThreadParser)
    assert polls.parser.read == 1


async def test_unchanged_by_its_body(http_server: HttpServer, polls: Polls) -> None:
    """A body that is the last one's is not read again."""
    http_server.document("/feed", rss("a"))
    await polls([feed(http_server)])
    assert await polls([feed(http_server)], manual=True) == PollResult(feeds=1, unchanged=1)
    assert isinstance(polls.parser, ThreadParser)
    assert polls.parser.read == 1


async def test_a_changed_feed(http_server: HttpServer, polls: Polls) -> None:
    """Of a changed document only what is new is stored."""
    http_server.document("/feed", rss("a", "b"), etag='"1"')
    await polls([feed(http_server)])
    http_server.document("/feed", rss("new", "a"), etag='"2"')
    assert await polls([feed(http_server)], manual=True) == PollResult(feeds=1, changed=1, items_new=1)
    assert titles(polls.store) == ["a", "b", "new"]


async def test_only_due_feeds_are_asked(http_server: HttpServer, polls: Polls) -> None:
    """A feed waits for its interval; by hand it does not."""
    http_server.document("/feed", rss("a"), etag='"1"')
    one = [feed(http_server)]
    await polls(one)
    assert (await polls(one)).feeds == 0
    polls.clock.turn(16 * MINUTE)
    assert (await polls(one)).feeds == 1
    assert (await polls(one, manual=True)).feeds == 1


async def test_what_the_server_asks_for_is_kept(http_server: HttpServer, polls: Polls) -> None:
    """max-age and ttl delay the next poll beyond the interval; a 304 forgets no ttl."""
    slow = rss("a").replace(b"<channel>", b"<channel><ttl>120</ttl>")
    http_server.document("/ttl", slow, etag='"1"')
    http_server.document("/age", rss("b"), headers={"Cache-Control": "max-age=10800"})
    both = [feed(http_server, "/ttl", "ttl"), feed(http_server, "/age", "age")]
    await polls(both)
    for name, hours in (("ttl", 2), ("age", 3)):
        assert (state(polls.store, name).next_poll or NOW) >= NOW + hours * HOUR
    await polls(both, manual=True)
    assert (state(polls.store, "ttl").next_poll or NOW) >= NOW + 2 * HOUR


async def test_due_by_index(store: Store) -> None:
    """Of many feeds those are due whose moment has come or who were never asked, in the order asked for."""
    rows = [FeedState(id=f"f{i}", url="u", next_poll=NOW + (i - 500) * MINUTE) for i in range(1000)]
    store.write_now(lambda c: stored_feeds.save(c, [*rows, FeedState(id="gone", url="u", gone=True)]))
    store.write_now(lambda c: stored_feeds.pause(c, "paused", paused=True))
    wanted = ["never", *(f"f{i}" for i in range(1000)), "gone", "paused"]
    due = store.read_now(lambda c: stored_feeds.due(c, wanted, NOW))
    assert due == ["never", *(f"f{i}" for i in range(501))]
    urls = {"f999": "u", "gone": "new", "paused": "new"}
    assert store.read_now(lambda c: stored_feeds.due(c, list(urls), NOW, urls=urls)) == ["gone"]


# Failures


class Odd(Exception):
    """Something that nobody foresaw."""


class OddParser(ThreadParser):
    """Fails on a feed in a way that nobody foresaw."""

    async def parse(self, document: Document, feed: Feed, now: datetime, unchanged: Mapping[str, str]) -> ParsedFeed:
        """Read, or fail."""
        if feed.id == "odd":
            raise Odd("index out of range")
        if feed.id == "poison":
            title = "\ud800 is not text"
            one = Item(
                id=item_id("poison", "k"), feed="poison", key="k", title=title, link="", published=now, first_seen=now
            )
            return ParsedFeed(title="x", items=(one,), shown=("k",))
        return await super().parse(document, feed, now, unchanged)


async def test_one_bad_feed_stops_no_other(http_server: HttpServer, polls: Polls) -> None:
    """Whatever is wrong with a feed is counted against it alone, with a sentence; all others are read."""
    bad = {f"s{status}": status for status in (401, 403, 404, 410, 429, 500)}
    for name, status in bad.items():
        http_server.answer(f"/{name}", status)
    http_server.answer("/html", body=b"<!doctype html><html><body>Hello</body></html>")
    http_server.answer("/empty", body=b"")
    http_server.answer("/cut", body=rss("a"), cut=20)
    for name in ("odd", "poison", "good1", "good2", "good3"):
        http_server.document(f"/{name}", rss(name))
    polls.parser = OddParser()
    names = ["good1", *bad, "html", "empty", "good2", "cut", "odd", "poison", "good3"]
    result = await polls([feed(http_server, f"/{name}", name) for name in names])
    assert (result.feeds, result.changed, result.failed, result.items_new) == (14, 3, 11, 3)
    failed = {failure.feed: failure.error for failure in result.failures}
    assert set(failed) == {*bad, "html", "empty", "cut", "odd", "poison"}
    assert all(str(status) in failed[name] for name, status in bad.items())
    assert "please report" in failed["odd"]
    assert titles(polls.store) == ["good1", "good2", "good3"]
    assert {name: health(polls.store, name).status for name in bad} == bad
    assert all(health(polls.store, name).failing_since == NOW for name in failed)
    assert all(health(polls.store, name).error == error for name, error in failed.items())


async def test_a_document_that_could_not_be_read_is_asked_for_again(http_server: HttpServer, polls: Polls) -> None:
    """A failure in reading keeps no validators and no hash: nothing hides behind a 304 afterwards."""
    http_server.document("/feed", b"<html>oops</html>", etag='"1"')
    assert (await polls([feed(http_server)])).failed == 1
    http_server.document("/feed", rss("a"), etag='"1"')
    assert await polls([feed(http_server)], manual=True) == PollResult(feeds=1, changed=1, items_new=1)
    assert health(polls.store).failing_since is None


async def test_a_gone_feed_is_asked_no_more(http_server: HttpServer, polls: Polls) -> None:
    """410 ends a feed and tells the operator, until it is resumed or gets another address."""
    http_server.answer("/feed", 410)
    assert (await polls([feed(http_server)])).failed == 1
    polls.clock.turn(timedelta(days=30))
    assert (await polls([feed(http_server)])).feeds == 0
    assert (await polls([feed(http_server)], manual=True)).feeds == 0
    assert told(polls.store) == [("feed-gone", "f")]
    assert health(polls.store).gone
    http_server.document("/new", rss("a"))
    assert (await polls([feed(http_server, "/new")])).items_new == 1
    assert not health(polls.store).gone


async def test_retry_after_is_obeyed_by_hand_too(http_server: HttpServer, polls: Polls) -> None:
    """429 with Retry-After is left alone for that long, whoever asks."""
    http_server.answer("/feed", 429, headers={"Retry-After": "7200"})
    await polls([feed(http_server)])
    polls.clock.turn(HOUR)
    assert (await polls([feed(http_server)], manual=True)).feeds == 0
    polls.clock.turn(HOUR)
    assert (await polls([feed(http_server)], manual=True)).feeds == 1


async def test_a_busy_host_is_left_alone_with_all_its_feeds(http_server: HttpServer, polls: Polls) -> None:
    """After 429 or 503 with Retry-After the host's other feeds wait too, an hour at most; other hosts do not."""
    names = [f"f{i}" for i in range(8)]
    for name in names:
        http_server.answer(f"/{name}", 429, headers={"Retry-After": "86400"})
    async with HttpServer("127.0.0.2") as other:
        other.document("/feed", rss("a"))
        feeds = [feed(http_server, f"/{name}", name) for name in names]
        result = await polls([*feeds, feed(other, name="other")])
    assert (result.changed, result.failed) == (1, 8)
    asked = {request.path.strip("/") for request in http_server.requests}
    assert len(asked) <= 2
    for name in names:
        wait = (state(polls.store, name).not_before or NOW) - NOW
        assert wait == (24 * HOUR if name in asked else HOUR)
    assert all("left alone" in failure.error for failure in result.failures if failure.feed not in asked)


async def test_too_many_requests_make_a_feed_calmer(http_server: HttpServer, polls: Polls) -> None:
    """429 doubles the interval that is kept, up to the operator's bound; 500 leaves it as it is."""
    http_server.document("/feed", rss("a"))
    await polls([feed(http_server)])
    intervals = []
    for status in (500, 429, 429, 429, 429, 429, 429, 429, 429):
        http_server.answer("/feed", status)
        await polls([feed(http_server)], manual=True)
        intervals.append((state(polls.store).interval or 0) / 60)
    assert intervals == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


async def test_failures_back_off_and_are_told_once(http_server: HttpServer, polls: Polls) -> None:
    """A feed that fails for a week is asked some twenty times instead of hundreds, and told once; then its recovery."""
    http_server.answer("/feed", 503)
    for _ in range(7 * 24 * 12):
        await polls([feed(http_server)])
        polls.clock.turn(5 * MINUTE)
    assert len(http_server.requests) < 25
    assert told(polls.store) == [("feed-failing", "f")]
    http_server.document("/feed", rss("a"))
    await polls([feed(http_server)], manual=True)
    assert told(polls.store) == [("feed-failing", "f"), ("feed-recovered", "f")]


async def test_a_paused_feed_is_not_asked(http_server: HttpServer, polls: Polls) -> None:
    """A feed paused by hand rests until it is resumed, and is then asked at once."""
    http_server.document("/feed", rss("a"))
    polls.store.write_now(lambda c: stored_feeds.pause(c, "f", paused=True))
    assert (await polls([feed(http_server)], manual=True)).feeds == 0
    assert health(polls.store).paused
    polls.store.write_now(lambda c: stored_feeds.pause(c, "f", paused=False))
    assert (await polls([feed(http_server)])).items_new == 1


# Conditions

CONDITIONS = {"if-none-match", "if-modified-since"}


def conditional(server: HttpServer) -> list[bool]:
    """Of each request, whether it had conditions."""
    return [bool(CONDITIONS & set(request.headers)) for request in server.requests]


async def test_a_server_that_says_304_for_ever(http_server: HttpServer, polls: Polls) -> None:
    """Every few days a feed is asked without conditions; when news comes that way, its validators are doubted."""
    http_server.document("/feed", rss("a"), etag='"same"')
    asked = []
    for _ in range(13):
        await polls([feed(http_server)], manual=True)
        asked.append(conditional(http_server)[-1])
        polls.clock.turn(6 * HOUR)
        http_server.document("/feed", rss("b", "a"), etag='"same"')
    assert titles(polls.store) == ["a", "b"]
    found_out = asked.index(False, 1)
    assert not any(asked[found_out:])
    http_server.document("/feed", rss("c", "b", "a"), etag='"same"')
    assert (await polls([feed(http_server)], manual=True)).items_new == 1


async def test_an_honest_server_is_asked_in_full_now_and_then(http_server: HttpServer, polls: Polls) -> None:
    """Of 72 polls in nine days three are without conditions, and they cost no reading of what is the same."""
    http_server.document("/feed", rss("a"), etag='"1"')
    for _ in range(72):
        await polls([feed(http_server)], manual=True)
        polls.clock.turn(3 * HOUR)
    assert conditional(http_server)[1:].count(False) == 3
    assert isinstance(polls.parser, ThreadParser)
    assert polls.parser.read == 1


@pytest.mark.parametrize("status", [400, 412, 500, 501])
async def test_a_server_that_trips_over_conditions(http_server: HttpServer, polls: Polls, status: int) -> None:
    """Where a conditional request fails, the feed is asked without conditions at once, and so it is read."""

    async def trip(request: Request, writer: asyncio.StreamWriter) -> Answer:
        tripped = CONDITIONS & set(request.headers)
        return Answer(status=status) if tripped else Answer(body=rss("a"), headers={"ETag": '"1"'})

    http_server.routes["/feed"] = trip
    for _ in range(4):
        assert not (await polls([feed(http_server)], manual=True)).failed
    assert conditional(http_server) == [False, True, False, False, True, False]


@pytest.mark.parametrize("status", [403, 404, 502, None])
async def test_after_a_failure_nothing_is_taken_for_granted(
    http_server: HttpServer, polls: Polls, status: int | None
) -> None:
    """Whatever a conditional request fails with, once the server was reached, the next one has no conditions."""

    async def trip(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        tripped = CONDITIONS & set(request.headers)
        if tripped:
            return Answer(status=status) if status else None
        return Answer(body=rss("a"), headers={"ETag": '"1"'})

    http_server.routes["/feed"] = trip
    outcomes = [(await polls([feed(http_server)], manual=True)).failed for _ in range(4)]
    assert outcomes == [0, 1, 0, 1]


async def test_a_network_that_is_away_costs_no_second_download(http_server: HttpServer, polls: Polls) -> None:
    """What says nothing about a server's validators leaves them: a network that is away, a host that is busy."""
    http_server.document("/feed", rss("a"), etag='"1"')
    one = feed(http_server)
    await polls([one])
    fetcher, polls.fetcher = polls.fetcher, Away()
    assert (await polls([one], manual=True)).failed
    polls.fetcher = fetcher
    route = http_server.routes["/feed"]
    http_server.answer("/feed", 503, headers={"Retry-After": "1"})
    polls.clock.turn(MINUTE)
    assert (await polls([one], manual=True)).failed
    http_server.routes["/feed"] = route
    polls.clock.turn(MINUTE)
    assert await polls([one], manual=True) == PollResult(feeds=1, unchanged=1)


class Away:
    """A network that is not there."""

    async def fetch(self, feed: Feed, url: str, validators: Validators) -> Fetched:
        """Reach nobody."""
        raise Unreached(f"{url}: its host name cannot be found", url=url)


# Addresses


async def test_a_moved_feed_is_asked_where_it_lives(http_server: HttpServer, polls: Polls) -> None:
    """A permanent redirect is followed once and remembered; validators go on at the new address."""
    http_server.redirect("/old", "/new", 301)
    http_server.document("/new", rss("a"), etag='"1"')
    await polls([feed(http_server, "/old")])
    assert await polls([feed(http_server, "/old")], manual=True) == PollResult(feeds=1, unchanged=1)
    assert [request.path for request in http_server.requests] == ["/old", "/new", "/new"]
    assert health(polls.store).moved_to == http_server.url("/new")
    assert told(polls.store) == [("feed-moved", "f")]


async def test_a_private_feed_that_moves_elsewhere_is_not_followed(http_server: HttpServer, store: Store) -> None:
    """The word `private` and the login hold for one origin: a move to another port is refused, at every poll."""
    async with HttpServer() as other, HttpFetcher(DigestSettings(), secrets=lambda _: "geheim") as fetcher:
        polls = Polls(store, fetcher)
        other.document("/new", rss("a"))
        http_server.redirect("/old", other.url("/new"), 308)
        auth = FeedAuth(bearer=Secret(env="X"))
        one = Feed(id="f", url=http_server.url("/old"), private=True, auth=auth)
        for _ in range(3):
            assert (await polls([one], manual=True)).failed
        assert "geheim" in http_server.requests[0].headers["authorization"]
        assert other.requests == []


async def test_a_move_that_ends_is_forgotten_with_its_validators(http_server: HttpServer, polls: Polls) -> None:
    """When the new address is gone the old one is asked again, and not with what the new one said of itself."""
    http_server.redirect("/old", "/new", 301)
    http_server.document("/new", rss("a"), etag='"1"', last_modified="Sun, 22 Nov 2026 11:00:00 GMT")
    await polls([feed(http_server, "/old")])
    http_server.answer("/new", 410)
    await polls([feed(http_server, "/old")], manual=True)
    assert not health(polls.store).gone
    http_server.document("/old", rss("b", "a"), etag='"1"')
    assert (await polls([feed(http_server, "/old")], manual=True)).items_new == 1
    assert not {"if-none-match", "if-modified-since"} & set(http_server.requests[-1].headers)
    assert health(polls.store).moved_to is None


async def test_a_move_back_is_no_move(http_server: HttpServer, polls: Polls) -> None:
    """A new address that leads back to the configured one leaves nothing to remember, and nothing to tell."""
    http_server.redirect("/old", "/new", 301)
    http_server.document("/new", rss("a"))
    await polls([feed(http_server, "/old")])
    http_server.redirect("/new", "/old", 308)
    http_server.document("/old", rss("a"))
    await polls([feed(http_server, "/old")], manual=True)
    assert health(polls.store).moved_to is None
    assert told(polls.store) == [("feed-moved", "f")]


async def test_a_document_that_broke_off_is_asked_for_once_more(http_server: HttpServer, polls: Polls) -> None:
    """Half a document's validators would hide the other half behind a 304; one that is always half is asked once."""
    http_server.document("/feed", rss("a", "b", "c")[:-200], etag='"1"')
    assert (await polls([feed(http_server)])).items_new == 1
    http_server.document("/feed", rss("a", "b", "c"), etag='"1"')
    assert (await polls([feed(http_server)], manual=True)).items_new == 2
    http_server.document("/feed", rss("d", "a", "b", "c")[:-100], etag='"2"')
    for _ in range(3):
        await polls([feed(http_server)], manual=True)
    asked = [request.headers.get("if-none-match") for request in http_server.requests]
    assert asked == [None, None, '"1"', None, '"2"']


async def test_a_move_to_something_else_is_not_believed(http_server: HttpServer, polls: Polls) -> None:
    """A permanent redirect to a page that is not a feed is not remembered."""
    http_server.redirect("/old", "/login", 301)
    http_server.answer("/login", body=b"<!doctype html><html>Log in</html>")
    await polls([feed(http_server, "/old")])
    assert health(polls.store).moved_to is None
    await polls([feed(http_server, "/old")], manual=True)
    assert len(http_server.asked("/old")) == 2


async def test_a_changed_address_keeps_the_items(http_server: HttpServer, polls: Polls) -> None:
    """Another configured URL is asked at once and without validators; what is known stays known and is not backlog."""
    http_server.document("/one", rss("a", "b"), etag='"1"')
    http_server.document("/two", rss("new", "a"), etag='"1"')
    await polls([feed(http_server, "/one")])
    assert await polls([feed(http_server, "/two")]) == PollResult(feeds=1, changed=1, items_new=1)
    assert "if-none-match" not in http_server.requests[1].headers
    assert titles(polls.store) == ["a", "b", "new"]


# The store


async def test_a_locked_store(http_server: HttpServer, polls: Polls) -> None:
    """A store that another program holds is a clear error; the next round misses nothing."""
    http_server.document("/feed", rss("a"), etag='"1"')
    polls.store.write_now(lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 100"))
    other = sqlite3.connect(polls.store.where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program holds it"):
        await polls([feed(http_server)])
    other.execute("ROLLBACK")
    other.close()
    assert (await polls([feed(http_server)])).items_new == 1


async def test_a_full_disk(http_server: HttpServer, polls: Polls) -> None:
    """A full disk ends the round with a clear error; feeds written before stay, and the rest come at the next round."""
    names = [f"f{i}" for i in range(30)]
    for name in names:
        http_server.document(f"/{name}", rss(*(f"{name} {i} {'x' * 1000}" for i in range(10))), etag='"1"')
    feeds = [feed(http_server, f"/{name}", name) for name in names]
    used = polls.store.write_now(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
    polls.store.write_now(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {used + 30}"))
    with pytest.raises(StoreError, match="disk is full"):
        await polls(feeds)
    before = len(titles(polls.store))
    assert before < 300
    polls.store.write_now(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    assert (await polls(feeds)).items_new == 300 - before
    assert len(set(titles(polls.store))) == 300


# Many at once


async def test_feeds_are_written_many_at_a_time(polls: Polls) -> None:
    """A round over many feeds takes far fewer transactions than there are feeds."""

    class Instant:
        async def fetch(self, feed: Feed, url: str, validators: Validators) -> Fetched:
            return Fetched(document=Document(body=rss(feed.id), url=url), validators=validators)

    fetcher: Fetcher = Instant()
    polls.fetcher = fetcher
    many = [Feed(id=f"f{i}", url=f"http://host{i}.example/") for i in range(300)]
    before = polls.store.read_now(lambda c: c.exec_driver_sql("PRAGMA data_version").scalar_one())
    assert (await polls(many)).items_new == 300
    assert before is not None
    moments = {one.last_polled for one in polls.store.read_now(stored_feeds.health)}
    assert len(moments) < 100


async def test_slow_feeds_wait_for_each_other_not_at_all(polls: Polls) -> None:
    """Twenty hosts that answer late are all under way at once."""
    async with HttpServer("0.0.0.0") as server:
        server.answer("/feed", body=rss("a"), delay=0.3)
        slow = [Feed(id=f"f{i}", url=server.url("/feed", host=f"127.0.0.{i}"), private=True) for i in range(1, 21)]
        assert (await polls(slow)).changed == 20
        assert server.most_active == 20


async def test_a_host_with_many_feeds(http_server: HttpServer, polls: Polls) -> None:
    """Feeds of one host are asked one after the other, over one connection."""
    names = [f"f{i}" for i in range(12)]
    for name in names:
        http_server.document(f"/{name}", rss(name))
    assert (await polls([feed(http_server, f"/{name}", name) for name in names])).changed == 12
    assert http_server.most_active == 1
    assert len({request.connection for request in http_server.requests}) == 1


async def test_with_the_parser_in_processes(http_server: HttpServer, polls: Polls) -> None:
    """The whole road: HTTP, child processes, store."""
    http_server.document("/feed", rss("a", "b"))
    http_server.answer("/bad", body=b"\x00\x01\x02")
    async with ProcessParser(1) as parser:
        polls.parser = parser
        result = await polls([feed(http_server), feed(http_server, "/bad", "bad")])
    assert (result.changed, result.failed, result.items_new) == (1, 1, 2)


async def test_a_round_that_is_broken_off(http_server: HttpServer, polls: Polls) -> None:
    """Cancelling a round leaves the store whole; the next round takes it from there."""
    http_server.document("/fast", rss("a"))
    http_server.answer("/slow", body=rss("b"), delay=0.5)
    both = [feed(http_server, "/fast", "fast"), feed(http_server, "/slow", "slow")]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await polls(both)
    await polls(both)
    assert titles(polls.store) == ["a", "b"]


def test_results_add_up() -> None:
    """Several rounds are reported as one."""
    failure = PollFailure(feed="f", error="no")
    one = PollResult(feeds=2, changed=1, failed=1, items_new=3, failures=(failure,))
    assert PollResult.sum([one, PollResult(feeds=1, unchanged=1)]) == PollResult(
        feeds=3, changed=1, unchanged=1, failed=1, items_new=3, failures=(failure,)
    )
    assert PollResult.sum([]) == PollResult()

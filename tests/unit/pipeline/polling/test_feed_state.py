"""How a feed stands after an answer or a failure, and what the operator is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.errors import FetchError, ParseError, Unreached
from digest.model import Feed
from digest.pipeline.polling.feed_state import answered, conditions, configured, failed, may_ask, pace, sentence
from digest.ports import Document, Fetched, ParsedFeed, PollHints, Validators
from digest.settings.core.shape import DigestSettings
from digest.storage.queries.events import Event
from digest.storage.queries.feeds import FeedState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed(id="f", url="https://a.example/feed")
SETTINGS = DigestSettings()
PACE = pace(FEED, SETTINGS)
NEW = FeedState(id="f", url=FEED.url)
UNCHANGED = Fetched(document=None, validators=Validators(etag='"1"'))


def answer(state: FeedState, fetched: Fetched = UNCHANGED, *, now: datetime = NOW) -> tuple[FeedState, list[str]]:
    """The state after an unchanged answer, and the kinds of events."""
    after, events = answered(state, PACE, now, fetched, parsed=None, body_hash=None, news=False)
    return after, [event.kind for event in events]


def status(code: int | None, retry_after: float | None = None) -> FetchError:
    """A refusal."""
    return FetchError("no", url=FEED.url, status=code, retry_after=retry_after)


def failing(state: FeedState, times: int, every: timedelta, error: Exception | None = None) -> list[tuple[str, int]]:
    """The kinds of events while a feed fails again and again, each with the number of the failure."""
    told: list[tuple[str, int]] = []
    for number in range(1, times + 1):
        state, events = failed(state, PACE, NOW + (number - 1) * every, error or status(500))
        told += [(event.kind, number) for event in events]
    return told


def test_an_answer_clears_every_failure() -> None:
    """After an answer nothing of an earlier failure is left, and the next poll is set."""
    broken, _ = failed(NEW, PACE, NOW, status(503, 60))
    after, _ = answer(broken)
    assert (after.failing_since, after.failures, after.error, after.error_status) == (None, 0, None, None)
    assert after.not_before is None
    assert after.next_poll is not None
    assert after.next_poll > NOW


def test_a_document_is_remembered() -> None:
    """Title, hints, hash and validators are those of the last document that was read."""
    parsed = ParsedFeed(title="News", items=(), shown=(), hints=PollHints(every=3 * HOUR, skip_hours=frozenset({3})))
    fetched = Fetched(document=Document(body=b"", url=FEED.url), validators=Validators(last_modified="then"))
    after, _ = answered(NEW, PACE, NOW, fetched, parsed=parsed, body_hash="aa", news=True)
    assert (after.title, after.body_hash, after.last_changed, after.last_item) == ("News", "aa", NOW, NOW)
    assert after.validators == Validators(last_modified="then")
    assert after.poll_hints == parsed.hints
    assert after.next_poll is not None
    assert after.next_poll >= NOW + 3 * HOUR
    later, _ = answer(after, now=NOW + 4 * HOUR)
    assert later.poll_hints == parsed.hints
    assert later.body_hash == "aa"


def test_a_failure_keeps_what_was_read() -> None:
    """A failure says nothing about the document, whose hash and rhythm stay; its validators may be the cause of it."""
    state = replace(NEW, etag='"1"', body_hash="aa", interval=900.0)
    after, _ = failed(state, PACE, NOW, status(500))
    assert (after.validators, after.body_hash, after.interval) == (Validators(), "aa", 900.0)


@pytest.mark.parametrize("error", [status(429), status(503, 60), status(None, 60), Unreached("no", url=FEED.url)])
def test_a_failure_that_is_not_about_the_request_keeps_the_validators(error: FetchError) -> None:
    """A host that is busy, and one that was not reached, may answer 304 next time."""
    state = replace(NEW, etag='"1"')
    assert failed(state, PACE, NOW, error)[0].validators == state.validators


def test_conditions_are_left_out_now_and_then() -> None:
    """Once in three days a feed is asked without conditions, each feed at another moment."""
    bare: set[int] = set()
    for name in ("a", "b", "c", "d"):
        states = [replace(NEW, id=name, etag='"1"', last_polled=NOW + hour * HOUR) for hour in range(72)]
        without = [hour for hour, one in enumerate(states) if conditions(one, NOW + (hour + 1) * HOUR) == Validators()]
        assert len(without) == 1
        bare.update(without)
    assert len(bare) > 1
    assert conditions(replace(NEW, etag='"1"'), NOW) == Validators(etag='"1"')


def test_the_operator_is_told_once_when_a_failure_persists() -> None:
    """Three failures over six hours are told once; a blink, however often, is not."""
    assert failing(NEW, 40, timedelta(minutes=1)) == []
    assert failing(NEW, 2, 24 * HOUR) == []
    assert failing(NEW, 10, 2 * HOUR) == [("feed-failing", 4)]
    assert failing(NEW, 10, 12 * HOUR, ParseError("no feed")) == [("feed-failing", 3)]


def test_the_operator_is_told_when_it_works_again() -> None:
    """Only a failure that was told is told to be over."""
    state = NEW
    for number in range(4):
        state, _ = failed(state, PACE, NOW + number * 3 * HOUR, status(500))
    after, kinds = answer(state, now=NOW + 12 * HOUR)
    assert kinds == ["feed-recovered"]
    assert not after.reported
    blink, _ = failed(NEW, PACE, NOW, status(500))
    assert answer(blink)[1] == []


def test_410_ends_a_feed() -> None:
    """A feed that is gone is told at once, once, and is not asked again."""
    after, events = failed(NEW, PACE, NOW, status(410))
    assert [event.kind for event in events] == ["feed-gone"]
    assert after.gone
    assert after.next_poll is None
    assert not may_ask(FEED, after, NOW + 1000 * HOUR, manual=False)
    assert not may_ask(FEED, after, NOW + 1000 * HOUR, manual=True)


def test_a_permanent_redirect_is_remembered_and_told_once() -> None:
    """Where a feed moved to is asked from then on."""
    moved = replace(UNCHANGED, moved_to="https://b.example/feed")
    after, kinds = answer(NEW, moved)
    assert after.moved_to == "https://b.example/feed"
    assert kinds == ["feed-moved"]
    again, kinds = answer(after)
    assert again.moved_to == "https://b.example/feed"
    assert kinds == []


@pytest.mark.parametrize("code", [404, 410])
def test_a_move_that_leads_nowhere_is_forgotten(code: int) -> None:
    """When the new address is gone the configured one is asked again, and nothing is given up."""
    state = replace(NEW, moved_to="https://b.example/feed")
    after, _ = failed(state, PACE, NOW, status(code))
    assert after.moved_to is None
    assert not after.gone
    assert after.next_poll is not None


def test_a_move_survives_a_blink() -> None:
    """A new address that fails for a moment stays; one that keeps failing is forgotten."""
    state = replace(NEW, moved_to="https://b.example/feed")
    for kept in (True, True, False):
        state, _ = failed(state, PACE, NOW, status(None))
        assert (state.moved_to is not None) is kept


def test_retry_after_holds_by_hand_too() -> None:
    """By hand intervals do not count; the server's own word does."""
    soon, _ = failed(NEW, PACE, NOW, status(500))
    later, _ = failed(NEW, PACE, NOW, status(429, 3600))
    minute = NOW + timedelta(minutes=1)
    assert not may_ask(FEED, soon, minute, manual=False)
    assert may_ask(FEED, soon, minute, manual=True)
    assert not may_ask(FEED, later, minute, manual=True)
    assert may_ask(FEED, later, NOW + 2 * HOUR, manual=True)


def test_paused_feeds_are_left_alone() -> None:
    """A feed paused in the configuration or in the store is not asked, by hand neither."""
    assert may_ask(FEED, None, NOW, manual=False)
    assert not may_ask(replace(FEED, paused=True), None, NOW, manual=True)
    assert not may_ask(FEED, replace(NEW, paused=True), NOW, manual=True)


def test_another_address_begins_anew() -> None:
    """A changed URL drops validators, hash, failure and wait, and keeps when the feed was first polled."""
    old = FeedState(
        id="f",
        url="https://old.example/",
        moved_to="https://moved.example/",
        etag='"1"',
        body_hash="aa",
        first_polled=NOW - HOUR,
        last_item=NOW,
        next_poll=NOW + HOUR,
        failures=3,
        gone=True,
    )
    assert may_ask(FEED, old, NOW, manual=False)
    assert configured(FEED, old) == FeedState(id="f", url=FEED.url, first_polled=NOW - HOUR, last_item=NOW)
    assert configured(FEED, None) == NEW
    assert configured(FEED, NEW) is NEW


def test_an_interval_of_its_own_is_obeyed() -> None:
    """A feed's `poll` beats the bounds of the installation."""
    slow = pace(replace(FEED, poll=timedelta(days=3)), SETTINGS)
    after, _ = answered(NEW, slow, NOW, UNCHANGED, parsed=None, body_hash=None, news=False)
    assert after.next_poll is not None
    assert timedelta(days=3) <= after.next_poll - NOW <= timedelta(days=3.2)


def test_failures_are_sentences() -> None:
    """What is stored of a failure is one line that can be printed; the unforeseen asks to be reported."""
    assert sentence(ParseError("it is not a feed\x1b[31m\nat all")) == "it is not a feed [31m at all"
    assert "please report" in sentence(KeyError("x"))
    assert len(sentence(ParseError("x" * 10_000))) == 500
    sentence(ParseError("\udcff")).encode()


def test_events_name_their_feed() -> None:
    """Every event is about the feed, at its moment."""
    _, events = failed(NEW, PACE, NOW, status(410))
    assert events == (Event(at=NOW, kind="feed-gone", subject="f", text="f is gone: no"),)


def read(state: FeedState, now: datetime, *shown: str, etag: str = "") -> tuple[FeedState, list[str]]:
    """The state after a document with these entries, all of them new, and the kinds of events."""
    parsed = ParsedFeed(title="News", items=(), shown=shown)
    fetched = Fetched(document=Document(body=b"", url=FEED.url), validators=Validators(etag=etag or None))
    after, events = answered(state, PACE, now, fetched, parsed=parsed, body_hash="aa", news=bool(shown))
    return after, [event.kind for event in events]


def test_validators_that_do_not_tell_are_doubted() -> None:
    """News under the validators of the document before ends conditions, until validators change with the news."""
    first, _ = read(NEW, NOW, "a", etag='"1"')
    assert not first.doubted
    second, _ = read(first, NOW + HOUR, "a", "b", etag='"1"')
    assert conditions(second, NOW + HOUR) == Validators()
    still, _ = answer(second, now=NOW + 2 * HOUR)
    assert still.doubted
    third, _ = read(still, NOW + 3 * HOUR, "c", etag='"2"')
    assert conditions(third, NOW + 3 * HOUR) == Validators(etag='"2"')
    assert not read(read(NEW, NOW, "a")[0], NOW + HOUR, "b")[0].doubted


def test_an_empty_feed_is_told_once_and_once_when_it_is_over() -> None:
    """Two days without an entry are told, whether the empty document comes anew, as a 304, or between failures."""
    state, kinds = read(read(NEW, NOW, "a")[0], NOW + HOUR)
    assert (state.empty_since, kinds) == (NOW + HOUR, [])
    state, kinds = answer(state, now=NOW + 47 * HOUR)
    assert (state.empty_told, kinds) == (False, [])
    state, _ = failed(state, PACE, NOW + 49 * HOUR, status(500))
    state, kinds = answer(state, now=NOW + 50 * HOUR)
    assert (state.empty_told, kinds) == (True, ["feed-empty"])
    assert read(state, NOW + 60 * HOUR)[1] == []
    state, kinds = read(state, NOW + 70 * HOUR, "b")
    assert (state.empty_since, state.empty_told, kinds) == (None, False, ["feed-recovered"])


def test_a_feed_that_is_often_empty_is_left_alone() -> None:
    """A spell is told when it lasts twice as long as the longest before it; a feed that never had an entry is not."""
    state, now, told = NEW, NOW, []
    for days in (1, 4, 6, 7, 13):
        state, _ = read(state, now, "a")
        state, _ = read(state, now)
        for _ in range(days):
            now += 24 * HOUR
            state, kinds = answer(state, now=now)
            told += [(kind, days) for kind in kinds]
    assert told == [("feed-empty", 4)]
    state, _ = read(NEW, NOW)
    assert answer(state, now=NOW + 1000 * HOUR)[1] == []

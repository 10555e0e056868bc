"""When a feed is asked next."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.feeds.poll_schedule import (
    RETRY_AFTER_LIMIT,
    PollBounds,
    adapted,
    awake,
    jitter,
    next_poll,
    next_try,
    not_before,
)
from digest.ports import PollHints

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PACE = PollBounds(start=15 * MINUTE, least=5 * MINUTE, most=24 * HOUR)
seeds = st.text(max_size=10)


def test_an_interval_begins_where_the_operator_says() -> None:
    """The first answer says nothing about how often a feed changes."""
    assert adapted(None, None, PACE, news=True) == 15 * MINUTE


def test_news_makes_polls_more_frequent_and_silence_less() -> None:
    """News halves the interval, an answer without news makes it a fifth longer."""
    assert adapted(HOUR, HOUR, PACE, news=True) == 30 * MINUTE
    assert adapted(HOUR, HOUR, PACE, news=False) == 72 * MINUTE


def test_polls_by_hand_change_nothing() -> None:
    """Silence seconds after the last answer is no sign of a quiet feed."""
    interval = HOUR
    for _ in range(20):
        interval = adapted(interval, timedelta(seconds=1), PACE, news=False)
    assert interval < HOUR + MINUTE


def test_an_interval_that_the_operator_named_is_kept() -> None:
    """A feed with a `poll` of its own does not adapt."""
    fixed = PollBounds(start=7 * MINUTE, least=5 * MINUTE, most=24 * HOUR, fixed=True)
    assert adapted(HOUR, HOUR, fixed, news=True) == 7 * MINUTE


def test_it_settles_at_a_part_of_how_often_a_feed_changes() -> None:
    """A feed that changes every ten hours ends up asked every one to four hours, from any beginning."""
    for start in (5 * MINUTE, 24 * HOUR):
        interval, now, changed, waits = start, NOW, NOW, []
        for _ in range(200):
            now += interval
            news = now - changed >= 10 * HOUR
            if news:
                changed += (now - changed) // (10 * HOUR) * 10 * HOUR
            interval = adapted(interval, interval, PACE, news=news)
            waits.append(interval)
        late = sorted(waits[100:])
        assert HOUR <= late[len(late) // 2] <= 4 * HOUR


@given(
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.timedeltas(timedelta(days=-9999), timedelta(days=400)),
    st.booleans(),
)
def test_an_interval_stays_within_the_bounds(interval: timedelta, elapsed: timedelta, news: bool) -> None:
    """Whatever happened, the next interval lies between the operator's bounds."""
    assert PACE.least <= adapted(interval, elapsed, PACE, news=news) <= PACE.most


@given(
    st.floats(0, 1e11),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=3000)),
    st.frozensets(st.integers(0, 23)),
    st.frozensets(st.sampled_from(["monday", "sunday", "saturday"])),
    seeds,
)
def test_never_sooner_than_the_server_wants(
    fresh: float, every: timedelta | None, hours: frozenset[int], days: frozenset[str], seed: str
) -> None:
    """Freshness, ttl and skipped hours make a poll later, at most to the operator's upper bound."""
    hints = PollHints(every=every, skip_hours=hours, skip_days=days)
    moment = next_poll(NOW, 15 * MINUTE, PACE, hints=hints, fresh_for=fresh, seed=seed)
    wish = min(max(timedelta(seconds=min(fresh, 1e9)), every or timedelta(0), 15 * MINUTE), PACE.most)
    assert NOW + wish <= moment <= NOW + PACE.most * 1.05 + HOUR


def test_skipped_hours_and_days_are_slept_through() -> None:
    """A poll that would fall into a skipped hour or day comes when that is over (UTC)."""
    latest = NOW + timedelta(days=9)
    asleep = PollHints(skip_hours=frozenset({12, 13, 14}))
    assert awake(NOW, asleep, latest=latest) == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    assert awake(NOW, PollHints(skip_days=frozenset({"sunday"})), latest=latest) == datetime(2026, 11, 23, tzinfo=UTC)
    assert awake(NOW, PollHints(), latest=latest) == NOW


def test_a_feed_that_always_sleeps_is_asked_all_the_same() -> None:
    """Skipping all 24 hours is a mistake; the upper bound ends it."""
    moment = awake(NOW, PollHints(skip_hours=frozenset(range(24))), latest=NOW + 24 * HOUR)
    assert moment == NOW + 24 * HOUR


@given(st.integers(1, 10_000), seeds)
def test_failures_back_off_to_the_bound(failures: int, seed: str) -> None:
    """A failing feed is asked later each time, give or take a quarter, and never later than the upper bound allows."""
    wait = next_try(NOW, 15 * MINUTE, PACE, failures=failures, retry_after=None, seed=seed) - NOW
    plain = min(15 * MINUTE * 2 ** min(failures - 1, 20), PACE.most)
    assert plain * 0.75 <= wait <= plain * 1.25


def test_feeds_that_failed_together_come_back_apart() -> None:
    """Jitter spreads the retries of feeds that failed in one moment."""
    moments = {next_try(NOW, HOUR, PACE, failures=1, retry_after=None, seed=f"feed{i}") for i in range(50)}
    assert len(moments) == 50
    assert max(moments) - min(moments) > 15 * MINUTE


@given(st.floats(0, 1e12), st.integers(1, 20), seeds)
def test_retry_after_is_obeyed(seconds: float, failures: int, seed: str) -> None:
    """No try before the moment that the server named, up to a week ahead."""
    moment = next_try(NOW, 15 * MINUTE, PACE, failures=failures, retry_after=seconds, seed=seed)
    allowed = not_before(NOW, seconds)
    assert allowed is not None
    assert moment >= allowed
    assert allowed <= NOW + RETRY_AFTER_LIMIT


@given(seeds)
def test_jitter_is_bounded_and_repeatable(seed: str) -> None:
    """Jitter lies in [-1, 1) and is the same for the same seed."""
    assert -1 <= jitter(seed) < 1
    assert jitter(seed) == jitter(seed)

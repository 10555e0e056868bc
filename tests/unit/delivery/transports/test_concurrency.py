"""How many lanes a relay bears, and when a message is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.outcomes import next_try
from digest.delivery.transports.concurrency import FULL_ENOUGH, PAUSE_LIMIT_S, REMEMBERED_S, ConnectionLimit

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 60, 120, 240))


def test_lanes_grow_by_one_per_clean_round_up_to_the_limit() -> None:
    """Two lanes become three after each has had a message accepted, and so on up to ten."""
    pace = ConnectionLimit()
    grown = [number for number in range(1, 200) if pace.accepted(0.0)]
    assert grown[:3] == [2, 5, 9]
    assert pace.lanes == 10


def test_trouble_halves_the_lanes_and_holds_growth_for_a_pause_that_doubles() -> None:
    """30 s, 60 s, 120 s ... without new lanes; never below one lane."""
    pace = ConnectionLimit(lanes=10)
    now, pauses = 0.0, []
    for _ in range(5):
        pauses.append(pace.trouble(now, 0.0))
        assert not any(pace.accepted(now) for _ in range(50))
        now = pace.hold_until
    assert pauses == [30.0, 60.0, 120.0, 240.0, 480.0]
    assert pace.lanes == 1


def test_lanes_that_stumble_together_count_once() -> None:
    """Ten lanes that meet one 421 each within a moment halve the lanes once."""
    pace = ConnectionLimit(lanes=10)
    for moment in range(10):
        pace.trouble(moment / 100, 0.5)
    assert pace.lanes == 5


def test_growth_returns_after_the_pause_and_forgives() -> None:
    """After a pause and a clean round there is one lane more, and the next pause is short again."""
    pace = ConnectionLimit(lanes=4)
    pace.trouble(0.0, 0.0)
    assert pace.lanes == 2
    assert [pace.accepted(31.0) for _ in range(2)] == [False, True]
    assert pace.trouble(100.0, 0.0) == 30.0


def test_the_pause_has_a_limit() -> None:
    """However often there is trouble, an hour is the longest wait."""
    pace, now = ConnectionLimit(), 0.0
    for _ in range(40):
        now += pace.trouble(now, 0.0)
    assert pace.trouble(now, 0.0) <= PAUSE_LIMIT_S


def test_the_smallest_limit_of_messages_per_connection_is_learned() -> None:
    """Of several, the smallest is believed."""
    pace = ConnectionLimit()
    for messages in (20, 10, 30):
        pace.learn(messages, 0.0)
    assert pace.per_connection == 10


def test_a_limit_that_was_met_once_by_accident_is_outgrown() -> None:
    """Connections that take as many without a word are given more and more."""
    pace, connections = ConnectionLimit(), 0
    pace.learn(1, 0.0)
    while (pace.room(0.0) or 0) < 100:
        pace.filled()
        connections += 1
    assert connections == 7 * FULL_ENOUGH


def test_a_limit_that_holds_is_tried_less_and_less() -> None:
    """A server that takes ten, and says so each time that more are tried, is asked ever more rarely."""
    pace, tried = ConnectionLimit(), []
    pace.learn(10, 0.0)
    for connection in range(200):
        if pace.room(0.0) == 10:
            pace.filled()
        else:
            tried.append(connection)
            pace.learn(10, 0.0)
    assert len(tried) <= 6


def test_a_limit_is_forgotten_after_an_hour() -> None:
    """What a server wanted yesterday is no reason to ask less of it today."""
    pace = ConnectionLimit()
    pace.learn(1, 0.0)
    assert pace.room(REMEMBERED_S) == 1
    assert pace.room(REMEMBERED_S + 1) is None


@given(st.integers(min_value=1, max_value=50), st.floats(min_value=0, max_value=1))
def test_a_try_comes_when_the_schedule_says_and_up_to_a_fifth_later(attempts: int, chance: float) -> None:
    """Never sooner: a greylisting server counts from its first refusal."""
    wait = WAITS[min(attempts, 5) - 1]
    moment = next_try(attempts, NOW, waits=WAITS, give_up_at=NOW + timedelta(days=4), chance=chance)
    assert moment is not None
    assert wait <= moment - NOW <= wait * 1.2


@pytest.mark.parametrize(("left", "given_up"), [(timedelta(minutes=4), True), (timedelta(minutes=6), False)])
def test_a_try_after_the_end_of_patience_is_given_up(left: timedelta, *, given_up: bool) -> None:
    """What would be tried after the edition has gone stale, or after four days, fails now."""
    assert (next_try(1, NOW, waits=WAITS, give_up_at=NOW + left, chance=0.0) is None) is given_up

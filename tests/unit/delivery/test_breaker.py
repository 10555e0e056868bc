"""What is concluded from what a relay says to one message after the other."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.delivery.breaker import BREAKER, DOUBTS, LOGIN_PAUSE, LONGEST_PAUSE, PAUSE, Breaker
from digest.delivery.claims import Claimed
from digest.errors import DeliveryError, LoginRefused, RelayAway
from digest.ports import Outcome, Verdict
from digest.storage.queries.relays import Relay

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
OK, NEVER, NOBODY, LATER, UNTRIED = (
    Verdict.ACCEPTED,
    Verdict.REFUSED,
    Verdict.NO_SUCH_ADDRESS,
    Verdict.DEFERRED,
    Verdict.UNTRIED,
)


def claimed(name: str, attempts: int = 0, subscriber: str = "") -> Claimed:
    """A row."""
    return Claimed(name, 1, subscriber or f"of {name}", "a@b.example", "edition", attempts, NOW, None, None, NOW)


def call(
    before: Relay,
    *verdicts: Verdict,
    failure: DeliveryError | None = None,
    attempts: int = 0,
    now: datetime = NOW,
    who: str = "",
) -> tuple[Breaker, Relay]:
    """One `deliver`: deliveries d0, d1, ... with these verdicts."""
    breaker = Breaker(before)
    for number, verdict in enumerate(verdicts):
        breaker.heard(claimed(f"d{number}", attempts, who), Outcome(verdict=verdict, code=550, text="5.1.1 no"))
    return breaker, breaker.relay(failure, now)


NEW = Relay(name="relay")


@pytest.mark.parametrize("verdict", [NEVER, NOBODY])
def test_five_refusals_in_a_row_trip_it_whatever_they_blame(verdict: Verdict) -> None:
    """A relay that says of everybody that there is no such address is no better than one that refuses everybody."""
    breaker, after = call(NEW, *[verdict] * BREAKER)
    assert breaker.tripped is not None
    assert breaker.wrong == []
    assert breaker.here == ["d0", "d1", "d2", "d3", "d4"]
    assert after.standstill is not None
    assert after.standstill.until == NOW + PAUSE
    assert after.refusals == ()


def test_an_answer_of_a_relay_that_works_for_others_is_believed() -> None:
    """Accepted before or after, in the same call: then the address is wrong."""
    assert call(NEW, OK, NOBODY)[0].wrong == ["d1"]
    assert call(NEW, NOBODY, NOBODY, OK)[0].wrong == ["d0", "d1"]
    assert call(NEW, NEVER, OK)[0].wrong == []


def test_what_stands_alone_is_believed_when_the_relay_worked_in_between_again_and_again() -> None:
    """A relay that was wrong for a day is right the next: only who is refused each time, others served, is gone."""
    relay = NEW
    for _ in range(DOUBTS):
        breaker, relay = call(relay, NOBODY, who="gone")
        assert breaker.wrong == []
        breaker, relay = call(relay, OK, who="other")
    assert breaker.wrong == ["d0"]
    assert relay == NEW


def test_whoever_is_served_after_all_is_in_no_doubt() -> None:
    """Refused twice by a relay that has lost its users, accepted when it has found them."""
    relay = NEW
    for _ in range(2 * DOUBTS):
        _, relay = call(relay, NOBODY, who="one")
        _, relay = call(relay, OK, who="other")
        breaker, relay = call(relay, OK, who="one")
        assert breaker.wrong == []
    assert relay == NEW


def test_a_row_goes_on_over_calls() -> None:
    """One message a call, refused each time: the fifth says that the relay refuses everybody."""
    relay = NEW
    for _ in range(BREAKER - 1):
        breaker, relay = call(relay, NOBODY)
        assert breaker.tripped is None
    breaker, relay = call(relay, NOBODY)
    assert breaker.tripped is not None
    assert breaker.here == ["d0"]
    assert breaker.wrong == []


def test_an_address_that_was_tried_before_is_believed_once_others_are_served() -> None:
    """Five that are really gone, at the end of a list, do not trip it again and again."""
    breaker, after = call(NEW, OK, OK, *[NOBODY] * BREAKER, attempts=1)
    assert breaker.tripped is None
    assert len(breaker.wrong) == BREAKER
    assert after.standstill is None


def test_what_lanes_finish_after_it_tripped_changes_nothing() -> None:
    """A message that was under way and is accepted all the same does not hide what was refused."""
    breaker, after = call(NEW, *[NEVER] * BREAKER, OK, NEVER)
    assert breaker.here == ["d0", "d1", "d2", "d3", "d4", "d6"]
    assert after.standstill is not None


def test_pauses_grow_for_a_relay_that_refuses_and_not_for_one_that_is_away() -> None:
    """5, 10, 20, 40 minutes, an hour; every five minutes where there is only no connection; six hours for a login."""

    def pauses(failure: DeliveryError, times: int = 6) -> list[timedelta]:
        relay, found = NEW, []
        for number in range(times):
            now = NOW + number * timedelta(days=1)
            _, relay = call(relay, UNTRIED, failure=failure, now=now)
            assert relay.standstill is not None
            assert relay.standstill.since == NOW
            found.append(relay.standstill.until - now)
        return found

    assert pauses(DeliveryError("no")) == [PAUSE, 2 * PAUSE, 4 * PAUSE, 8 * PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert set(pauses(RelayAway("away"))) == {PAUSE}
    assert set(pauses(LoginRefused("no"))) == {LOGIN_PAUSE}


def test_it_goes_on_when_the_relay_takes_a_message_or_says_later() -> None:
    """A call without a message says nothing; one with nothing but refusals says that it still does not work."""
    _, still = call(NEW, failure=DeliveryError("no"))
    assert call(still)[1] == still
    assert call(still, UNTRIED)[1] == still
    for verdict in (OK, LATER):
        assert call(still, NEVER, verdict)[1].standstill is None
    breaker, after = call(still, NOBODY)
    assert breaker.tripped is not None
    assert breaker.here == ["d0"]
    assert after.standstill is not None
    assert (after.standstill.tries, after.standstill.reason) == (2, "the relay refused the message: 550 5.1.1 no")


def test_a_login_that_was_refused_is_tried_by_run_after_a_reload_only() -> None:
    """A round for cron tries it when its pause is over; `run`, which can be told, waits to be told."""
    _, after = call(NEW, failure=LoginRefused("no"))
    still = after.standstill
    assert still is not None
    later = NOW + LOGIN_PAUSE
    assert [still.holds(NOW, running=running) for running in (False, True)] == [True, True]
    assert [still.holds(later, running=running) for running in (False, True)] == [False, True]

"""Slots: who asks for an edition when, and over which stretch of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import SlotKind, Subscriber
from digest.pipeline.slots import GRACE, NOW_EVERY, ON_TIME, STALE_AFTER, Due, Request, by_hand, due_now, watermark
from digest.storage.subscribers import SubscriberRow
from tests.installation import subscriber

#: Monday 10:00 in Berlin.
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
#: Eight in Berlin, that day and the day before.
SLOT = datetime(2026, 3, 2, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def row(**changes: object) -> SubscriberRow:
    """A subscriber whom the store has known for a month."""
    given_: dict[str, object] = {"id": "a" * 16, "address": "ana@example.org", "created": NOW - 30 * DAY}
    return SubscriberRow(**(given_ | changes))  # type: ignore[arg-type]


def reader(**changes: object) -> Subscriber:
    """Someone who reads at eight in Berlin."""
    return subscriber("ana@example.org", **changes)


def found(row_: SubscriberRow, one: Subscriber, now: datetime, *, news: bool = False) -> Due:
    """The slot that is due, which there must be."""
    due = due_now(row_, one, now, news=news)
    assert due is not None
    return due


def test_a_new_subscriber_starts_one_slot_back() -> None:
    """Created at ten, the first edition covers what came since this morning's slot."""
    assert watermark(row(created=NOW), reader()) == SLOT
    assert watermark(row(created=NOW), reader(send="now")) == NOW - DAY


def test_a_slot_on_time_covers_up_to_its_own_moment() -> None:
    """Served seconds late, everyone who shares the slot still shares the window."""
    ahead = row(last_slot=SLOT - DAY, watermark=SLOT - DAY)
    for late in (timedelta(seconds=1), ON_TIME):
        due = found(ahead, reader(), SLOT + late)
        assert (due.slot, due.window.start, due.window.end) == (SLOT, SLOT - DAY, SLOT)
        assert (due.kind, due.moves) == (SlotKind.SCHEDULED, True)


def test_a_slot_served_late_covers_up_to_now() -> None:
    """On return after a sleep, the edition holds what the poll on return brought."""
    due = found(row(last_slot=SLOT - DAY, watermark=SLOT - DAY), reader(), NOW)
    assert (due.slot, due.window.end) == (SLOT, NOW)


def test_a_slot_missed_for_longer_than_its_grace_is_left_to_the_next_one() -> None:
    """After the grace nothing is due, and the next window starts where the last one ended."""
    ahead = row(last_slot=SLOT - DAY, watermark=SLOT - DAY)
    assert due_now(ahead, reader(), SLOT + GRACE + timedelta(minutes=1), news=False) is None
    assert found(ahead, reader(), SLOT + DAY).window.start == SLOT - DAY


def test_a_slot_that_was_taken_care_of_is_not_due_again() -> None:
    """Mail or no mail, `last_slot` settles it."""
    assert due_now(row(last_slot=SLOT, watermark=SLOT), reader(), NOW, news=True) is None


def test_now_waits_for_news_and_a_quarter_of_an_hour() -> None:
    """`now` is due at the end of a poll round with news, and not again within `NOW_EVERY`."""
    one = reader(send="now")
    assert due_now(row(), one, NOW, news=False) is None
    assert found(row(), one, NOW, news=True).kind is SlotKind.NOW
    soon = row(last_slot=NOW - NOW_EVERY + timedelta(seconds=1))
    assert due_now(soon, one, NOW, news=True) is None
    assert due_now(replace(soon, last_slot=NOW - NOW_EVERY), one, NOW, news=True) is not None


def test_whom_the_store_says_no_to_is_never_due() -> None:
    """A suppression beats the schedule and `send` alike."""
    no = row(suppressed="unsubscribed", last_slot=SLOT - DAY)
    assert due_now(no, reader(), NOW, news=True) is None
    assert Request(at=NOW, manual=True).dues([(no, reader())]) == ()


@pytest.mark.parametrize(
    ("slot", "clocks"),
    [
        (datetime(2026, 3, 28, 1, 30, tzinfo=UTC), "Berlin skips 02:30 on the 29th"),
        (datetime(2026, 10, 24, 0, 30, tzinfo=UTC), "Berlin has 02:30 twice on the 25th"),
    ],
)
def test_clock_changes_make_one_slot_a_day(slot: datetime, clocks: str) -> None:
    """Through Berlin's missing and doubled hour, each local day has one slot, and windows meet without a gap."""
    one = reader(send="daily 02:30")
    state = row(last_slot=slot, watermark=slot, created=slot - 30 * DAY)
    served: list[Due] = []
    moment = slot
    while moment < slot + 3 * DAY + timedelta(hours=2):
        moment += timedelta(minutes=10)
        due = due_now(state, one, moment, news=False)
        if due is not None:
            served.append(due)
            state = replace(state, last_slot=due.slot, watermark=due.window.end)
    assert len(served) == 3, clocks
    assert [due.window.start for due in served[1:]] == [due.window.end for due in served[:-1]]


def test_stale_is_after_the_next_slot_or_a_day_whichever_is_later() -> None:
    """A weekly edition may wait a week, a daily one a day, one to `now` a day."""
    daily = by_hand(row(), reader(), NOW, since=None, narrowed=False, again=False)
    assert daily.stale_after == NOW + STALE_AFTER
    weekly = by_hand(row(), reader(send="weekly mon 08:00"), NOW, since=None, narrowed=False, again=False)
    assert weekly.stale_after == SLOT + 7 * DAY
    hasty = by_hand(row(), reader(send="now"), NOW, since=None, narrowed=False, again=False)
    assert hasty.stale_after == NOW + STALE_AFTER


def test_by_hand_moves_the_watermark_only_without_since_and_for_everyone() -> None:
    """`--since`, `--to` and `--topic` look without moving anything; `--again` goes one slot back."""
    known = row(watermark=NOW - timedelta(minutes=5))
    plain = by_hand(known, reader(), NOW, since=None, narrowed=False, again=False)
    assert (plain.moves, plain.by_published, plain.window.start) == (True, False, known.watermark)
    assert not by_hand(known, reader(), NOW, since=None, narrowed=True, again=False).moves
    since = by_hand(known, reader(), NOW, since=NOW - DAY, narrowed=False, again=False)
    assert (since.moves, since.by_published, since.window.start) == (False, True, NOW - DAY)
    again = by_hand(known, reader(), NOW, since=None, narrowed=False, again=True)
    assert (again.window.start, again.again) == (SLOT, True)


@given(
    days=st.floats(min_value=0, max_value=30_000),
    since=st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=999)),
    topics=st.none() | st.lists(st.text()).map(tuple),
    flags=st.tuples(*[st.booleans()] * 4),
)
def test_a_request_comes_back_from_its_payload(
    days: float, since: timedelta | None, topics: tuple[str, ...] | None, flags: tuple[bool, bool, bool, bool]
) -> None:
    """What a ticket carries to another machine is the whole request."""
    manual, news, narrowed, again = flags
    at = NOW + timedelta(days=days)
    request = Request(
        at=at,
        manual=manual,
        news=news,
        since=None if since is None else at - since,
        topics=topics,
        narrowed=narrowed,
        again=again,
    )
    assert Request.from_payload(request.to_payload() | {"subscribers": ["a"]}) == request

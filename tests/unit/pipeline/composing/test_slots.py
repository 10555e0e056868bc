"""Slots: who asks for an edition when, and over which stretch of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.model import Quiet, SlotKind, Subscriber
from digest.pipeline.composing.slots import (
    NOW_EVERY,
    ON_TIME,
    SETTLING,
    STALE_AFTER,
    Due,
    Request,
    due_now,
    left_out_told,
    manual_slot,
    next_due,
    watermark,
)
from digest.storage.queries.subscribers import SubscriberRow
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


def found(row_: SubscriberRow, one: Subscriber, now: datetime, **given_: datetime) -> Due:
    """The slot that is due, which there must be."""
    due = due_now(row_, one, now, **given_)
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


def test_a_missed_slot_is_due_until_the_next_one() -> None:
    """However late it is, its window goes up to now; the next slot then takes its place, and the first is left out."""
    ahead = row(last_slot=SLOT - DAY, watermark=SLOT - DAY)
    late = found(ahead, reader(), SLOT + timedelta(hours=23))
    assert (late.slot, late.window.end, late.left_out) == (SLOT, SLOT + timedelta(hours=23), None)
    following = found(ahead, reader(), SLOT + DAY)
    assert (following.slot, following.window.start, following.left_out) == (SLOT + DAY, SLOT - DAY, (SLOT, SLOT))


def test_a_late_slot_waits_for_a_poll_round_that_began_after_it() -> None:
    """One on time uses what is there; a late one needs feeds that were asked since it fell due, or patience to end."""
    ahead, before = row(last_slot=SLOT - DAY), SLOT - timedelta(minutes=10)
    assert found(ahead, reader(), SLOT + ON_TIME, asked=before).slot == SLOT
    assert due_now(ahead, reader(), NOW, asked=before) is None
    assert found(ahead, reader(), NOW, asked=NOW - timedelta(minutes=1)).slot == SLOT
    assert found(ahead, reader(), NOW).slot == SLOT


def test_a_slot_on_time_holds_the_news_of_a_round_that_began_after_it() -> None:
    """`run --once` from cron at the very moment of the slot asks the feeds first, and tells what they say."""
    ahead, now = row(last_slot=SLOT - DAY), SLOT + timedelta(seconds=40)
    assert found(ahead, reader(), now, asked=SLOT - timedelta(minutes=1)).window.end == SLOT
    assert found(ahead, reader(), now, asked=SLOT + timedelta(seconds=1)).window.end == now


def test_what_was_left_out_is_told_in_a_sentence() -> None:
    """Which slots, for how many; nothing where none was."""
    served = found(row(last_slot=SLOT - 3 * DAY), reader(), SLOT + timedelta(hours=1))
    assert served.left_out == (SLOT - 2 * DAY, SLOT - DAY)
    told = left_out_told([served])
    assert told is not None
    assert told[0] == served.row.id
    assert "2026-02-28 07:00 to 2026-03-01 07:00 UTC, to 1 subscriber" in told[1]
    assert left_out_told([served, served])[0] == "schedule"  # type: ignore[index]
    assert left_out_told([found(row(last_slot=SLOT - DAY), reader(), NOW)]) is None


def test_a_slot_that_was_taken_care_of_is_not_due_again() -> None:
    """Mail or no mail, `last_slot` settles it."""
    assert due_now(row(last_slot=SLOT, watermark=SLOT), reader(), NOW, newest=NOW) is None


def test_now_is_due_when_news_is_stored_that_was_not_looked_at_yet() -> None:
    """Decided from what is stored, so that news within `NOW_EVERY` of the last mail is told when that is over."""
    one, minute = reader(send="now"), timedelta(minutes=1)
    covered = row(last_slot=NOW, watermark=NOW)
    assert due_now(covered, one, NOW + DAY, newest=None) is None
    assert due_now(covered, one, NOW + DAY, newest=NOW - SETTLING) is None
    news = NOW + 10 * minute
    assert due_now(covered, one, NOW + NOW_EVERY - minute, newest=news) is None
    assert next_due(covered, one, NOW + 11 * minute, newest=news) == NOW + NOW_EVERY
    assert found(covered, one, NOW + NOW_EVERY, newest=news).kind is SlotKind.NOW
    assert found(covered, one, NOW + DAY, newest=news).window.start == NOW
    assert next_due(covered, one, NOW + DAY, newest=NOW - DAY) is None


def test_now_with_nothing_to_tell_sends_no_note_and_waits_for_no_quarter_of_an_hour() -> None:
    """News that is for others leaves a subscriber to `now` as they were."""
    due = found(row(), reader(send="now", quiet=Quiet.NOTE), NOW, newest=NOW)
    assert due.quiet is Quiet.SKIP
    assert (due.done(told=True), due.done(told=False)) == (NOW, None)
    assert found(row(last_slot=SLOT - DAY), reader(quiet=Quiet.NOTE), NOW).done(told=False) == SLOT


def test_a_watermark_or_slot_later_than_now_counts_as_now() -> None:
    """A clock that is a little ahead elsewhere makes no window run backwards, and nobody wait for longer."""
    one, later = reader(send="now"), NOW + timedelta(hours=1)
    ahead = row(last_slot=later, watermark=later)
    assert next_due(ahead, one, NOW, newest=later) == NOW + NOW_EVERY
    due = found(replace(ahead, last_slot=SLOT - DAY), reader(), NOW)
    assert due.window.start == due.window.end == NOW


def test_whom_the_store_says_no_to_is_never_due() -> None:
    """A suppression beats the schedule and `send` alike."""
    no = row(suppressed="unsubscribed", last_slot=SLOT - DAY)
    assert due_now(no, reader(), NOW, newest=NOW) is None
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
        due = due_now(state, one, moment)
        if due is not None:
            served.append(due)
            state = replace(state, last_slot=due.slot, watermark=due.window.end)
    assert len(served) == 3, clocks
    assert [due.window.start for due in served[1:]] == [due.window.end for due in served[:-1]]


def test_stale_is_after_the_next_slot_or_a_day_whichever_is_later() -> None:
    """A weekly edition may wait a week, a daily one a day, one to `now` a day."""
    daily = manual_slot(row(), reader(), NOW, since=None, narrowed=False, again=False)
    assert daily.stale_after == NOW + STALE_AFTER
    weekly = manual_slot(row(), reader(send="weekly mon 08:00"), NOW, since=None, narrowed=False, again=False)
    assert weekly.stale_after == SLOT + 7 * DAY
    hasty = manual_slot(row(), reader(send="now"), NOW, since=None, narrowed=False, again=False)
    assert hasty.stale_after == NOW + STALE_AFTER


def test_by_hand_moves_the_watermark_only_without_since_and_for_everyone() -> None:
    """`--since`, `--to` and `--topic` look without moving anything; `--again` goes one slot back."""
    known = row(watermark=NOW - timedelta(minutes=5))
    plain = manual_slot(known, reader(), NOW, since=None, narrowed=False, again=False)
    assert (plain.moves, plain.by_published, plain.window.start) == (True, False, known.watermark)
    assert not manual_slot(known, reader(), NOW, since=None, narrowed=True, again=False).moves
    since = manual_slot(known, reader(), NOW, since=NOW - DAY, narrowed=False, again=False)
    assert (since.moves, since.by_published, since.window.start) == (False, True, NOW - DAY)
    again = manual_slot(known, reader(), NOW, since=None, narrowed=False, again=True)
    assert (again.window.start, again.again) == (SLOT, True)


def made(covered: datetime, now: datetime, *, again: bool = False, since: datetime | None = None) -> Due:
    """What `send` asks for, when a reader's news has been chosen from up to a moment."""
    return manual_slot(row(watermark=covered), reader(), now, since=since, narrowed=False, again=again)


def test_a_slot_of_the_schedule_looks_a_week_back_for_what_was_not_had() -> None:
    """A week, or a little more than the window, but never before the reader's own beginning."""
    usual = found(row(last_slot=SLOT - DAY, watermark=SLOT - DAY), reader(), SLOT)
    assert usual.scan == replace(usual.window, start=SLOT - 7 * DAY)
    away = found(row(last_slot=SLOT - 20 * DAY, watermark=SLOT - 20 * DAY), reader(), SLOT)
    assert away.scan == replace(away.window, start=away.window.start - SETTLING)
    new = found(row(created=SLOT - DAY, last_slot=SLOT - DAY, watermark=SLOT - DAY), reader(), SLOT)
    assert new.scan.start == watermark(row(created=SLOT - DAY), reader())


def test_a_send_right_after_another_looks_no_further_back_than_that() -> None:
    """Until the schedule's next slot has passed; then what found no place comes again."""
    at_once = made(NOW, NOW + timedelta(minutes=1))
    assert at_once.scan == at_once.window
    next_day = made(NOW, SLOT + DAY)
    assert next_day.scan == replace(next_day.window, start=SLOT - 6 * DAY)


def test_what_is_repeated_or_chosen_by_date_is_looked_for_in_its_window_alone() -> None:
    """`--again` and `--since` say themselves how far back they go."""
    for due in (made(NOW, SLOT + DAY, again=True), made(NOW, SLOT + DAY, since=NOW - 30 * DAY)):
        assert due.scan == due.window

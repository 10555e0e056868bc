"""What is old when it first shows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.model import Item
from digest.storage.recognition.backlog import BACKLOG_AFTER, LATE, LATE_BUT_NEWEST, Past
from tests.unit.stories.made_up import MORNING, item

TICK = timedelta(seconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def dated(before: timedelta) -> Item:
    """An entry that first shows in the morning, and says that it is older by so much."""
    return replace(item("A"), published=MORNING - before, first_seen=MORNING)


@pytest.mark.parametrize(("age", "old"), [(HOUR, False), (BACKLOG_AFTER, False), (BACKLOG_AFTER + TICK, True)])
def test_at_the_first_poll_a_day_is_news(age: timedelta, *, old: bool) -> None:
    """What is older was there before we were."""
    assert Past().holds(dated(age), MORNING) is old


def test_what_bears_no_date_is_old_at_the_first_poll_alone() -> None:
    """Nobody can tell how old it is; later it shows when it is new."""
    undated = dated(timedelta())
    assert Past().holds(undated, MORNING)
    assert not Past(read=MORNING - HOUR).holds(undated, MORNING)


@pytest.mark.parametrize(("before_it", "old"), [(LATE, False), (LATE + TICK, True)])
def test_later_it_counts_how_long_before_the_last_reading_it_is_dated(before_it: timedelta, *, old: bool) -> None:
    """However long that reading is ago: what came out since then could not show before."""
    read = MORNING - 30 * DAY
    assert Past(read=read).holds(dated(30 * DAY + before_it), MORNING) is old


@pytest.mark.parametrize(("before_it", "old"), [(LATE_BUT_NEWEST, False), (LATE_BUT_NEWEST + TICK, True)])
def test_the_newest_of_all_may_be_dated_a_week_before(before_it: timedelta, *, old: bool) -> None:
    """Some give the date of a paper, and publish it days after; one as old as what stood there is none of them."""
    past = Past(read=MORNING, newest=MORNING - 8 * DAY)
    assert past.holds(dated(before_it), MORNING) is old
    assert replace(past, newest=MORNING - before_it).holds(dated(before_it), MORNING)


def test_a_reading_that_lies_ahead_counts_as_now() -> None:
    """The clock was wrong then."""
    assert not Past(read=MORNING + 400 * DAY).holds(dated(HOUR), MORNING)

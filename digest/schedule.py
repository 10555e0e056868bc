"""Which slot is due: schedules as a person writes them, judged in the subscriber's own time zone. Pure.

A schedule is `daily 07:00`, `weekdays 07:00`, `weekly mon 08:30`, `mon,thu 08:30`, `monthly 1 07:00`
(a month that is too short fires on its last day), `now` (the end of a poll round with news; it has no slots
here) or `cron: 30 7 * * mon-fri` (five fields, Debian's meaning).

A slot is one moment a local day, whatever the clocks do: a time in the hour that a change leaves out is the
first moment after the gap, a time in the doubled hour is its first occurrence, and a day that a zone skipped
altogether (Apia, 30 December 2011) has no slot.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from digest.errors import ScheduleError
from digest.model import utc

#: So long a missed slot is sent on return, however soon the next one fell due.
AT_LEAST = timedelta(hours=24)
#: The schedule of those who want news as it comes.
NOW = "now"

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY_DAY = frozenset(range(7))
_WORKDAYS = frozenset(range(5))
_WORDS = ("daily", "weekdays", "weekly", "monthly", NOW)
#: Longest stretch between two slots of a calendar schedule (monthly), with a zone's skipped day to spare.
_HORIZON_DAYS = 66
#: Where cronsim starts: so far before the moment asked for that a doubled hour lies behind it.
_CRON_LEAD = timedelta(hours=3)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_EXAMPLES = '"daily 07:00", "weekdays 07:00", "mon,thu 08:30", "monthly 1 07:00", "now" or "cron: 0 7 * * *"'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calendar:
    """A wall-clock time on some days."""

    at: time
    weekdays: frozenset[int] = _EVERY_DAY
    #: The day of the month, 1 to 31, instead of `weekdays`.
    month_day: int | None = None

    def falls_on(self, day: date) -> bool:
        if self.month_day is None:
            return day.weekday() in self.weekdays
        return day.day == min(self.month_day, calendar.monthrange(day.year, day.month)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cron:
    expression: str


# Reading


def validate(text: str) -> None:
    """Return if `text` is a schedule; else raise ScheduleError with a suggestion."""
    _parse(text)


@lru_cache(maxsize=1024)
def _parse(text: str) -> _Calendar | _Cron | None:
    """The schedule that `text` says; None: `now`."""
    words = text.lower().split()
    match words:
        case ["now"]:
            return None
        case [first, *_] if first.startswith("cron:"):
            return _parse_cron(text.strip()[len("cron:") :].strip())
        case ["daily", clock] if at := _clock(clock):
            return _Calendar(at=at)
        case ["weekdays", clock] if at := _clock(clock):
            return _Calendar(at=at, weekdays=_WORKDAYS)
        case ["weekly", day, clock] if (at := _clock(clock)) and (days := _weekdays(day)):
            return _Calendar(at=at, weekdays=days)
        case ["monthly", day, clock] if (at := _clock(clock)) and (number := _month_day(day)):
            return _Calendar(at=at, month_day=number)
        case [*days_of_week, clock] if (at := _clock(clock)) and (days := _weekdays(" ".join(days_of_week))):
            return _Calendar(at=at, weekdays=days)
    raise ScheduleError(f'"{text}" is not a schedule, {_suggestion(words)}')


def _clock(word: str) -> time | None:
    found = _TIME.fullmatch(word)
    return time(int(found[1]), int(found[2])) if found else None


def _weekdays(words: str) -> frozenset[int] | None:
    """The days of a list such as `mon,thu`, `mon, thursday`; None if one of them is not a day, or there is none."""
    names = [name for name in re.split(r"[,\s]+", words) if name]
    numbers = [_weekday(name) for name in names]
    return frozenset(n for n in numbers if n is not None) if numbers and None not in numbers else None


def _weekday(name: str) -> int | None:
    full = [day.lower() for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")]
    return next((n for n, day in enumerate(full) if len(name) >= 3 and day.startswith(name)), None)


def _month_day(word: str) -> int | None:
    number = int(word) if re.fullmatch(r"[0-9]{1,2}", word) else 0
    return number if 1 <= number <= 31 else None


def _parse_cron(expression: str) -> _Cron:
    if len(expression.split()) != 5:
        raise ScheduleError(
            f'"cron: {expression}" needs five fields (minute, hour, day, month, day of week), '
            'such as "cron: 30 7 * * 1-5"'
        )
    try:
        # A leap year's start: an expression that matches nothing in the 50 years that follow never will.
        next(CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC)))
    except CronSimError as exc:
        reason = str(exc)[:1].lower() + str(exc)[1:]
        raise ScheduleError(f'"cron: {expression}" cannot be read: {reason}, see crontab(5)') from exc
    except StopIteration as exc:
        raise ScheduleError(f'"cron: {expression}" never falls due: no day matches all its fields') from exc
    return _Cron(expression=expression)


def _suggestion(words: list[str]) -> str:
    """A schedule near to what was written, where one can be told, else all forms."""
    clock = next((f"{at:%H:%M}" for word in words if (at := _lenient_clock(word))), "07:00")
    days = [DAYS[n] for word in words for part in word.split(",") if (n := _weekday(part)) is not None]
    near = [hit for word in words for hit in get_close_matches(word, _WORDS, 1, 0.6)]
    kind = near[0] if near else "daily"
    if kind == NOW:
        return f'did you mean "{NOW}"?'
    if days:
        return f'did you mean "{",".join(dict.fromkeys(days))} {clock}"?'
    if kind == "weekly":
        return f'did you mean "weekly mon {clock}"?'
    if kind == "monthly":
        number = next((n for word in words if (n := _month_day(word.rstrip(".stndrh")))), 1)
        return f'did you mean "monthly {number} {clock}"?'
    if near or any(_lenient_clock(word) for word in words):
        return f'did you mean "{kind} {clock}"?'
    return f"write {_EXAMPLES}"


def _lenient_clock(word: str) -> time | None:
    """A time as people write it, for suggestions alone: `7`, `7.30`, `7h30`, `7pm`, `0730`, `24:00`."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h]?(\d{2}))?(?::\d{2})?\s*(am|pm|h)?", word)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] == "pm" and hour < 12:
        hour += 12
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


# Slots


@lru_cache(maxsize=4096)
def next_slot(send: str, zone: str, after: datetime) -> datetime | None:
    """The first slot strictly after a moment, in UTC; None for `now`.

    `zone` is an IANA name. ScheduleError: `send` is not a schedule. ValueError: `after` is naive.
    """
    schedule, after = _parse(send), utc(after)
    if schedule is None:
        return None
    return next(slot for slot in _forward(schedule, ZoneInfo(zone), after) if slot > after)


@lru_cache(maxsize=4096)
def previous_slot(send: str, zone: str, at: datetime) -> datetime | None:
    """The last slot at or before a moment, in UTC; None for `now`. Errors as for `next_slot`."""
    schedule, at = _parse(send), utc(at)
    if schedule is None:
        return None
    return next(slot for slot in _backward(schedule, ZoneInfo(zone), at) if slot <= at)


def due_slot(send: str, zone: str, served: datetime, now: datetime) -> datetime | None:
    """The slot that is to be sent now, if any: the last one up to `now` that lies after `served` (the last slot that
    was taken care of). It stays due until the next one is.

    Of several missed slots only the last is due: its edition covers the others' time as well.
    """
    slot = previous_slot(send, zone, now)
    return slot if slot is not None and slot > utc(served) else None


def left_out(send: str, zone: str, served: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    """The first and the last slot after `served` that are not sent any more: the next one has come, and `AT_LEAST` has
    gone by. None: there is none."""
    first, due = next_slot(send, zone, served), previous_slot(send, zone, now)
    if first is None or due is None:
        return None
    last = previous_slot(send, zone, min(utc(now) - AT_LEAST, due - timedelta(microseconds=1)))
    return (first, last) if last is not None and first <= last else None


def _forward(schedule: _Calendar | _Cron, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    """Slots in time's order, from some time before `start` on."""
    if isinstance(schedule, _Cron):
        for moment in CronSim(schedule.expression, (start - _CRON_LEAD).astimezone(zone)):
            yield moment.astimezone(UTC)
        return
    first = start.astimezone(zone).date() - timedelta(days=2)
    yield from _slots(schedule, zone, (first + timedelta(days=n) for n in range(_HORIZON_DAYS)))


def _backward(schedule: _Calendar | _Cron, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    """Slots against time's order, from some time after `start` on."""
    if isinstance(schedule, _Cron):
        for moment in CronSim(schedule.expression, (start + _CRON_LEAD).astimezone(zone), reverse=True):
            yield moment.astimezone(UTC)
        return
    last = start.astimezone(zone).date() + timedelta(days=2)
    yield from _slots(schedule, zone, (last - timedelta(days=n) for n in range(_HORIZON_DAYS)))


def _slots(schedule: _Calendar, zone: ZoneInfo, days: Iterator[date]) -> Iterator[datetime]:
    for day in days:
        if schedule.falls_on(day) and (moment := _moment(day, schedule.at, zone)):
            yield moment


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """When the clocks of a zone show a day's time for the first time, or jump over it; None: there is no such day."""
    moment = _first_moment(datetime.combine(day, at), zone)
    if moment.astimezone(zone).date() == day:
        return moment
    midnight = _first_moment(datetime.combine(day, time()), zone)
    return moment if midnight.astimezone(zone).date() == day else None


def _first_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which a zone's clocks show `wall` (naive) or later."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # `wall` stands in a gap: fold 0 counts with the offset before it and lands behind it, fold 1 before it.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while moment - before > timedelta(seconds=1):
        middle = before + (moment - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            moment = middle
    return moment.replace(microsecond=0)

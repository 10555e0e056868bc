"""Schedules: what can be written, which slot is next, last and due, and what clock changes do to them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import ScheduleError
from digest.schedule import due_slot, left_out, next_slot, previous_slot, validate

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("posix/", "right/")))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
SECONDS = st.integers(0, int(datetime(2037, 12, 1, tzinfo=UTC).timestamp()))
MOMENTS = SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
SCHEDULES = [
    "daily 02:30",
    "weekdays 00:00",
    "weekly sun 02:15",
    "sat,sun 23:30",
    "monthly 31 01:59",
    "cron: 30 2 * * *",
]


def slots(send: str, zone: str, after: datetime, count: int) -> list[str]:
    """The next slots as their zone's clocks show them."""
    shown = []
    for _ in range(count):
        slot = next_slot(send, zone, after)
        assert slot is not None
        after = slot
        shown.append(f"{after.astimezone(ZoneInfo(zone)):%a %d %b %H:%M %z}")
    return shown


@pytest.mark.parametrize(
    ("send", "expected"),
    [
        ("daily 07:00", ["Thu 01 Jan 07:00 +0000", "Fri 02 Jan 07:00 +0000", "Sat 03 Jan 07:00 +0000"]),
        ("Daily 7:00", ["Thu 01 Jan 07:00 +0000", "Fri 02 Jan 07:00 +0000", "Sat 03 Jan 07:00 +0000"]),
        ("weekdays 07:00", ["Thu 01 Jan 07:00 +0000", "Fri 02 Jan 07:00 +0000", "Mon 05 Jan 07:00 +0000"]),
        ("weekly mon 08:30", ["Mon 05 Jan 08:30 +0000", "Mon 12 Jan 08:30 +0000", "Mon 19 Jan 08:30 +0000"]),
        ("monday 08:30", ["Mon 05 Jan 08:30 +0000", "Mon 12 Jan 08:30 +0000", "Mon 19 Jan 08:30 +0000"]),
        ("mon,thu 08:30", ["Thu 01 Jan 08:30 +0000", "Mon 05 Jan 08:30 +0000", "Thu 08 Jan 08:30 +0000"]),
        ("Mon, Thursday 08:30", ["Thu 01 Jan 08:30 +0000", "Mon 05 Jan 08:30 +0000", "Thu 08 Jan 08:30 +0000"]),
        ("monthly 1 07:00", ["Thu 01 Jan 07:00 +0000", "Sun 01 Feb 07:00 +0000", "Sun 01 Mar 07:00 +0000"]),
        ("monthly 31 07:00", ["Sat 31 Jan 07:00 +0000", "Sat 28 Feb 07:00 +0000", "Tue 31 Mar 07:00 +0000"]),
        ("cron: 30 7 * * mon-fri", ["Thu 01 Jan 07:30 +0000", "Fri 02 Jan 07:30 +0000", "Mon 05 Jan 07:30 +0000"]),
        ("cron:0 */8 * * *", ["Thu 01 Jan 08:00 +0000", "Thu 01 Jan 16:00 +0000", "Fri 02 Jan 00:00 +0000"]),
    ],
)
def test_every_form_falls_due_when_it_says(send: str, expected: list[str]) -> None:
    """Each way to write a schedule gives the slots that a person would expect of it."""
    assert slots(send, "UTC", datetime(2026, 1, 1, tzinfo=UTC), 3) == expected


def test_now_has_no_slots() -> None:
    """`now` is asked for by a poll round with news, so it has neither a next, nor a last, nor a due slot."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_slot("now", "UTC", moment) is None
    assert previous_slot("now", "UTC", moment) is None
    assert due_slot("now", "UTC", moment - timedelta(days=3), moment) is None


@pytest.mark.parametrize(
    ("zone", "send", "after", "expected"),
    [
        (
            "Europe/Berlin",
            "daily 02:30",
            datetime(2026, 3, 28, tzinfo=UTC),
            ["Sat 28 Mar 02:30 +0100", "Sun 29 Mar 03:00 +0200", "Mon 30 Mar 02:30 +0200"],
        ),
        (
            "Europe/Berlin",
            "cron: 30 2 * * *",
            datetime(2026, 3, 28, tzinfo=UTC),
            ["Sat 28 Mar 02:30 +0100", "Sun 29 Mar 03:00 +0200", "Mon 30 Mar 02:30 +0200"],
        ),
        (
            "Europe/Berlin",
            "daily 02:30",
            datetime(2026, 10, 24, 12, tzinfo=UTC),
            ["Sun 25 Oct 02:30 +0200", "Mon 26 Oct 02:30 +0100"],
        ),
        (
            "Europe/Berlin",
            "cron: 30 2 * * *",
            datetime(2026, 10, 24, 12, tzinfo=UTC),
            ["Sun 25 Oct 02:30 +0200", "Mon 26 Oct 02:30 +0100"],
        ),
        (
            "Asia/Beirut",
            "daily 00:00",
            datetime(2026, 3, 27, 12, tzinfo=UTC),
            ["Sat 28 Mar 00:00 +0200", "Sun 29 Mar 01:00 +0300", "Mon 30 Mar 00:00 +0300"],
        ),
        (
            "Asia/Beirut",
            "daily 23:30",
            datetime(2026, 10, 23, 22, tzinfo=UTC),
            ["Sat 24 Oct 23:30 +0300", "Sun 25 Oct 23:30 +0200"],
        ),
        (
            "Asia/Beirut",
            "daily 00:00",
            datetime(2026, 10, 24, 12, tzinfo=UTC),
            ["Sun 25 Oct 00:00 +0200", "Mon 26 Oct 00:00 +0200"],
        ),
        (
            "Africa/Cairo",
            "daily 00:00",
            datetime(2026, 4, 22, 23, tzinfo=UTC),
            ["Fri 24 Apr 01:00 +0300", "Sat 25 Apr 00:00 +0300"],
        ),
        (
            "Africa/Cairo",
            "daily 23:30",
            datetime(2026, 10, 28, 22, tzinfo=UTC),
            ["Thu 29 Oct 23:30 +0300", "Fri 30 Oct 23:30 +0200"],
        ),
        (
            "America/Nuuk",
            "daily 23:30",
            datetime(2026, 3, 28, 3, tzinfo=UTC),
            ["Sun 29 Mar 00:00 -0100", "Sun 29 Mar 23:30 -0100"],
        ),
        (
            "Pacific/Apia",
            "daily 07:00",
            datetime(2011, 12, 29, tzinfo=UTC),
            ["Thu 29 Dec 07:00 -1000", "Sat 31 Dec 07:00 +1400"],
        ),
        (
            "Australia/Lord_Howe",
            "daily 02:15",
            datetime(2026, 10, 3, tzinfo=UTC),
            ["Sun 04 Oct 02:30 +1100", "Mon 05 Oct 02:15 +1100"],
        ),
    ],
)
def test_clock_changes_neither_skip_nor_repeat_a_slot(
    zone: str, send: str, after: datetime, expected: list[str]
) -> None:
    """A time that a change leaves out fires once just after the gap; one that comes twice fires the first time only."""
    assert slots(send, zone, after, len(expected)) == expected


def test_a_slot_already_past_in_the_doubled_hour_is_not_offered_again() -> None:
    """Asked in the second of two 02:10s, the next 02:30 is tomorrow's and the last one is today's first."""
    second_ten_past_two = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    for send in ("daily 02:30", "cron: 30 2 * * *"):
        assert next_slot(send, "Europe/Berlin", second_ten_past_two) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
        assert previous_slot(send, "Europe/Berlin", second_ten_past_two) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(zone=st.sampled_from(ZONES), at=CLOCKS, start=st.dates(date(1975, 1, 1), date(2037, 11, 1)))
@example(zone="Africa/Cairo", at=time(0), start=date(2026, 4, 20))
@example(zone="America/Nuuk", at=time(23, 30), start=date(2026, 3, 25))
@example(zone="Pacific/Apia", at=time(7), start=date(2011, 12, 28))
@example(zone="Pacific/Kwajalein", at=time(0), start=date(1993, 8, 19))
@settings(deadline=None)
def test_every_local_day_has_exactly_one_slot(zone: str, at: time, start: date) -> None:
    """In every zone, for every daily time, each day of a fortnight has one slot: then, or just after the gap."""
    here = ZoneInfo(zone)
    days = [start + timedelta(days=n) for n in range(14)]
    after = datetime.combine(start, time(), tzinfo=here).astimezone(UTC) - timedelta(hours=30)
    found: dict[date, int] = dict.fromkeys(days, 0)
    for _ in range(18):
        slot = next_slot(f"daily {at:%H:%M}", zone, after)
        assert slot is not None
        assert slot > after
        assert slot.tzinfo is UTC
        after = slot
        local = slot.astimezone(here)
        if local.time() == at:
            found[local.date()] = found.get(local.date(), 0) + 1
            continue
        # Just after a gap: a second before, the clocks had not reached the time, and now they are past it.
        before = (slot - timedelta(seconds=1)).astimezone(here).replace(tzinfo=None)
        day = before.date() if before.time() < at else local.date()
        assert before < datetime.combine(day, at) < local.replace(tzinfo=None)
        found[day] = found.get(day, 0) + 1
    assert {day: found[day] for day in days} == {day: int(exists(day, here)) for day in days}


def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone ever show the day: some zones skipped one when they crossed the date line."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


@given(zone=st.sampled_from(ZONES), send=st.sampled_from(SCHEDULES), moment=MOMENTS)
@example(zone="Europe/Berlin", send="cron: 30 2 * * *", moment=datetime(2026, 10, 25, 1, 10, tzinfo=UTC))
@settings(deadline=None)
def test_next_and_previous_agree(zone: str, send: str, moment: datetime) -> None:
    """Between the last slot and the next there is none: each is the other's neighbour, on either side of the moment."""
    last, following = previous_slot(send, zone, moment), next_slot(send, zone, moment)
    assert last is not None
    assert following is not None
    assert last <= moment < following
    assert next_slot(send, zone, last) == following
    assert previous_slot(send, zone, following) == following
    assert previous_slot(send, zone, following - timedelta(microseconds=1)) == last


def utc(text: str) -> datetime:
    """A moment of UTC."""
    return datetime.fromisoformat(f"{text}:00+00:00")


@pytest.mark.parametrize(
    ("send", "served", "now", "due"),
    [
        ("daily 07:00", "2026-01-04 07:00", "2026-01-05 06:59", None),
        ("daily 07:00", "2026-01-04 07:00", "2026-01-05 07:00", "2026-01-05 07:00"),
        ("daily 07:00", "2026-01-05 07:00", "2026-01-05 07:00", None),
        ("daily 07:00", "2026-01-05 07:00", "2026-01-05 12:00", None),
        ("daily 07:00", "2026-01-04 07:00", "2026-01-05 22:00", "2026-01-05 07:00"),
        ("daily 07:00", "2026-01-04 07:00", "2026-01-06 06:59", "2026-01-05 07:00"),
        ("daily 07:00", "2026-01-04 07:00", "2026-01-06 07:00", "2026-01-06 07:00"),
        ("daily 07:00", "2025-12-20 07:00", "2026-01-05 09:00", "2026-01-05 07:00"),
        ("daily 07:00", "2026-01-05 07:30", "2026-01-05 09:00", None),
        ("weekly mon 08:30", "2025-12-29 08:30", "2026-01-11 22:00", "2026-01-05 08:30"),
        ("monthly 1 08:30", "2025-12-01 08:30", "2026-01-31 22:00", "2026-01-01 08:30"),
    ],
)
def test_a_missed_slot_is_due_until_the_next_one_is(send: str, served: str, now: str, due: str | None) -> None:
    """A slot is due once it has come and lies after the last one served; of several missed ones only the last is."""
    assert due_slot(send, "UTC", utc(served), utc(now)) == (utc(due) if due else None)


@pytest.mark.parametrize(
    ("send", "served", "now", "out"),
    [
        ("daily 07:00", "2026-01-04 07:00", "2026-01-05 22:00", None),
        ("daily 07:00", "2026-01-04 07:00", "2026-01-06 07:00", ("2026-01-05 07:00", "2026-01-05 07:00")),
        ("daily 07:00", "2026-01-01 07:00", "2026-01-06 06:00", ("2026-01-02 07:00", "2026-01-04 07:00")),
        ("weekly mon 08:30", "2025-12-29 08:30", "2026-01-11 22:00", None),
        ("weekly mon 08:30", "2025-12-29 08:30", "2026-01-12 09:00", ("2026-01-05 08:30", "2026-01-05 08:30")),
        ("cron: 0 * * * *", "2026-01-05 07:00", "2026-01-05 23:30", None),
        ("cron: 0 * * * *", "2026-01-05 07:00", "2026-01-06 10:30", ("2026-01-05 08:00", "2026-01-05 10:00")),
        ("now", "2026-01-01 07:00", "2026-01-06 06:00", None),
    ],
)
def test_a_slot_is_left_out_when_the_next_has_come_and_a_day_has_gone_by(
    send: str, served: str, now: str, out: tuple[str, str] | None
) -> None:
    """What a later slot of the same day makes up for is not left out."""
    assert left_out(send, "UTC", utc(served), utc(now)) == ((utc(out[0]), utc(out[1])) if out else None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dayly 07:00", '"dayly 07:00" is not a schedule, did you mean "daily 07:00"?'),
        ("daily", '"daily" is not a schedule, did you mean "daily 07:00"?'),
        ("7:30", '"7:30" is not a schedule, did you mean "daily 07:30"?'),
        ("daily 24:00", '"daily 24:00" is not a schedule, did you mean "daily 00:00"?'),
        ("daily 25:00", '"daily 25:00" is not a schedule, did you mean "daily 07:00"?'),
        ("daily 07:00:00", '"daily 07:00:00" is not a schedule, did you mean "daily 07:00"?'),
        ("every day at 7pm", '"every day at 7pm" is not a schedule, did you mean "daily 19:00"?'),
        ("mon thu 8", '"mon thu 8" is not a schedule, did you mean "mon,thu 08:00"?'),
        ("weekly 08:30", '"weekly 08:30" is not a schedule, did you mean "weekly mon 08:30"?'),
        ("monthly 1st 07:00", '"monthly 1st 07:00" is not a schedule, did you mean "monthly 1 07:00"?'),
        ("monthly 32 07:00", '"monthly 32 07:00" is not a schedule, did you mean "monthly 1 07:00"?'),
        ("nwo", '"nwo" is not a schedule, did you mean "now"?'),
        (
            "whenever",
            (
                '"whenever" is not a schedule, write "daily 07:00", "weekdays 07:00", "mon,thu 08:30", '
                '"monthly 1 07:00", "now" or "cron: 0 7 * * *"'
            ),
        ),
        ("cron: 61 * * * *", '"cron: 61 * * * *" cannot be read: bad minute, see crontab(5)'),
        (
            "cron: 0 7 *",
            '"cron: 0 7 *" needs five fields (minute, hour, day, month, day of week), such as "cron: 30 7 * * 1-5"',
        ),
        ("cron: 0 0 30 2 *", '"cron: 0 0 30 2 *" cannot be read: bad day-of-month, see crontab(5)'),
    ],
)
def test_a_mistyped_schedule_is_answered_with_what_was_meant(text: str, message: str) -> None:
    """The error repeats what was written and offers the nearest schedule that works."""
    with pytest.raises(ScheduleError) as caught:
        validate(text)
    assert str(caught.value) == message


@given(st.text() | st.from_regex(r"(daily|weekly|monthly|cron:|mon)[ ,:*/0-9a-z#-]{0,20}"))
@example("cron: * * * * L")
@example("cron: 0 0 * * 1#5")
@example("daily ٠٧:٠٠")
@settings(deadline=None)
def test_any_text_is_a_schedule_or_a_clear_error(text: str) -> None:
    """Whatever stands in the configuration, it is read or refused with a ScheduleError, and what is read has slots."""
    try:
        validate(text)
    except ScheduleError:
        return
    slot = next_slot(text, "Europe/Berlin", datetime(2026, 3, 28, tzinfo=UTC))
    assert (slot is None) == (text.strip().lower() == "now")


@pytest.mark.parametrize("text", ['daily 09:00"', "cron: 0 7 * * */0"])
def test_what_cron_cannot_read_never_escapes(text: str) -> None:
    """Errors of the cron reader come out as ScheduleError."""
    with pytest.raises(ScheduleError):
        validate(text)


def test_a_suggestion_can_be_pasted() -> None:
    """Whatever a message proposes is itself a schedule."""
    for text in ("dayly 7", "mnthly 5th 8:15", "weekly", "tuesday", "7 am", "nowe", "weekdays"):
        with pytest.raises(ScheduleError, match="did you mean") as caught:
            validate(text)
        validate(str(caught.value).split('did you mean "')[1].rstrip('"?'))


def test_naive_moments_are_refused() -> None:
    """A moment without a zone is a programming error, not a guess."""
    with pytest.raises(ValueError, match="naive"):
        next_slot("daily 07:00", "UTC", datetime(2026, 1, 1))  # noqa: DTZ001

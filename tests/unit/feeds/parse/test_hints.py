"""What a document says about being asked."""

from datetime import timedelta

import pytest

from digest.feeds.parse.hints import poll_hints


@pytest.mark.parametrize(
    ("channel", "every"),
    [
        ({}, None),
        ({"ttl": "60"}, timedelta(hours=1)),
        ({"ttl": "0"}, None),
        ({"ttl": "-5"}, None),
        ({"ttl": "9" * 6}, None),
        ({"ttl": "soon", "sy_updateperiod": "hourly"}, timedelta(hours=1)),
        ({"sy_updateperiod": "Daily", "sy_updatefrequency": "4"}, timedelta(hours=6)),
        ({"sy_updateperiod": "hourly", "sy_updatefrequency": "0"}, timedelta(hours=1)),
        ({"sy_updateperiod": "sometimes"}, None),
    ],
)
def test_an_interval_is_read_or_ignored(channel: dict[str, object], every: timedelta | None) -> None:
    """`ttl` in minutes, else the period divided by its frequency; nonsense is none."""
    assert poll_hints(channel, "").every == every


def test_never_is_not_believed() -> None:
    """A feed that asks to be skipped at all hours, or on all days, is asked all the same."""
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    days = "".join(f"<day>{day}day</day>" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"))
    hints = poll_hints({}, f"<skipHours>{hours}</skipHours><skipDays>{days}</skipDays>")
    assert (hints.skip_hours, hints.skip_days) == (frozenset(), frozenset())
    some = poll_hints(
        {}, "<skipHours><hour> 3 </hour><hour>99</hour></skipHours><skipDays><day>Someday</day></skipDays>"
    )
    assert (some.skip_hours, some.skip_days) == (frozenset({3}), frozenset())

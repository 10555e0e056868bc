"""Types of arguments: durations and moments as people write them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from digest.settings.core.mistakes import Wrong
from digest.settings.core.values import duration

_DURATION = duration(timedelta(seconds=1), timedelta(weeks=1_000_000))


class DurationParam(click.ParamType[timedelta]):
    """`90m`, `24h`, `1h30m`, `7d`, `2w`: as in the configuration."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Text to a timedelta; a usage error that says how."""
        if isinstance(value, timedelta):
            return value
        try:
            return _DURATION.read(str(value).lower())
        except (Wrong, OverflowError):
            self.fail(f"{value!r} is not a duration: write it like 90m, 24h, 1h30m, 7d or 2w", param, ctx)


class DateTimeParam(click.ParamType[datetime]):
    """ISO 8601; without a zone, UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Text to an aware date-time; a usage error that says how."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date and time: write it like 2026-04-17T07:00+02:00", param, ctx)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


DURATION = DurationParam()
DATE_TIME = DateTimeParam()

"""What a document says about how often it wants to be asked. Pure.

`ttl`, `skipHours` and `skipDays` (RSS 2.0), `updatePeriod` and `updateFrequency` (RSS 1.0 module Syndication). What is
out of bounds is ignored; which bounds to obey is the poll's business.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from digest.ports import PollHints

#: Hours of one `updatePeriod`.
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8_760}
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
#: Minutes of the longest `ttl` that is believed: a year.
_LONGEST_TTL = 525_600
#: Characters at the start of a document in which such elements stand.
_HEAD = 50_000

_SKIPPED = re.compile(r"<skip(?:Hours|Days)\s*>.{0,2000}?</skip(?:Hours|Days)\s*>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour\s*>\s*(\d{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(r"<day\s*>\s*([A-Za-z]{6,9})\s*</day", re.IGNORECASE)


def poll_hints(channel: Mapping[str, object], root: str) -> PollHints:
    """The hints of a document: `channel` is feedparser's dictionary of the feed, `root` the document's text."""
    skipped = " ".join(_SKIPPED.findall(root[:_HEAD])) if "<skip" in root[:_HEAD] else ""
    hours = frozenset(int(hour) % 24 for hour in _HOUR.findall(skipped) if int(hour) <= 24)
    days = frozenset(day.lower() for day in _DAY.findall(skipped)) & _DAYS
    return PollHints(
        every=_every(channel),
        # All hours, or all days, would mean never.
        skip_hours=hours if len(hours) < 24 else frozenset(),
        skip_days=days if len(days) < 7 else frozenset(),
    )


def _every(channel: Mapping[str, object]) -> timedelta | None:
    """The interval asked for; where a document gives two, the RSS 2.0 one."""
    minutes = _number(channel.get("ttl"))
    if 0 < minutes <= _LONGEST_TTL:
        return timedelta(minutes=minutes)
    hours = _PERIODS.get(str(channel.get("sy_updateperiod") or "").strip().lower())
    if hours is None:
        return None
    return timedelta(hours=hours) / max(1, _number(channel.get("sy_updatefrequency")))


def _number(value: object) -> int:
    """A small whole number, or 0."""
    text = str(value or "").strip()
    return int(text) if text.isdecimal() and len(text) <= 6 else 0

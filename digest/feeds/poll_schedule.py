"""When a feed is asked next: adapted to how often it changes, never sooner than its server wants. Pure.

After each answer the interval is halved when there was news and made a fifth longer when there was none, so that it
settles where about one answer in five brings news: a feed that changes every ten hours is asked every two. `ttl`,
`syn:updatePeriod`, `max-age` and `Retry-After` only ever make a poll later; the operator's upper bound caps them all
but `Retry-After`, which is the server's own word about itself.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.ports import PollHints

#: The interval after news, as a part of what it was ...
FASTER = 0.5
#: ... and after an answer without news.
SLOWER = 1.2
#: Polls are moved by up to this part of their interval, so that feeds that started together drift apart.
JITTER = 0.05
#: Retries are moved more: many feeds of one host fail in one moment.
RETRY_JITTER = 0.25
#: Doublings of the interval after failures: more than this is beyond any upper bound.
DOUBLINGS = 12
#: A `Retry-After` longer than this is a mistake or a joke.
RETRY_AFTER_LIMIT = timedelta(days=7)
#: An upper bound on any other wish, so that arithmetic on dates never overflows.
WISH_LIMIT = timedelta(days=30)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollBounds:
    """What the operator says about how often a feed is asked."""

    #: Where a feed's interval begins.
    start: timedelta
    least: timedelta
    most: timedelta
    #: The operator named an interval for this very feed: it does not adapt.
    fixed: bool = False


def jitter(seed: str) -> float:
    """A number in [-1, 1) that looks random and is the same for the same seed."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest(), "big") / 2**31 - 1


def adapted(interval: timedelta | None, elapsed: timedelta | None, pace: PollBounds, *, news: bool) -> timedelta:
    """The interval after an answer; `elapsed`: since the answer before it (None: there was none).

    An answer without news says the less the sooner it came: two polls by hand in one minute change nothing.
    """
    if pace.fixed:
        return pace.start
    if interval is None or elapsed is None:
        return min(max(pace.start, pace.least), pace.most)
    part = min(1.0, max(0.0, elapsed / interval)) if interval else 1.0
    wanted = interval * (FASTER if news else SLOWER**part)
    return min(max(wanted, pace.least), pace.most)


def next_poll(
    now: datetime, interval: timedelta, pace: PollBounds, *, hints: PollHints, fresh_for: float | None, seed: str
) -> datetime:
    """The moment of the next poll after an answer."""
    wishes = [hints.every or timedelta(0), timedelta(seconds=min(fresh_for or 0.0, WISH_LIMIT.total_seconds()))]
    wait = max(interval, min(max(wishes), pace.most))
    # Only ever later: a poll that came sooner than the server's wish would break it.
    moment = now + wait * (1 + JITTER * (jitter(seed) + 1) / 2)
    return awake(moment, hints, latest=now + max(wait, pace.most))


def awake(moment: datetime, hints: PollHints, *, latest: datetime) -> datetime:
    """The first moment from `moment` on that is in no skipped hour or day (of UTC), and not after `latest`."""
    while moment < latest and (moment.hour in hints.skip_hours or _DAYS[moment.weekday()] in hints.skip_days):
        moment = moment.replace(minute=0, second=0, microsecond=0) + _HOUR
    return min(moment, latest)


def next_try(
    now: datetime, interval: timedelta, pace: PollBounds, *, failures: int, retry_after: float | None, seed: str
) -> datetime:
    """The moment of the next try after the `failures`-th failure in a row: doubling, with jitter, up to the bound."""
    doubled: int = 2 ** min(failures - 1, DOUBLINGS)
    wait = min(max(interval, pace.least) * doubled, pace.most)
    moment = now + wait * (1 + RETRY_JITTER * jitter(seed))
    allowed = not_before(now, retry_after)
    # What the server asked for is a floor; those who were given the same floor still come one by one.
    if allowed is None:
        return moment
    return max(moment, allowed + (allowed - now) * (RETRY_JITTER * (jitter(seed) + 1) / 2))


def not_before(now: datetime, retry_after: float | None) -> datetime | None:
    """The moment until which a server wants to be left alone, even by hand."""
    if retry_after is None:
        return None
    return now + timedelta(seconds=min(max(retry_after, 0.0), RETRY_AFTER_LIMIT.total_seconds()))

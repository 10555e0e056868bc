"""When a message that was put off is tried again, and when it is given up (RFC 5321 4.5.4.1). Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

#: Waits are lengthened by up to this share, so that what was put off together does not come back together.
JITTER = 0.2


def next_try(
    attempts: int,
    now: datetime,
    *,
    waits: Sequence[timedelta],
    give_up_at: datetime,
    chance: float,
) -> datetime | None:
    """When to try again after `attempts` tries that were put off (1 or more); None: give up.

    `chance` is from 0 to 1 and decides the variation; `give_up_at` is the end of patience or the moment the edition
    goes stale, whichever comes first. The last of `waits` repeats.
    """
    wait = waits[min(attempts, len(waits)) - 1]
    # Never sooner than the schedule says: a greylisting server counts from its first refusal.
    moment = now + wait * (1 + JITTER * chance)
    return moment if moment < give_up_at else None

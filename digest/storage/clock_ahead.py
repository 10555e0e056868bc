"""Moments that lie ahead of now: they were written while the clock was wrong, and count as now.

A clock that is wrong for one round would otherwise stop whatever waits for such a moment until it comes.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from digest.storage import retention
from digest.storage.core.schema import OPEN, TO_TRY, deliveries, events, feeds, subscribers
from digest.storage.queries import relays
from digest.storage.queries.events import CLOCK, LEFT_OUT, note

#: The clocks of two machines may differ by this much.
SKEW = timedelta(minutes=5)
#: Who came, or was served, under the wrong clock counts as served so long ago: the last slot of this time is due.
DAY = timedelta(hours=24)


def furthest(c: Connection, now: datetime) -> datetime | None:
    """The moment that lies furthest ahead, of those that something waits for; None: none does."""
    asked = (
        select(func.max(subscribers.c.watermark)),
        select(func.max(subscribers.c.last_slot)),
        select(func.max(subscribers.c.created)),
        select(func.max(feeds.c.last_polled)),
        select(func.max(deliveries.c.changed)).where(OPEN, TO_TRY),
    )
    moments = [moment for query in asked if (moment := c.execute(query).scalar_one()) is not None]
    latest: datetime | None = max(moments, default=None)
    return latest if latest is not None and latest > now + SKEW else None


def recall(c: Connection, now: datetime) -> None:
    """Let such moments count as now, and write down that there were some."""
    found = furthest(c, now)
    if found is None:
        return
    ahead = now + SKEW
    c.execute(update(subscribers).where(subscribers.c.created > ahead).values(created=now - DAY))
    c.execute(update(subscribers).where(subscribers.c.watermark > ahead).values(watermark=now))
    c.execute(update(subscribers).where(subscribers.c.last_slot > ahead).values(last_slot=now - DAY))
    # A poll sets it anew; the feed is asked at once.
    asked = {"last_polled": now, "next_poll": None, "not_before": None}
    c.execute(update(feeds).where(feeds.c.last_polled > ahead).values(asked))
    c.execute(update(deliveries).where(OPEN, TO_TRY, deliveries.c.changed > ahead).values(next_try=now, changed=now))
    relays.recall(c, now)
    retention.recall(c, now, ahead)
    # Seen from then, slots of years were missed.
    c.execute(delete(events).where(events.c.at > ahead, events.c.kind == LEFT_OUT))
    c.execute(update(events).where(events.c.at > ahead).values(at=now))
    text = (
        f"something was done at {found:%Y-%m-%d %H:%M} UTC, which is still to come: the clock was wrong then, or is "
        "now. That moment counts as now"
    )
    note(c, kind=CLOCK, subject="clock", text=text, now=now)

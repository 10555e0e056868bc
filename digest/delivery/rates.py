"""One rate for all processes that send through a relay: each reserves moments ahead, by the database's clock.

The generic cell rate algorithm: the store keeps the moment from which the next message may leave. A reservation
moves it on by its length, so that two processes never get the same moment.
"""

from sqlalchemy import Connection, select

from digest.delivery.claims import database_clock
from digest.storage.core import meta
from digest.storage.core.schema import meta as meta_table


def reserve(c: Connection, name: str, rate: float, count: int) -> float:
    """Reserve `count` moments at `rate` a second; seconds from now until the first. Call it in a write."""
    key = f"rate:{name}"
    # Only a row can be locked: of two that are first at once, one waits here for the other.
    meta.once(c, key, "0")
    held = float(c.execute(select(meta_table.c.value).where(meta_table.c.key == key).with_for_update()).scalar_one())
    now = float(c.execute(select(database_clock(c))).scalar_one())
    start = max(now, held)
    meta.keep(c, key, repr(start + count / rate))
    return start - now

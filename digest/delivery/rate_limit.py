"""One rate for all processes that send through a relay: each reserves moments ahead, by the database's clock.

The generic cell rate algorithm: the store keeps the moment from which the next message may leave. A reservation
moves it on by its length, so that two processes never get the same moment.
"""

import asyncio
from collections import deque

from sqlalchemy import Connection, select

from digest.delivery.claims import database_clock
from digest.storage.core import meta
from digest.storage.core.database import Store
from digest.storage.core.schema import meta as meta_table

#: Moments are reserved for about this long ahead: one write a second and process, and little lost at the end.
AHEAD_S = 1.0


class RateLimiter:
    """Moments at which a message may leave, for one relay or one recipient domain."""

    def __init__(self, store: Store, name: str, rate: float) -> None:
        """`rate` is in messages a second."""
        self._store, self._name, self._rate = store, name, rate
        self._moments: deque[float] = deque()

    async def reserve(self) -> None:
        """Have at least one moment. StoreError: the store cannot be used."""
        if self._moments:
            return
        count = max(1, int(self._rate * AHEAD_S))
        first = await self._store.write(lambda c: reserve(c, self._name, self._rate, count))
        start = asyncio.get_running_loop().time() + first
        self._moments.extend(start + index / self._rate for index in range(count))

    @property
    def next(self) -> float:
        """The next moment on the loop's clock; infinity: none is reserved."""
        return self._moments[0] if self._moments else float("inf")

    def use(self) -> None:
        """The next moment is used up."""
        self._moments.popleft()


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

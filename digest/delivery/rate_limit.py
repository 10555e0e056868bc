"""When the next message may leave: moments under a rate that all processes share through the store."""

import asyncio
from collections import deque

from digest.delivery import rates
from digest.storage.core.database import Store

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
        first = await self._store.write(lambda c: rates.reserve(c, self._name, self._rate, count))
        start = asyncio.get_running_loop().time() + first
        self._moments.extend(start + index / self._rate for index in range(count))

    @property
    def next(self) -> float:
        """The next moment on the loop's clock; infinity: none is reserved."""
        return self._moments[0] if self._moments else float("inf")

    def use(self) -> None:
        """The next moment is used up."""
        self._moments.popleft()

"""Who may ask a host, and when: one request at a time for each host, spaced out, and a bound on all together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: Hosts remembered before those that nobody waits for are forgotten.
REMEMBERED_HOSTS = 4096


class TimeBudget:
    """Seconds that may still be spent on a transfer, over all its parts."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        """Time what happens inside. TimeoutError: there is none left."""
        clock = asyncio.get_running_loop().time
        start = clock()
        try:
            async with asyncio.timeout(self.left):
                yield
        finally:
            self.left -= clock() - start


@dataclass(slots=True)
class HostSlot:
    """A host's queue, as the one whose turn it is sees it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Those who wait for the host or have it.
    users: int = 0
    #: Not before this moment of the loop's clock.
    free_at: float = 0.0
    #: Whom it was asked for first.
    first: str = ""
    #: It was asked for somebody else, too: a connection to it is worth keeping.
    shared: bool = False


class HostQueue:
    """Hands out turns. A host is asked by one at a time (security: politeness is safety too)."""

    def __init__(self, *, total: int, spacing: float) -> None:
        self._total = asyncio.Semaphore(total)
        self._spacing = spacing
        self._hosts: dict[str, HostSlot] = {}

    @asynccontextmanager
    async def turn(self, host: str, feed: str, *, spaced: bool) -> AsyncIterator[HostSlot]:
        """Wait until `host` may be asked for a feed; `spaced`: not sooner than the spacing after the last one."""
        queue = self._queue(host)
        queue.users += 1
        queue.first = queue.first or feed
        queue.shared = queue.shared or queue.first != feed
        clock = asyncio.get_running_loop().time
        try:
            # Those who come in the same moment see each other before the first one asks.
            await asyncio.sleep(0)
            async with queue.lock:
                if spaced and (wait := queue.free_at - clock()) > 0:
                    await asyncio.sleep(wait)
                try:
                    async with self._total:
                        yield queue
                finally:
                    # After a failure most of all: a host in trouble is not to be hurried.
                    queue.free_at = clock() + self._spacing
        finally:
            queue.users -= 1

    def _queue(self, host: str) -> HostSlot:
        queue = self._hosts.get(host)
        if queue is None:
            if len(self._hosts) >= REMEMBERED_HOSTS:
                now = asyncio.get_running_loop().time()
                self._hosts = {name: turn for name, turn in self._hosts.items() if turn.users or turn.free_at > now}
            queue = self._hosts[host] = HostSlot()
        return queue

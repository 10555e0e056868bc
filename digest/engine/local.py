"""Runs tickets in this process, a few at a time. Nothing is kept: what a kill interrupts, the store still knows."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

#: Tickets of one call that run at once. Each already works on its own units side by side.
CONCURRENCY = 4


class Ticket(Protocol):
    """A piece of work of some 100 to 500 units, idempotent. The store is the truth; a ticket only points."""

    @property
    def key(self) -> str:
        """Two tickets of one key are one piece of work."""
        ...


T = TypeVar("T", bound=Ticket)
R = TypeVar("R")


class LocalEngine:
    """Runs tickets as tasks of this process."""

    def __init__(self, *, concurrency: int = CONCURRENCY) -> None:
        self._concurrency = concurrency
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def run(self, handle: Callable[[T], Awaitable[R]], tickets: Sequence[T]) -> list[R]:
        """Have each ticket handled; what each came to, in their order. One whose key runs already is waited for.

        What one ticket raises leaves the others alone; ExceptionGroup: some failed, raised when all have ended.
        """
        places = asyncio.Semaphore(self._concurrency)

        async def work(ticket: T) -> R:
            async with places:
                return await handle(ticket)

        tasks: list[asyncio.Task[R]] = []
        for ticket in tickets:
            if ticket.key not in self._running:
                self._running[ticket.key] = task = asyncio.create_task(work(ticket), name=ticket.key)
                task.add_done_callback(lambda done: self._running.pop(done.get_name(), None))
            tasks.append(self._running[ticket.key])
        results = await asyncio.gather(*tasks, return_exceptions=True)
        if failed := [result for result in results if isinstance(result, Exception)]:
            raise ExceptionGroup(f"some of the work failed: {tickets[0].key}", failed)
        return [task.result() for task in tasks]

    async def close(self) -> None:
        """Cancel whatever still waits or runs, and return when it has ended."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

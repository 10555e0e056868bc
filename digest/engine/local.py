"""Runs tickets in this process, a few at a time. Nothing is kept: what a kill interrupts, the store still knows."""

import asyncio
from collections.abc import Mapping

from digest.model import Ticket, TicketKind
from digest.ports import Handler

#: Tickets of one kind that run at once. Each already works on its own units side by side.
CONCURRENCY = 4


class LocalEngine:
    """The `Engine` port on asyncio tasks."""

    def __init__(self, handlers: Mapping[TicketKind, Handler], *, concurrency: int = CONCURRENCY) -> None:
        self._handlers = handlers
        self._places = {kind: asyncio.Semaphore(concurrency) for kind in handlers}
        self._running: dict[tuple[TicketKind, str], asyncio.Task[None]] = {}
        self._failed: dict[TicketKind, list[Exception]] = {kind: [] for kind in handlers}

    async def submit(self, ticket: Ticket) -> None:
        """Take a ticket; one whose key waits or runs already is not taken twice. KeyError: nobody runs its kind."""
        name = (ticket.kind, ticket.key)
        if name in self._running:
            return
        task = asyncio.create_task(self._run(ticket), name=f"{ticket.kind} {ticket.key}")
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def _run(self, ticket: Ticket) -> None:
        try:
            async with self._places[ticket.kind]:
                await self._handlers[ticket.kind](ticket)
        except Exception as exc:
            # One ticket's failure leaves the others alone; `drain` tells the caller.
            self._failed[ticket.kind].append(exc)

    async def drain(self, kind: TicketKind) -> None:
        """Return when no ticket of a kind waits or runs; other kinds go on. Raises the failures, as a group."""
        while running := [task for (its_kind, _), task in self._running.items() if its_kind is kind]:
            await asyncio.gather(*running, return_exceptions=True)
        failed, self._failed[kind] = self._failed[kind], []
        if failed:
            raise ExceptionGroup(f"some of the work failed: {kind}", failed)

    async def close(self) -> None:
        """Cancel whatever still waits or runs, and return when it has ended."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

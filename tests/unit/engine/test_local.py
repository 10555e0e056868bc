"""The engine in this process: what it promises to whoever submits tickets."""

import asyncio

import pytest

from digest.engine.local import LocalEngine
from digest.model import Ticket, TicketKind


async def test_a_key_that_waits_or_runs_is_not_taken_twice() -> None:
    """Two tickets of one key are one piece of work; once it is done the key may come again."""
    ran: list[str] = []

    async def run(ticket: Ticket) -> None:
        await asyncio.sleep(0)
        ran.append(ticket.key)

    engine = LocalEngine({TicketKind.POLL: run})
    for key in ("a", "b", "a"):
        await engine.submit(Ticket(kind=TicketKind.POLL, key=key))
    await engine.drain(TicketKind.POLL)
    await engine.submit(Ticket(kind=TicketKind.POLL, key="a"))
    await engine.drain(TicketKind.POLL)
    assert sorted(ran) == ["a", "a", "b"]


async def test_one_failing_ticket_leaves_the_others_alone() -> None:
    """The rest runs to its end; the failure reaches whoever drains, once."""
    ran: list[str] = []

    async def run(ticket: Ticket) -> None:
        if ticket.key == "bad":
            raise ValueError(ticket.key)
        ran.append(ticket.key)

    engine = LocalEngine({TicketKind.POLL: run})
    for key in ("a", "bad", "b"):
        await engine.submit(Ticket(kind=TicketKind.POLL, key=key))
    with pytest.raises(ExceptionGroup) as caught:
        await engine.drain(TicketKind.POLL)
    assert [str(error) for error in caught.value.exceptions] == ["bad"]
    assert ran == ["a", "b"]
    await engine.drain(TicketKind.POLL)


async def test_draining_one_kind_does_not_wait_for_another() -> None:
    """A slow poll delays nobody who waits for deliveries."""
    release = asyncio.Event()

    async def wait(_: Ticket) -> None:
        await release.wait()

    async def pass_by(_: Ticket) -> None:
        return None

    engine = LocalEngine({TicketKind.POLL: wait, TicketKind.DELIVER: pass_by})
    await engine.submit(Ticket(kind=TicketKind.POLL, key="slow"))
    await engine.submit(Ticket(kind=TicketKind.DELIVER, key="fast"))
    await asyncio.wait_for(engine.drain(TicketKind.DELIVER), 10)
    assert not release.is_set()
    release.set()
    await engine.drain(TicketKind.POLL)


async def test_no_more_tickets_run_at_once_than_allowed() -> None:
    """Concurrency is bounded per kind."""
    running = most = 0

    async def run(_: Ticket) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    engine = LocalEngine({TicketKind.POLL: run}, concurrency=2)
    for key in range(10):
        await engine.submit(Ticket(kind=TicketKind.POLL, key=str(key)))
    await engine.drain(TicketKind.POLL)
    assert most == 2


async def test_closing_ends_what_runs_and_waits_for_its_last_words() -> None:
    """A ticket that is cancelled may still write down what became of it."""
    said: list[str] = []

    async def run(_: Ticket) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            said.append("ended")

    engine = LocalEngine({TicketKind.DELIVER: run})
    await engine.submit(Ticket(kind=TicketKind.DELIVER, key="due"))
    await asyncio.sleep(0)
    await engine.close()
    assert said == ["ended"]

"""The engine in this process: what it promises to whoever has tickets."""

import asyncio
from dataclasses import dataclass

import pytest

from digest.engine.local import LocalEngine


@dataclass(frozen=True, slots=True)
class Ticket:
    """A piece of work."""

    key: str


def tickets(*keys: str) -> list[Ticket]:
    """Some of them."""
    return [Ticket(key) for key in keys]


async def test_what_each_ticket_came_to_is_given_back_in_order() -> None:
    """Whichever ends first; nothing for none."""

    async def run(ticket: Ticket) -> str:
        await asyncio.sleep(0.01 if ticket.key == "a" else 0)
        return ticket.key.upper()

    engine = LocalEngine()
    assert await engine.run(run, tickets("a", "b")) == ["A", "B"]
    assert await engine.run(run, []) == []


async def test_a_key_that_runs_is_not_run_twice() -> None:
    """Two tickets of one key are one piece of work, for both who ask; once it is done the key may come again."""
    ran: list[str] = []

    async def run(ticket: Ticket) -> str:
        await asyncio.sleep(0)
        ran.append(ticket.key)
        return ticket.key

    engine = LocalEngine()
    both = await asyncio.gather(engine.run(run, tickets("a", "b", "a")), engine.run(run, tickets("a")))
    assert list(both) == [["a", "b", "a"], ["a"]]
    assert sorted(ran) == ["a", "b"]
    await engine.run(run, tickets("a"))
    assert sorted(ran) == ["a", "a", "b"]


async def test_one_failing_ticket_leaves_the_others_alone() -> None:
    """The rest runs to its end; the failure reaches whoever asked, once."""
    ran: list[str] = []

    async def run(ticket: Ticket) -> None:
        if ticket.key == "bad":
            raise ValueError(ticket.key)
        await asyncio.sleep(0.01)
        ran.append(ticket.key)

    engine = LocalEngine()
    with pytest.raises(ExceptionGroup) as caught:
        await engine.run(run, tickets("a", "bad", "b"))
    assert [str(error) for error in caught.value.exceptions] == ["bad"]
    assert ran == ["a", "b"]
    await engine.run(run, tickets("c"))


async def test_one_call_does_not_wait_for_another() -> None:
    """A slow poll delays nobody who waits for deliveries, however many tickets it has."""
    release = asyncio.Event()

    async def wait(_: Ticket) -> None:
        await release.wait()

    async def pass_by(_: Ticket) -> None:
        return None

    engine = LocalEngine(concurrency=1)
    slow = asyncio.create_task(engine.run(wait, tickets("slow", "slower")))
    await asyncio.wait_for(engine.run(pass_by, tickets("fast")), 10)
    assert not slow.done()
    release.set()
    await slow


async def test_no_more_tickets_run_at_once_than_allowed() -> None:
    """Concurrency is bounded."""
    running = most = 0

    async def run(_: Ticket) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await LocalEngine(concurrency=2).run(run, tickets(*map(str, range(10))))
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

    engine = LocalEngine()
    running = asyncio.create_task(engine.run(run, tickets("due")))
    await asyncio.sleep(0.01)
    await engine.close()
    assert said == ["ended"]
    with pytest.raises(asyncio.CancelledError):
        await running

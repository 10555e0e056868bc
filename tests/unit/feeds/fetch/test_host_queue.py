"""Whose turn it is at a host."""

import asyncio
from itertools import pairwise

import pytest

from digest.feeds.fetch.host_queue import REMEMBERED_HOSTS, HostQueue, TimeBudget


async def visit(
    gate: HostQueue, host: str, feed: str, *, spaced: bool = True, stay: float = 0.0
) -> tuple[float, float]:
    """When a turn began and ended."""
    clock = asyncio.get_running_loop().time
    async with gate.turn(host, feed, spaced=spaced):
        began = clock()
        await asyncio.sleep(stay)
    return began, clock()


async def test_turns_at_one_host_are_spaced() -> None:
    """The next turn begins no sooner than the spacing after the last one ended."""
    gate = HostQueue(total=8, spacing=0.05)
    visits = sorted(await asyncio.gather(*(visit(gate, "a.example", f"{i}") for i in range(4))))
    assert all(began - ended >= 0.05 for (_, ended), (began, _) in pairwise(visits))


async def test_turns_without_spacing_still_exclude_each_other() -> None:
    """One host is asked by one at a time, spaced or not."""
    gate = HostQueue(total=8, spacing=60)
    visits = sorted(
        await asyncio.gather(*(visit(gate, "a.example", f"{i}", spaced=False, stay=0.01) for i in range(4)))
    )
    assert all(began >= ended for (_, ended), (began, _) in pairwise(visits))


async def test_a_failure_gives_the_turn_back() -> None:
    """Whatever happens in a turn, the next one comes, and no sooner than after a success."""
    gate = HostQueue(total=1, spacing=0.05)
    clock = asyncio.get_running_loop().time
    moments = []

    async def fail() -> None:
        async with gate.turn("a.example", "f", spaced=True):
            moments.append(clock())
            raise ValueError("odd")

    for _ in range(3):
        with pytest.raises(ValueError, match="odd"):
            await fail()
    assert all(later - sooner >= 0.05 for sooner, later in pairwise(moments))


async def test_a_host_is_shared_once_two_feeds_asked_it() -> None:
    """A second feed makes a host's connection worth keeping; the same feed again does not."""
    gate = HostQueue(total=8, spacing=0)
    shared: list[bool] = []
    for feed in ("one", "one", "two", "one"):
        async with gate.turn("a.example", feed, spaced=True) as turn:
            shared.append(turn.shared)
    assert shared == [False, False, True, True]


async def test_hosts_are_forgotten() -> None:
    """However many hosts there are, only so many are remembered."""
    gate = HostQueue(total=8, spacing=0)
    for number in range(REMEMBERED_HOSTS * 2 + 10):
        async with gate.turn(f"host{number}.example", "f", spaced=False):
            pass
    assert len(gate._hosts) <= REMEMBERED_HOSTS


async def test_patience_is_spent_in_parts() -> None:
    """Parts of a transfer share its time; what is spent is gone."""
    patience = TimeBudget(0.1)
    async with patience.spend():
        await asyncio.sleep(0.06)
    with pytest.raises(TimeoutError):
        async with patience.spend():
            await asyncio.sleep(5)
    assert patience.left <= 0

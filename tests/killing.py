"""Starts `tests.killable` and kills it."""

import asyncio
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

#: A child that takes longer than this has hung.
PATIENCE_S = 60


class Child:
    """A running `tests.killable`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, folder: Path, port: int, *arguments: str) -> Self:
        """Start one."""
        command = (sys.executable, "-P", "-m", "tests.killable", str(folder), str(port), *arguments)
        environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        return cls(await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL, env=environ))

    async def ended(self) -> int:
        """Its exit code: negative for the signal that ended it."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._process.wait()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    async def kill(self) -> None:
        """SIGKILL."""
        if self.running:
            self._process.kill()
        await self._process.wait()


@dataclass(slots=True)
class Toll:
    """What a series of kills came to."""

    kills: int = 0
    #: Messages the server had taken when each kill fell.
    at: list[int] = field(default_factory=list)


async def kill_often(
    folder: Path, port: int, arrived: Callable[[], int], *, kills: int, deliveries: int, chance: random.Random
) -> Toll:
    """Start, kill after a random number of messages and a random moment more, start again; let the last one finish."""
    toll = Toll()
    share = deliveries // (kills + 1)
    for _ in range(kills):
        child = await Child.start(folder, port)
        until = arrived() + chance.randrange(share)
        while child.running and arrived() < until:
            await asyncio.sleep(0.002)
        await asyncio.sleep(chance.random() * 0.02)
        if child.running:
            toll.kills += 1
            toll.at.append(arrived())
        await child.kill()
    last = await Child.start(folder, port)
    assert await last.ended() == 0
    return toll

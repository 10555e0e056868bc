"""The program as a process of the world: it can die at any transaction, or with a message on the wire."""

import asyncio
import os
import re
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from digest.app import Installation
from digest.delivery.process_locks import WorkerLock
from digest.delivery.transitions import Offer, Settlement
from digest.model import Edition, Rendered
from digest.ports import Fetcher, Message, Outcome, Parser, Queue, Renderer, Transport, Verdict
from digest.settings.core.shape import Settings
from tests.histories.press import Press
from tests.mailing import SetClock
from tests.polling import ThreadParser

T = TypeVar("T")
#: What dying leaves undone is not waited for any longer.
WAKE_S = 5
#: Two that compose at once wait for each other this long: one of them may have nothing to say.
MEETING_S = 0.3

_REPORT = re.compile(r'href="https?://[^"/]+/r/(\d+)"')


class Killed(BaseException):
    """The process is gone: no `except Exception` of the program may see it."""


@dataclass(slots=True)
class Doom:
    """When a process dies: at the n-th passing of a point (`before` or `after` a commit, `offered`, `arrived`)."""

    point: str = ""
    left: int = 0
    dead: bool = False
    told: Callable[[], None] = lambda: None

    def passing(self, point: str) -> None:
        """The process comes by a point; nothing gets past one when it is dead."""
        if not self.dead and point == self.point:
            self.left -= 1
            self.dead = self.left <= 0
        if self.dead:
            self.told()
            raise Killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that the relay has taken."""

    to: str
    message_id: str
    at: datetime
    #: Numbers of the reports that it links to.
    reports: frozenset[int]


def arrival(mail: Message, at: datetime) -> Arrival:
    """What a reader is told by a message."""
    parsed = message_from_bytes(mail.data, policy=policy.default)
    html = parsed.get_body(("html",))
    assert html is not None
    numbers = frozenset(map(int, _REPORT.findall(html.get_content())))
    return Arrival(to=mail.envelope.recipient, message_id=mail.message_id, at=at, reports=numbers)


@dataclass(slots=True)
class Relay:
    """Takes mail, and keeps what it took beyond any process. What it says next can be set."""

    clock: SetClock
    arrived: list[Arrival] = field(default_factory=list)
    verdicts: deque[Verdict] = field(default_factory=deque)

    def take(self, mail: Message) -> Verdict:
        """One message."""
        verdict = self.verdicts.popleft() if self.verdicts else Verdict.ACCEPTED
        if verdict is Verdict.ACCEPTED:
            self.arrived.append(arrival(mail, self.clock.now()))
        return verdict


_CODES = {Verdict.ACCEPTED: 250, Verdict.DEFERRED: 451, Verdict.REFUSED: 554}


@dataclass(frozen=True, slots=True)
class Wire:
    """The `Transport` of one process: one message after the other."""

    relay: Relay
    doom: Doom
    name: str = "wire"
    repeatable: bool = False

    async def carry(self, queue: Queue) -> None:
        """Hand over what there is."""
        while (claimed := await queue.take()) is not None:
            if not await queue.offer(claimed):
                continue
            self.doom.passing("offered")
            verdict = self.relay.take(claimed.message)
            self.doom.passing("arrived")
            queue.settle(claimed, Outcome(verdict=verdict, code=_CODES[verdict], text=f"said the relay: {verdict}"))


class MortalOwner(WorkerLock):
    """Its receipts end when the process does."""

    doom: Doom

    def begun(self, offer: Offer) -> None:
        """Note that a body is about to leave."""
        self.doom.passing("begun")
        super().begun(offer)

    def receipt(self, one: Settlement) -> None:
        """Note an answer."""
        self.doom.passing("receipt")
        super().receipt(one)

    def abandon(self) -> None:
        """As the kernel does it for a process that is gone: locks and files are let go, nothing is tidied up."""
        os.close(self._receipts)
        os.close(self._lock)
        self._lock = -1


@dataclass(frozen=True, slots=True)
class Meeting:
    """A renderer that waits for another one, so that two who compose do so at one moment."""

    inner: Renderer
    barrier: threading.Barrier

    def render(self, edition: Edition) -> Rendered:
        """The edition's parts, once both are here."""
        try:
            self.barrier.wait(MEETING_S)
        except threading.BrokenBarrierError:
            pass
        return self.inner.render(edition)


class Desk(Installation):
    """The program itself, with the world's press and relay behind its ports."""

    def __init__(self, settings: Settings, folder: Path, press: Press, relay: Relay) -> None:
        super().__init__(settings, state=folder / "state", outbox=folder / "outbox", clock=relay.clock)
        self.press, self.relay, self.doom = press, relay, Doom()

    async def fetching(self) -> tuple[Fetcher, Parser]:
        """The world's documents, the program's own parsing."""
        return self.press, ThreadParser()

    @cached_property
    def transport(self) -> Transport:
        """The world's relay."""
        return Wire(self.relay, self.doom)

    @cached_property
    def owner(self) -> WorkerLock:
        """This process."""
        owner = MortalOwner(self.state / "owners")
        owner.doom = self.doom
        self._stack.callback(owner.close)
        return owner

    def mortal(self) -> None:
        """Have every transaction pass the doom: one that is not committed has not happened."""
        write = self.store.write_now

        def write_now(change: Callable[[Connection], T], *, durable: bool = False, wait: bool = True) -> T:
            def doomed(c: Connection) -> T:
                result = change(c)
                self.doom.passing("before")
                return result

            result = write(doomed, durable=durable, wait=wait)
            self.doom.passing("after")
            return result

        self.store.write_now = write_now  # type: ignore[method-assign]

    async def until_death(self, action: Awaitable[object]) -> bool:
        """Do something; whether the process lived through it. When it did not, nothing of it runs on."""
        loop, died = asyncio.get_running_loop(), asyncio.Event()

        def tell() -> None:
            loop.call_soon_threadsafe(died.set)

        self.doom.told = tell
        work, death = asyncio.ensure_future(action), asyncio.create_task(died.wait())
        await asyncio.wait({work, death}, return_when=asyncio.FIRST_COMPLETED)
        death.cancel()
        if not self.doom.dead:
            await work
            return True
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=WAKE_S)
        for task in {work, *rest}:
            if task.done() and not task.cancelled():
                task.exception()
        return False

    def bury(self) -> None:
        """Let go of what the dead process held, once none of its threads runs any more."""
        owner = self.__dict__.get("owner")
        if isinstance(owner, MortalOwner):
            owner.abandon()
        self.store.close()

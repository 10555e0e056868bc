"""What runs when: duties side by side, each at its moments; signals; a graceful stop.

A duty sleeps until its next moment, until it is woken, and never longer than `GLANCE`: after the machine slept, or
its clock was set, it notices soon.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.errors import DigestError
from digest.ports import Clock

log = logging.getLogger("digest.worker")

#: The longest sleep: how late a slot can be after the machine wakes up.
GLANCE = timedelta(seconds=30)
#: The shortest, so that no duty spins.
BREATH = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to be done again and again."""

    name: str
    #: Does it once, and says when it wants to be done next; None: at the next glance.
    step: Callable[[], Awaitable[datetime | None]]
    #: Set by another duty that has made work for this one.
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class Worker:
    """Does its duties until it is told to stop."""

    def __init__(self, duties: Sequence[Duty], *, clock: Clock, stop: asyncio.Event) -> None:
        self._duties = duties
        self._clock = clock
        self._stop = stop

    def stop(self) -> None:
        """Take nothing new, finish what runs. May be called again."""
        self._stop.set()
        for duty in self._duties:
            duty.wake.set()

    async def run(self) -> None:
        """Until SIGTERM, SIGINT or `stop`."""
        with signals(self.stop):
            await self.work()
        log.info("stopped")

    async def work(self) -> None:
        """Until `stop`; signals are the caller's business."""
        async with asyncio.TaskGroup() as group:
            for duty in self._duties:
                group.create_task(self._keep_doing(duty), name=duty.name)

    async def _keep_doing(self, duty: Duty) -> None:
        while not self._stop.is_set():
            duty.wake.clear()
            wanted: datetime | None = None
            try:
                wanted = await duty.step()
            except (DigestError, ExceptionGroup) as exc:
                # Reported, and tried again at the next glance: the other duties go on.
                log.error("%s: %s", duty.name, "; ".join(str(inner) for inner in _flat(exc)))
            if not self._stop.is_set():
                await self._sleep(duty, wanted)

    async def _sleep(self, duty: Duty, wanted: datetime | None) -> None:
        now = self._clock.now()
        pause = max(BREATH, min(GLANCE, (wanted or now + GLANCE) - now))
        try:
            await asyncio.wait_for(duty.wake.wait(), pause.total_seconds())
        except TimeoutError:
            pass


def _flat(error: Exception) -> Iterator[Exception]:
    """The errors in a group of groups."""
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _flat(inner)
    else:
        yield error


@dataclass(slots=True)
class Heard:
    """What signals have said so far."""

    #: SIGINT came: somebody pressed Ctrl-C.
    interrupted: bool = False


@contextmanager
def signals(stop: Callable[[], None], *, hangup: Callable[[], None] | None = None) -> Iterator[Heard]:
    """SIGTERM and SIGINT ask for a graceful stop meanwhile; SIGHUP calls `hangup`, where there is one."""
    loop = asyncio.get_running_loop()
    heard = Heard()

    def interrupt() -> None:
        heard.interrupted = True
        stop()

    answers = {signal.SIGTERM: stop, signal.SIGINT: interrupt} | ({signal.SIGHUP: hangup} if hangup else {})
    for number, answer in answers.items():
        loop.add_signal_handler(number, answer)
    try:
        yield heard
    finally:
        for number in answers:
            loop.remove_signal_handler(number)

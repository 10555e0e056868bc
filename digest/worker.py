"""What runs when: duties side by side, each at its moments; signals; a graceful stop.

A duty sleeps until its next moment, until it is woken, and never longer than `GLANCE`: after the machine slept, or
its clock was set, it notices soon. Only one that a mistake in this program has ended rests longer, and longer each
time; the others go on meanwhile.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from traceback import walk_tb

from digest.errors import DigestError
from digest.ports import Clock

log = logging.getLogger("digest.worker")

#: Modules of this program.
_OURS = "digest."

#: The longest sleep: how late a slot can be after the machine wakes up.
GLANCE = timedelta(seconds=30)
#: The shortest, so that no duty spins.
BREATH = timedelta(seconds=1)
#: The longest rest of a duty that fails in a way that nobody foresaw. The first one is a glance, each next one twice
#: as long.
LONGEST_REST = timedelta(minutes=30)

#: Told of a duty's name, and of the error that nobody foresaw; None: it works.
Report = Callable[[str, Exception | None], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to be done again and again."""

    name: str
    #: Does it once, and says when it wants to be done next; None: at the next glance.
    step: Callable[[], Awaitable[datetime | None]]
    #: Set by another duty that has made work for this one.
    wake: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What one step came to."""

    #: As `Duty.step` says it.
    wanted: datetime | None = None
    failed: bool = False
    #: Failed by a mistake in this program.
    unforeseen: bool = False


class Worker:
    """Does its duties until it is told to stop."""

    def __init__(
        self, duties: Sequence[Duty], *, clock: Clock, stop: asyncio.Event, report: Report | None = None
    ) -> None:
        """`report` hears of each mistake in this program that ends a duty's step, and of the first step that works."""
        self._duties = duties
        self._clock = clock
        self._stop = stop
        self._report = report
        #: What was last reported of each duty; "": that it works.
        self._told: dict[str, str] = {}

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

    async def once(self) -> frozenset[str]:
        """Each duty once, one after the other; the names of those that failed."""
        return frozenset([duty.name for duty in self._duties if (await self._attempt(duty)).failed])

    async def _keep_doing(self, duty: Duty) -> None:
        rest = GLANCE
        while not self._stop.is_set():
            duty.wake.clear()
            attempt = await self._attempt(duty)
            if attempt.unforeseen:
                await self._rest(rest)
                rest = min(2 * rest, LONGEST_REST)
            elif not self._stop.is_set():
                # Our own errors are tried again at the next glance.
                rest = GLANCE
                await self._sleep(duty, attempt.wanted)

    async def _attempt(self, duty: Duty) -> _Attempt:
        """One step, whatever comes of it: an error is logged and reported, and the other duties go on."""
        try:
            wanted = await duty.step()
        except Exception as exc:
            unforeseen = log_failure(duty.name, exc)
            if unforeseen:
                await self._tell(duty.name, exc)
            return _Attempt(failed=True, unforeseen=unforeseen)
        await self._tell(duty.name, None)
        return _Attempt(wanted=wanted)

    async def _tell(self, name: str, failed: Exception | None) -> None:
        """Report what is not reported yet. That a report cannot be made is no reason to end either."""
        news = cause(failed) if failed else ""
        if self._report is None or self._told.get(name) == news:
            return
        try:
            await self._report(name, failed)
        except Exception as exc:
            log_failure(f"report on {name}", exc)
        else:
            self._told[name] = news

    async def _rest(self, pause: timedelta) -> None:
        """Do nothing for a while, whoever calls; a stop ends it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), pause.total_seconds())

    async def _sleep(self, duty: Duty, wanted: datetime | None) -> None:
        now = self._clock.now()
        pause = max(BREATH, min(GLANCE, (wanted or now + GLANCE) - now))
        with suppress(TimeoutError):
            await asyncio.wait_for(duty.wake.wait(), pause.total_seconds())


def log_failure(name: str, error: Exception) -> bool:
    """Log why something failed: our own errors in their words, all others with their tracebacks. Whether there are
    others: a mistake in this program, or something that nobody foresaw."""
    foreseen = [inner for inner in _flat(error) if isinstance(inner, DigestError)]
    if foreseen:
        log.error("%s: %s", name, "; ".join(str(inner) for inner in foreseen))
    unforeseen = [inner for inner in _flat(error) if not isinstance(inner, DigestError)]
    for inner in unforeseen:
        log.error("%s: %s", name, cause(inner), exc_info=inner)
    return bool(unforeseen)


def cause(error: Exception) -> str:
    """What an error that nobody foresaw is, and where it arose, without its words, which may be anybody's."""
    inner = next((inner for inner in _flat(error) if not isinstance(inner, DigestError)), error)
    frames = [
        frame for frame, _ in walk_tb(inner.__traceback__) if frame.f_globals.get("__name__", "").startswith(_OURS)
    ]
    place = f" in {frames[-1].f_globals['__name__']}.{frames[-1].f_code.co_name}" if frames else ""
    if isinstance(inner, OSError):
        return f"the system refuses something: {inner.strerror or type(inner).__name__}{place}"
    return f"a mistake in this program: {type(inner).__name__}{place}"


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

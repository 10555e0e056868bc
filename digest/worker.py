"""What runs when: polls at their intervals, slots at their moments, retries at their times; signals; a graceful stop.

Three loops stand side by side, so that a slow feed delays no digest and a slow relay no poll. Each sleeps until
its next moment, and never longer than `GLANCE`: after the machine slept, or its clock was set, the loops notice.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from digest.app import App, looking
from digest.errors import DigestError
from digest.pipeline.slots import next_due

log = logging.getLogger("digest.worker")

#: The longest sleep: how late a slot can be after the machine wakes up.
GLANCE = timedelta(seconds=30)
#: The shortest, so that no loop spins.
BREATH = timedelta(seconds=1)
#: Old items and editions are thrown away this often.
TIDY_EVERY = timedelta(hours=6)


class Worker:
    """Runs an installation until it is told to stop."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._stop = asyncio.Event()
        #: Set when deliveries were planned, so that they leave at once.
        self._planned = asyncio.Event()
        self._tidied: datetime | None = None

    def stop(self) -> None:
        """Take nothing new, finish what runs. May be called again."""
        self._stop.set()
        self._planned.set()
        self.app.stop.set()

    async def once(self) -> bool:
        """One round of everything that is due; whether all of it worked."""
        with self._signals():
            polled, _ = await self.app.poll()
            await self.app.compose_due(news=polled.items_new > 0)
            counts = await self.app.deliver()
            await self._tidy()
        return not (polled.failed or counts.failed or counts.reason)

    async def run(self) -> bool:
        """Until stopped. Busy: another `run` works on this store."""
        with self._signals(), self.app.alone():
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._forever("poll", self._poll))
                loops.create_task(self._forever("compose", self._compose))
                loops.create_task(self._forever("deliver", self._deliver))
        log.info("stopped")
        return True

    async def _forever(self, name: str, step: Callable[[], Awaitable[datetime | None]]) -> None:
        """Repeat a step: each says when it wants to run next. A failed step is reported, and tried again later."""
        while not self._stop.is_set():
            try:
                wake = await step()
            except (DigestError, ExceptionGroup) as exc:
                log.error("%s: %s", name, exc)
                wake = None
            await self._sleep(wake, wakers=self._planned if name == "deliver" else self._stop)

    async def _sleep(self, wake: datetime | None, *, wakers: asyncio.Event) -> None:
        now = self.app.clock.now()
        pause = max(BREATH, min(GLANCE, (wake or now + GLANCE) - now))
        try:
            await asyncio.wait_for(wakers.wait(), pause.total_seconds())
        except TimeoutError:
            pass
        self._planned.clear()

    async def _poll(self) -> datetime | None:
        polled, gathered = await self.app.poll()
        for failure in polled.failures:
            log.warning("feed %s: %s", failure.feed, failure.error)
        if polled.feeds:
            log.info("polled %d feeds: %d new items", polled.feeds, polled.items_new)
        if gathered.items:
            await self._compose(news=True)
        await self._tidy()
        return (await looking.status(self.app)).next_poll

    async def _compose(self, *, news: bool = False) -> datetime | None:
        composed = await self.app.compose_due(news=news)
        if composed.planned:
            log.info("planned %d deliveries of %d editions", composed.planned, len(composed.editions))
            self._planned.set()
        now = self.app.clock.now()
        moments = [next_due(row, subscriber, now) for row, subscriber in await self.app.audience(keep=False)]
        return min((moment for moment in moments if moment is not None), default=None)

    async def _deliver(self) -> datetime | None:
        counts = await self.app.deliver()
        if counts.reason:
            log.error("delivery stands still: %s", counts.reason)
        return None

    async def _tidy(self) -> None:
        now = self.app.clock.now()
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            await self.app.tidy()

    def _signals(self) -> "_Signals":
        return _Signals(self.stop)


class _Signals:
    """SIGTERM and SIGINT ask for a graceful stop while this is entered."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop)

    def __exit__(self, *exc: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.remove_signal_handler(number)

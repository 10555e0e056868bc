"""`run`: the three duties of an installation, side by side, so that a slow feed delays no digest and a slow relay no
poll; and one round of all of them, for cron."""

import logging
from datetime import datetime, timedelta

from digest.app import looking
from digest.app.work import App
from digest.pipeline.slots import next_due
from digest.worker import Duty, Worker, signals

log = logging.getLogger("digest.run")

#: Old items and editions are thrown away this often.
TIDY_EVERY = timedelta(hours=6)


class Rounds:
    """What an installation does again and again."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._polling = Duty(name="poll", step=self.poll)
        self._composing = Duty(name="compose", step=self.compose)
        self._delivering = Duty(name="deliver", step=self.deliver)
        #: A poll round has found something that `now` subscribers wait for.
        self._news = False
        self._tidied: datetime | None = None

    async def run(self) -> None:
        """Until stopped. Busy: another `run` works on this store."""
        duties = (self._polling, self._composing, self._delivering)
        with self._app.alone():
            await Worker(duties, clock=self._app.clock, stop=self._app.stop).run()

    async def once(self) -> bool:
        """One round of everything that is due; whether all of it worked."""
        with signals(self._app.stop.set):
            await self._app.audience()
            polled, gathered = await self._app.poll()
            await self._app.compose_due(news=gathered.items > 0)
            counts = await self._app.deliver()
            await self._app.tidy()
        return not (polled.failed or counts.failed or counts.reason)

    async def poll(self) -> datetime | None:
        """Ask the feeds that are due."""
        await self._app.audience()
        polled, gathered = await self._app.poll()
        for failure in polled.failures:
            log.warning("feed %s: %s", failure.feed, failure.error)
        if polled.feeds:
            log.info("polled %d feeds: %d new items", polled.feeds, polled.items_new)
        if gathered.items:
            self._news = True
            self._composing.wake.set()
        await self._tidy()
        return (await looking.status(self._app)).next_poll

    async def compose(self) -> datetime | None:
        """Compose for the slots that are due."""
        news, self._news = self._news, False
        composed = await self._app.compose_due(news=news)
        if composed.planned:
            log.info("planned %d deliveries of %d editions", composed.planned, len(composed.editions))
            self._delivering.wake.set()
        now = self._app.clock.now()
        moments = [next_due(row, one, now) for row, one in await self._app.audience(keep=False)]
        return min((moment for moment in moments if moment is not None), default=None)

    async def deliver(self) -> datetime | None:
        """Hand over what is due."""
        counts = await self._app.deliver()
        if counts.reason:
            log.error("delivery stands still: %s", counts.reason)
        return counts.retry_at

    async def _tidy(self) -> None:
        now = self._app.clock.now()
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            await self._app.tidy()

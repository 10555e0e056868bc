"""`run`: the duties of an installation, side by side, so that a slow feed delays no digest and a slow relay no
poll; and one round of all of them, for cron."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.app import polling, readers, sending
from digest.app.installation import Installation
from digest.app.sending import refuse_what_failed
from digest.app.slot_duty import PATIENCE, SlotDuty
from digest.delivery.deliver import DeliveryCounts
from digest.errors import DigestError
from digest.pipeline.polling.polled import PollResult
from digest.pipeline.returns import ReturnCounts
from digest.settings.core.shape import Settings
from digest.storage.queries.events import note, note_duty
from digest.storage.retention import tidy
from digest.worker import Duty, Worker, cause, log_failure, signals

log = logging.getLogger("digest.run")

#: The bounce mailbox is read this often.
RETURNS_EVERY = timedelta(minutes=5)
#: Old items and editions are thrown away this often.
TIDY_EVERY = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round of everything came to."""

    polled: PollResult
    delivered: DeliveryCounts
    #: Duties that failed as a whole; the log says why.
    failed: frozenset[str]


class Rounds:
    """What an installation does again and again."""

    def __init__(self, app: Installation, *, patience: timedelta = PATIENCE) -> None:
        """`patience`: how long a late slot waits for the feeds."""
        self._app = app
        self._polling = Duty(name="poll", step=self.poll)
        self._composing = Duty(name="compose", step=self.compose)
        self._delivering = Duty(name="deliver", step=self.deliver)
        returns = Duty(name="returns", step=self.take_returns)
        # In the order of one round: what has come back, what is new, what is due, what is to be sent.
        duties = (returns, self._polling, self._composing, self._delivering)
        self._worker = Worker(duties, clock=app.clock, stop=app.stop, report=self.report)
        self._slots = SlotDuty(app, ask=self._polling.wake.set, patience=patience)
        #: Until it is stopped, not for one round.
        self._running = False
        #: Why mail stands still, as it was logged.
        self._standing: str | None = None
        self._tidied: datetime | None = None
        self._returned: datetime | None = None
        self._polled, self._delivered = PollResult(), DeliveryCounts()

    async def run(self) -> None:
        """Until stopped. Busy: another `run` works on this store."""
        with self._app.alone():
            self._running = True
            await sending.try_relay_again(self._app)
            await self._worker.work()

    def stop(self) -> None:
        """Take nothing new, finish what runs."""
        self._worker.stop()

    async def once(self) -> Round:
        """One round of everything that is due. What fails is logged, and the rest goes on.

        KeyboardInterrupt: it was cut short.
        """
        with signals(self._app.stop.set) as heard:
            failed = await self._worker.once()
        if heard.interrupted:
            raise KeyboardInterrupt
        return Round(polled=self._polled, delivered=self._delivered, failed=failed)

    async def report(self, duty: str, error: Exception | None) -> None:
        """Write down for `status` that a duty fails by a mistake in this program, or that it works again."""
        now = self._app.clock.now()
        text = f"{cause(error)} (the log has the whole of it)" if error else None
        await self._app.store.write(lambda c: note_duty(c, duty=duty, trouble=text, now=now))

    async def poll(self) -> datetime | None:
        """Ask the feeds that are due."""
        began, news = self._app.clock.now(), False
        await readers.enlist(self._app)
        try:
            polled, gathered = await polling.poll(self._app)
            news = bool(polled.items_new or gathered.items)
        finally:
            # A slot that is late waits for this, whatever comes of it.
            if self._slots.polled(began, news=news):
                self._composing.wake.set()
        self._polled = polled
        for failure in polled.failures:
            log.warning("feed %s: %s", failure.feed, failure.error)
        for waiting in polled.waiting:
            log.warning("feed %s: %d more new entries wait for the next poll", waiting.feed, waiting.entries)
        if polled.feeds:
            log.info("polled %d feeds: %d new items", polled.feeds, polled.items_new)
        await self._tidy()
        return await polling.next_poll(self._app)

    async def compose(self) -> datetime | None:
        """Compose for the slots that are due."""
        composed, following = await self._slots.step()
        if composed.planned:
            log.info("planned %d deliveries of %d editions", composed.planned, len(composed.editions))
            self._delivering.wake.set()
        refuse_what_failed(composed)
        return following

    async def deliver(self) -> datetime | None:
        """Hand over what is due."""
        self._delivered = counts = await sending.deliver(self._app, running=self._running)
        if counts.accepted or counts.failed or counts.deferred or counts.unsure:
            log.info(
                "delivered: %d accepted, %d deferred, %d failed, %d unsure",
                counts.accepted,
                counts.deferred,
                counts.failed,
                counts.unsure,
            )
        if counts.reason and counts.reason != self._standing:
            log.error("delivery stands still: %s", counts.reason)
        self._standing = counts.reason
        return counts.retry_at

    async def take_returns(self) -> datetime | None:
        """Read the bounce mailbox, when it is time to. DeliveryError: it cannot be used."""
        now = self._app.clock.now()
        if self._returned is None or now - self._returned >= RETURNS_EVERY:
            self._returned = now
            counts = await sending.take_returns(self._app)
            if counts != ReturnCounts():
                log.info(
                    "arrived: %d hard bounces, %d soft, %d complaints, %d unsubscribed, %d left for a person",
                    *(counts.hard, counts.soft, counts.complaints, counts.unsubscribed, counts.left),
                )
        return self._returned + RETURNS_EVERY

    async def _tidy(self) -> None:
        now = self._app.clock.now()
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            await tidy(self._app.store, self._app.settings.retention, now)


class Running:
    """`run`, through as many configurations as it is given: SIGHUP reads the configuration anew.

    What runs is finished first. A configuration that cannot be read, or whose store cannot be opened, is refused and
    the old one goes on.
    """

    def __init__(self, open_app: Callable[[Settings], Installation], read: Callable[[], Settings]) -> None:
        """`read` raises a DigestError where the configuration is wrong."""
        self._open_app = open_app
        self._read = read
        self._asked = asyncio.Event()
        self._rounds: Rounds | None = None
        self._stopped = False
        #: Why the last configuration was refused; None: it was not.
        self.refused: str | None = None

    async def run(self, settings: Settings) -> None:
        """Until SIGTERM or SIGINT. Busy: another `run` works on this store. KeyboardInterrupt: it was SIGINT."""
        following: Settings | None = settings
        with signals(self.stop, hangup=self._asked.set) as heard:
            while following is not None and not self._stopped:
                tried, following = following, None
                try:
                    async with self._open_app(tried) as app:
                        settings, following = tried, await self._one(app)
                except Exception as exc:
                    if tried is settings:
                        raise
                    self._refuse(exc)
                    following = settings
        log.info("stopped")
        if heard.interrupted:
            raise KeyboardInterrupt

    def stop(self) -> None:
        """Take nothing new, finish what runs. May be called again."""
        self._stopped = True
        if self._rounds is not None:
            self._rounds.stop()

    async def _one(self, app: Installation) -> Settings | None:
        """Work with one configuration; the next one, or None when that was all."""
        self._rounds = Rounds(app)
        if self._stopped:  # while it was opened
            self._rounds.stop()
        watching = asyncio.create_task(self._watch(app, self._rounds), name="reload")
        try:
            await self._rounds.run()
        finally:
            self._rounds = None
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        return watching.result() if watching.done() and not watching.cancelled() else None

    async def _watch(self, app: Installation, rounds: Rounds) -> Settings:
        """Wait for a configuration that can be read, and stop the rounds for it."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                found = await asyncio.to_thread(self._read)
            except Exception as exc:
                self._refuse(exc)
                await self._note_refused(app)
            else:
                self.refused = None
                log.info("the configuration was read anew")
                rounds.stop()
                return found

    async def _note_refused(self, app: Installation) -> None:
        """Write it down for `status`; a store that cannot be written now is no reason to hear no signal any more."""
        text, now = _first_line(self.refused), app.clock.now()
        try:
            await app.store.write(lambda c: note(c, kind="reload-refused", subject="configuration", text=text, now=now))
        except DigestError as exc:
            log_failure("reload", exc)

    def _refuse(self, exc: Exception) -> None:
        self.refused = str(exc) if isinstance(exc, DigestError) else cause(exc)
        log.error("the new configuration is refused, the old one goes on: %s", self.refused)
        if not isinstance(exc, DigestError):
            log_failure("reload", exc)


def _first_line(text: str | None) -> str:
    return (text or "").partition("\n")[0]

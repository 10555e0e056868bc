"""Group commit: what all lanes write to the ledger is gathered and committed together.

An offer must be on disk before its body's first byte leaves, and a commit that waits for the disk costs as much for
ten rows as for one. So each commit takes whatever has gathered while the one before it ran. Answers are written to the
receipt file at once, and to the store with the next commit.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import Connection

from digest.delivery import transitions
from digest.delivery.process_locks import WorkerLock
from digest.delivery.transitions import Offer, Offered, Settlement
from digest.errors import StoreError
from digest.ports import Clock
from digest.storage.core.database import Store

log = logging.getLogger("digest.deliver")

#: Answers wait this long for an offer to share a commit with.
LAZY_S = 0.05
#: A commit waits for lanes to come back, this share of what a commit takes, within these limits: on a disk that is slow
#: to sync, ten lanes in one commit beat five in each of two.
GATHER_SHARE = 0.5
GATHER_AT_LEAST_S = 0.001
GATHER_AT_MOST_S = 0.005
#: After a commit quicker than this the next one is made in the event loop's own thread, and waits for half of the lanes
#: only. Beside a loop that is busy, a thread spends more time waiting for the interpreter than the disk takes; and
#: while the rows of one half are written, the server reads the bodies of the other.
QUICK_S = 0.0015
#: One in so many commits is made in the writer's thread all the same: only there the log is copied back into the file,
#: and it grows by about a dozen pages a commit.
TIDY_EVERY = 64
#: The receipt file is emptied of what the store holds when it has grown to this.
RECEIPTS_LIMIT = 4 * 1024 * 1024


@dataclass(slots=True)
class _Batch:
    """What the next commit takes."""

    offers: list[tuple[Offer, "asyncio.Future[bool]"]] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    #: Who waits for everything up to here to be in the store.
    flushed: list["asyncio.Future[None]"] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.offers or self.settlements or self.flushed)


class GroupCommit:
    """Use it as an async context manager; leaving it commits what is left."""

    def __init__(self, store: Store, owner: WorkerLock, *, via: str, durable: bool, clock: Clock) -> None:
        self._store, self._owner, self._via, self._durable, self._clock = store, owner, via, durable, clock
        self._batch = _Batch()
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        self._writer: asyncio.Task[None] | None = None
        #: Bodies that left, or may have, and have no answer yet.
        self._under_way: dict[str, Offer] = {}
        #: Whether the store is so quick at the moment that a thread of its own is not worth the way.
        self.quick = False
        #: Why no body may leave any more.
        self.failure: Exception | None = None
        #: Nor can answers be written to the store.
        self._lost = False
        #: How large the receipt file may grow before it is emptied.
        self._room = RECEIPTS_LIMIT
        #: Deliveries found to be for someone suppressed when they were offered.
        self.suppressed = 0

    async def __aenter__(self) -> Self:
        """Start the writer."""
        self._writer = asyncio.create_task(self._write(), name="commits")
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Commit what is left, whatever else goes wrong."""
        assert self._writer is not None
        self._closing = True
        self._wake.set()
        await asyncio.shield(self._writer)
        if not (self._lost or self._under_way):
            # If it fails, the next start finds answers that the store holds already.
            with suppress(OSError):
                self._owner.drop_receipts()

    async def offer(self, offer: Offer) -> bool:
        """Mark that a body may leave; whether it may, which it then must at once. StoreError: nothing could be made."""
        if self.failure is not None:
            raise self.failure
        done: asyncio.Future[bool] = self._loop.create_future()
        self._batch.offers.append((offer, done))
        self._wake.set()
        if not await done:
            return False
        if self._durable:
            self._begin(offer)
        return True

    def _begin(self, offer: Offer) -> None:
        """The body leaves as soon as this returns. StoreError: that could not be noted, so it must not."""
        if self.failure is not None:
            raise self.failure
        try:
            self._owner.begun(offer)
        except OSError as exc:
            raise self._fail(StoreError(f"the receipt file cannot be written: {exc.strerror}")) from exc
        self._under_way[offer.id] = offer

    def settle(self, settlement: Settlement) -> None:
        """Note an answer: in the receipt file now, in the store with the next commit."""
        try:
            self._owner.receipt(settlement)
        except OSError as exc:
            self._fail(StoreError(f"the receipt file cannot be written: {exc.strerror}"))
        self._under_way.pop(settlement.id, None)
        self._batch.settlements.append(settlement)
        if self._timer is None:
            self._timer = self._loop.call_later(LAZY_S, self._wake.set)

    async def flush(self) -> None:
        """Return when everything noted so far is in the store, or cannot be written."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._batch.flushed.append(done)
        self._wake.set()
        await done

    async def _write(self) -> None:
        loop = self._loop
        expected, until, commits = 0, 0.0, 0
        while True:
            await self._wake.wait()
            self._wake.clear()
            if (
                len(self._batch.offers) < expected
                and loop.time() < until
                and not (self._closing or self._batch.flushed)
            ):
                continue
            batch, self._batch = self._batch, _Batch()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if batch.empty:
                if self._closing:
                    return
                continue
            began = loop.time()
            try:
                await self._commit(batch)
            except Exception as exc:
                # Whatever it is, whoever waits for this commit hears of it, and whoever comes later.
                self._fail(exc)
                self._lost = True
                self._refuse(batch)
            took, lanes = loop.time() - began, len(batch.offers) + len(self._batch.offers) + len(self._under_way)
            commits += 1
            self.quick = took < QUICK_S and commits % TIDY_EVERY > 0
            expected = (lanes + 1) // 2 if self.quick else lanes
            until = loop.time() + min(max(GATHER_AT_LEAST_S, GATHER_SHARE * took), GATHER_AT_MOST_S)
            loop.call_at(until, self._wake.set)
            if self._closing:
                self._wake.set()

    async def _commit(self, batch: _Batch) -> None:
        """StoreError: the store cannot be written."""
        if self.failure is not None:
            self._refuse_offers(batch)
        offers = [offer for offer, done in batch.offers if not done.done()]
        now = self._clock.now()

        def change(c: Connection) -> Offered:
            offered = transitions.offer(c, self._owner.id, offers, self._via, now, repeatable=not self._durable)
            # After the offers: one that was called off in the same breath is offered, then pending again.
            transitions.settle(c, batch.settlements, now)
            return offered

        if self._lost or not (offers or batch.settlements):
            offered = Offered()
        else:
            offered = await self._store.write(change, durable=self._durable and bool(offers), inline=self.quick)
        self.suppressed += len(offered.suppressed)
        for offer, done in batch.offers:
            if not done.done():
                done.set_result(offer.id in offered.allowed)
        for waiting in batch.flushed:
            if not waiting.done():
                waiting.set_result(None)
        if self._owner.written > self._room:
            self._empty_receipts()

    def _empty_receipts(self) -> None:
        """Keep what the store does not hold yet. On a disk that is full the old file goes on, and grows."""
        try:
            self._owner.keep_receipts(self._batch.settlements, self._under_way.values())
        except OSError as exc:
            log.warning("the receipt file cannot be emptied, so it grows: %s", exc.strerror)
            self._room = self._owner.written + RECEIPTS_LIMIT
        else:
            self._room = RECEIPTS_LIMIT

    def _fail(self, failure: Exception) -> Exception:
        self.failure = self.failure or failure
        return self.failure

    def _refuse(self, batch: _Batch) -> None:
        """Let nobody wait for a commit that will not come."""
        for waiting in batch.flushed:
            if not waiting.done():
                waiting.set_result(None)
        self._refuse_offers(batch)

    def _refuse_offers(self, batch: _Batch) -> None:
        assert self.failure is not None
        for _, done in batch.offers:
            if not done.done():
                done.set_exception(self.failure)

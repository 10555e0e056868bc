"""Takes up what dead processes left: what they noted counts, the rest of what they offered is unsure."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection

from digest.delivery import claims, transitions
from digest.delivery.process_locks import DeadWorker, WorkerLock, alive, dead_workers
from digest.ports import Clock
from digest.storage.core.database import Store


async def recover(*, store: Store, owner: WorkerLock, clock: Clock) -> claims.Recovered:
    """Take up what owners left that are gone: their answers count, the rest of what they offered is unsure.

    So is what `owner` itself left when it could not write the store: call this while nothing is delivered under it.
    """
    return await asyncio.to_thread(_recover, store, owner, clock.now())


def _recover(store: Store, owner: WorkerLock, now: datetime) -> claims.Recovered:
    with dead_workers(owner.folder) as found:
        recovered = store.write_now(lambda c: _take_up(c, found, owner, now, sqlite=store.dialect == "sqlite"))
    with suppress(OSError):
        owner.drop_receipts()
    return recovered


def _take_up(
    c: Connection, found: Sequence[DeadWorker], owner: WorkerLock, now: datetime, *, sqlite: bool
) -> claims.Recovered:
    left = {owner.id: owner.receipts()} | {dead.owner: dead.receipts() for dead in found}
    for receipts in left.values():
        transitions.settle(c, receipts.answers, now)
    begun = {owner_id: receipts.begun for owner_id, receipts in left.items() if receipts.boot}
    gone = set(left)
    if sqlite:
        # One machine: whoever holds no lock is gone, whatever its lease says.
        gone |= claims.working(c) - alive(owner.folder)
    else:
        gone |= claims.expired(c)
    return claims.recover(c, gone, begun, now)

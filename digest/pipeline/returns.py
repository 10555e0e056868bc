"""Takes in returned messages: hard ones and complaints suppress, soft ones count, the rest has no effect."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from digest.mail.bounce import Bounce, BounceKind, believed
from digest.mail.returned import read_all
from digest.ports import BounceMailbox, Clock
from digest.storage import ledger, subscribers
from digest.storage.database import Store

#: Messages that one child process reads: a few hostile ones hold up few others.
BATCH = 10
#: Seconds for one round; the rest is read in the next.
BUDGET_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCounts:
    """What a round of reading the bounce mailbox came to."""

    hard: int = 0
    soft: int = 0
    complaints: int = 0
    #: Delays, receipts, absences.
    nothing: int = 0
    #: Not understood, or not proved to be about a message of ours.
    quarantined: int = 0


async def take_returns(
    mailbox: BounceMailbox, *, store: Store, clock: Clock, bounces: str | None, keys: Mapping[int, bytes]
) -> ReturnCounts:
    """Read what is new. `bounces`: the address it was sent to; `keys`: those that sign it.

    Each message is recorded before it is marked as read: a crash between the two counts a soft bounce twice at worst.
    DeliveryError: the mailbox cannot be used.
    """
    return await asyncio.to_thread(_take, mailbox, store, clock, bounces, keys)


def _take(
    mailbox: BounceMailbox, store: Store, clock: Clock, bounces: str | None, keys: Mapping[int, bytes]
) -> ReturnCounts:
    tally: dict[BounceKind | None, int] = {}
    messages, until = mailbox.messages(), time.monotonic() + BUDGET_S
    while time.monotonic() < until and (batch := list(islice(messages, BATCH))):
        found = read_all([raw for _, raw in batch])
        for (key, _), returned in zip(batch, found, strict=True):
            kind = None
            if returned is not None:
                bounce = believed(returned, bounces=bounces, keys=keys)
                kind = _recorded(store, bounce, clock.now(), signed=bounces is not None)
            if kind is None:
                mailbox.quarantine(key)
            else:
                mailbox.done(key)
            tally[kind] = tally.get(kind, 0) + 1
    return ReturnCounts(
        hard=tally.get(BounceKind.HARD, 0),
        soft=tally.get(BounceKind.SOFT, 0),
        complaints=tally.get(BounceKind.COMPLAINT, 0),
        nothing=tally.get(BounceKind.NOTHING, 0),
        quarantined=tally.get(None, 0),
    )


def _recorded(store: Store, bounce: Bounce, now: datetime, *, signed: bool) -> BounceKind | None:
    """Record one; None: it is about nobody we know."""
    if bounce.kind is BounceKind.NOTHING:
        return bounce.kind
    who = bounce.subscriber
    if who is None and not signed:
        who = store.read_now(lambda c: ledger.recipient_of(c, bounce.message_ids))
    if who is None:
        return None
    known: str = who
    return store.write_now(lambda c: _record(c, bounce, known, now))


def _record(c: Connection, bounce: Bounce, who: str, now: datetime) -> BounceKind | None:
    if who not in subscribers.by_id(c, [who]):
        return None
    if bounce.kind is BounceKind.COMPLAINT:
        subscribers.suppress(c, who, "complained", bounce.why, now)
    elif bounce.kind is BounceKind.HARD:
        subscribers.suppress(c, who, "bounced", bounce.why, now)
    else:
        subscribers.soft_bounce(c, who, bounce.why, now)
    return bounce.kind

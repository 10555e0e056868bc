"""Takes in what has arrived: hard bounces and complaints suppress, soft ones count, who wants no more is obeyed.

What is neither a bounce nor carries a token of ours is for a person: it stays where it is, unread.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import islice

from sqlalchemy import Connection

from digest.delivery import ledger
from digest.mail.incoming.arrivals import Incoming
from digest.mail.incoming.bounce import Bounce, BounceKind, believed
from digest.mail.incoming.sandbox import read_all
from digest.mail.message.token import Purpose, read
from digest.ports import BounceMailbox, Clock
from digest.storage.core.database import Store
from digest.storage.core.meta import keep, value
from digest.storage.queries import subscribers

#: Messages that one child process reads: a few hostile ones hold up few others.
BATCH = 10
#: Seconds for one round; the rest is read in the next.
BUDGET_S = 20.0
#: Messages that are remembered as left for a person, so that they are not read again; of more, the oldest are.
LEFT_LIMIT = 10_000
#: Where the store keeps them, and which message was last obeyed: it may not have been marked as read.
_LEFT, _OBEYED = "returns:left", "returns:obeyed"


class Outcome(StrEnum):
    """What became of a message that is not simply a bounce."""

    UNSUBSCRIBED = "unsubscribed"
    #: A bounce that is not proved to be about a message of ours.
    QUARANTINED = "quarantined"
    LEFT = "left"
    #: Its effect was recorded before a crash.
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCounts:
    """What a round of reading the bounce mailbox came to."""

    hard: int = 0
    soft: int = 0
    complaints: int = 0
    #: Readers who want no more.
    unsubscribed: int = 0
    #: Delays, receipts, absences.
    nothing: int = 0
    #: Bounces not proved to be about a message of ours.
    quarantined: int = 0
    #: Neither: for a person, unread.
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proofs:
    """What proves that a message is about a reader of ours."""

    #: The address that bounces are collected at.
    bounces: str | None
    keys: Mapping[int, bytes]
    #: What tokens call the list.
    list_tag: str

    def leavers(self, tokens: tuple[str, ...]) -> list[str]:
        """The subscribers whom these tokens unsubscribe."""
        read_ = (read(one, purpose=Purpose.UNSUBSCRIBE, list_id=self.list_tag, keys=self.keys) for one in tokens)
        return [token.subscriber for token in read_ if token is not None]


async def take_returns(
    mailbox: BounceMailbox,
    *,
    store: Store,
    clock: Clock,
    bounces: str | None,
    keys: Mapping[int, bytes],
    list_tag: str,
) -> ReturnCounts:
    """Read what is new. `bounces`: the address it was sent to; `keys`: those that sign it; `list_tag`: of tokens.

    Each message is recorded, with a note of which it was, before it is marked as read: a crash between the two loses
    nothing and does nothing twice. DeliveryError: the mailbox cannot be used.
    """
    return await asyncio.to_thread(_take, mailbox, store, clock, _Proofs(bounces=bounces, keys=keys, list_tag=list_tag))


def _take(mailbox: BounceMailbox, store: Store, clock: Clock, proofs: _Proofs) -> ReturnCounts:
    tally: Counter[BounceKind | Outcome] = Counter()
    left, obeyed = store.read_now(lambda c: (json.loads(value(c, _LEFT) or "[]"), value(c, _OBEYED)))
    messages, until = mailbox.messages(frozenset(left)), time.monotonic() + BUDGET_S
    while time.monotonic() < until and (batch := list(islice(messages, BATCH))):
        passed: list[str] = []
        for (key, _), incoming in zip(batch, read_all([raw for _, raw in batch]), strict=True):
            outcome = Outcome.AGAIN if key == obeyed else _obeyed(store, key, incoming, proofs, clock.now())
            if outcome is Outcome.LEFT:
                passed.append(key)
            elif outcome is Outcome.QUARANTINED:
                mailbox.quarantine(key)
            else:
                mailbox.done(key)
            tally[outcome] += 1
        if passed:
            left = [*left, *passed][-LEFT_LIMIT:]
            store.write_now(partial(keep, key=_LEFT, text=json.dumps(left)))
    return ReturnCounts(
        hard=tally[BounceKind.HARD],
        soft=tally[BounceKind.SOFT],
        complaints=tally[BounceKind.COMPLAINT],
        unsubscribed=tally[Outcome.UNSUBSCRIBED],
        nothing=tally[BounceKind.NOTHING],
        quarantined=tally[Outcome.QUARANTINED],
        left=tally[Outcome.LEFT],
    )


def _obeyed(store: Store, key: str, incoming: Incoming, proofs: _Proofs, now: datetime) -> BounceKind | Outcome:
    """Record what follows from a message, and that it was this one."""
    if leavers := proofs.leavers(incoming.tokens):

        def leave(c: Connection) -> None:
            for who in leavers:
                subscribers.unsubscribe(c, who, "by e-mail, with the token of their digest", now)
            keep(c, _OBEYED, key)

        store.write_now(leave)
        return Outcome.UNSUBSCRIBED
    if incoming.returned is None:
        return Outcome.LEFT
    bounce = believed(incoming.returned, bounces=proofs.bounces, keys=proofs.keys)
    return _recorded(store, key, bounce, now, signed=proofs.bounces is not None)


def _recorded(store: Store, key: str, bounce: Bounce, now: datetime, *, signed: bool) -> BounceKind | Outcome:
    if bounce.kind is BounceKind.NOTHING:
        return bounce.kind
    who = bounce.subscriber
    if who is None and not signed:
        who = store.read_now(lambda c: ledger.recipient_of(c, bounce.message_ids))
    if who is None:
        return Outcome.QUARANTINED
    known: str = who

    def record(c: Connection) -> BounceKind | Outcome:
        outcome = _record(c, bounce, known, now)
        if outcome is not Outcome.QUARANTINED:
            keep(c, _OBEYED, key)
        return outcome

    return store.write_now(record)


def _record(c: Connection, bounce: Bounce, who: str, now: datetime) -> BounceKind | Outcome:
    if who not in subscribers.by_id(c, [who]):
        return Outcome.QUARANTINED
    if bounce.kind is BounceKind.COMPLAINT:
        subscribers.suppress(c, who, "complained", bounce.why, now)
    elif bounce.kind is BounceKind.HARD:
        subscribers.suppress(c, who, "bounced", bounce.why, now)
    else:
        subscribers.soft_bounce(c, who, bounce.why, now)
    return bounce.kind

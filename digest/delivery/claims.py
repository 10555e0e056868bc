"""Claims on the ledger's rows, and the transitions that are made under them.

    pending, deferred ──claim──▶ an owner, a lease, a fence ──▶ offered ──▶ accepted | deferred | failed | unsure
                          └──▶ suppressed, failed (stale)

A claim makes rows one process's own: every transition compares owner and fence, so that a process that was frozen and
thawed finds its rows no longer its own. Leases are kept by the database's clock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Float, bindparam, literal_column, select, update

from digest.delivery.ledger import is_due
from digest.model import DeliveryState
from digest.storage.core.schema import OPEN, TO_TRY, deliveries, subscribers
from digest.storage.core.sql import chunked

#: Seconds that a claim lasts unless it is renewed: short, so that another machine takes over soon.
LEASE_S = 12.0


class Claimed(NamedTuple):
    """A delivery that is this owner's to make. A tuple: one is made of each row that is read."""

    id: str
    fence: int
    subscriber: str
    #: As compared (`subscribers.normal_address`).
    address: str
    edition: str
    #: Tries that ended in a 4yz.
    attempts: int
    created: datetime
    stale_after: datetime | None
    #: As planned; None: it follows from edition and subscriber.
    message_id: str | None
    #: When the subscriber was first seen.
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What claiming came to. Nothing at all: no row was due that nobody works on."""

    taken: tuple[Claimed, ...] = ()
    #: Found too old to be sent.
    stale: int = 0
    #: Found to be for someone the store says no to.
    suppressed: int = 0

    @property
    def empty(self) -> bool:
        """Whether there was nothing due."""
        return not (self.taken or self.stale or self.suppressed)


def database_clock(c: Connection) -> ColumnElement[float]:
    """The database's own clock, in seconds."""
    if c.dialect.name == "postgresql":
        return literal_column("extract(epoch from clock_timestamp())::double precision", Float)
    return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Float)


#: As `Claimed` has them, then what tells that a row is not to be sent.
_COLUMNS = (
    deliveries.c.id,
    (deliveries.c.fence + 1).label("fence"),
    deliveries.c.subscriber,
    subscribers.c.address,
    deliveries.c.edition,
    deliveries.c.attempts,
    deliveries.c.created,
    deliveries.c.stale_after,
    deliveries.c.message_id,
    subscribers.c.created.label("since"),
    subscribers.c.suppressed,
    subscribers.c.listed,
)


def claim(c: Connection, owner: str, limit: int, now: datetime, *, editions: Sequence[str] | None = None) -> Claim:
    """Take up to `limit` due deliveries that nobody works on; mark those that are stale or suppressed as that."""
    found = c.execute(
        select(*_COLUMNS)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .where(*is_due(now, editions), deliveries.c.owner.is_(None))
        .order_by(deliveries.c.next_try)
        .limit(limit)
        .with_for_update(of=deliveries, skip_locked=True)
    ).all()
    mine: list[Claimed] = []
    stale: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    for *claimed, suppressed, listed in found:
        one = Claimed._make(claimed)
        if one.stale_after is not None and one.stale_after <= now:
            stale.append((one.id, "the edition is older than its slot allows"))
        elif suppressed is not None or not listed:
            refused.append((one.id, suppressed or "no longer listed"))
        else:
            mine.append(one)
    _end(c, stale, DeliveryState.FAILED, now)
    _end(c, refused, DeliveryState.SUPPRESSED, now)
    if mine:
        c.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(bindparam("ids", [one.id for one in mine], expanding=True)))
            .values(owner=owner, fence=deliveries.c.fence + 1, leased_until=database_clock(c) + LEASE_S)
        )
    return Claim(taken=tuple(mine), stale=len(stale), suppressed=len(refused))


def _end(c: Connection, rows: Sequence[tuple[str, str]], state: DeliveryState, now: datetime) -> None:
    """Close rows that were not sent, with the reason."""
    if rows:
        c.execute(
            update(deliveries)
            .where(deliveries.c.id == bindparam("which"))
            .values(state=state.value, reply=bindparam("why"), changed=now, owner=None, leased_until=None),
            [{"which": which, "why": why} for which, why in rows],
        )


def renew(c: Connection, owner: str) -> int:
    """Keep this owner's claims for another lease; how many rows it still has."""
    renewed = c.execute(
        update(deliveries).where(OPEN, deliveries.c.owner == owner).values(leased_until=database_clock(c) + LEASE_S)
    )
    return renewed.rowcount


def release(c: Connection, owner: str, ids: Sequence[str]) -> None:
    """Give back claimed deliveries that were not tried."""
    for some in chunked(ids):
        c.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(some), deliveries.c.owner == owner, OPEN, TO_TRY)
            .values(owner=None, leased_until=None)
        )


def working(c: Connection) -> frozenset[str]:
    """The owners that have claims."""
    query = select(deliveries.c.owner).where(OPEN, deliveries.c.owner.is_not(None)).distinct()
    return frozenset(c.execute(query).scalars())


def expired(c: Connection) -> frozenset[str]:
    """The owners whose lease has run out by the database's clock."""
    query = select(deliveries.c.owner).where(OPEN, deliveries.c.leased_until < database_clock(c)).distinct()
    return frozenset(owner for owner in c.execute(query).scalars() if owner is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What an owner that is gone left behind."""

    #: Claimed, not offered: given back.
    released: int = 0
    #: Offered, and nobody knows.
    unsure: int = 0


def recover(
    c: Connection,
    gone: Iterable[str],
    begun: Mapping[str, Collection[tuple[str, int]]],
    now: datetime,
) -> Recovered:
    """Take up what owners left that are gone; replay their receipts (`settle`) first.

    What was only claimed is open again; so is what was offered to a transport that may simply repeat, and a body that
    its owner's receipts (`begun`: of owners whose receipts are whole, the deliveries and fences in them) show never to
    have begun. The rest of what was offered is unsure. Rows that another process is taking up at this moment are left.
    """
    owners = list(gone)
    if not owners:
        return Recovered()
    theirs = select(deliveries.c.id).where(OPEN, deliveries.c.owner.in_(owners)).with_for_update(skip_locked=True)
    free = {"owner": None, "leased_until": None}
    offered = select(deliveries.c.id, deliveries.c.fence, deliveries.c.owner, deliveries.c.repeatable).where(
        deliveries.c.id.in_(theirs), deliveries.c.state == "offered"
    )
    again = [
        row.id
        for row in c.execute(offered).all()
        if row.repeatable or (row.owner in begun and (row.id, row.fence) not in begun[row.owner])
    ]
    for some in chunked(again):
        c.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(state="pending", changed=now, **free))
    unsure = c.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(theirs), deliveries.c.state == "offered")
        .values(state="unsure", reply="the program ended before the server's reply", changed=now, **free)
    ).rowcount
    released = c.execute(update(deliveries).where(deliveries.c.id.in_(theirs)).values(**free)).rowcount
    return Recovered(released=released + len(again), unsure=unsure)


def reopen(c: Connection, ids: Sequence[str], next_try: datetime, now: datetime) -> None:
    """Failed deliveries back to pending: the fault was not theirs."""
    for some in chunked(ids):
        c.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(some), deliveries.c.state == "failed")
            .values(state="pending", next_try=next_try, changed=now)
        )

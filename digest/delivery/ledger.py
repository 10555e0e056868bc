"""The ledger: one row for each subscriber and slot, whatever happens to it.

Whether work is done is what `due` counts, never what a loop believes. `claims` is how rows are worked on.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select, update

from digest.model import DeliveryState, SlotKind, Unsure
from digest.storage.core.schema import OPEN, TO_TRY, deliveries, editions, subscribers
from digest.storage.core.sql import AT_ONCE, chunked, upsert
from digest.storage.epoch import HELD

#: Who has such a delivery has had its stories, or may have.
_HAD = frozenset({"offered", "accepted", "unsure", "dropped"})
#: Longer than any mail can be on its way: a month, the longest time between two slots, and then some.
_ON_ITS_WAY = timedelta(days=70)
_WAITING = frozenset({"pending", "deferred"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A delivery to be made."""

    subscriber: str
    kind: SlotKind
    slot: datetime
    edition: str
    stale_after: datetime | None = None
    #: With its angle brackets; None: it follows from edition and subscriber.
    message_id: str | None = None
    #: Hold it until a person says what to do: it may have been sent before the store was restored.
    held: bool = False


def plan(c: Connection, planned: Sequence[Planned], now: datetime, *, created: datetime | None = None) -> int:
    """Write deliveries to be made; one that stands already (same subscriber, kind and slot) stays as it is.

    `created`: not before anything that they tell was seen; None: now.
    """
    statement = upsert(c, deliveries).on_conflict_do_nothing(index_elements=["subscriber", "kind", "slot"])
    written = 0
    for some in chunked(planned):
        rows = [
            {
                "id": secrets.token_hex(8),
                "subscriber": one.subscriber,
                "kind": one.kind.value,
                "slot": one.slot,
                "edition": one.edition,
                "state": "unsure" if one.held else "pending",
                "reply": HELD if one.held else None,
                "message_id": one.message_id,
                "attempts": 0,
                "fence": 0,
                "next_try": now,
                "stale_after": one.stale_after,
                "created": created or now,
                "changed": now,
            }
            for one in some
        ]
        # Returned and counted: after many rows at once a driver may not know how many it wrote.
        written += len(c.execute(statement.returning(deliveries.c.id), rows).all())
    return written


def is_due(now: datetime, editions: Sequence[str] | None) -> list[ColumnElement[bool]]:
    """Open, to be tried, and due. The concatenation keeps the planner on the partial index of open rows."""
    conditions: list[ColumnElement[bool]] = [OPEN, TO_TRY, deliveries.c.next_try <= now]  # type: ignore[list-item]
    if editions is not None:
        conditions.append((deliveries.c.edition + "").in_(editions))
    return conditions


#: How long mail that a person has sent again may still be sent.
RESENT_FOR = timedelta(hours=24)


def decide_unsure(c: Connection, decision: Unsure, now: datetime, *, ids: Sequence[str] | None = None) -> int:
    """Do what a person says with mail that may have arrived; how many. Sent again, it keeps its Message-ID."""
    statement = update(deliveries).where(deliveries.c.state == "unsure")
    if ids is not None:
        statement = statement.where(deliveries.c.id.in_(ids))
    match decision:
        case Unsure.HOLD:
            return 0
        case Unsure.RESEND:
            changes: dict[str, Any] = {"state": "pending", "next_try": now, "stale_after": now + RESENT_FOR}
        case Unsure.DROP:
            changes = {"state": "dropped"}
        case _:
            assert_never(decision)
    return c.execute(statement.values(changed=now, **changes)).rowcount


def recipient_of(c: Connection, message_ids: Sequence[str]) -> str | None:
    """The subscriber to whom a message with one of these Message-IDs was offered. Looks at every row: an index would
    cost each message sent more than the few that come back are worth."""
    if not message_ids:
        return None
    query = select(deliveries.c.subscriber).where(deliveries.c.message_id.in_(message_ids[:AT_ONCE])).limit(1)
    return c.execute(query).scalar_one_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The editions of one subscriber, by what became of them."""

    #: Those that they have, may have, or are about to get.
    had: frozenset[str] = frozenset()
    #: Those that they never got and will not get: their stories are due again.
    returned: frozenset[str] = frozenset()


def sent(c: Connection, subscriber_ids: Sequence[str], since: datetime, now: datetime) -> Mapping[str, Sent]:
    """What was planned for each of these subscribers from `since` on; nothing stands for who got nothing.

    Offered, accepted, unsure and dropped mail was had; so was what waits, unless it is stale by `now`.
    """
    had: dict[str, set[str]] = {}
    returned: dict[str, set[str]] = {}
    columns = (deliveries.c.subscriber, deliveries.c.edition, deliveries.c.state, deliveries.c.stale_after)
    for some in chunked(subscriber_ids):
        query = select(*columns).where(deliveries.c.subscriber.in_(some), deliveries.c.created >= since)
        for subscriber, edition, state, stale_after in c.execute(query):
            waits = state in _WAITING and (stale_after is None or stale_after > now)
            (had if waits or state in _HAD else returned).setdefault(subscriber, set()).add(edition)
    return {
        who: Sent(had=frozenset(had.get(who, ())), returned=frozenset(returned.get(who, ())))
        for who in had.keys() | returned.keys()
    }


def served(c: Connection, subscriber_ids: Sequence[str], since: datetime) -> frozenset[str]:
    """Those of these subscribers who have mail on its way, or whose last became accepted or unsure since then."""
    found: set[str] = set()
    lately = deliveries.c.state.in_(("accepted", "unsure")) & (deliveries.c.changed >= since)
    for some in chunked(subscriber_ids):
        query = select(deliveries.c.subscriber).where(
            deliveries.c.subscriber.in_(some), deliveries.c.created >= since - _ON_ITS_WAY, or_(OPEN, lately)
        )
        found.update(c.scalars(query))
    return frozenset(found)


def due(c: Connection, now: datetime, *, editions: Sequence[str] | None = None) -> int:
    """How many deliveries wait to be tried now, whoever works on them: 0 means done."""
    return c.execute(select(func.count()).select_from(deliveries).where(*is_due(now, editions))).scalar_one()


def counts(c: Connection, *, edition: str | None = None) -> Mapping[DeliveryState, int]:
    """How many deliveries stand in each state, of all or of one edition."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    if edition is not None:
        query = query.where(deliveries.c.edition == edition)
    found = {DeliveryState(state): count for state, count in c.execute(query)}
    return {state: found.get(state, 0) for state in DeliveryState}


def waiting(c: Connection) -> Mapping[DeliveryState, int]:
    """How many deliveries are to be tried, now or later, by their states."""
    query = select(deliveries.c.state, func.count()).where(OPEN, TO_TRY).group_by(deliveries.c.state)
    found = {DeliveryState(state): count for state, count in c.execute(query)}
    return {state: found.get(state, 0) for state in (DeliveryState.PENDING, DeliveryState.DEFERRED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A delivery as `log` shows it."""

    id: str
    subscriber: str
    address: str
    edition: str
    subject: str
    kind: SlotKind
    slot: datetime
    state: DeliveryState
    attempts: int
    changed: datetime
    next_try: datetime | None
    message_id: str | None
    code: int | None
    reply: str | None
    via: str | None


def log(
    c: Connection,
    *,
    to: str | None = None,
    since: datetime | None = None,
    state: DeliveryState | None = None,
    limit: int = 1000,
) -> tuple[LogEntry, ...]:
    """What was sent to whom, newest first. `to`: a subscriber's id or address as compared."""
    query = (
        select(deliveries, subscribers.c.address, editions.c.subject)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .outerjoin(editions, editions.c.id == deliveries.c.edition)
        .order_by(deliveries.c.changed.desc(), deliveries.c.id)
        .limit(limit)
    )
    if to is not None:
        query = query.where(or_(deliveries.c.subscriber == to, subscribers.c.address == to))
    if since is not None:
        query = query.where(deliveries.c.changed >= since)
    if state is not None:
        query = query.where(deliveries.c.state == state.value)
    return tuple(_entry(row) for row in c.execute(query).mappings())


def _entry(row: RowMapping) -> LogEntry:
    shared = {name: row[name] for name in LogEntry.__dataclass_fields__ if name in row}
    shared |= {"kind": SlotKind(row["kind"]), "state": DeliveryState(row["state"]), "code": row["reply_code"]}
    shared |= {"address": row["address"] or "", "subject": row["subject"] or ""}
    return LogEntry(**shared)


def unsure(c: Connection) -> tuple[LogEntry, ...]:
    """Deliveries that may have arrived: held until a person says what to do."""
    return log(c, state=DeliveryState.UNSURE)

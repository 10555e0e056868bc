"""The transitions that are made on claimed rows: offered before a body leaves, and what became of it after.

These run once a message, so their statements are built once. Each compares the fence: a transition under an older
claim than the present one has no effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, String, Text, bindparam, exists, func, select, update

from digest.model import DeliveryState
from digest.storage.core.bulk import Prepared, as_stored
from digest.storage.core.schema import OPEN, TO_TRY, UtcDateTime, deliveries, subscribers
from digest.storage.core.sql import chunked
from digest.storage.queries.subscribers import suppress


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The transition of a message whose body may leave."""

    id: str
    fence: int
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a claimed delivery."""

    id: str
    fence: int
    state: DeliveryState
    code: int | None = None
    text: str = ""
    #: Of `deferred` and `pending`: when to try again; None leaves it as it is.
    next_try: datetime | None = None
    #: Whether this was a try that counts (a reply came).
    tried: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Which bodies may leave. In neither set: another owner has the row by now."""

    allowed: frozenset[str] = frozenset()
    suppressed: frozenset[str] = frozenset()


_SUPPRESSED = exists().where(subscribers.c.id == deliveries.c.subscriber, subscribers.c.suppressed.is_not(None))
_OFFER = Prepared(
    lambda given: (
        update(deliveries)
        .where(deliveries.c.id == given["which"], deliveries.c.fence == given["under"])
        .where(deliveries.c.owner == bindparam("mine"), OPEN, TO_TRY, ~_SUPPRESSED)
        .values(
            state="offered",
            offered=bindparam("at"),
            changed=bindparam("at"),
            via=bindparam("by"),
            repeatable=bindparam("again"),
            message_id=given["message_id"],
        )
    ),
    which=String(),
    under=Integer(),
    message_id=Text(),
)
_OFFERED = select(deliveries.c.id).where(
    deliveries.c.id.in_(bindparam("ids", expanding=True)),
    deliveries.c.owner == bindparam("mine"),
    deliveries.c.state == "offered",
)
_NOW_SUPPRESSED = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("which"), deliveries.c.fence == bindparam("under"))
    .where(deliveries.c.owner == bindparam("mine"), OPEN, TO_TRY, _SUPPRESSED)
    .values(state="suppressed", changed=bindparam("at"), owner=None, leased_until=None)
)


def offer(
    c: Connection, owner: str, offers: Sequence[Offer], via: str, now: datetime, *, repeatable: bool = False
) -> Offered:
    """Mark that bodies may leave, unless their subscriber is suppressed. Make it durable before the first byte.

    `repeatable`: the transport `via` may be offered them again.
    """
    if not offers:
        return Offered()
    at = as_stored(now, c.dialect)
    marked = _OFFER.run(
        c, [(one.id, one.fence, one.message_id) for one in offers], mine=owner, at=at, by=via, again=repeatable
    )
    if marked == len(offers):
        return Offered(allowed=frozenset(one.id for one in offers))
    allowed = frozenset(c.execute(_OFFERED, {"ids": [one.id for one in offers], "mine": owner}).scalars())
    suppressed = [
        one.id
        for one in offers
        if one.id not in allowed
        and c.execute(_NOW_SUPPRESSED, {"which": one.id, "under": one.fence, "mine": owner, "at": now}).rowcount
    ]
    return Offered(allowed=allowed, suppressed=frozenset(suppressed))


_SETTLE = Prepared(
    lambda given: (
        update(deliveries)
        .where(deliveries.c.id == given["which"], deliveries.c.fence == given["under"])
        .where(deliveries.c.state != "accepted")
        .values(
            state=given["state"],
            reply_code=given["code"],
            reply=given["reply"],
            changed=bindparam("at"),
            owner=None,
            leased_until=None,
            next_try=func.coalesce(given["again"], deliveries.c.next_try),
            attempts=deliveries.c.attempts + given["tries"],
        )
    ),
    which=String(),
    under=Integer(),
    state=String(),
    code=Integer(),
    reply=Text(),
    again=UtcDateTime(),
    tries=Integer(),
)


def settle(c: Connection, settlements: Sequence[Settlement], now: datetime) -> None:
    """Write what became of claimed deliveries. One that has been claimed anew since is left alone."""
    if not settlements:
        return
    at = as_stored(now, c.dialect)
    _SETTLE.run(
        c,
        [
            (
                one.id,
                one.fence,
                one.state.value,
                one.code,
                one.text,
                as_stored(one.next_try, c.dialect) if one.next_try else None,
                int(one.tried),
            )
            for one in settlements
        ],
        at=at,
    )


def suppress_addresses(c: Connection, ids: Sequence[str], now: datetime) -> None:
    """The addresses of these deliveries do not exist, as the server's replies say: no more mail to them."""
    for some in chunked(ids):
        query = select(deliveries.c.subscriber, deliveries.c.reply).where(deliveries.c.id.in_(some))
        for row in c.execute(query).all():
            suppress(c, row.subscriber, "bounced", row.reply or "", now)

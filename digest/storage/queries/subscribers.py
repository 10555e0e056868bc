"""Who the store knows: a random id for each address, how far their news has been told, and the store's "no".

The configuration says who is listed; the store's "no" beats it (unsubscribed, bounced, complained, paused).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, update

from digest.errors import UsageError
from digest.storage.core.meta import keep, secret_key, value
from digest.storage.core.schema import deliveries, events, subscribers
from digest.storage.core.sql import blot, chunked, insert_for
from digest.storage.queries.events import note

#: Random bytes of an id; it is not a secret, only no address.
ID_BYTES = 8
#: Ids or addresses of one statement: well under every database's limit on parameters.
AT_ONCE = 500
#: Soft bounces lose half their weight in this long, and suppress at this weight: five within days, or one a day for a
#: week, but never one a fortnight for ever.
SOFT_HALF_LIFE_DAYS = 14.0
SOFT_LIMIT = 4.5
#: What stands in place of a forgotten address.
FORGOTTEN = "forgotten:"
#: Who comes back gets what came in this time, and no more.
CAUGHT_UP = timedelta(days=7)
#: The last slot of this time is made up for; those before it were nobody's.
MADE_UP = timedelta(hours=24)
#: The kinds of events that tell when the store's "no" came and went.
WORDS = ("suppressed", "resubscribed")
#: Where the store remembers which addresses the configuration had when the list was last made.
_READERS = "readers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberRow:
    """A subscriber as the store knows it."""

    #: Random, 16 hex digits.
    id: str
    #: As compared: `normal_address`.
    address: str
    created: datetime
    #: News up to here has been chosen from.
    watermark: datetime | None = None
    #: The last slot of the schedule that was taken care of.
    last_slot: datetime | None = None
    #: Counts what was planned for them: `plan_for` compares it.
    plans: int = 0
    #: Stands in the configuration.
    listed: bool = True
    #: None, or the store's "no": `unsubscribed`, `bounced`, `complained`, `paused`, `operator`.
    suppressed: str | None = None
    suppressed_at: datetime | None = None
    suppressed_why: str | None = None
    #: How much soft bounces weighed when the last one came.
    soft_bounces: float = 0.0
    soft_bounced_at: datetime | None = None


def normal_address(address: str) -> str:
    """An address as compared: no case, the domain in IDNA. UsageError: the domain is none."""
    local, at, domain = address.strip().rpartition("@")
    if not domain.isascii():
        from email_validator import EmailNotValidError, validate_email  # slow to import, rarely needed

        try:
            checked = validate_email(f"x@{domain}", check_deliverability=False)
        except EmailNotValidError as exc:
            raise UsageError(f"the domain of {address!r} is not one: {exc}") from exc
        domain = checked.ascii_domain
    return f"{local}{at}{domain}".lower()


_WATERMARK, _LAST_SLOT = subscribers.c.watermark, subscribers.c.last_slot
_COLUMNS = tuple(subscribers.c[name] for name in SubscriberRow.__dataclass_fields__)


def _row(found: RowMapping) -> SubscriberRow:
    return SubscriberRow(**{str(name): value for name, value in found.items()})


def every(c: Connection, *, listed: bool | None = None) -> tuple[SubscriberRow, ...]:
    """All subscribers by address; `listed` narrows to those who stand in the configuration, or do not."""
    query = select(*_COLUMNS).order_by(subscribers.c.address)
    if listed is not None:
        query = query.where(subscribers.c.listed.is_(listed))
    return tuple(_row(found) for found in c.execute(query).mappings())


def find(c: Connection, address: str) -> SubscriberRow | None:
    """The subscriber of an address, however it is written."""
    query = select(*_COLUMNS).where(subscribers.c.address == normal_address(address))
    found = c.execute(query).mappings().one_or_none()
    return None if found is None else _row(found)


def find_or_forgotten(c: Connection, address: str) -> SubscriberRow | None:
    """The subscriber of an address, also one who was forgotten since. Call it in a write: it may make a key."""
    hashed = _hash(c, address)
    return find(c, address) or _by_address(c, [hashed]).get(hashed)


def by_id(c: Connection, ids: Sequence[str]) -> Mapping[str, SubscriberRow]:
    """Subscribers by id."""
    rows: dict[str, SubscriberRow] = {}
    for some in chunked(ids):
        for found in c.execute(select(*_COLUMNS).where(subscribers.c.id.in_(some))).mappings():
            rows[str(found["id"])] = _row(found)
    return rows


def _by_address(c: Connection, addresses: Sequence[str]) -> dict[str, SubscriberRow]:
    rows: dict[str, SubscriberRow] = {}
    for some in chunked(addresses):
        for found in c.execute(select(*_COLUMNS).where(subscribers.c.address.in_(some))).mappings():
            rows[str(found["address"])] = _row(found)
    return rows


def is_synced(c: Connection, addresses: Iterable[str]) -> bool:
    """Whether the store's list was last made of these addresses."""
    return value(c, _READERS) == _fingerprint(addresses)


def _fingerprint(addresses: Iterable[str]) -> str:
    listed = sorted({normal_address(address) for address in addresses})
    return hashlib.sha256("\n".join(listed).encode("utf-8", "surrogatepass")).hexdigest()


def sync(c: Connection, addresses: Sequence[str], now: datetime) -> Mapping[str, SubscriberRow]:
    """Make the store's list what the configuration's is: new addresses get a row, missing ones are unlisted.

    Returns the rows by the address as given. Who was forgotten and stands here again is known by the hash.
    """
    normal = {address: normal_address(address) for address in addresses}
    wanted = list(dict.fromkeys(normal.values()))
    known = _by_address(c, wanted)
    missing = [address for address in wanted if address not in known]
    if missing:
        _add(c, missing, now)
    listed = set(wanted)
    standing = c.execute(select(subscribers.c.id, subscribers.c.address).where(subscribers.c.listed.is_(True)))
    gone = [row.id for row in standing if row.address not in listed]
    back = {row.address: row.id for row in known.values() if not row.listed}
    for ids, is_listed in ((gone, False), (list(back.values()), True)):
        for some in chunked(ids):
            c.execute(update(subscribers).where(subscribers.c.id.in_(some)).values(listed=is_listed))
    _come_back(c, list(back.values()), now)
    keep(c, _READERS, _fingerprint(wanted))
    known |= _by_address(c, [*missing, *back])
    return {address: known[key] for address, key in normal.items()}


def _come_back(c: Connection, ids: Sequence[str], now: datetime) -> None:
    """For those who got nothing for a while: their news begins a few days ago, not where they left."""
    for some in chunked(ids):
        theirs = update(subscribers).where(subscribers.c.id.in_(some))
        covered, slot = (func.coalesce(column, subscribers.c.created) for column in (_WATERMARK, _LAST_SLOT))
        c.execute(theirs.where(covered < now - CAUGHT_UP).values(watermark=now - CAUGHT_UP))
        c.execute(theirs.where(slot < now - MADE_UP).values(last_slot=now - MADE_UP))


def _add(c: Connection, addresses: Sequence[str], now: datetime) -> None:
    """Rows for addresses that have none; a forgotten one gets its old row back, with what the store said of it."""
    hashes = {address: _hash(c, address) for address in addresses}
    forgotten = _by_address(c, list(hashes.values()))
    fresh = []
    for address in addresses:
        row = forgotten.get(hashes[address])
        if row is None:
            fresh.append({"id": secrets.token_hex(ID_BYTES), "address": address, "created": now, "listed": True})
        else:
            where = subscribers.c.id == row.id
            c.execute(update(subscribers).where(where).values(address=address, listed=True))
    if fresh:
        # Another program may meet the same readers at this moment: one of them makes the row, and both read it.
        c.execute(insert_for(c.dialect.name, subscribers).on_conflict_do_nothing(index_elements=["address"]), fresh)


def _hash(c: Connection, address: str) -> str:
    """What is left of a forgotten address: it can be recognised, not read."""
    key = secret_key(c, "forgotten")
    return FORGOTTEN + hmac.digest(key, normal_address(address).encode(), hashlib.sha256).hex()


def suppress(c: Connection, id: str, reason: str, why: str, now: datetime) -> bool:  # noqa: A002
    """Say no to a subscriber from now on; the first reason stays. Whether this changed anything."""
    changed = c.execute(
        update(subscribers)
        .where(subscribers.c.id == id, subscribers.c.suppressed.is_(None))
        .values(suppressed=reason, suppressed_at=now, suppressed_why=why)
    )
    if changed.rowcount:
        note(c, kind="suppressed", subject=id, text=f"{reason}: {why}", now=now)
    return bool(changed.rowcount)


def unsubscribe(c: Connection, id: str, why: str, now: datetime) -> bool:  # noqa: A002
    """The reader's own "no". It takes the place of one that would be undone for other reasons. Whether it is new."""
    own = update(subscribers).where(subscribers.c.id == id, subscribers.c.suppressed.in_(("paused", "bounced")))
    c.execute(own.values(suppressed=None))
    return suppress(c, id, "unsubscribed", why, now)


def soft_bounce(c: Connection, id: str, why: str, now: datetime) -> bool:  # noqa: A002
    """Count a message that came back this time; older ones weigh less. Whether that made one too many."""
    row = by_id(c, [id])[id]
    age_days = (now - row.soft_bounced_at).total_seconds() / 86_400 if row.soft_bounced_at else 0.0
    weight = row.soft_bounces * 0.5 ** (max(0.0, age_days) / SOFT_HALF_LIFE_DAYS) + 1.0
    c.execute(update(subscribers).where(subscribers.c.id == id).values(soft_bounces=weight, soft_bounced_at=now))
    if weight < SOFT_LIMIT:
        return False
    return suppress(c, id, "bounced", f"too many messages came back, the last with: {why}", now)


def pause(c: Connection, id: str, why: str, now: datetime) -> bool:  # noqa: A002
    """Stop mail to a subscriber until someone says otherwise."""
    return suppress(c, id, "paused", why, now)


def resubscribe(c: Connection, id: str, why: str, now: datetime) -> bool:  # noqa: A002
    """Undo the store's "no", with the reason why that is right. Whether there was one."""
    changed = c.execute(
        update(subscribers)
        .where(subscribers.c.id == id, subscribers.c.suppressed.is_not(None))
        .values(suppressed=None, suppressed_at=None, suppressed_why=None, soft_bounces=0.0, soft_bounced_at=None)
    )
    if changed.rowcount:
        _come_back(c, [id], now)
        note(c, kind="resubscribed", subject=id, text=why, now=now)
    return bool(changed.rowcount)


def forget(c: Connection, address: str, now: datetime) -> bool:
    """Erase a person: the address becomes a keyed hash, so that the store's "no" holds, and what was sent is erased.

    Whether there was anyone of that address.
    """
    row = find(c, address)
    if row is None:
        return False
    suppress(c, row.id, "operator", "asked to be forgotten", now)
    c.execute(delete(deliveries).where(deliveries.c.subscriber == row.id))
    c.execute(delete(events).where(events.c.subject == row.id))
    for column in (events.c.text, deliveries.c.reply, subscribers.c.suppressed_why):
        blot(c, column, row.address)
    # The reason may quote a server that quotes the address.
    erased = {"address": _hash(c, address), "listed": False, "suppressed_why": "forgotten"}
    c.execute(update(subscribers).where(subscribers.c.id == row.id).values(**erased))
    # Should the configuration still list them, they are found by the hash.
    keep(c, _READERS, "")
    return True


def cover(c: Connection, covered: Sequence[tuple[str, datetime, datetime | None]]) -> None:
    """For each (subscriber, end of the window, slot): news up to the end has been chosen from, the slot is done."""
    if not covered:
        return
    ahead = update(subscribers).where(subscribers.c.id == bindparam("who"))
    ends = [{"who": who, "end": end} for who, end, _ in covered]
    unset = subscribers.c.watermark.is_(None) | (subscribers.c.watermark < bindparam("end"))
    c.execute(ahead.where(unset).values(watermark=bindparam("end")), ends)
    slots = [{"who": who, "slot": slot} for who, _, slot in covered if slot is not None]
    if slots:
        unset = subscribers.c.last_slot.is_(None) | (subscribers.c.last_slot < bindparam("slot"))
        c.execute(ahead.where(unset).values(last_slot=bindparam("slot")), slots)


def plan_for(c: Connection, expected: Mapping[str, int]) -> frozenset[str]:
    """Those for whom nothing was planned since their row was read, by id and `plans`; theirs are counted up.

    Of two who plan for one subscriber at once, the second finds that it must look again.
    """
    ours: set[str] = set()
    for some in chunked(sorted(expected)):
        query = select(subscribers.c.id, subscribers.c.plans).where(subscribers.c.id.in_(some))
        rows = c.execute(query.order_by(subscribers.c.id).with_for_update()).all()
        unchanged = [row.id for row in rows if row.plans == expected[row.id]]
        c.execute(update(subscribers).where(subscribers.c.id.in_(unchanged)).values(plans=subscribers.c.plans + 1))
        ours.update(unchanged)
    return frozenset(ours)


def enrol(c: Connection, known: Mapping[str, str], now: datetime) -> None:
    """Rows with ids of the caller's choice, by address: for runs whose output must be the same every time."""
    rows = [{"id": one, "address": normal_address(address), "created": now} for address, one in known.items()]
    c.execute(insert(subscribers), rows)


def stranger(address: str, now: datetime) -> SubscriberRow:
    """The row that a new subscriber would get, without an id: for looking ahead."""
    return SubscriberRow(id="", address=normal_address(address), created=now)


def foresee(c: Connection, addresses: Sequence[str], now: datetime) -> Mapping[str, SubscriberRow]:
    """What `sync` would return, by the address as given, with the store left as it is."""
    known = _by_address(c, [normal_address(address) for address in addresses])
    return {address: known.get(normal_address(address)) or stranger(address, now) for address in addresses}

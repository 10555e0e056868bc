"""Questions about one subscriber, and the operator's word on them: pause, unsubscribe, resubscribe, forget."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from digest.app import readers
from digest.app.installation import Installation
from digest.delivery import ledger
from digest.delivery.ledger import LogEntry
from digest.errors import UsageError
from digest.model import Subscriber
from digest.pipeline.composing.slots import next_due
from digest.storage.queries import events
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.events import Event
from digest.storage.queries.subscribers import SubscriberRow, normal_address

#: More than anybody was ever sent.
ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything that is known of a subscriber. At least one of `listed` and `row` is there."""

    address: str
    #: As the configuration has it; None: not listed.
    listed: Subscriber | None
    #: As the store has it; None: never seen.
    row: SubscriberRow | None
    next: datetime | None
    #: Newest first.
    deliveries: tuple[LogEntry, ...] = ()
    events: tuple[Event, ...] = ()


async def person(app: Installation, address: str, *, limit: int = 20) -> Person:
    """What is known of an address. UsageError: nothing."""
    normal = normal_address(address)
    listed = app.subscribers.get(normal)

    def read(c: Connection) -> tuple[SubscriberRow | None, tuple[LogEntry, ...], tuple[Event, ...]]:
        row = stored_subscribers.find(c, normal)
        if row is None:
            return None, (), ()
        told = tuple(event for event in events.recent(c, limit=ALL) if event.subject == row.id)
        return row, ledger.log(c, to=row.id, limit=limit), told

    row, deliveries, told = await app.store.read(read)
    if row is None and listed is None:
        raise UsageError(f"{address} is no subscriber and never was one: `digest subscribers` lists them")
    now = app.clock.now()
    expected = row or stored_subscribers.stranger(normal, now)
    following = next_due(expected, listed, now) if listed is not None else None
    return Person(address=normal, listed=listed, row=row, next=following, deliveries=deliveries, events=told)


async def enrolled(app: Installation, address: str) -> Person:
    """Somebody who has just been listed; who was forgotten once is known again by the hash. UsageError: nobody."""
    await readers.audience(app)
    return await person(app, address)


async def pause(app: Installation, address: str, why: str) -> bool:
    """Send them nothing until `resubscribe`. Whether this changed anything. UsageError: nobody has that address."""
    row = await _row(app, address)
    return await app.store.write(lambda c: stored_subscribers.pause(c, row.id, why, app.clock.now()))


async def unsubscribe(app: Installation, address: str, why: str) -> bool:
    """Obey a reader who wants no more. Whether this changed anything. UsageError: nobody has that address."""
    row = await _row(app, address)
    return await app.store.write(lambda c: stored_subscribers.unsubscribe(c, row.id, why, app.clock.now()))


async def resubscribe(app: Installation, address: str, why: str) -> bool:
    """Undo the store's "no". Whether there was one. UsageError: nobody has that address."""
    row = await _row(app, address)
    return await app.store.write(lambda c: stored_subscribers.resubscribe(c, row.id, why, app.clock.now()))


async def forget(app: Installation, address: str) -> bool:
    """Erase a person from the store, but for a hash that keeps mail from them. Whether there was anything."""
    done = await app.store.write(lambda c: stored_subscribers.forget(c, normal_address(address), app.clock.now()))
    await app.store.settle()
    return done


async def _row(app: Installation, address: str) -> SubscriberRow:
    """Their row, which is made for somebody listed who has none yet."""
    await readers.audience(app)
    row = await app.store.read(lambda c: stored_subscribers.find(c, address))
    if row is None:
        raise UsageError(f"{address} is no subscriber: `digest subscribers` lists them")
    return row

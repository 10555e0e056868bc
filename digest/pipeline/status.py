"""How things stand: read-only, for the operator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.delivery import ledger
from digest.model import DeliveryState, Subscriber
from digest.pipeline import alarms
from digest.pipeline.alarms import FeedFacts
from digest.pipeline.composing.slots import next_due
from digest.storage.queries import events, feeds, items
from digest.storage.queries.events import Event
from digest.storage.queries.feeds import FeedHealth
from digest.storage.queries.subscribers import SubscriberRow
from digest.storage.queries.waiting import mail_facts

#: Events this recent stand in `status`.
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the installation stands."""

    feeds: int
    failing: tuple[FeedHealth, ...]
    last_poll: datetime | None
    next_poll: datetime | None
    #: (moment, address) of each subscriber's next slot, soonest first.
    next_sends: tuple[tuple[datetime, str], ...]
    #: Subscribers to whom the store says no: (address, reason).
    suppressed: tuple[tuple[str, str], ...]
    deliveries: Mapping[DeliveryState, int]
    last_accepted: datetime | None
    events: tuple[Event, ...]
    #: What should be looked at, in plain sentences; empty while all is well.
    alarms: tuple[str, ...]


def status(
    c: Connection,
    audience: Sequence[tuple[SubscriberRow, Subscriber]],
    configured: Mapping[str, bool],
    now: datetime,
    *,
    relay: str,
) -> Status:
    """Look at everything once. `configured`: feeds, and whether the configuration pauses them; `relay`: its name."""
    known = [health for health in feeds.health(c) if health.id in configured]
    failing = tuple(health for health in known if health.failing_since is not None or health.gone)
    accepted = ledger.log(c, state=DeliveryState.ACCEPTED, limit=1)
    slots = sorted(
        (slot, subscriber.mailbox.address)
        for row, subscriber in audience
        if (slot := next_due(row, subscriber, now)) is not None
    )
    awake = [health for health in known if not (health.paused or configured[health.id])]
    next_polls = [health.next_poll for health in awake if health.next_poll is not None]
    return Status(
        feeds=len(configured),
        failing=failing,
        last_poll=max((health.last_polled for health in known if health.last_polled), default=None),
        next_poll=min(next_polls, default=None),
        next_sends=tuple(slots),
        suppressed=tuple((one.mailbox.address, row.suppressed) for row, one in audience if row.suppressed),
        deliveries=ledger.counts(c),
        last_accepted=accepted[0].changed if accepted else None,
        events=events.recent(c, since=now - RECENT, limit=10),
        alarms=tuple(
            _alarms(c, audience, awake, now, relay=relay, paused=bool(configured) and all(configured.values()))
        ),
    )


def _alarms(
    c: Connection,
    audience: Sequence[tuple[SubscriberRow, Subscriber]],
    awake: Sequence[FeedHealth],
    now: datetime,
    *,
    relay: str,
    paused: bool,
) -> Iterable[str]:
    if not paused:
        yield from alarms.polling(awake, now)
    yield from alarms.feeds([_facts(c, health, now) for health in awake], now)
    yield from alarms.slots(audience, now)
    yield from alarms.mail(mail_facts(c, relay, now), now)
    yield from alarms.told(events.recent(c, since=now - alarms.TOLD_FOR, kinds=tuple(alarms.STEPS)))
    yield from alarms.duties(events.failing_duties(c))


def _facts(c: Connection, health: FeedHealth, now: datetime) -> FeedFacts:
    quiet = health.last_item is not None and now - health.last_item > alarms.QUIET_DAYS
    return FeedFacts(health=health, news=items.arrivals(c, health.id) if quiet else ())

"""How things stand: read-only, for the operator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.model import DeliveryState, Subscriber
from digest.pipeline.slots import next_due
from digest.storage import events, feeds, ledger, relays
from digest.storage.events import Event
from digest.storage.feeds import FeedHealth
from digest.storage.relays import Standstill
from digest.storage.subscribers import SubscriberRow

#: Events this recent stand in `status`.
RECENT = timedelta(days=7)
#: A feed whose poll is this overdue means that nothing polls.
OVERDUE = timedelta(hours=2)


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
    counts = ledger.counts(c)
    accepted = ledger.log(c, state=DeliveryState.ACCEPTED, limit=1)
    ailing = events.failing_duties(c)
    slots = sorted(
        (slot, subscriber.mailbox.address)
        for row, subscriber in audience
        if (slot := next_due(row, subscriber, now)) is not None
    )
    awake = [health for health in known if not (health.paused or configured[health.id])]
    next_polls = [health.next_poll for health in awake if health.next_poll is not None]
    last_poll = max((health.last_polled for health in known if health.last_polled), default=None)
    return Status(
        feeds=len(configured),
        failing=failing,
        last_poll=last_poll,
        next_poll=min(next_polls, default=None),
        next_sends=tuple(slots),
        suppressed=tuple((one.mailbox.address, row.suppressed) for row, one in audience if row.suppressed),
        deliveries=counts,
        last_accepted=accepted[0].changed if accepted else None,
        events=events.recent(c, since=now - RECENT, limit=10),
        alarms=_alarms(
            last_poll,
            min(next_polls, default=None),
            counts,
            now,
            all_fail=len(configured) == len(failing) > 0,
        )
        + tuple(
            f"{health.id} answers, but has shown no entries since {health.empty_since:%Y-%m-%d %H:%M} UTC"
            for health in awake
            if health.empty_since is not None
        )
        + _mail_alarms(relays.known(c, relay).standstill)
        + tuple(f"{event.subject} fails since {event.at:%Y-%m-%d %H:%M} UTC: {event.text}" for event in ailing),
    )


def _mail_alarms(still: Standstill | None) -> tuple[str, ...]:
    if still is None:
        return ()
    next_step = (
        "mend it, then `digest send` tries it at once, and `run` when it reads its configuration anew"
        if still.login
        else f"the next try is at {still.until:%Y-%m-%d %H:%M} UTC"
    )
    return (f"mail stands still since {still.since:%Y-%m-%d %H:%M} UTC: {still.reason}: {next_step}",)


def _alarms(
    last_poll: datetime | None,
    next_poll: datetime | None,
    counts: Mapping[DeliveryState, int],
    now: datetime,
    *,
    all_fail: bool,
) -> tuple[str, ...]:
    alarms = []
    if last_poll is None:
        alarms.append("no feed was ever polled: `digest poll` does it once, `digest run` goes on doing it")
    elif next_poll is not None and now - next_poll > OVERDUE:
        alarms.append(f"nothing polls: the next poll was due at {next_poll:%Y-%m-%d %H:%M} UTC; is `run` running?")
    if all_fail:
        alarms.append("every feed fails: is this machine on the network?")
    if counts[DeliveryState.UNSURE]:
        alarms.append(
            f"{counts[DeliveryState.UNSURE]} messages in doubt are held: `digest send --unsure resend` repeats them, "
            "`digest send --unsure drop` gives them up"
        )
    return tuple(alarms)

"""What was reported: `status` and `log` show it, the operator reads it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from digest.storage.core.schema import events
from digest.text.printable import blotted

#: A duty of `run` fails by a mistake in this program; it works again.
DUTY_FAILS, DUTY_WORKS = "duty-fails", "duty-works"
#: Slots that nobody was there to send; the clock was wrong.
LEFT_OUT, CLOCK = "slot-left-out", "clock-ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that the operator should know."""

    at: datetime
    #: Such as `feed-failing`, `breaker-open`, `suppressed`.
    kind: str
    #: A feed's id, a subscriber's id, an edition's id: never an address.
    subject: str
    #: Without addresses.
    text: str


def note(c: Connection, *, kind: str, subject: str, text: str, now: datetime) -> None:
    """Write an event down. Addresses of people, such as a server quotes, are blotted out of its text."""
    values = {"id": secrets.token_hex(8), "at": now, "kind": kind, "subject": subject, "text": blotted(text)}
    c.execute(insert(events).values(values))


def recent(
    c: Connection, *, since: datetime | None = None, kinds: Sequence[str] = (), limit: int = 100
) -> tuple[Event, ...]:
    """The newest events, newest first."""
    query = (
        select(events.c.at, events.c.kind, events.c.subject, events.c.text).order_by(events.c.at.desc()).limit(limit)
    )
    if since is not None:
        query = query.where(events.c.at >= since)
    if kinds:
        query = query.where(events.c.kind.in_(kinds))
    return tuple(Event(**found) for found in c.execute(query).mappings())


def note_duty(c: Connection, *, duty: str, trouble: str | None, now: datetime) -> None:
    """Write down why a duty of `run` fails, or (None) that it works; what is known already is not written again."""
    known = {event.subject: event.text for event in failing_duties(c)}
    if trouble is not None and known.get(duty) != trouble:
        note(c, kind=DUTY_FAILS, subject=duty, text=trouble, now=now)
    elif trouble is None and duty in known:
        note(c, kind=DUTY_WORKS, subject=duty, text="works again", now=now)


def failing_duties(c: Connection) -> tuple[Event, ...]:
    """The duties that fail: for each the newest word on it, oldest first."""
    newest = {event.subject: event for event in reversed(recent(c, kinds=(DUTY_FAILS, DUTY_WORKS)))}
    return tuple(event for event in newest.values() if event.kind == DUTY_FAILS)

"""Who asks for an edition now, and over which stretch of time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

from digest.model import SlotKind, Subscriber, Window
from digest.schedule import due_slot, next_slot, previous_slot
from digest.storage.subscribers import SubscriberRow

#: A slot that is taken care of this soon covers up to its own moment, so that everyone who shares it shares an edition.
ON_TIME = timedelta(minutes=2)
#: A missed slot is sent on return within this time; later its stories join the next one.
GRACE = timedelta(hours=6)
#: Subscribers to `now` get mail at most this often.
NOW_EVERY = timedelta(minutes=15)
#: What a new subscriber to `now` is caught up with.
NOW_FIRST = timedelta(hours=24)
#: How far back an edition looks for news that its reader has not had, at least.
LOOK_BACK = timedelta(days=7)
#: An edition is stale after its subscriber's next slot or this, whichever is later.
STALE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A slot of one subscriber that wants an edition."""

    row: SubscriberRow
    subscriber: Subscriber
    kind: SlotKind
    slot: datetime
    window: Window
    #: Over the publisher's date instead of over when we saw an item first.
    by_published: bool = False
    #: Whether the subscriber's watermark moves to the window's end.
    moves: bool = True
    #: Send again what the subscriber already has.
    again: bool = False

    @property
    def scan(self) -> Window:
        """Where to look for news that the subscriber has not had: wider than what the edition says it covers.

        What found no place in the last edition comes again, with the next slot of the schedule: `send` twice in a row
        looks no further back than the first.
        """
        if self.by_published or self.again or (self.kind is SlotKind.MANUAL and not self._slot_has_passed):
            return self.window
        begin = max(self.window.end - LOOK_BACK, first_moment(self.row, self.subscriber))
        return replace(self.window, start=min(self.window.start, begin))

    @property
    def _slot_has_passed(self) -> bool:
        """Whether the schedule asked for an edition since the last one."""
        following = next_slot(self.subscriber.send, self.subscriber.timezone, self.window.start)
        return (following or self.window.start + NOW_EVERY) <= self.window.end

    @property
    def stale_after(self) -> datetime:
        """The moment after which the edition would be old news."""
        following = next_slot(self.subscriber.send, self.subscriber.timezone, self.slot)
        return max(self.slot + STALE_AFTER, following or self.slot)


def watermark(row: SubscriberRow, subscriber: Subscriber) -> datetime:
    """Up to where the subscriber's news has been chosen from; a new subscriber starts one slot back."""
    return row.watermark if row.watermark is not None else first_moment(row, subscriber)


def first_moment(row: SubscriberRow, subscriber: Subscriber) -> datetime:
    """Where a subscriber's news begins: one slot back from when they came."""
    before = previous_slot(subscriber.send, subscriber.timezone, row.created)
    return before if before is not None else row.created - NOW_FIRST


def due_now(row: SubscriberRow, subscriber: Subscriber, now: datetime, *, news: bool) -> Due | None:
    """The slot that this subscriber's schedule asks to be taken care of now, if any.

    `news`: a poll round with new items has just ended, which is what `now` subscribers wait for.
    """
    if row.suppressed is not None:
        return None
    start = watermark(row, subscriber)
    if subscriber.send == "now":
        waited = row.last_slot is None or now - row.last_slot >= NOW_EVERY
        if not (news and waited):
            return None
        return Due(row=row, subscriber=subscriber, kind=SlotKind.NOW, slot=now, window=Window(start=start, end=now))
    slot = due_slot(subscriber.send, subscriber.timezone, row.last_slot or row.created, now, grace=GRACE)
    if slot is None:
        return None
    end = slot if now - slot <= ON_TIME else now
    return Due(
        row=row,
        subscriber=subscriber,
        kind=SlotKind.SCHEDULED,
        slot=slot,
        window=Window(start=min(start, end), end=end),
    )


def next_due(row: SubscriberRow, subscriber: Subscriber, now: datetime) -> datetime | None:
    """When this subscriber's next slot comes; None for `now`, and for whom the store says no."""
    if row.suppressed is not None:
        return None
    return next_slot(subscriber.send, subscriber.timezone, now)


def by_hand(
    row: SubscriberRow,
    subscriber: Subscriber,
    now: datetime,
    *,
    since: datetime | None,
    narrowed: bool,
    again: bool,
) -> Due:
    """The slot that `send` makes.

    Without `since` it covers everything since the watermark and moves it; with `since`, or `narrowed` to some
    topics or people, it moves nothing. `again` without `since` goes one slot back, and repeats.
    """
    start = since if since is not None else watermark(row, subscriber)
    if again and since is None:
        back = previous_slot(subscriber.send, subscriber.timezone, now)
        start = min(start, back if back is not None else now - NOW_FIRST)
    return Due(
        row=row,
        subscriber=subscriber,
        kind=SlotKind.MANUAL,
        slot=now,
        window=Window(start=min(start, now), end=now),
        by_published=since is not None,
        moves=since is None and not narrowed,
        again=again,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a group of subscribers: the slots that their schedules say are due, or one made by hand."""

    at: datetime
    #: `send`, not a schedule.
    manual: bool = False
    #: A poll round with new items has just ended.
    news: bool = False
    #: By hand: everything published since then.
    since: datetime | None = None
    #: By hand: only these topics.
    topics: tuple[str, ...] | None = None
    #: By hand: to some people or topics alone.
    narrowed: bool = False
    #: By hand: repeat what was sent.
    again: bool = False

    def dues(self, audience: Sequence[tuple[SubscriberRow, Subscriber]]) -> tuple[Due, ...]:
        """The slots of those it is asked for; nobody to whom the store says no."""
        found = (self._due(row, subscriber) for row, subscriber in audience if row.suppressed is None)
        return tuple(due for due in found if due is not None)

    def _due(self, row: SubscriberRow, subscriber: Subscriber) -> Due | None:
        if not self.manual:
            return due_now(row, subscriber, self.at, news=self.news)
        return by_hand(row, subscriber, self.at, since=self.since, narrowed=self.narrowed, again=self.again)

    def to_payload(self) -> dict[str, object]:
        """JSON values, for a ticket."""
        plain = asdict(self)
        plain["at"] = self.at.isoformat()
        plain["since"] = self.since.isoformat() if self.since else None
        return plain

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The request that `to_payload` wrote down; other keys are ignored."""
        plain = {field.name: payload[field.name] for field in fields(cls)}
        plain["at"] = datetime.fromisoformat(plain["at"])
        plain["since"] = datetime.fromisoformat(plain["since"]) if plain["since"] else None
        plain["topics"] = tuple(plain["topics"]) if plain["topics"] is not None else None
        return cls(**plain)

"""Who asks for an edition now, and over which stretch of time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.model import Quiet, SlotKind, Subscriber, Window
from digest.schedule import NOW, due_slot, left_out, next_slot, previous_slot
from digest.storage.queries.subscribers import SubscriberRow

#: A slot that is taken care of this soon covers up to its own moment, so that everyone who shares it shares an edition.
ON_TIME = timedelta(minutes=2)
#: Subscribers to `now` get mail at most this often.
NOW_EVERY = timedelta(minutes=15)
#: The moment that an item bears lies so far before the end of its transaction, at most: news this much older than what
#: was covered last may not have been looked at.
SETTLING = timedelta(minutes=2)
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
    #: The first and the last of the slots before this one that nobody was there to send.
    left_out: tuple[datetime, datetime] | None = None

    @property
    def quiet(self) -> Quiet:
        """What to do when there is nothing to tell. No news is what `now` says by itself."""
        return Quiet.SKIP if self.kind is SlotKind.NOW else self.subscriber.quiet

    def done(self, *, told: bool) -> datetime | None:
        """The slot that is done with; None: `now` had nothing to tell, and tells the next news as soon as it comes."""
        return None if self.kind is SlotKind.NOW and not told else self.slot

    @property
    def scan(self) -> Window:
        """Where to look for news that the subscriber has not had: wider than what the edition says it covers.

        What found no place in the last edition comes again, with the next slot of the schedule: `send` twice in a row
        looks no further back than the first.
        """
        if self.by_published or self.again or (self.kind is SlotKind.MANUAL and not self._slot_has_passed):
            return self.window
        first = first_moment(self.row, self.subscriber)
        begin = max(first, min(self.window.end - LOOK_BACK, self.window.start - SETTLING))
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


def due_now(
    row: SubscriberRow,
    subscriber: Subscriber,
    now: datetime,
    *,
    newest: datetime | None = None,
    asked: datetime | None = None,
) -> Due | None:
    """The slot that this subscriber's schedule asks to be taken care of now, if any.

    `newest`: when the newest stored news came, which is what `now` subscribers wait for. `asked`: when the last poll
    round that has ended began; a late slot waits for one that began after it. None: nothing waits.
    """
    if row.suppressed is not None:
        return None
    start = min(watermark(row, subscriber), now)
    if subscriber.send == NOW:
        if not (_is_news(newest, start) and _next_now(row, now) <= now):
            return None
        return Due(row=row, subscriber=subscriber, kind=SlotKind.NOW, slot=now, window=Window(start=start, end=now))
    served = row.last_slot or row.created
    slot = due_slot(subscriber.send, subscriber.timezone, served, now)
    if slot is None:
        return None
    late = now - slot > ON_TIME
    if late and asked is not None and asked < slot:
        return None
    # News of a round that began after the slot is in: in `run --once` there is no other.
    fresh = asked is not None and asked >= slot
    end = now if late or fresh else slot
    return Due(
        row=row,
        subscriber=subscriber,
        kind=SlotKind.SCHEDULED,
        slot=slot,
        window=Window(start=min(start, end), end=end),
        left_out=left_out(subscriber.send, subscriber.timezone, served, now),
    )


def _is_news(newest: datetime | None, covered: datetime) -> bool:
    """Whether something may have come that was not looked at yet."""
    return newest is not None and newest > covered - SETTLING


def _next_now(row: SubscriberRow, now: datetime) -> datetime:
    """When a subscriber to `now` may get mail again."""
    return now if row.last_slot is None else min(row.last_slot, now) + NOW_EVERY


def next_due(
    row: SubscriberRow, subscriber: Subscriber, now: datetime, *, newest: datetime | None = None
) -> datetime | None:
    """When this subscriber's next slot comes; None: for whom the store says no, and for `now` while there is no news.

    `newest`: when the newest stored news came.
    """
    if row.suppressed is not None:
        return None
    if subscriber.send == NOW:
        covered = min(watermark(row, subscriber), now)
        return max(now, _next_now(row, now)) if _is_news(newest, covered) else None
    return next_slot(subscriber.send, subscriber.timezone, now)


def left_out_told(dues: Sequence[Due]) -> tuple[str, str] | None:
    """Whose slots nobody was there to send, and which, in words: (a subscriber's id or "schedule", text)."""
    missed = [(due.row.id, *due.left_out) for due in dues if due.left_out is not None]
    if not missed:
        return None
    first, last = min(one[1] for one in missed), max(one[2] for one in missed)
    when = f"{first:%Y-%m-%d %H:%M} UTC" if first == last else f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    whose = "1 subscriber" if len(missed) == 1 else f"{len(missed)} subscribers"
    subject = missed[0][0] if len(missed) == 1 else "schedule"
    return subject, f"nothing ran when digests were due, {when}, to {whose}: their news is in the next one"


def manual_slot(
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
    #: By schedule: when the newest stored news came (`due_now`).
    newest: datetime | None = None
    #: By schedule: when the last poll round that has ended began (`due_now`).
    asked: datetime | None = None
    #: By hand: everything published since then.
    since: datetime | None = None
    #: By hand: only these topics.
    topics: tuple[str, ...] | None = None
    #: By hand: to some people or topics alone.
    narrowed: bool = False
    #: By hand: repeat what was sent.
    again: bool = False

    @property
    def catches_up(self) -> bool:
        """Whether this is a plain `send`: whoever has mail on its way, or just got it, is not asked for again."""
        return self.manual and self.since is None and not self.again

    def dues(self, audience: Sequence[tuple[SubscriberRow, Subscriber]]) -> tuple[Due, ...]:
        """The slots of those it is asked for; nobody to whom the store says no."""
        found = (self._due(row, subscriber) for row, subscriber in audience if row.suppressed is None)
        return tuple(due for due in found if due is not None)

    def _due(self, row: SubscriberRow, subscriber: Subscriber) -> Due | None:
        if not self.manual:
            return due_now(row, subscriber, self.at, newest=self.newest, asked=self.asked)
        return manual_slot(row, subscriber, self.at, since=self.since, narrowed=self.narrowed, again=self.again)

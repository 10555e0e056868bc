"""Queries over feeds: how each stands, which are due, how healthy they are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from digest.ports import PollHints, Validators
from digest.storage.core.schema import feeds, items
from digest.storage.core.sql import chunked, insert_for, upsert

#: A moment further away than this was written by a clock that was wrong: no wait is as long.
BELIEVED = timedelta(days=60)
#: What "recent items" means in `health`.
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How a feed stands between two polls: a row of `feeds`."""

    id: str
    #: As configured at the last poll: another one drops what belongs to the old one.
    url: str
    #: Where permanent redirects lead, once something was read there.
    moved_to: str | None = None
    #: What it calls itself.
    title: str = ""
    etag: str | None = None
    last_modified: str | None = None
    #: News came under validators that stayed the same: no conditions are sent.
    doubted: bool = False
    #: Hex of a hash of the last body that was read.
    body_hash: str | None = None
    first_polled: datetime | None = None
    last_polled: datetime | None = None
    #: When its document was last read: `seen` rows shown then are shown now.
    last_changed: datetime | None = None
    last_item: datetime | None = None
    #: It answers and shows no entries, though it had some.
    empty_since: datetime | None = None
    #: Seconds of its longest such spell that is over.
    empty_longest: float = 0.0
    #: The operator has been told of the present one.
    empty_told: bool = False
    #: What was wrong with the document that was read last, in sentences.
    warning: str | None = None
    next_poll: datetime | None = None
    #: Seconds.
    interval: float | None = None
    hints: dict[str, Any] | None = None
    not_before: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str | None = None
    error_status: int | None = None
    #: The operator has been told of the present failure.
    reported: bool = False
    #: 410: not asked again.
    gone: bool = False
    #: By the operator: `pause` alone stores it.
    paused: bool = False

    @property
    def last_answered(self) -> datetime | None:
        """When it last answered and showed entries, as far as that is known: not after it began to fail or be empty."""
        ends = (self.last_polled, self.failing_since, self.empty_since)
        return min((one for one in ends if one is not None), default=None) if self.last_polled else None

    @property
    def validators(self) -> Validators:
        """What the next conditional request sends."""
        return Validators(etag=self.etag, last_modified=self.last_modified)

    @property
    def poll_hints(self) -> PollHints:
        """What the last document asked for."""
        kept = self.hints or {}
        every = kept.get("every")
        return PollHints(
            every=timedelta(seconds=every) if every else None,
            skip_hours=frozenset(kept.get("skip_hours", ())),
            skip_days=frozenset(kept.get("skip_days", ())),
        )


_state_columns = [feeds.c[field.name] for field in fields(FeedState)]
_SAVED = tuple(column.name for column in _state_columns if column.name != "paused")


def stored_hints(hints: PollHints) -> dict[str, Any] | None:
    """Hints as the column holds them; None where there are none."""
    if hints == PollHints():
        return None
    return {
        "every": hints.every.total_seconds() if hints.every else None,
        "skip_hours": sorted(hints.skip_hours),
        "skip_days": sorted(hints.skip_days),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed does, for people."""

    id: str
    title: str
    url: str
    moved_to: str | None
    first_polled: datetime | None
    last_polled: datetime | None
    last_changed: datetime | None
    next_poll: datetime | None
    #: Seconds.
    interval: float | None
    #: It answers, and shows no entries for unusually long; None while it shows any, or has shown none for a while only.
    empty_since: datetime | None
    #: What was wrong with its document, in sentences.
    warning: str | None
    #: Of the present failure; None while all is well.
    failing_since: datetime | None
    failures: int
    error: str | None
    #: The HTTP status of the present failure, where there was an answer.
    status: int | None
    gone: bool
    paused: bool
    #: When its newest item was first seen.
    last_item: datetime | None
    #: Items first seen in the seven days before its last poll.
    items: int


@cache
def _saving(dialect: str) -> Any:
    """Built once: making a statement costs more than running it."""
    statement = insert_for(dialect, feeds)
    kept = {name: statement.excluded[name] for name in _SAVED if name != "id"}
    return statement.on_conflict_do_update(index_elements=["id"], set_=kept)


def states(c: Connection, ids: Sequence[str]) -> dict[str, FeedState]:
    """The states of feeds that were polled, paused or marked before, by id."""
    found: dict[str, FeedState] = {}
    for some in chunked(ids):
        for row in c.execute(select(*_state_columns).where(feeds.c.id.in_(some))):
            found[row.id] = FeedState(**row._mapping)
    return found


def save(c: Connection, changed: Iterable[FeedState]) -> None:
    """Store states; `paused` stays as it is."""
    rows = [{name: getattr(state, name) for name in _SAVED} for state in changed]
    if rows:
        c.execute(_saving(c.dialect.name), rows)


def due(c: Connection, ids: Sequence[str], now: datetime, *, urls: Mapping[str, str] | None = None) -> list[str]:
    """Those of `ids` that may be asked now, in their order: never polled, or their moment has come.

    `urls`: as configured now; a feed whose address was changed has nothing to wait for.
    """
    configured = urls or {}
    waits: set[str] = set()
    not_now = or_(feeds.c.next_poll > now, feeds.c.gone, feeds.c.paused)
    for some in chunked(ids):
        rows = c.execute(select(feeds.c.id, feeds.c.url, feeds.c.paused).where(feeds.c.id.in_(some), not_now))
        waits.update(row.id for row in rows if row.paused or configured.get(row.id, row.url) == row.url)
    return [one for one in ids if one not in waits]


def met(c: Connection, urls: Mapping[str, str]) -> frozenset[str]:
    """Those of `urls` (addresses by id) that were asked at that very address before: `ripe` finds them from now on."""
    found: set[str] = set()
    for some in chunked(list(urls)):
        rows = c.execute(select(feeds.c.id, feeds.c.url).where(feeds.c.id.in_(some)))
        found.update(row.id for row in rows if urls[row.id] == row.url)
    return frozenset(found)


def ripe(c: Connection, now: datetime) -> frozenset[str]:
    """Every stored feed whose moment has come, configured or not: found by the index of moments, however many wait."""
    come = or_(feeds.c.next_poll <= now, feeds.c.next_poll.is_(None), feeds.c.next_poll > now + BELIEVED)
    return frozenset(c.scalars(select(feeds.c.id).where(come, feeds.c.gone.is_(False), feeds.c.paused.is_(False))))


def next_moment(c: Connection, ids: Collection[str]) -> datetime | None:
    """When the first of some feeds is due; found by the index of moments."""
    waiting = select(feeds.c.id, feeds.c.next_poll).where(feeds.c.next_poll.is_not(None))
    awake = waiting.where(feeds.c.gone.is_(False), feeds.c.paused.is_(False)).order_by(feeds.c.next_poll)
    for row in c.execute(awake):
        if row.id in ids:
            moment: datetime = row.next_poll
            return moment
    return None


def pause(c: Connection, feed: str, *, paused: bool) -> None:
    """Stop asking a feed, or ask it again: then also one that was gone, and at once."""
    row = {"id": feed, "url": "", "title": "", "failures": 0, "reported": False, "gone": False, "paused": paused}
    again: Mapping[str, Any] = {"paused": True} if paused else {"paused": False, "gone": False, "next_poll": None}
    c.execute(upsert(c, feeds).values(row).on_conflict_do_update(index_elements=["id"], set_=dict(again)))


def unread_since(c: Connection, ids: Collection[str]) -> datetime | None:
    """Since when none of some feeds could be read; None: one of them could, or there are none."""
    moments: list[datetime] = []
    for some in chunked(list(ids)):
        rows = c.execute(select(feeds.c.failing_since).where(feeds.c.id.in_(some), feeds.c.paused.is_(False)))
        for row in rows:
            if row.failing_since is None:
                return None
            moments.append(row.failing_since)
    return max(moments, default=None)


def health(c: Connection) -> tuple[FeedHealth, ...]:
    """How every feed does that the store knows, by id."""
    newest = c.scalar(select(func.max(feeds.c.last_polled)))
    counts: dict[str, int] = {}
    if newest is not None:
        recent = select(items.c.feed, func.count()).where(items.c.first_seen > newest - RECENT).group_by(items.c.feed)
        counts = {row[0]: row[1] for row in c.execute(recent)}
    names = [field.name for field in fields(FeedHealth) if field.name not in ("items", "status", "empty_since")]
    unusual = case((feeds.c.empty_told, feeds.c.empty_since)).label("empty_since")
    rows = c.execute(select(*(feeds.c[name] for name in names), unusual, feeds.c.error_status).order_by(feeds.c.id))
    return tuple(
        FeedHealth(
            **{name: getattr(row, name) for name in names},
            empty_since=row.empty_since,
            status=row.error_status,
            items=counts.get(row.id, 0),
        )
        for row in rows
    )

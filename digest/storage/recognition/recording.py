"""Keeps what a document shows: each item once, whatever its feed does to it.

`seen` outlives `items`: an item that retention took away does not come back while its feed still shows it. It holds
which item each key stands for now; the item itself keeps the key that it came under.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from operator import attrgetter

from sqlalchemy import Connection, bindparam, func, select, update

from digest.model import Item
from digest.ports import ParsedFeed
from digest.storage.core.bulk import Insert, as_stored
from digest.storage.core.schema import feeds, items, seen, stories
from digest.storage.core.sql import chunked, insert_for
from digest.storage.queries.items import FIELDS
from digest.storage.recognition.backlog import Past
from digest.storage.recognition.matching import Meaning, Sight, hash_before, sights, understood, updates_of
from digest.storage.recognition.same_item import published_at, text_hash, withdrawn

_of = attrgetter(*FIELDS)
#: What a revision replaces; key, published, first_seen and story stay.
_REVISED = ("title", "link", "summary", "body", "updated", "authors", "publisher", "language", "categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one document changed."""

    #: Ids of items that were not known.
    new: tuple[int, ...] = ()
    #: Ids of items whose text changed.
    revised: tuple[int, ...] = ()
    #: Ids of items that tell of an update.
    updated: tuple[int, ...] = ()
    #: Ids of items that were taken out of the document before their time.
    retracted: tuple[int, ...] = ()
    #: Of `new`: those that were not news when they showed.
    backlog: int = 0
    #: Entries that wait for the next poll.
    waiting: int = 0


def fingerprints(c: Connection, feed: str) -> dict[str, str]:
    """Keys by fingerprint of the entries that a feed's document showed last: what a parser need not read again."""
    rows = c.execute(
        select(seen.c.fingerprint, seen.c.key)
        .join(feeds, feeds.c.id == seen.c.feed)
        .where(seen.c.feed == feed, seen.c.last_shown >= feeds.c.last_changed, seen.c.fingerprint.is_not(None))
    )
    return {row.fingerprint: row.key for row in rows}


def record(
    c: Connection,
    feed: str,
    parsed: ParsedFeed,
    now: datetime,
    *,
    first_poll: bool,
    answered: datetime | None = None,
    updates: bool = False,
) -> Recorded:
    """Keep a document's items once: new ones, revisions, retractions. The feed's row is the caller's to save, after.

    `now` becomes `first_seen` of what is new. A revision (an item with other text, under its key or under another)
    keeps `first_seen` and its story. `answered`: when the feed last answered before this, even that nothing had
    changed; None: when its document was last read. `updates`: the feed tells of updates by the dates of its entries.
    """
    shown = dict.fromkeys((*parsed.shown, *(item.key for item in parsed.items)))
    before = c.scalar(select(feeds.c.last_changed).where(feeds.c.id == feed))
    known = sights(c, feed, list(shown)) if before else {}
    read = {item.key: item for item in parsed.items}
    meaning = understood(c, feed, read, known, before, updates=updates)
    past = Past(read=None if first_poll else answered or before)
    backlog = _backlog(c, feed, meaning.new.values(), past, now)
    _insert(c, list(meaning.new.values()), backlog, now)
    again = {key: item for key, item in read.items() if key in meaning.ids and key not in meaning.new}
    revised = {
        meaning.ids[key]: item for key, item in again.items() if hash_before(key, known, meaning) != text_hash(item)
    }
    _relink(c, {meaning.ids[key]: item.link for key, item in again.items()})
    changed = _revise(c, revised, now)
    updated = _update(c, updates_of(read, meaning, updates=updates), now)
    _remember(c, feed, parsed, read, known, meaning, now)
    gone = _retract(c, feed, shown, meaning, before, now) if before is not None else ()
    gone += _take_back(c, feed, [key for key in parsed.retracted if key not in shown], now)
    return Recorded(
        new=tuple(item.id for item in meaning.new.values()),
        revised=changed,
        updated=updated,
        retracted=gone,
        backlog=len(backlog),
        waiting=meaning.waiting,
    )


# Writing

# Statements are built once: making one costs more than running it. These run once an entry.


@cache
def _keeping(dialect: str) -> Insert:
    # Another process may have kept the same items since this one looked.
    return Insert(insert_for(dialect, items).on_conflict_do_nothing())


@cache
def _sighting(dialect: str) -> Insert:
    statement = insert_for(dialect, seen)
    kept = {name: statement.excluded[name] for name in ("item", "fingerprint", "text_hash", "last_shown")}
    return Insert(statement.on_conflict_do_update(index_elements=["feed", "key"], set_=kept))


def _backlog(c: Connection, feed: str, new: Iterable[Item], past: Past, now: datetime) -> set[int]:
    """Which new items are not news."""
    old = [item for item in new if past.holds(item, now)]
    if not old or past.read is None:
        return {item.id for item in old}
    # Of the last document that showed any.
    shown = select(func.max(seen.c.last_shown)).where(seen.c.feed == feed).scalar_subquery()
    last = select(seen.c.item).where(seen.c.feed == feed, seen.c.last_shown == shown)
    dated = items.c.published != items.c.first_seen
    newest = c.scalar(select(func.max(items.c.published)).where(items.c.id.in_(last), dated))
    return {item.id for item in old if replace(past, newest=newest).holds(item, now)}


def _insert(c: Connection, new: Sequence[Item], backlog: set[int], now: datetime) -> None:
    if new:
        seen_at = as_stored(now, c.dialect)
        rows = [
            {
                **dict(zip(FIELDS, _of(item), strict=True)),
                "published": as_stored(published_at(item, now), c.dialect),
                "first_seen": seen_at,
                "news": seen_at,
                "updated": as_stored(item.updated, c.dialect) if item.updated else None,
                "authors": json.dumps(item.authors),
                "categories": json.dumps(item.categories),
                "backlog": item.id in backlog,
            }
            for item in new
        ]
        _keeping(c.dialect.name).run(c, rows)


def _revise(c: Connection, revised: Mapping[int, Item], now: datetime) -> tuple[int, ...]:
    """Replace texts; the ids of those that are still kept."""
    if not revised:
        return ()
    rows = [
        {name: getattr(item, name) for name in _REVISED} | {"old": old, "revised": now} for old, item in revised.items()
    ]
    c.execute(update(items).where(items.c.id == bindparam("old")), rows)
    kept: set[int] = set()
    for some in chunked(list(revised)):
        kept.update(c.scalars(select(items.c.id).where(items.c.id.in_(some))))
    return tuple(old for old in revised if old in kept)


def _update(c: Connection, updated: Mapping[int, datetime], now: datetime) -> tuple[int, ...]:
    """Make items news again, and their stories."""
    if not updated:
        return ()
    rows = [{"which": item, "moment": min(moment, now)} for item, moment in updated.items()]
    c.execute(
        update(items)
        .where(items.c.id == bindparam("which"))
        .values(revision=items.c.revision + 1, news=now, updated=bindparam("moment"), backlog=False, retracted=None),
        rows,
    )
    for some in chunked(list(updated)):
        told = select(items.c.story).where(items.c.id.in_(some), items.c.story.is_not(None))
        c.execute(update(stories).where(stories.c.id.in_(told)).values(moved=now))
    return tuple(updated)


def _relink(c: Connection, links: Mapping[int, str]) -> None:
    """Follow links that changed: no revision, but the old ones may lead nowhere."""
    if links:
        rows = [{"which": item, "now": link} for item, link in links.items()]
        changed = (items.c.id == bindparam("which")) & (items.c.link != bindparam("now"))
        c.execute(update(items).where(changed).values(link=bindparam("now")), rows)


def _remember(
    c: Connection,
    feed: str,
    parsed: ParsedFeed,
    read: Mapping[str, Item],
    known: Mapping[str, Sight],
    meaning: Meaning,
    now: datetime,
) -> None:
    """Note which keys the document shows, with what their entries look like."""
    prints = dict(parsed.fingerprints)
    shown_at = as_stored(now, c.dialect)
    rows = [
        {
            "feed": feed,
            "key": key,
            "item": item,
            "fingerprint": prints.get(key) or (known[key].fingerprint if key not in read else None),
            "text_hash": text_hash(read[key]) if key in read else known[key].text_hash,
            "last_shown": shown_at,
        }
        for key, item in meaning.ids.items()
    ]
    if rows:
        _sighting(c.dialect.name).run(c, rows)


def _retract(
    c: Connection, feed: str, shown: Mapping[str, None], meaning: Meaning, before: datetime, now: datetime
) -> tuple[int, ...]:
    """Note what was taken out of the head of the document, and take back what has returned."""
    rows = c.execute(
        select(seen.c.key, items.c.id, items.c.published, items.c.retracted)
        .join(items, items.c.id == seen.c.item)
        .where(seen.c.feed == feed, seen.c.last_shown >= before)
    ).all()
    held = set(meaning.ids.values())
    back = [row.id for row in rows if row.id in held and row.retracted is not None]
    if back:
        c.execute(update(items).where(items.c.id.in_(back)).values(retracted=None))
    order = {key: place for place, key in enumerate(shown)}
    old = [row for row in rows if row.key in shown and row.key not in meaning.new]
    standing = [row.published for row in sorted(old, key=lambda row: order[row.key])]
    missing = {row.id: row.published for row in rows if row.key not in shown and row.id not in held}
    gone = withdrawn(standing, missing, now)
    if gone:
        c.execute(update(items).where(items.c.id.in_(gone), items.c.retracted.is_(None)).values(retracted=now))
    return gone


def _take_back(c: Connection, feed: str, keys: Sequence[str], now: datetime) -> tuple[int, ...]:
    """Note what the feed takes back in so many words (RFC 6721), wherever it stood and however old it is."""
    gone: list[int] = []
    for some in chunked(keys):
        named = select(seen.c.item).where(seen.c.feed == feed, seen.c.key.in_(some))
        standing = items.c.id.in_(named) & items.c.retracted.is_(None)
        gone += c.scalars(update(items).where(standing).values(retracted=now).returning(items.c.id))
    return tuple(gone)

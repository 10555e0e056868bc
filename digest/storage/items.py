"""Queries over items: each is kept once, whatever its feed does to it.

`seen` outlives `items`: an item that retention took away does not come back while its feed still shows it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from digest.model import Item
from digest.ports import ParsedFeed
from digest.storage.feeds import upsert
from digest.storage.gathering import assign_stories, chunked, write_matches
from digest.storage.identity import corrects, published_at, text_hash, withdrawn
from digest.storage.inserts import Insert
from digest.storage.prepared import as_stored
from digest.storage.schema import feeds, items, matches, seen, stories

#: Items of a feed's first poll that are older than this are its backlog (rules: a new subscription is no news).
BACKLOG_AFTER = timedelta(hours=24)

__all__ = [
    "Recorded",
    "after",
    "assign_stories",
    "by_ids",
    "expire",
    "fingerprints",
    "record",
    "row_to_item",
    "ungathered",
    "write_matches",
]

_FIELDS = tuple(field.name for field in fields(Item))
_of = attrgetter(*_FIELDS)
_columns = [items.c[name] for name in _FIELDS]
#: What a revision replaces; key, published, first_seen and story stay.
_REVISED = ("title", "link", "summary", "body", "updated", "authors", "publisher", "language", "categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one document changed."""

    #: Ids of items that were not known.
    new: tuple[int, ...] = ()
    #: Ids of items whose text changed.
    revised: tuple[int, ...] = ()
    #: Ids of items that were taken out of the document before their time.
    retracted: tuple[int, ...] = ()
    #: Of `new`: those of a first poll that are older than 24 h.
    backlog: int = 0


@dataclass(frozen=True, slots=True)
class _Sight:
    """What `seen` holds of a key."""

    item: int
    text_hash: str
    fingerprint: str | None


def row_to_item(row: Row[Any]) -> Item:
    """An item from a row with its columns."""
    found = {name: getattr(row, name) for name in _FIELDS}
    found["authors"], found["categories"] = tuple(found["authors"]), tuple(found["categories"])
    return Item(**found)


# Recording


def fingerprints(c: Connection, feed: str) -> dict[str, str]:
    """Keys by fingerprint of the entries that a feed's document showed last: what a parser need not read again."""
    rows = c.execute(
        select(seen.c.fingerprint, seen.c.key)
        .join(feeds, feeds.c.id == seen.c.feed)
        .where(seen.c.feed == feed, seen.c.last_shown >= feeds.c.last_changed, seen.c.fingerprint.is_not(None))
    )
    return {row.fingerprint: row.key for row in rows}


def _sights(c: Connection, feed: str, keys: Sequence[str]) -> dict[str, _Sight]:
    found: dict[str, _Sight] = {}
    for some in chunked(keys):
        query = select(seen.c.key, seen.c.item, seen.c.text_hash, seen.c.fingerprint)
        for row in c.execute(query.where(seen.c.feed == feed, seen.c.key.in_(some))):
            found[row.key] = _Sight(row.item, row.text_hash, row.fingerprint)
    return found


def _by_link(c: Connection, feed: str, links: Sequence[str]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for some in chunked(links):
        for row in c.execute(select(*_columns).where(items.c.feed == feed, items.c.link.in_(some))):
            found.setdefault(row.link, []).append(row_to_item(row))
    return found


def record(c: Connection, feed: str, parsed: ParsedFeed, now: datetime, *, first_poll: bool) -> Recorded:
    """Keep a document's items once: new ones, revisions, retractions. The feed's row is the caller's to save, after.

    `now` becomes `first_seen` of what is new. A revision (same key, other text; or same link, similar title, old key
    gone) keeps `first_seen` and its story.
    """
    shown = dict.fromkeys((*parsed.shown, *(item.key for item in parsed.items)))
    known = {} if first_poll else _sights(c, feed, list(shown))
    before = None if first_poll else c.scalar(select(feeds.c.last_changed).where(feeds.c.id == feed))
    revised: dict[int, Item] = {}
    fresh: list[Item] = []
    for item in parsed.items:
        sight = known.get(item.key)
        if sight is None:
            fresh.append(item)
        elif sight.text_hash != text_hash(item):
            revised[sight.item] = item
    same = {} if first_poll else _same_items(c, feed, fresh, shown)
    moved = {old.id: (old, item) for item in fresh if (old := same.get(item.key)) is not None}
    revised |= {old.id: item for old, item in moved.values() if text_hash(old) != text_hash(item)}
    new = [item for item in fresh if item.key not in same]
    backlog = {item.id for item in new if first_poll and item.published < now - BACKLOG_AFTER}
    _insert(c, new, backlog, now)
    _relink(c, {known[item.key].item: item.link for item in parsed.items if item.key in known})
    changed = _revise(c, revised, now)
    _remember(c, feed, parsed, shown, known, same, now)
    gone = _retract(c, feed, shown, known, before, now) if before is not None else ()
    gone += _take_back(c, feed, [key for key in parsed.retracted if key not in shown], now)
    return Recorded(new=tuple(item.id for item in new), revised=changed, retracted=gone, backlog=len(backlog))


def _same_items(c: Connection, feed: str, fresh: Sequence[Item], shown: Mapping[str, None]) -> dict[str, Item]:
    """Of entries under new keys: the items that they are corrections of, by key."""
    by_link = _by_link(c, feed, [item.link for item in fresh if item.link])
    same: dict[str, Item] = {}
    for item in fresh:
        for old in by_link.get(item.link, ()):
            # An old key that is still shown is an item beside this one, not this one's past.
            if old.key not in shown and old not in same.values() and corrects(item, old):
                same[item.key] = old
                break
    return same


# Statements are built once: making one costs more than running it. These run once an entry.


@cache
def _keeping(dialect: str) -> Insert:
    # Another process may have kept the same items since this one looked.
    return Insert(upsert(dialect, items).on_conflict_do_nothing())


@cache
def _sighting(dialect: str) -> Insert:
    statement = upsert(dialect, seen)
    kept = {name: statement.excluded[name] for name in ("item", "fingerprint", "text_hash", "last_shown")}
    return Insert(statement.on_conflict_do_update(index_elements=["feed", "key"], set_=kept))


def _insert(c: Connection, new: Sequence[Item], backlog: set[int], now: datetime) -> None:
    if new:
        seen_at = as_stored(now, c.dialect)
        rows = [
            {
                **dict(zip(_FIELDS, _of(item), strict=True)),
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


def _values(item: Item, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names}


def _revise(c: Connection, revised: Mapping[int, Item], now: datetime) -> tuple[int, ...]:
    """Replace texts; the ids of those that are still kept."""
    if not revised:
        return ()
    rows = [_values(item, _REVISED) | {"old": old, "revised": now} for old, item in revised.items()]
    c.execute(update(items).where(items.c.id == bindparam("old")), rows)
    kept: set[int] = set()
    for some in chunked(list(revised)):
        kept.update(c.scalars(select(items.c.id).where(items.c.id.in_(some))))
    return tuple(old for old in revised if old in kept)


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
    shown: Mapping[str, None],
    known: Mapping[str, _Sight],
    same: Mapping[str, Item],
    now: datetime,
) -> None:
    """Note which keys the document shows, with what their entries look like."""
    prints = dict(parsed.fingerprints)
    read = {item.key: item for item in parsed.items}
    shown_at = as_stored(now, c.dialect)
    rows = [
        {
            "feed": feed,
            "key": key,
            "item": sight.item if sight else same.get(key, read[key]).id,
            "fingerprint": prints.get(key) or (sight.fingerprint if sight and key not in read else None),
            "text_hash": text_hash(read[key]) if key in read else sight.text_hash if sight else "",
            "last_shown": shown_at,
        }
        for key in shown
        if (sight := known.get(key)) is not None or key in read
    ]
    if rows:
        _sighting(c.dialect.name).run(c, rows)


def _retract(
    c: Connection, feed: str, shown: Mapping[str, None], known: Mapping[str, _Sight], before: datetime, now: datetime
) -> tuple[int, ...]:
    """Note what was taken out of the head of the document, and take back what has returned."""
    rows = c.execute(
        select(seen.c.key, items.c.id, items.c.published, items.c.retracted)
        .join(items, items.c.id == seen.c.item)
        .where(seen.c.feed == feed, seen.c.last_shown >= before)
    ).all()
    back = [row.id for row in rows if row.key in shown and row.retracted is not None]
    if back:
        c.execute(update(items).where(items.c.id.in_(back)).values(retracted=None))
    order = {key: place for place, key in enumerate(shown)}
    standing = sorted((row for row in rows if row.key in known), key=lambda row: order[row.key])
    held = {row.id for row in rows if row.key in shown}
    missing = {row.id: row.published for row in rows if row.key not in shown and row.id not in held}
    gone = withdrawn([row.published for row in standing], missing, now)
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


def expire(c: Connection, now: datetime, keep_days: int) -> int:
    """Drop items first seen more than `keep_days` ago, their matches, stories that ended; how many items went.

    Keys go when the document has not shown them for as long.
    """
    cutoff = now - timedelta(days=keep_days)
    old = select(items.c.id).where(items.c.first_seen < cutoff)
    c.execute(delete(matches).where(matches.c.item.in_(old)))
    gone = c.execute(delete(items).where(items.c.first_seen < cutoff)).rowcount
    c.execute(delete(stories).where(stories.c.moved < cutoff))
    shown = select(feeds.c.id).where(feeds.c.id == seen.c.feed, seen.c.last_shown >= feeds.c.last_changed)
    c.execute(delete(seen).where(seen.c.last_shown < cutoff, ~shown.exists()))
    return gone


# Reading


def ungathered(c: Connection, limit: int) -> tuple[Item, ...]:
    """Items that are in no story yet, oldest first, at most `limit`."""
    query = select(*_columns).where(items.c.story.is_(None)).order_by(items.c.published, items.c.id).limit(limit)
    return tuple(row_to_item(row) for row in c.execute(query))


def by_ids(c: Connection, ids: Iterable[int]) -> tuple[Item, ...]:
    """Items in the order of their ids given; those that are gone are left out."""
    wanted = list(ids)
    found: dict[int, Item] = {}
    for some in chunked(wanted):
        found |= {row.id: row_to_item(row) for row in c.execute(select(*_columns).where(items.c.id.in_(some)))}
    return tuple(found[one] for one in wanted if one in found)


def after(c: Connection, since: datetime, last: int, limit: int) -> tuple[Item, ...]:
    """Items first seen after `since` whose id is above `last`, in order of ids: for going through all of them."""
    query = select(*_columns).where(items.c.first_seen > since, items.c.id > last).order_by(items.c.id).limit(limit)
    return tuple(row_to_item(row) for row in c.execute(query))


def by_link(c: Connection, link: str) -> Item | None:
    """The newest item with that link."""
    row = c.execute(select(items).where(items.c.link == link).order_by(items.c.first_seen.desc()).limit(1)).first()
    return row_to_item(row) if row is not None else None

"""Queries over items that are kept; `recording` keeps them."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from digest.model import Item
from digest.storage.core.schema import items, seen
from digest.storage.core.sql import chunked
from digest.storage.queries.gathering import assign_stories, write_matches

__all__ = ["after", "assign_stories", "by_ids", "by_link", "row_to_item", "ungathered", "write_matches"]

FIELDS = tuple(field.name for field in fields(Item))
COLUMNS = [items.c[name] for name in FIELDS]


def row_to_item(row: Row[Any]) -> Item:
    """An item from a row with its columns."""
    found = {name: getattr(row, name) for name in FIELDS}
    found["authors"], found["categories"] = tuple(found["authors"]), tuple(found["categories"])
    return Item(**found)


def ungathered(c: Connection, limit: int) -> tuple[Item, ...]:
    """Items that are in no story yet, oldest first, at most `limit`."""
    query = select(*COLUMNS).where(items.c.story.is_(None)).order_by(items.c.published, items.c.id).limit(limit)
    return tuple(row_to_item(row) for row in c.execute(query))


def by_ids(c: Connection, ids: Iterable[int]) -> tuple[Item, ...]:
    """Items in the order of their ids given; those that are gone are left out."""
    wanted = list(ids)
    found: dict[int, Item] = {}
    for some in chunked(wanted):
        found |= {row.id: row_to_item(row) for row in c.execute(select(*COLUMNS).where(items.c.id.in_(some)))}
    return tuple(found[one] for one in wanted if one in found)


def after(c: Connection, since: datetime, last: int, limit: int) -> tuple[Item, ...]:
    """Items first seen after `since` whose id is above `last`, in order of ids: for going through all of them."""
    query = select(*COLUMNS).where(items.c.first_seen > since, items.c.id > last).order_by(items.c.id).limit(limit)
    return tuple(row_to_item(row) for row in c.execute(query))


def newest(c: Connection, until: datetime) -> datetime | None:
    """When the newest item came that is news; found by the index of moments."""
    standing = (items.c.news <= until, items.c.backlog.is_(False), items.c.retracted.is_(None))
    return c.execute(select(items.c.news).where(*standing).order_by(items.c.news.desc()).limit(1)).scalar_one_or_none()


def arrivals(c: Connection, feed: str) -> tuple[datetime, ...]:
    """When the news of a feed came, oldest first, each moment once."""
    query = select(items.c.first_seen).join(seen, seen.c.item == items.c.id)
    query = query.where(seen.c.feed == feed, items.c.backlog.is_(False)).distinct().order_by(items.c.first_seen)
    return tuple(c.scalars(query))


def by_link(c: Connection, link: str) -> Item | None:
    """The newest item with that link."""
    row = c.execute(select(items).where(items.c.link == link).order_by(items.c.first_seen.desc()).limit(1)).first()
    return row_to_item(row) if row is not None else None

"""What gathering writes: topics of items with their reasons, and the stories that items belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, func, select, update

from digest.model import TopicScore
from digest.storage.core.meta import once, value
from digest.storage.core.schema import items, matches, meta, stories
from digest.storage.core.sql import chunked, insert_for

T = TypeVar("T")

#: The name of the lock on gathering, among PostgreSQL's advisory locks: "digest" in ASCII.
GATHERING = 0x646967657374
#: Where the stamp of the last gathering is kept.
STAMP = "gathered"


def take_turn(c: Connection) -> None:
    """Be the only one who gathers until the transaction ends. SQLite has one writer at a time anyway."""
    if c.dialect.name == "postgresql":
        c.execute(select(func.pg_advisory_xact_lock(GATHERING)))


def stamp(c: Connection) -> str | None:
    """What whoever gathered last has left; None: nobody ever did."""
    return value(c, STAMP)


def restamp(c: Connection, before: str | None, after: str) -> bool:
    """Leave another stamp, if the present one is `before`; whether it was. Of two that try at once one succeeds."""
    once(c, STAMP, "")
    mine = (meta.c.key == STAMP) & (meta.c.value == (before or ""))
    return c.execute(update(meta).where(mine).values(value=after)).rowcount == 1


def write_matches(c: Connection, scored: Sequence[tuple[int, Sequence[TopicScore]]]) -> None:
    """Store the topics of items with their reasons, in place of what stood there."""
    for some in chunked([item for item, _ in scored]):
        c.execute(delete(matches).where(matches.c.item.in_(some)))
    rows = [
        {"item": item, "topic": one.topic, "score": one.score, "matches": [asdict(match) for match in one.matches]}
        for item, scores in scored
        for one in scores
    ]
    if rows:
        c.execute(matches.insert(), rows)


def assign_stories(
    c: Connection, assignments: Sequence[tuple[int, int]], merges: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Put items into stories (item, story), then let stories become part of others (gone, into)."""
    standing = _standing(c, [item for item, _ in assignments])
    joined = [(item, story) for item, story in assignments if item in standing and standing[item][0] != story]
    if joined:
        c.execute(
            update(items).where(items.c.id == bindparam("which")).values(story=bindparam("into")),
            [{"which": item, "into": story} for item, story in joined],
        )
    moved: dict[int, datetime] = {}
    for item, story in joined:
        moved[story] = max(moved.get(story, standing[item][1]), standing[item][1])
    _move(c, moved, now)
    for gone, into in merges:
        _merge(c, gone, into, now)


def _standing(c: Connection, ids: Sequence[int]) -> dict[int, tuple[int | None, datetime]]:
    """The present story and `first_seen` of items, by id."""
    found: dict[int, tuple[int | None, datetime]] = {}
    for some in chunked(ids):
        rows = c.execute(select(items.c.id, items.c.story, items.c.first_seen).where(items.c.id.in_(some)))
        found |= {row.id: (row.story, row.first_seen) for row in rows}
    return found


def _move(c: Connection, moved: Mapping[int, datetime], now: datetime) -> None:
    """Note when the newest report of stories was first seen; a story that is not there yet begins."""
    if not moved:
        return
    rows = [{"id": story, "created": now, "moved": moment} for story, moment in moved.items()]
    statement = insert_for(c.dialect.name, stories)
    newer = _later(c, stories.c.moved, statement.excluded.moved)
    c.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"moved": newer}), rows)


def _later(c: Connection, one: Any, other: Any) -> Any:
    """The later of two moments: SQLite's two-argument max is PostgreSQL's greatest."""
    return func.greatest(one, other) if c.dialect.name == "postgresql" else func.max(one, other)


def _merge(c: Connection, gone: int, into: int, now: datetime) -> None:
    """Make a story part of another one, once."""
    row = c.execute(select(stories.c.moved, stories.c.merged_into).where(stories.c.id == gone)).first()
    if row is None or gone == into or row.merged_into is not None:
        return
    c.execute(update(items).where(items.c.story == gone).values(story=into))
    _move(c, {into: row.moved}, now)
    c.execute(update(stories).where((stories.c.id == gone) | (stories.c.merged_into == gone)).values(merged_into=into))

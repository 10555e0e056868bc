"""Queries over stories: what an edition chooses from, and what the clusterer remembers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from digest.model import Item, Match, Report, TopicScore, Window
from digest.storage.schema import items, matches, stories

#: Characters of a body that an edition can use: the summary line looks at the first 12 sentences.
BODY_CHARS = 6_000
#: Names of one statement's parameters that both databases allow.
CHUNK = 500


def _item(row: Row[Any]) -> Item:
    return Item(
        id=row.id,
        feed=row.feed,
        key=row.key,
        title=row.title,
        link=row.link,
        summary=row.summary,
        body=row.body,
        published=row.published,
        first_seen=row.first_seen,
        updated=row.updated,
        authors=tuple(row.authors),
        publisher=row.publisher,
        language=row.language,
        categories=tuple(row.categories),
    )


#: All of an item, its body cut to what is read of it.
_columns = [column for column in items.c if column.name != "body"] + [
    func.substr(items.c.body, 1, BODY_CHARS).label("body")
]


def told(
    c: Connection,
    topics: Sequence[str],
    window: Window,
    *,
    by_published: bool = False,
    limit: int = 5_000,
) -> tuple[tuple[int, tuple[Report, ...]], ...]:
    """Stories under any of `topics` with an item in the window: (version, reports oldest first), newest story first.

    The window is over `first_seen` and leaves the backlog out; `by_published` looks at the publisher's date instead
    and counts the backlog (`send --since`). A story comes with its earlier reports too. Retracted items are left out.
    """
    moment = items.c.published if by_published else items.c.first_seen
    standing = items.c.retracted.is_(None)
    usable = standing if by_published else and_(standing, items.c.backlog.is_(False))
    chosen = (
        select(items.c.story, func.max(moment).label("newest"))
        .join(matches, matches.c.item == items.c.id)
        .where(matches.c.topic.in_(topics), moment > window.start, moment <= window.end, usable)
        .where(items.c.story.is_not(None))
        .group_by(items.c.story)
        .order_by(func.max(moment).desc(), items.c.story)
        .limit(limit)
    )
    newest = {row.story: row.newest for row in c.execute(chosen)}
    found: dict[int, list[Item]] = {}
    for some in chunked(list(newest)):
        rows = c.execute(
            select(*_columns)
            .where(items.c.story.in_(some), usable, items.c.first_seen <= window.end)
            .order_by(items.c.first_seen, items.c.published, items.c.id)
        )
        for row in rows:
            found.setdefault(row.story, []).append(_item(row))
    topics_of = scores(c, [item.id for group in found.values() for item in group])
    version_of = versions(c, list(found))
    return tuple(
        (
            version_of.get(story, len(found[story])),
            tuple(Report(item=item, story=story, topics=topics_of.get(item.id, ())) for item in found[story]),
        )
        for story in newest
        if story in found
    )


def beside(c: Connection, item: int) -> tuple[Report, ...]:
    """The reports of the story that an item belongs to, oldest first, itself among them; without topics."""
    story = select(items.c.story).where(items.c.id == item).scalar_subquery()
    rows = c.execute(select(*_columns).where(items.c.story == story).order_by(items.c.first_seen, items.c.id))
    return tuple(Report(item=_item(row), story=row.story) for row in rows)


def chunked(values: Sequence[int]) -> Iterable[Sequence[int]]:
    """`values` in pieces that fit one statement."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def scores(c: Connection, ids: Sequence[int]) -> Mapping[int, tuple[TopicScore, ...]]:
    """Topics of items, strongest first, with their reasons."""
    found: dict[int, tuple[TopicScore, ...]] = {}
    for some in chunked(ids):
        rows = c.execute(
            select(matches)
            .where(matches.c.item.in_(some))
            .order_by(matches.c.item, matches.c.score.desc(), matches.c.topic)
        )
        for item, group in groupby(rows, key=itemgetter(0)):
            found[item] = tuple(
                TopicScore(topic=row.topic, score=row.score, matches=tuple(Match(**match) for match in row.matches))
                for row in group
            )
    return found


def versions(c: Connection, ids: Sequence[int]) -> Mapping[int, int]:
    """How many reports each story has ever had."""
    found: dict[int, int] = {}
    for some in chunked(ids):
        rows = c.execute(select(stories.c.id, stories.c.version).where(stories.c.id.in_(some)))
        found.update((row.id, row.version) for row in rows)
    return found


def membership(c: Connection, since: datetime) -> Mapping[int, int]:
    """Which story each item first seen after `since` belongs to, by item id."""
    rows = c.execute(select(items.c.id, items.c.story).where(items.c.first_seen > since, items.c.story.is_not(None)))
    return {row.id: row.story for row in rows}


def counts(c: Connection, since: datetime) -> Mapping[str, tuple[int, int]]:
    """Items and stories of each topic first seen after `since`, by topic id."""
    rows = c.execute(
        select(matches.c.topic, func.count(), func.count(items.c.story.distinct()))
        .join(items, items.c.id == matches.c.item)
        .where(items.c.first_seen > since)
        .group_by(matches.c.topic)
    )
    return {topic: (reports, told_) for topic, reports, told_ in rows}

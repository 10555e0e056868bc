"""Queries over stories: what an edition chooses from, and what the clusterer remembers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from digest.model import Item, Match, Report, TopicScore, Window
from digest.storage.core.schema import items, matches
from digest.storage.core.sql import chunked
from digest.storage.queries.items import row_to_item

#: Characters of a body that an edition can use: the summary line looks at the first 12 sentences.
BODY_CHARS = 6_000


#: All of an item, its body cut to what is read of it.
_columns = [column for column in items.c if column.name != "body"] + [
    func.substr(items.c.body, 1, BODY_CHARS).label("body")
]


class News(NamedTuple):
    """A report that may be a reason to tell its story. A tuple: one is made of each row that is read."""

    report: int
    revision: int
    story: int
    #: When it became news.
    moment: datetime
    #: The ids of its topics, of those that were asked for.
    topics: tuple[str, ...]


def news(
    c: Connection, topics: Sequence[str], window: Window, now: datetime, *, by_published: bool = False
) -> tuple[News, ...]:
    """Reports under any of `topics` that became news in the window.

    The window is after `start`, up to and with `end`; the backlog is left out. `by_published` looks at the publisher's
    date instead and counts the backlog (`send --since`). What its feed has taken back is left out. What came later than
    `now` came under a clock that was wrong: it is in every window.
    """
    moment = items.c.published if by_published else items.c.news
    rows = c.execute(
        select(items.c.id, items.c.revision, items.c.story, moment, matches.c.topic)
        .join(matches, matches.c.item == items.c.id)
        .where(matches.c.topic.in_(topics), moment > window.start, or_(moment <= window.end, moment > now))
        .where(items.c.story.is_not(None), _usable(by_published=by_published))
        .order_by(items.c.id)
    )
    return tuple(
        News(report, revision, story, at, tuple(row.topic for row in some))
        for (report, revision, story, at), some in groupby(rows, key=itemgetter(0, 1, 2, 3))
    )


def reports(
    c: Connection, stories: Sequence[int], until: datetime, now: datetime, *, by_published: bool = False
) -> Mapping[int, tuple[Report, ...]]:
    """All reports of stories that were seen by then (or later than `now`: as for `news`), oldest first, with their
    topics. What its feed has taken back is left out, and so is the backlog, but for `by_published`."""
    found: dict[int, list[Item]] = {}
    seen = or_(items.c.first_seen <= until, items.c.first_seen > now)
    for some in chunked(stories):
        rows = c.execute(
            select(*_columns)
            .where(items.c.story.in_(some), _usable(by_published=by_published), seen)
            .order_by(items.c.first_seen, items.c.published, items.c.id)
        )
        for row in rows:
            found.setdefault(row.story, []).append(row_to_item(row))
    topics_of = scores(c, [item.id for group in found.values() for item in group])
    return {
        story: tuple(Report(item=item, story=story, topics=topics_of.get(item.id, ())) for item in group)
        for story, group in found.items()
    }


def _usable(*, by_published: bool) -> ColumnElement[bool]:
    standing = items.c.retracted.is_(None)
    return standing if by_published else and_(standing, items.c.backlog.is_(False))


def members(c: Connection, stories: Sequence[int]) -> tuple[Mapping[int, Collection[int]], datetime | None]:
    """The ids of all reports of stories, and when the first of them was seen (None: there is none)."""
    found: dict[int, list[int]] = {}
    begun: list[datetime] = []
    for some in chunked(stories):
        rows = c.execute(select(items.c.story, items.c.id, items.c.first_seen).where(items.c.story.in_(some))).all()
        begun += [min(row.first_seen for row in rows)] if rows else []
        for row in rows:
            found.setdefault(row.story, []).append(row.id)
    return found, min(begun, default=None)


def beside(c: Connection, item: int) -> tuple[Report, ...]:
    """The reports of the story that an item belongs to, oldest first, itself among them; without topics."""
    story = select(items.c.story).where(items.c.id == item).scalar_subquery()
    rows = c.execute(select(*_columns).where(items.c.story == story).order_by(items.c.first_seen, items.c.id))
    return tuple(Report(item=row_to_item(row), story=row.story) for row in rows)


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

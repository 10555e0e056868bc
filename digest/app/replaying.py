"""`topics replay`: what edited topics add and drop among stored items, before anything is matched anew."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.app import readers
from digest.app.installation import Installation
from digest.model import Item, TopicScore
from digest.storage.queries import items as stored_items
from digest.storage.queries import stories as stored_stories

#: Items looked at in one transaction: a fraction of a second.
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How the topics as written now differ from the matches in the store."""

    #: Items looked at.
    items: int
    #: Items under each topic, as stored and as they would be.
    before: Mapping[str, int]
    after: Mapping[str, int]
    #: With the reasons why they belong now.
    added: tuple[tuple[Item, TopicScore], ...]
    #: With the reasons why they belonged.
    dropped: tuple[tuple[Item, TopicScore], ...]


async def replay(app: Installation, *, since: timedelta, topics: Collection[str] = ()) -> Replay:
    """Match what was first seen since then with the topics as written now; nothing is changed.

    `topics` narrows it. UsageError: one that neither the configuration nor the store knows.
    """
    start = app.clock.now() - since
    before, after = Counter[str](), Counter[str]()
    added: list[tuple[Item, TopicScore]] = []
    dropped: list[tuple[Item, TopicScore]] = []
    last, count, some = -1, 0, True
    while some:
        page = await app.store.read(lambda c, last=last: _page(c, start, last))  # type: ignore[misc]
        for item, stored in page:
            now = {score.topic: score for score in app.matcher.match(item)}
            was = {score.topic: score for score in stored}
            before.update(was.keys())
            after.update(now.keys())
            added += ((item, score) for topic, score in now.items() if topic not in was)
            dropped += ((item, score) for topic, score in was.items() if topic not in now)
        count += len(page)
        some = len(page) == PAGE
        last = page[-1][0].id if page else last
    _known(app, topics, before)
    return Replay(
        items=count,
        before={topic: number for topic, number in before.items() if not topics or topic in topics},
        after={topic: number for topic, number in after.items() if not topics or topic in topics},
        added=_newest_first(added, topics),
        dropped=_newest_first(dropped, topics),
    )


def _page(c: Connection, start: datetime, last: int) -> Sequence[tuple[Item, tuple[TopicScore, ...]]]:
    items = stored_items.after(c, start, last, PAGE)
    scores = stored_stories.scores(c, [item.id for item in items])
    return [(item, scores.get(item.id, ())) for item in items]


def _known(app: Installation, topics: Collection[str], stored: Mapping[str, int]) -> None:
    """A topic that was taken out of the configuration may be asked for while the store still knows it."""
    readers.known_topics(app, [topic for topic in topics if topic not in stored])


def _newest_first(
    found: Sequence[tuple[Item, TopicScore]], topics: Collection[str]
) -> tuple[tuple[Item, TopicScore], ...]:
    chosen = [(item, score) for item, score in found if not topics or score.topic in topics]
    return tuple(sorted(chosen, key=lambda pair: (pair[1].topic, -pair[0].published.timestamp(), pair[0].id)))

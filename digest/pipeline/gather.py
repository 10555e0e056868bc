"""Items become stories: matched to topics, joined with what is told already.

Each round runs inside one write transaction, so that two processes that gather at the same time take turns and
nothing is gathered twice; the CPU work in it is bounded by `ROUND`. The more of a day is seen at once, the better
the stories.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from digest.model import TopicScore
from digest.storage import gathering
from digest.storage import items as stored_items
from digest.storage import stories as stored_stories
from digest.storage.database import Store
from digest.stories.cluster import Clusterer
from digest.stories.topics import Matcher

#: Items gathered in one transaction: about a second of CPU, far under other writers' busy time-out.
ROUND = 2_000
#: How long a story that nothing joins can still be joined.
STORY_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherResult:
    """What one gathering found."""

    items: int = 0
    #: Items under each topic, by topic id.
    topics: Mapping[str, int] = field(default_factory=dict)
    stories: int = 0


class Newsroom:
    """What is being told at the moment: the matcher, and the clusterer kept equal to the store."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self._clusterer = Clusterer()
        self._membership: dict[int, int] = {}

    def catch_up(self, c: Connection, now: datetime) -> Clusterer:
        """The clusterer with every story of the window in it, those that another process gathered included."""
        stored = stored_stories.membership(c, now - STORY_WINDOW)
        known = {item: story for item, story in self._membership.items() if item in stored}
        if any(stored[item] != story for item, story in known.items()):
            # Another process merged stories: begin again from what the store says.
            self._clusterer, known = Clusterer(), {}
        missing = [item for item in stored if item not in known]
        if missing:
            found = stored_items.by_ids(c, missing)
            self._clusterer.restore((stored[item.id], item) for item in found)
        self._clusterer.forget(now - STORY_WINDOW)
        self._membership = dict(stored)
        return self._clusterer

    def lose(self) -> None:
        """Forget everything: after a transaction that failed, the store knows better."""
        self._clusterer, self._membership = Clusterer(), {}

    def remember(self, assignments: Mapping[int, int], merges: Mapping[int, int]) -> None:
        """Note what was just written."""
        self._membership.update(assignments)
        if merges:
            self._membership = {item: merges.get(story, story) for item, story in self._membership.items()}


def _one_round(c: Connection, newsroom: Newsroom, now: datetime) -> tuple[int, Counter[str], set[int]]:
    """Gather up to ROUND items: how many there were, how many under each topic, the stories they went to."""
    gathering.take_turn(c)
    fresh = stored_items.ungathered(c, ROUND)
    if not fresh:
        return 0, Counter(), set()
    clusterer = newsroom.catch_up(c, now)
    scored: list[tuple[int, tuple[TopicScore, ...]]] = [(item.id, newsroom.matcher.match(item)) for item in fresh]
    gathered = clusterer.add(fresh)
    gathering.write_matches(c, scored)
    gathering.assign_stories(c, gathered.assignments, gathered.merges, now)
    newsroom.remember(dict(gathered.assignments), dict(gathered.merges))
    topics = Counter(score.topic for _, scores in scored for score in scores)
    return len(fresh), topics, {story for _, story in gathered.assignments}


async def gather(*, store: Store, newsroom: Newsroom, now: datetime) -> GatherResult:
    """Match and join everything that is not gathered yet. StoreError: the store cannot be used; no round is half."""
    items, topics, told = 0, Counter[str](), set[int]()
    while True:
        try:
            count, found, stories = await store.write(lambda c: _one_round(c, newsroom, now))
        except BaseException:
            newsroom.lose()
            raise
        items, topics, told = items + count, topics + found, told | stories
        if count < ROUND:
            return GatherResult(items=items, topics=dict(topics), stories=len(told))


def _rematch_some(c: Connection, matcher: Matcher, since: datetime, after: int) -> int | None:
    """Match the next items anew; the last id seen, or None at the end."""
    gathering.take_turn(c)
    some = stored_items.after(c, since, after, ROUND)
    gathering.write_matches(c, [(item.id, matcher.match(item)) for item in some])
    return some[-1].id if len(some) == ROUND else None


async def rematch(*, store: Store, matcher: Matcher, since: datetime) -> None:
    """Match everything first seen after `since` anew: the topics have changed."""
    after: int | None = -1
    while after is not None:
        after = await store.write(partial(_rematch_some, matcher=matcher, since=since, after=after))

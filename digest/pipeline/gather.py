"""Items become stories: matched to topics, joined with what is told already.

A round reads on one snapshot, decides in a thread, and writes what it decided in one short transaction: the store is
never held while anything is thought about. Whoever gathers leaves a stamp, and what was decided is written only where
the stamp still is the one that was read, so that of two processes that gather at the same time one begins again, and
nothing is gathered twice. The more of a day is seen at once, the better the stories.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from digest.model import Item, TopicScore
from digest.storage.core.database import Store
from digest.storage.queries import gathering
from digest.storage.queries import items as stored_items
from digest.storage.queries import stories as stored_stories
from digest.stories.clustering.cluster import Clusterer, Gathered
from digest.topics.matcher import Matcher

#: Items gathered in one round: written in some tenths of a second.
ROUND = 2_000
#: How long a story that nothing joins can still be joined.
STORY_WINDOW = timedelta(days=7)
#: How long what is known of the window is only added to: then what has left it is let go of.
REREAD = timedelta(days=1)

_Scored = Sequence[tuple[int, tuple[TopicScore, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherResult:
    """What one gathering found."""

    items: int = 0
    #: Items under each topic, by topic id.
    topics: Mapping[str, int] = field(default_factory=dict)
    stories: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What a round reads."""

    fresh: tuple[Item, ...]
    #: Of whoever gathered last; None: nobody ever did.
    stamp: str | None
    #: The story of each item of the window; None: as this process knows them.
    stories: Mapping[int, int] | None = None
    #: The items of the window that this process does not know.
    missing: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """What a round is to write."""

    scored: _Scored
    gathered: Gathered


class Gatherer:
    """What is being told at the moment: the matcher, and the clusterer kept equal to the store."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self._clusterer = Clusterer()
        self._membership: dict[int, int] = {}
        #: The stamp of the store that the clusterer is equal to.
        self._stamp: str | None = None
        #: When all of the window was read last.
        self._read: datetime | None = None

    def look(self, c: Connection, now: datetime) -> _View:
        """What waits, and what other processes have gathered since this one did."""
        fresh = stored_items.ungathered(c, ROUND)
        stamp = gathering.stamp(c)
        current = self._read is not None and now - self._read < REREAD and stamp == self._stamp
        if not fresh or current:
            return _View(fresh=fresh, stamp=stamp)
        stories = stored_stories.membership(c, now - STORY_WINDOW)
        known = {} if self._contradicts(stories) else self._membership
        missing = stored_items.by_ids(c, [item for item in stories if item not in known])
        return _View(fresh=fresh, stamp=stamp, stories=stories, missing=missing)

    def decide(self, view: _View, now: datetime) -> _Decided:
        """The topics and stories of what waits. Takes its time, and touches no store."""
        if view.stories is not None:
            if self._contradicts(view.stories):
                # Another process merged stories: begin again from what the store says.
                self._clusterer = Clusterer()
            self._clusterer.restore((view.stories[item.id], item) for item in view.missing)
            self._membership, self._read = dict(view.stories), now
        self._clusterer.forget(now - STORY_WINDOW)
        return _Decided(scored=_matched(self.matcher, view.fresh), gathered=self._clusterer.add(view.fresh))

    def lose(self) -> None:
        """Forget everything: after a round that was not written, the store knows better."""
        self._clusterer, self._membership, self._stamp = Clusterer(), {}, None

    def remember(self, gathered: Gathered, stamp: str) -> None:
        """Note what was just written, and under which stamp."""
        self._membership.update(gathered.assignments)
        merges = dict(gathered.merges)
        if merges:
            self._membership = {item: merges.get(story, story) for item, story in self._membership.items()}
        self._stamp = stamp

    def _contradicts(self, stories: Mapping[int, int]) -> bool:
        """Whether the store has items in other stories than this process."""
        return any(stories.get(item, story) != story for item, story in self._membership.items())


def _keep(c: Connection, decided: _Decided, before: str | None, after: str, now: datetime) -> bool:
    """Write a round, if nobody has gathered since it was read."""
    gathering.take_turn(c)
    if not gathering.restamp(c, before, after):
        return False
    gathering.write_matches(c, decided.scored)
    gathering.assign_stories(c, decided.gathered.assignments, decided.gathered.merges, now)
    return True


class _Gathering:
    """One gathering: rounds until nothing waits."""

    def __init__(self, store: Store, gatherer: Gatherer, now: datetime) -> None:
        self._store = store
        self._gatherer = gatherer
        self._now = now
        self.items = 0
        self.topics = Counter[str]()
        self.stories: set[int] = set()

    async def round(self) -> bool:
        """Gather up to ROUND items; whether more may wait."""
        gatherer, now = self._gatherer, self._now
        view = await self._store.read(lambda c: gatherer.look(c, now))
        if not view.fresh:
            return False
        decided = await asyncio.to_thread(gatherer.decide, view, now)
        stamp = secrets.token_hex(8)
        if not await self._store.write(lambda c: _keep(c, decided, view.stamp, stamp, now)):
            gatherer.lose()
            return True
        gatherer.remember(decided.gathered, stamp)
        self.items += len(view.fresh)
        self.topics.update(score.topic for _, scores in decided.scored for score in scores)
        self.stories.update(story for _, story in decided.gathered.assignments)
        return len(view.fresh) == ROUND


async def gather(*, store: Store, gatherer: Gatherer, now: datetime) -> GatherResult:
    """Match and join everything that is not gathered yet. StoreError: the store cannot be used; no round is half.

    Not to be called twice at a time with one gatherer.
    """
    work = _Gathering(store, gatherer, now)
    try:
        while await work.round():
            pass
    except BaseException:
        gatherer.lose()
        raise
    return GatherResult(items=work.items, topics=dict(work.topics), stories=len(work.stories))


def _matched(matcher: Matcher, items: Sequence[Item]) -> _Scored:
    return [(item.id, matcher.match(item)) for item in items]


def _rewrite(c: Connection, scored: _Scored) -> None:
    gathering.take_turn(c)
    gathering.write_matches(c, scored)


async def rematch(*, store: Store, matcher: Matcher, since: datetime) -> None:
    """Match everything first seen after `since` anew: the topics have changed."""
    last: int | None = -1
    while last is not None:
        some = await store.read(partial(stored_items.after, since=since, last=last, limit=ROUND))
        scored = await asyncio.to_thread(_matched, matcher, some)
        await store.write(partial(_rewrite, scored=scored))
        last = some[-1].id if len(some) == ROUND else None

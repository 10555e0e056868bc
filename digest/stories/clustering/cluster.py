"""Gathers items into stories as they come in. Pure: equal input in equal order gives equal stories.

Items that are the same by link or title join at once. Then every new item is a story of its own, and the two most
alike stories become one, again and again, until no two are alike enough (agglomerative clustering over TF-IDF
centroids). Known stories take part, so yesterday's grow. What came in one batch is thereby independent of its order.
"""

import heapq
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.model import Item
from digest.stories.clustering.item_terms import Reader, Reading
from digest.stories.clustering.open_stories import Index, OpenStory, excess


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What became of a batch."""

    #: (item id, story id), in order of time.
    assignments: tuple[tuple[int, int], ...]
    #: (story id that is gone, story id that took its items), of stories known before the batch.
    merges: tuple[tuple[int, int], ...]


class Clusterer:
    """The stories of the window, and which items are in them. Not to be shared between threads."""

    def __init__(self) -> None:
        self._reader = Reader()
        self._index = Index()
        self._stories: dict[int, OpenStory] = {}
        self._story_of: dict[int, OpenStory] = {}
        #: What an item is recognised by, to the first item that had it.
        self._same: dict[str, int] = {}
        self._keys: dict[int, tuple[str, ...]] = {}
        self._orders = itertools.count()

    def restore(self, members: Iterable[tuple[int, Item]]) -> None:
        """Put (story id, item) back as decided before; nothing is searched or merged."""
        members = list(members)
        story_of = {item.id: story for story, item in members if item.id not in self._story_of}
        changed: dict[OpenStory, None] = {}
        for item, reading in self._read([item for _, item in members if item.id in story_of]):
            story = story_of[item.id]
            open_story = self._stories.get(story) or self._open(story, item, reading)
            self._join(open_story, item, reading)
            changed[open_story] = None
        self._list(changed)

    def add(self, items: Sequence[Item]) -> Gathered:
        """Let items join stories, or open new ones. An item that is known already stays where it is."""
        known = set(self._stories)
        changed: dict[OpenStory, None] = {}
        read = self._read([item for item in items if item.id not in self._story_of])
        for item, reading in read:
            open_story = self._recognise(reading) or self._open(item.id, item, reading)
            self._join(open_story, item, reading)
            changed[open_story] = None
        into = self._merge(self._list(changed))
        return Gathered(
            assignments=tuple((item.id, self._story_of[item.id].id) for item, _ in read),
            merges=tuple((gone, _last(into, gone)) for gone in into if gone in known),
        )

    def forget(self, before: datetime) -> None:
        """Drop stories whose newest item was published before a moment: nothing joins them any more."""
        old = [story for story in self._stories.values() if story.moved < before]
        for story in old:
            self._index.drop(story)
            del self._stories[story.id]
            for item in story.items:
                del self._story_of[item]
                for key in self._keys.pop(item):
                    if self._same.get(key) == item:
                        del self._same[key]
        self._reader.forget([item for story in old for item in story.items], before)

    def _read(self, items: Iterable[Item]) -> list[tuple[Item, Reading]]:
        """The items in order of time, each once, as read."""
        ordered = sorted({item.id: item for item in items}.values(), key=lambda item: (item.published, item.id))
        return list(zip(ordered, self._reader.read(ordered), strict=True))

    def _recognise(self, reading: Reading) -> OpenStory | None:
        """The story that holds this very item already, from another feed."""
        for key in reading.keys:
            known = self._same.get(key)
            if known is not None:
                return self._story_of[known]
        return None

    def _open(self, story: int, item: Item, reading: Reading) -> OpenStory:
        open_story = OpenStory(id=story, order=next(self._orders), moved=item.published, alone=reading.notice)
        self._stories[story] = open_story
        return open_story

    def _list(self, changed: Iterable[OpenStory]) -> list[OpenStory]:
        """Let stories be found that may be one with others; which these are."""
        open_stories = [open_story for open_story in changed if not open_story.alone]
        for open_story in open_stories:
            self._index.put(open_story)
        return open_stories

    def _join(self, open_story: OpenStory, item: Item, reading: Reading) -> None:
        open_story.items.append(item.id)
        open_story.moved = max(open_story.moved, item.published)
        open_story.take(reading.vector, reading.common)
        self._story_of[item.id] = open_story
        self._keys[item.id] = reading.keys
        for key in reading.keys:
            self._same.setdefault(key, item.id)

    def _merge(self, changed: Iterable[OpenStory]) -> dict[int, int]:
        """Merge stories, most alike first, beginning with those that changed: gone story id to the one it went into."""
        into: dict[int, int] = {}
        heap: list[tuple[float, int, int, int, OpenStory, OpenStory]] = []
        measured: set[tuple[int, int, int]] = set()
        for open_story in changed:
            self._measure(open_story, heap, measured)
        while heap:
            _, _, _, changes, keep, gone = heapq.heappop(heap)
            if keep.gone or gone.gone or keep.changes + gone.changes != changes:
                continue
            into[gone.id] = keep.id
            self._absorb(keep, gone)
            self._measure(keep, heap, measured)
        return into

    def _measure(
        self,
        open_story: OpenStory,
        heap: list[tuple[float, int, int, int, OpenStory, OpenStory]],
        measured: set[tuple[int, int, int]],
    ) -> None:
        """Put every story that is alike enough to this one on the heap, the most alike on top."""
        for other in self._index.near(open_story):
            keep, gone = (open_story, other) if open_story.order < other.order else (other, open_story)
            changes = keep.changes + gone.changes
            pair = (keep.order, gone.order, changes)
            if pair not in measured:
                measured.add(pair)
                by = excess(keep, gone)
                if by > 0:
                    heapq.heappush(heap, (-by, *pair, keep, gone))

    def _absorb(self, keep: OpenStory, gone: OpenStory) -> None:
        """Let a story take another's items."""
        self._index.drop(gone)
        del self._stories[gone.id]
        gone.gone = True
        keep.items += gone.items
        keep.moved = max(keep.moved, gone.moved)
        keep.take(gone.centroid, gone.common)
        for item in gone.items:
            self._story_of[item] = keep
        self._index.put(keep)


def _last(into: dict[int, int], story: int) -> int:
    """Where a story's items are in the end."""
    while story in into:
        story = into[story]
    return story

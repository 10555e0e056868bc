"""Gathers items into stories as they come in: exact layers first, then likeness of words in two passes. Pure.

The first pass lets each item join the most alike story (leader clustering over TF-IDF centroids); the second
merges stories that turn out to be one. Equal input in equal order gives equal stories.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from digest.model import Item
from digest.stories import background
from digest.stories.tokens import terms
from digest.stories.vectors import SUMMARY_LENGTH, Vector, document_frequencies, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """The figures of the method: one setting for all news."""

    #: Likeness (cosine) from which an item joins a story.
    join: float = 0.36
    #: Likeness from which two stories are one.
    merge: float = 0.42
    #: A title's words count so many times.
    title_weight: float = 2.0
    #: Heaviest terms of an item by which stories are looked for.
    probes: int = 6
    #: Heaviest terms that a story keeps.
    kept: int = 40
    #: Heaviest terms of a story by which it is found.
    listed: int = 12
    #: How many background texts one text of the window is worth when words are counted.
    live: float = 1.0
    #: So many of the heaviest `top` terms must be in both stories that merge.
    shared: int = 2
    top: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What became of a batch."""

    #: (item id, story id), in order of time.
    assignments: tuple[tuple[int, int], ...]
    #: (story id that is gone, story id that took its items), of stories known before the batch.
    merges: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Told:
    """A story in the window."""

    id: int
    #: Counts up with every story opened: of two that merge, the older stays.
    order: int
    moved: datetime
    items: list[int] = field(default_factory=list)
    centroid: Vector = field(default_factory=dict)
    #: The centroid's length.
    length: float = 1.0
    listed: tuple[str, ...] = ()


class Clusterer:
    """The stories of the window, and which items are in them. Not safe to share between threads."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        self._tuning = tuning or Tuning()
        self._stories: dict[int, _Told] = {}
        self._story_of: dict[int, int] = {}
        #: Term to the ids of stories that are found by it, oldest first.
        self._postings: defaultdict[str, dict[int, None]] = defaultdict(dict)
        #: In how many items of the window each term stands.
        self._counts: Counter[str] = Counter()
        self._items = 0
        self._opened = 0
        self._rarity: dict[str, float] = {}
        #: What an item's title, or link and title, is known by, to its story.
        self._exact: dict[tuple[str, str], int] = {}

    def restore(self, members: Iterable[tuple[int, Item]]) -> None:
        """Put (story id, item) back as decided before; nothing is searched or merged."""
        ordered = sorted(members, key=lambda member: (member[1].published, member[1].id))
        fresh = [(story, item) for story, item in ordered if item.id not in self._story_of]
        texts = [self._read(item) for _, item in fresh]
        self._rarity.clear()
        for (story, item), text in zip(fresh, texts, strict=True):
            if story not in self._stories:
                self._open(story, item)
            self._join(self._stories[story], item, self._vector(text))

    def add(self, items: Sequence[Item]) -> Gathered:
        """Let items join stories, or open new ones. An item that is known stays where it is."""
        fresh = sorted((i for i in items if i.id not in self._story_of), key=lambda item: (item.published, item.id))
        texts = [self._read(item) for item in fresh]
        self._rarity.clear()
        known = self._opened
        touched: dict[int, None] = {}
        for item, text in zip(fresh, texts, strict=True):
            vector = self._vector(text)
            story = self._same(item)
            if story is None:
                story = self._most_alike(vector)
            if story is None:
                story = item.id
                self._open(story, item)
            self._join(self._stories[story], item, vector)
            touched[story] = None
        into = self._merge(touched)
        gone = [(story, order) for story, (order, _) in into.items() if order <= known]
        return Gathered(
            assignments=tuple((item.id, self._story_of[item.id]) for item in fresh),
            merges=tuple((story, _final(into, story)) for story, _ in gone),
        )

    def forget(self, before: datetime) -> None:
        """Drop stories whose newest item was published before a moment: nothing joins them any more."""
        for story in [story for story in self._stories.values() if story.moved < before]:
            for term in story.listed:
                self._unlist(term, story.id)
            for item in story.items:
                del self._story_of[item]
            del self._stories[story.id]
        self._exact = {key: story for key, story in self._exact.items() if story in self._stories}

    # Reading

    def _read(self, item: Item) -> dict[str, float]:
        """The item's terms with their counts; each counts once more in the window."""
        text: dict[str, float] = {}
        for term in terms(item.title):
            text[term] = text.get(term, 0.0) + self._tuning.title_weight
        for term in terms(item.summary[:SUMMARY_LENGTH]):
            text[term] = text.get(term, 0.0) + 1.0
        self._counts.update(text.keys())
        self._items += 1
        return text

    def _vector(self, text: dict[str, float]) -> Vector:
        return unit([(term, (1.0 + math.log(count)) * self._rare(term)) for term, count in text.items()])

    def _rare(self, term: str) -> float:
        """Inverse document frequency over the background and the window together."""
        rarity = self._rarity.get(term)
        if rarity is None:
            live = self._tuning.live
            documents = background.DOCUMENTS + live * self._items
            frequency = document_frequencies().get(term, 1.0) + live * self._counts[term]
            rarity = self._rarity[term] = math.log(documents / min(frequency, documents)) + 0.01
        return rarity

    # First pass

    def _same(self, item: Item) -> int | None:
        """The story that holds this very item already, from another feed."""
        for key in _names(item):
            story = self._exact.get(key)
            if story is not None:
                return story
        return None

    def _most_alike(self, vector: Vector) -> int | None:
        probes = sorted(vector, key=vector.__getitem__, reverse=True)[: self._tuning.probes]
        candidates = dict.fromkeys(story for term in probes for story in self._postings.get(term, ()))
        best, best_likeness = None, self._tuning.join
        for candidate in candidates:
            story = self._stories[candidate]
            centroid = story.centroid
            likeness = sum([weight * centroid[term] for term, weight in vector.items() if term in centroid])
            if likeness > best_likeness * story.length:
                best, best_likeness = candidate, likeness / story.length
        return best

    def _open(self, story: int, item: Item) -> None:
        self._opened += 1
        self._stories[story] = _Told(id=story, order=self._opened, moved=item.published)

    def _join(self, story: _Told, item: Item, vector: Vector) -> None:
        story.items.append(item.id)
        story.moved = max(story.moved, item.published)
        self._story_of[item.id] = story.id
        for key in _names(item):
            self._exact.setdefault(key, story.id)
        centroid = story.centroid
        for term, weight in vector.items():
            centroid[term] = centroid.get(term, 0.0) + weight
        self._trim(story)

    def _trim(self, story: _Told) -> None:
        """Keep a story's heaviest terms, and list it under the very heaviest."""
        ranked = sorted(story.centroid, key=story.centroid.__getitem__, reverse=True)
        for term in ranked[self._tuning.kept :]:
            del story.centroid[term]
        story.length = math.sqrt(sum([weight * weight for weight in story.centroid.values()])) or 1.0
        listed = tuple(ranked[: self._tuning.listed])
        for term in story.listed:
            if term not in listed:
                self._unlist(term, story.id)
        for term in listed:
            self._postings[term][story.id] = None
        story.listed = listed

    def _unlist(self, term: str, story: int) -> None:
        stories = self._postings[term]
        stories.pop(story, None)
        if not stories:
            del self._postings[term]

    # Second pass

    def _merge(self, touched: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Merge what turned out to be one story: the story that is gone, to its order and the story it went into."""
        into: dict[int, tuple[int, int]] = {}
        waiting = sorted(touched, key=lambda story: self._stories[story].order)
        for story in waiting:
            while story in self._stories:
                twin = self._twin(self._stories[story])
                if twin is None:
                    break
                one, other = self._stories[story], twin
                keep, gone = (one, other) if one.order < other.order else (other, one)
                self._absorb(keep, gone)
                into[gone.id] = (gone.order, keep.id)
                story = keep.id
        return into

    def _twin(self, story: _Told) -> _Told | None:
        """The story most like this one, if it is like enough."""
        top = story.listed[: self._tuning.top]
        candidates = Counter(other for term in top for other in self._postings[term] if other != story.id)
        best, best_likeness = None, self._tuning.merge
        for candidate, common in candidates.items():
            other = self._stories[candidate]
            if common < self._tuning.shared or len({*top} & {*other.listed[: self._tuning.top]}) < self._tuning.shared:
                continue
            likeness = _likeness(story, other)
            if likeness > best_likeness:
                best, best_likeness = other, likeness
        return best

    def _absorb(self, keep: _Told, gone: _Told) -> None:
        for term in gone.listed:
            self._unlist(term, gone.id)
        for term, weight in gone.centroid.items():
            keep.centroid[term] = keep.centroid.get(term, 0.0) + weight
        keep.items += gone.items
        keep.moved = max(keep.moved, gone.moved)
        self._story_of.update(dict.fromkeys(gone.items, keep.id))
        for key in [key for key, story in self._exact.items() if story == gone.id]:
            self._exact[key] = keep.id
        del self._stories[gone.id]
        self._trim(keep)


def _likeness(one: _Told, other: _Told) -> float:
    theirs = other.centroid
    shared = sum([weight * theirs[term] for term, weight in one.centroid.items() if term in theirs])
    return shared / (one.length * other.length)


def _final(into: dict[int, tuple[int, int]], story: int) -> int:
    while story in into:
        story = into[story][1]
    return story


#: Titles of fewer words name a column or nothing: equality of those says little.
FEWEST_TITLE_WORDS = 4


def _names(item: Item) -> tuple[tuple[str, str], ...]:
    """What an item can be recognised by, exactly: its title; its link where the title begins alike."""
    words = terms(item.title)
    names = []
    if len(words) >= FEWEST_TITLE_WORDS:
        names.append(("title", " ".join(words)))
    if item.link:
        parts = urlsplit(item.link)
        page = f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
        names += [("link", f"{page} {word}") for word in words[:3]]
    return tuple(names)

"""The stories of a window: their centroids, and by which terms each is found. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from digest.stories.vectors import Vector, heaviest, length, product

#: Likeness (cosine of centroids) from which two stories are one; an item alone is a story too.
ALIKE = 0.34
#: What is asked in addition per doubling of the smaller story beyond `FREELY`: two big stories about like happenings
#: resemble each other in everything that is not the happening, since chance has been averaged out of them.
CAUTION = 0.07
#: Doublings of the smaller story that are free.
FREELY = 0.5
#: Terms that a story keeps.
KEPT = 100
#: Terms by which a story is found, and terms of a story by which others are looked for.
LISTED = 16
PROBES = 6
#: Two stories whose heaviest terms alone make them less alike than this are not compared in full.
PROMISING = 0.09
#: Two stories are never one if their items are less alike than this on average: however alike their sums are, they
#: only share what a hundred others share too.
KINDRED = 0.19


@dataclass(slots=True, eq=False)
class Told:
    """A story being told. Its order tells older from newer."""

    id: int
    #: Counts up with every story opened: of two that merge, the older stays.
    order: int
    #: When its newest item was published.
    moved: datetime
    items: list[int] = field(default_factory=list)
    #: The sum of its items' vectors, cut to the heaviest terms.
    centroid: Vector = field(default_factory=dict)
    length: float = 1.0
    listed: tuple[str, ...] = ()
    #: Counts the changes, so that likenesses measured before are known to be stale.
    changes: int = 0
    #: Another story has taken its items.
    gone: bool = False

    def take(self, vector: Vector) -> None:
        """Add an item's vector, or another story's centroid, to the centroid."""
        centroid = self.centroid
        for term, weight in vector.items():
            centroid[term] = centroid.get(term, 0.0) + weight
        self.changes += 1


def excess(one: Told, other: Told) -> float:
    """By how much two stories are more alike than it takes to be one; negative if they are not."""
    shared = product(one.centroid, other.centroid)
    pairs = len(one.items) * len(other.items)
    if shared < KINDRED * pairs:
        return -1.0
    asked = ALIKE
    if pairs > 3:
        smaller = min(len(one.items), len(other.items))
        asked += CAUTION * max(0.0, math.log2(smaller) - FREELY)
    return shared / (one.length * other.length) - asked


class Index:
    """Finds stories by their heaviest terms."""

    def __init__(self) -> None:
        #: Term to the stories that are listed under it, with its share in them.
        self._stories: defaultdict[str, dict[Told, float]] = defaultdict(dict)

    def put(self, story: Told) -> None:
        """List a story, or list it anew after a change; its centroid is cut to `KEPT` terms."""
        if len(story.centroid) > KEPT:
            story.centroid = {term: story.centroid[term] for term in heaviest(story.centroid, KEPT)}
        story.length = length(story.centroid)
        listed = tuple(heaviest(story.centroid, LISTED))
        self._unlist(story, set(story.listed).difference(listed))
        for term in listed:
            self._stories[term][story] = story.centroid[term] / story.length
        story.listed = listed

    def drop(self, story: Told) -> None:
        """Forget a story."""
        self._unlist(story, story.listed)
        story.listed = ()

    def near(self, story: Told) -> list[Told]:
        """Stories that may be one with this one: by the heaviest terms alone they are somewhat alike."""
        found: defaultdict[Told, float] = defaultdict(float)
        for term in story.listed[:PROBES]:
            share = story.centroid[term] / story.length
            for other, weight in self._stories[term].items():
                found[other] += share * weight
        found.pop(story, None)
        return [other for other, likeness in found.items() if likeness >= PROMISING]

    def _unlist(self, story: Told, terms: Iterable[str]) -> None:
        for term in terms:
            stories = self._stories[term]
            stories.pop(story, None)
            if not stories:
                del self._stories[term]

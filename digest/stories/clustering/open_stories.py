"""The stories of a window: their centroids, and by which terms each is found. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nsmallest
from itertools import islice

from digest.stories.clustering.vectors import Vector, heaviest, length, product

#: Likeness (cosine of centroids) from which two stories are one; an item alone is a story too.
ALIKE = 0.335
#: How much more is asked of stories that are like everything these days: so many times what the two share with any
#: item of the window on average.
ORDINARY = 1.0
#: What is asked in addition per doubling of the lighter story's weight beyond `FREELY` doublings: two big stories about
#: like happenings resemble each other in everything that is not the happening, since chance has been averaged out of
#: them.
CAUTION = 0.25
FREELY = 1.0
#: Two stories of several reports each are never one if a report is less than so much as alike to the other story's as
#: to its own.
COHESION = 0.5
#: Terms that a story keeps.
KEPT = 100
#: Terms by which a story is found, and terms of a story by which others are looked for.
LISTED = 16
PROBES = 6
#: Stories that are looked at under one term, the last to change first, and stories that are compared in full, the most
#: promising first: so that an item costs no more, whatever the others say. Beyond, a term tells nothing.
LOOKED_AT = 500
COMPARED = 40
#: Two stories whose heaviest terms alone make them less alike than this are not compared in full.
PROMISING = 0.09
#: Two stories are never one if their items are less alike than this on average: however alike their sums are, they
#: only share what a hundred others share too.
KINDRED = 0.17


@dataclass(slots=True, eq=False)
class OpenStory:
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
    #: The sum of what its items share with any item of the window on average.
    common: float = 0.0
    listed: tuple[str, ...] = ()
    #: Counts the changes, so that likenesses measured before are known to be stale.
    changes: int = 0
    #: A notice of a routine headline: it is one with no other story.
    alone: bool = False
    #: Another story has taken its items.
    gone: bool = False

    @property
    def weight(self) -> float:
        """Its items, counted by how much they agree: as many as there are if all are equal, one if none are alike."""
        return self.length**2 / len(self.items)

    @property
    def within(self) -> float:
        """The average likeness of its items, pair by pair."""
        count = len(self.items)
        return max(0.0, self.length**2 - count) / (count * (count - 1))

    def take(self, vector: Vector, common: float) -> None:
        """Add an item, or another story: its vector and what it shares with everything."""
        self.common += common
        centroid = self.centroid
        for term, weight in vector.items():
            centroid[term] = centroid.get(term, 0.0) + weight
        self.changes += 1


def excess(one: OpenStory, other: OpenStory) -> float:
    """By how much two stories are more alike than it takes to be one; negative if they are not."""
    shared = product(one.centroid, other.centroid)
    pairs = len(one.items) * len(other.items)
    if shared < KINDRED * pairs:
        return -1.0
    asked = ALIKE + ORDINARY * (one.common / one.length + other.common / other.length) / 2
    if len(one.items) > 1 and len(other.items) > 1:
        if shared < COHESION * pairs * math.sqrt(one.within * other.within):
            return -1.0
        asked += CAUTION * max(0.0, math.log2(min(one.weight, other.weight)) - FREELY)
    return shared / (one.length * other.length) - asked


class Index:
    """Finds stories by their heaviest terms."""

    def __init__(self) -> None:
        #: Term to the stories that are listed under it, with its share in them.
        self._stories: defaultdict[str, dict[OpenStory, float]] = defaultdict(dict)

    def put(self, story: OpenStory) -> None:
        """List a story, or list it anew after a change; its centroid is cut to `KEPT` terms."""
        if len(story.centroid) > KEPT:
            story.centroid = {term: story.centroid[term] for term in heaviest(story.centroid, KEPT)}
        story.length = length(story.centroid)
        listed = tuple(heaviest(story.centroid, LISTED))
        self._unlist(story, set(story.listed).difference(listed))
        for term in listed:
            stories = self._stories[term]
            stories.pop(story, None)  # what changed is found first
            stories[story] = story.centroid[term] / story.length
        story.listed = listed

    def drop(self, story: OpenStory) -> None:
        """Forget a story."""
        self._unlist(story, story.listed)
        story.listed = ()

    def near(self, story: OpenStory) -> list[OpenStory]:
        """Stories that may be one with this one: by the heaviest terms alone they are somewhat alike."""
        found: defaultdict[OpenStory, float] = defaultdict(float)
        for term in story.listed[:PROBES]:
            share = story.centroid[term] / story.length
            for other, weight in islice(reversed(self._stories[term].items()), LOOKED_AT):
                found[other] += share * weight
        found.pop(story, None)
        promising = [other for other, likeness in found.items() if likeness >= PROMISING]
        if len(promising) > COMPARED:
            promising = nsmallest(COMPARED, promising, key=lambda other: (-found[other], other.order))
        return promising

    def _unlist(self, story: OpenStory, terms: Iterable[str]) -> None:
        for term in terms:
            stories = self._stories[term]
            stories.pop(story, None)
            if not stories:
                del self._stories[term]

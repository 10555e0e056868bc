"""What an item says, as weighted terms: publisher names, repeated titles and column names told apart. Pure."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from digest.model import Item
from digest.stories.clustering.boilerplate import Boilerplate, RecurringTitles
from digest.stories.clustering.notices import Notices
from digest.stories.clustering.rarity import Rarity
from digest.stories.clustering.vectors import Vector, unit
from digest.text.tokens import Lexicon, words
from digest.text.urls import page

#: Characters of a summary that are read: what follows is rarely about the happening itself.
SUMMARY_LENGTH = 350
#: Longer titles are cut before they are read: nobody's headline is this long.
TITLE_LENGTH = 400
#: Titles of fewer terms name a column or nothing: their equality says little.
TELLING_TERMS = 4
#: Words that a summary must add to a repeated title, to be read.
ADDED_WORDS = 6
#: A title's terms count so many times, a summary's so many.
TITLE, SUMMARY = 1.5, 0.7
#: What repetition adds to a term's weight.
REPEATED = 0.6
#: What is left of a term that tells little, coming from this publisher.
DULL = 0.1

#: What stands between the parts of a headline: "Markets: ...", "... - The Courier", "... | Video".
_SEPARATOR = re.compile(r"(?<!\s)\s+[-–—|·•»]+\s+|:\s+|(?<!\s)\s*[|：｜]\s*")


@dataclass(frozen=True, slots=True)
class Reading:
    """An item as the clusterer sees it."""

    #: The terms' weights, of length one.
    vector: Vector
    #: What the item is recognised by: an equal one, or one with an equal title from another source, is the same again.
    keys: tuple[str, ...]
    #: Its headline is a routine of its source: it belongs to no story but its own.
    notice: bool
    #: About how alike any item of the window is to it: much where everything is about one thing.
    common: float


class Reader:
    """Reads items, knowing what it has read in this window."""

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._rarity = Rarity()
        self._recurring = RecurringTitles()
        self._notices = Notices()
        self._boilerplate = Boilerplate()
        #: The publisher and the terms of each item of the window.
        self._known: dict[int, tuple[str, frozenset[str]]] = {}

    def read(self, items: Sequence[Item]) -> list[Reading]:
        """Read items, in order of time. They count in the window from now on."""
        titles = [_segments(item) for item in items]
        columns = [
            self._recurring.learn(item.publisher, title, item.link, item.published)
            for item, title in zip(items, titles, strict=True)
        ]
        texts = [self._terms_of(item, title) for item, title in zip(items, titles, strict=True)]
        for item, (title, summary) in zip(items, texts, strict=True):
            terms = frozenset(title).union(summary)
            self._known[item.id] = (item.publisher, terms)
            self._boilerplate.count(item.publisher, terms)
        self._rarity.count([self._known[item.id][1] for item in items])
        vectors = [
            self._weigh([] if column else terms, summary, self._dull(item, title))
            for item, title, column, (terms, summary) in zip(items, titles, columns, texts, strict=True)
        ]
        notices = [
            self._notices.learn(item, " ".join(terms)) if terms else column
            for item, column, (terms, _) in zip(items, columns, texts, strict=True)
        ]
        return [
            Reading(vector, _keys(terms, item.link, routine=column or notice), notice, self._rarity.common(vector))
            for item, column, notice, (terms, _), vector in zip(items, columns, notices, texts, vectors, strict=True)
        ]

    def forget(self, items: Iterable[int], before: datetime) -> None:
        """Take items out of the window; titles go by their time."""
        known = [self._known.pop(item) for item in items]
        for publisher, terms in known:
            self._boilerplate.discount(publisher, terms)
        self._rarity.discount([terms for _, terms in known])
        self._recurring.forget(before)
        self._notices.forget(before)

    def _terms_of(self, item: Item, title: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
        """The terms of title and summary."""
        wording = [word for segment in title for word in segment]
        summary = _without(wording, words(item.summary[:SUMMARY_LENGTH]))
        return self._lexicon.of(wording), self._lexicon.of(summary)

    def _dull(self, item: Item, title: Sequence[Sequence[str]]) -> set[str]:
        """The terms that tell little, coming from this publisher: its columns' names and its habits."""
        if not item.publisher:
            return set()
        columns = self._lexicon.of(self._recurring.names(item.publisher, title))
        return self._boilerplate.of(item.publisher, self._known[item.id][1], self._rarity).union(columns)

    def _weigh(self, title: Sequence[str], summary: Sequence[str], dull: set[str]) -> Vector:
        """The terms, each weighted by where and how often it stands and by how rare it is."""
        counts: dict[str, float] = {}
        for term in title:
            counts[term] = counts.get(term, 0.0) + TITLE
        for term in summary:
            counts[term] = counts.get(term, 0.0) + SUMMARY
        rarity = self._rarity
        weights = {term: _weight(count) * rarity[term] for term, count in counts.items()}
        for term in dull & weights.keys():
            weights[term] *= DULL
        return unit(weights)


@cache
def _weight(count: float) -> float:
    """What a count is worth: the first in full, more of the same less and less."""
    return 1.0 + REPEATED * math.log(count) if count > 1 else count


def _segments(item: Item) -> list[list[str]]:
    """The words of a title's parts, without the publisher's name at its end."""
    title = item.title[:TITLE_LENGTH]
    cut = [words(segment) for segment in _SEPARATOR.split(title)] if _SEPARATOR.search(title) else [words(title)]
    segments = [segment for segment in cut if segment]
    if len(segments) > 1 and _names_publisher(segments[-1], item.publisher):
        segments.pop()
    return segments


def _names_publisher(segment: Sequence[str], publisher: str) -> bool:
    """Whether the last part of a title is the publisher's name: "The Courier", "courier.example"."""
    name, tail = "".join(words(publisher)), "".join(segment)
    return len(name) > 1 and (tail == name or (name in tail and len(tail) <= len(name) + 7))


def _without(title: list[str], summary: list[str]) -> list[str]:
    """The summary's words; without the title where it begins by repeating it."""
    if not title or summary[: len(title)] != title:
        return summary
    rest = summary[len(title) :]
    return rest if len(rest) >= ADDED_WORDS else []


def _keys(title: Sequence[str], link: str, *, routine: bool) -> tuple[str, ...]:
    """What an item is recognised by: its title, if that tells enough and is not routine; its title and link together.

    Never by the link alone: some feeds use one for all their items, or again for another story.
    """
    wording = " ".join(title)
    both = (f"{page(link)} {wording}",) if link else ()
    return (*both, wording) if len(title) >= TELLING_TERMS and not routine else both

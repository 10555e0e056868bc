"""How much a term tells: rare in news at large, and not what everything is about these days. Pure."""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from digest.stories.clustering import background

Key = TypeVar("Key", bound=Hashable)

#: No term counts for more than one that stands in one of e^6 texts: beyond, rare is rare, and what the background
#: does not know is that. Nor for less than a stop word that slipped through.
RAREST, COMMONEST = 6.0, 0.02
#: Damps the difference between rare and rarest.
POWER = 0.6
#: The share of the window's items up to which a term may just belong to a big story.
CROWDED = 0.03
#: Items that the window is taken to hold besides its own, so that a few items decide nothing.
SMOOTHING = 200
#: So many standard deviations are taken off a count: what a few items share is chance.
CHANCE = 2.0
#: How much the share beyond `CROWDED` counts against a term.
EXCESS = 1.0


def document_frequencies() -> Mapping[str, float]:
    """Term to the number of background texts that hold it."""
    return {term: background.BASE**step for step, terms in background.STEPS.items() for term in terms.split(" ")}


def take_away(counts: Counter[Key], keys: Iterable[Key]) -> None:
    """Count each key once less, and forget those that are counted no more: a long-lived Counter must not grow."""
    for key in keys:
        if counts[key] > 1:
            counts[key] -= 1
        else:
            counts.pop(key, None)


class Rarity(dict[str, float]):
    """Term to its weight: a power of its inverse document frequency (Sparck Jones 1972).

    The frequency is the background's, raised for terms that crowd the window: on a day when everything is about one
    war, the war's name tells nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self._background = document_frequencies()
        self._window: Counter[str] = Counter()
        #: Items in the window.
        self.size = 0
        self._crowded: set[str] = set()

    def __missing__(self, term: str) -> float:
        frequency = self._background.get(term, 0.0) / background.DOCUMENTS
        count = self._window[term]
        if count > self._crowd():
            share = (count - CHANCE * math.sqrt(count)) / (self.size + SMOOTHING)
            frequency += EXCESS * max(0.0, share - CROWDED)
        rarity = -math.log(frequency) if frequency else RAREST
        weight = self[term] = math.pow(min(max(rarity, COMMONEST), RAREST), POWER)
        return weight

    def count(self, texts: Collection[frozenset[str]]) -> None:
        """Add items, each as the set of its terms, to the window."""
        for text in texts:
            self._window.update(text)
        self.size += len(texts)
        self._notice(term for text in texts for term in text)

    def discount(self, texts: Collection[frozenset[str]]) -> None:
        """Take items out of the window."""
        for text in texts:
            take_away(self._window, text)
        self.size -= len(texts)
        self._notice(())

    def common(self, text: Mapping[str, float]) -> float:
        """The average likeness of a text to the window's, taking a term to weigh the same wherever it stands."""
        window = self._window
        return sum([weight * weight * window[term] for term, weight in text.items()]) / (self.size + SMOOTHING)

    def count_of(self, term: str) -> int:
        """In how many items of the window a term stands."""
        return self._window[term]

    def _crowd(self) -> float:
        """The count from which a term crowds the window."""
        return CROWDED * (self.size + SMOOTHING)

    def _notice(self, changed: Iterable[str]) -> None:
        """Weigh anew, when next asked for, what crowds the window now or did before."""
        crowd, window = self._crowd(), self._window
        crowded = {term for term in changed if window[term] > crowd}
        for term in crowded | self._crowded:
            self.pop(term, None)
        self._crowded = {term for term in crowded | self._crowded if window[term] > crowd}

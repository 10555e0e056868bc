"""How much a term tells: rare in news at large, and not what everything is about these days. Pure."""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from digest.stories import background

Key = TypeVar("Key", bound=Hashable)

#: A term unknown to the background is taken to stand in so many of its texts.
UNKNOWN = 5.0
#: No term counts for more than one that stands in one of e^7 texts: beyond, rare is rare.
RAREST, COMMONEST = 7.0, 0.02
#: Damps the difference between rare and rarest.
POWER = 0.6
#: The share of the window's items up to which a term may just belong to a big story.
CROWDED = 0.02
#: Items that the window is taken to hold besides its own, so that a few items decide nothing.
SMOOTHING = 200
#: So many standard deviations are taken off a count: what a few items share is chance.
CHANCE = 1.0
#: How much the share beyond `CROWDED` counts against a term.
EXCESS = 1.5


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
        self._items = 0
        self._crowded: set[str] = set()

    def __missing__(self, term: str) -> float:
        frequency = self._background.get(term, UNKNOWN) / background.DOCUMENTS
        count = self._window[term]
        if count > self._crowd():
            share = (count - CHANCE * math.sqrt(count)) / (self._items + SMOOTHING)
            frequency += EXCESS * max(0.0, share - CROWDED)
        weight = self[term] = math.pow(min(max(-math.log(min(frequency, 1.0)), COMMONEST), RAREST), POWER)
        return weight

    def count(self, texts: Collection[frozenset[str]]) -> None:
        """Add items, each as the set of its terms, to the window."""
        for text in texts:
            self._window.update(text)
        self._items += len(texts)
        self._notice(term for text in texts for term in text)

    def discount(self, texts: Collection[frozenset[str]]) -> None:
        """Take items out of the window."""
        for text in texts:
            take_away(self._window, text)
        self._items -= len(texts)
        self._notice(())

    def _crowd(self) -> float:
        """The count from which a term crowds the window."""
        return CROWDED * (self._items + SMOOTHING)

    def _notice(self, changed: Iterable[str]) -> None:
        """Weigh anew, when next asked for, what crowds the window now or did before."""
        crowd, window = self._crowd(), self._window
        crowded = {term for term in changed if window[term] > crowd}
        for term in crowded | self._crowded:
            self.pop(term, None)
        self._crowded = {term for term in crowded | self._crowded if window[term] > crowd}

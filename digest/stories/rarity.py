"""How much a term tells: rare in news at large, and not what everything is about these days. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from digest.stories import background


def document_frequencies() -> Mapping[str, float]:
    """Term to the number of background texts that hold it."""
    return {term: background.BASE**step for step, terms in background.STEPS.items() for term in terms.split(" ")}


class Rarity(dict[str, float]):
    """Term to its weight: a power of its inverse document frequency (Sparck Jones 1972).

    The frequency is the background's, raised where the window holds the term in more than `COMMON` of its items:
    on a day when everything is about one war, the war's name tells nothing. Computed when asked for, and kept until
    the next `count`.
    """

    #: A term unknown to the background is taken to stand in so many of its texts.
    UNKNOWN = 5.0
    #: No term counts for more than one in e^7 texts: beyond, rare is rare.
    RAREST = 7.0
    LEAST = 0.02
    #: The share of the window's items up to which a term may just belong to a big story.
    COMMON = 0.02
    #: Items that the window is taken to hold besides its own, so that a few items decide nothing.
    SMOOTHING = 200
    #: So many standard deviations are taken off a count: what a few items share is chance.
    CAUTION = 1.0
    #: How much what is common in the window counts against a term.
    EXCESS = 1.5
    #: Damps the difference between rare and rarest.
    POWER = 0.6
    #: Numbers tell less than words: "3 dead", "3 arrested".
    NUMBERS = 1.0

    def __init__(self) -> None:
        super().__init__()
        self._background = document_frequencies()
        self._window: Counter[str] = Counter()
        self._items = 0

    def count(self, texts: Iterable[frozenset[str]]) -> None:
        """Add items, each as the set of its terms, to the window."""
        for text in texts:
            self._window.update(text)
            self._items += 1
        self.clear()

    def discount(self, texts: Iterable[frozenset[str]]) -> None:
        """Take items out of the window."""
        for text in texts:
            self._window.subtract(text)
            self._items -= 1
        self._window += Counter()
        self.clear()

    def __missing__(self, term: str) -> float:
        known = self._background.get(term, self.UNKNOWN) / background.DOCUMENTS
        count = self._window[term]
        share = max(0.0, count - self.CAUTION * math.sqrt(count)) / (self._items + self.SMOOTHING)
        frequency = known + self.EXCESS * max(0.0, share - self.COMMON)
        rarity = min(max(-math.log(min(frequency, 1.0)), self.LEAST), self.RAREST)
        weight = self[term] = rarity**self.POWER * (self.NUMBERS if term.isdigit() else 1.0)
        return weight

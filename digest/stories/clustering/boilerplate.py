"""Knows what a publisher always says: its own name, its boilerplate, the function words of its language. Pure."""

from collections import Counter, defaultdict

from digest.stories.clustering.rarity import Rarity, take_away

#: A term in more than this share of a publisher's items is a habit of it.
HABIT = 0.4
#: Items that a publisher is taken to have besides its own, without the term: a few items are no habit.
BESIDES = 8
#: It is no habit but the news if others say it at least a third as often.
OTHERS = 1 / 3


class Boilerplate:
    """The terms of each publisher's items in the window."""

    def __init__(self) -> None:
        self._terms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._items: Counter[str] = Counter()

    def count(self, publisher: str, terms: frozenset[str]) -> None:
        """Add an item, as the set of its terms."""
        self._items[publisher] += 1
        self._terms[publisher].update(terms)

    def discount(self, publisher: str, terms: frozenset[str]) -> None:
        """Take an item out."""
        take_away(self._items, (publisher,))
        take_away(self._terms[publisher], terms)
        if publisher not in self._items:
            del self._terms[publisher]

    def of(self, publisher: str, terms: frozenset[str], window: Rarity) -> set[str]:
        """Those of the terms that tell nothing, coming from this publisher; `window` knows all publishers' terms."""
        mine = self._items[publisher]
        enough = HABIT * (mine + BESIDES)
        if mine < enough:
            return set()
        counts, others = self._terms[publisher], max(window.size - mine, 1)
        habits = {term for term in terms if counts[term] > enough}
        return {
            term for term in habits if (window.count_of(term) - counts[term]) / others < OTHERS * counts[term] / mine
        }

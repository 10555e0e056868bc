"""Knows what an outlet always says: its own name, its boilerplate, the function words of its language. Pure."""

from collections import Counter, defaultdict

from digest.stories.clustering.rarity import Rarity, take_away

#: A term in more than this share of an outlet's items is a habit of it.
HABIT = 0.4
#: Items that an outlet is taken to have besides its own, without the term: a few items are no habit.
BESIDES = 8
#: It is no habit but the news if others say it at least a third as often.
OTHERS = 1 / 3


class Habits:
    """The terms of each outlet's items in the window."""

    def __init__(self) -> None:
        self._terms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._items: Counter[str] = Counter()

    def count(self, outlet: str, terms: frozenset[str]) -> None:
        """Add an item, as the set of its terms."""
        self._items[outlet] += 1
        self._terms[outlet].update(terms)

    def discount(self, outlet: str, terms: frozenset[str]) -> None:
        """Take an item out."""
        take_away(self._items, (outlet,))
        take_away(self._terms[outlet], terms)
        if outlet not in self._items:
            del self._terms[outlet]

    def of(self, outlet: str, terms: frozenset[str], window: Rarity) -> set[str]:
        """Those of the terms that tell nothing, coming from this outlet; `window` knows all outlets' terms."""
        mine = self._items[outlet]
        enough = HABIT * (mine + BESIDES)
        if mine < enough:
            return set()
        counts, others = self._terms[outlet], max(window.size - mine, 1)
        habits = {term for term in terms if counts[term] > enough}
        return {
            term for term in habits if (window.count_of(term) - counts[term]) / others < OTHERS * counts[term] / mine
        }

"""An item as weighted terms, and how alike two of them are. Pure."""

import math
from collections.abc import Iterable, Mapping
from functools import cache

from digest.stories import background

#: Characters of a summary that are read: what follows is rarely about the happening itself.
SUMMARY_LENGTH = 250

#: A term's weight in a text; of length one (the squares add up to one) unless empty.
Vector = dict[str, float]


@cache
def document_frequencies() -> Mapping[str, float]:
    """Term to the number of background texts that hold it."""
    return {term: background.BASE**step for step, words in background.STEPS.items() for term in words.split(" ")}


def unit(weights: Iterable[tuple[str, float]]) -> Vector:
    """The same weights, of length one."""
    pairs = list(weights)
    length = math.sqrt(sum([weight * weight for _, weight in pairs]))
    if not length:
        return {}
    return {term: weight / length for term, weight in pairs}

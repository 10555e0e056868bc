"""Texts as weighted terms, and how alike two of them are. Pure."""

import math
from collections.abc import Mapping

#: A term's weight in a text.
Vector = dict[str, float]


def unit(weights: Vector) -> Vector:
    """The same weights, of length one: their squares add up to one, unless there are none."""
    long = length(weights)
    return {term: weight / long for term, weight in weights.items()} if weights else {}


def length(vector: Mapping[str, float]) -> float:
    """The Euclidean length; one for nothing, so that it can be divided by."""
    return math.sqrt(sum([weight * weight for weight in vector.values()])) or 1.0


def product(one: Vector, other: Vector) -> float:
    """The inner product, summed in the order of the shorter one, so that equal input gives equal sums."""
    if len(one) > len(other):
        one, other = other, one
    return sum([weight * other[term] for term, weight in one.items() if term in other])


def heaviest(vector: Vector, count: int) -> list[str]:
    """The terms of the greatest weights, heaviest first; of equal ones the first that was put in."""
    return sorted(vector, key=vector.__getitem__, reverse=True)[:count]

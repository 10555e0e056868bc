"""ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries"), as F1 in percent.

The rules are those of Google's `rouge-score` package without its stemmer: lower case, everything but a-z and 0-9 is
a space, n-grams counted with clipping, ROUGE-L over the whole text as one sequence.
"""

import re
from collections import Counter
from collections.abc import Sequence

_NOT_A_TOKEN = re.compile(r"[^a-z0-9]+")


def rouge(candidate: str, reference: str) -> tuple[float, float, float]:
    """ROUGE-1, ROUGE-2 and ROUGE-L of a candidate against one reference, each 0 to 100."""
    found, wanted = _tokens(candidate), _tokens(reference)
    return _overlap(found, wanted, 1), _overlap(found, wanted, 2), _longest(found, wanted)


def _tokens(text: str) -> list[str]:
    return _NOT_A_TOKEN.sub(" ", text.lower()).split()


def _f1(hits: int, found: int, wanted: int) -> float:
    return 200 * hits / (found + wanted) if hits else 0.0


def _overlap(found: Sequence[str], wanted: Sequence[str], size: int) -> float:
    ours = Counter(zip(*(found[at:] for at in range(size)), strict=False))
    theirs = Counter(zip(*(wanted[at:] for at in range(size)), strict=False))
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def _longest(found: Sequence[str], wanted: Sequence[str]) -> float:
    """By the length of the longest common subsequence."""
    row = [0] * (len(wanted) + 1)
    for token in found:
        previous = row
        row = [0]
        for at, other in enumerate(wanted):
            row.append(previous[at] + 1 if token == other else max(previous[at + 1], row[at]))
    return _f1(row[-1], len(found), len(wanted))

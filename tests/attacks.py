"""Texts made to be slow to read: for an expression, repetitions of what it looks for, begun again and never ended."""

import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Pieces of an expression that are tried alone, and in pairs.
PIECES, PAIRED = 24, 6
_SAMPLES = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_WORD: "a", sre.CATEGORY_SPACE: " "}


class TookLong(AssertionError):
    """A call used more processor time than it may."""


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Ends what takes longer: seconds of the processor, so that a busy machine makes no difference."""

    def end(*_: object) -> None:
        raise TookLong(f"took more than {most} s of the processor")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def attacks(expression: str | bytes, flags: int, length: int) -> Iterator[str]:
    """Texts of so many characters that a careless reading of the expression takes long on."""
    pieces = sorted(_pieces(expression, flags), key=lambda piece: (len(piece), piece))
    short = [piece for piece in pieces if len(piece) <= 2][:PAIRED]
    # The longest begin what never ends.
    chosen = pieces[: PIECES // 2] + pieces[-PIECES // 2 :]
    units = [*chosen, *(f"{piece} " for piece in chosen), *(first + second for first in short for second in short)]
    for unit in dict.fromkeys(units):
        yield (unit * (length // len(unit) + 1))[:length]
    for begin in chosen[-6:]:
        for unit in short:
            yield (begin + unit * length)[:length]


def _pieces(expression: str | bytes, flags: int) -> set[str]:
    """The runs of characters that the expression's parts can begin with."""
    if isinstance(expression, bytes):
        expression, flags = expression.decode("latin-1"), flags & ~re.UNICODE
    found: set[str] = set()
    _walk(parser.parse(expression, flags), [], found)
    return {piece for piece in found if piece} or {"x"}


def _walk(tree: Any, run: list[str], found: set[str]) -> None:
    """Notes every beginning of a match on the way through the parts of an expression."""
    for kind, value in tree:
        if kind is sre.BRANCH:
            for branch in value[1]:
                _walk(branch, run[-12:], found)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            _walk(value[2], run, found)
        elif kind in (sre.SUBPATTERN, sre.ATOMIC_GROUP):
            _walk(value[3] if kind is sre.SUBPATTERN else value, run, found)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            _walk(value[1], run[:], found)
        elif kind in (sre.LITERAL, sre.IN, sre.NOT_LITERAL, sre.ANY):
            some = _samples(kind, value)
            found.update(some)
            run.append(some[0])
        found.add("".join(run))


def _samples(kind: Any, value: Any) -> list[str]:
    """Characters that a part of an expression may stand for, some of many."""
    if kind is sre.LITERAL:
        return [chr(value)]
    if kind is not sre.IN or value[0][0] is sre.NEGATE:
        return ["x", " ", "A"]
    chars = (
        _SAMPLES.get(what, "!") if how is sre.CATEGORY else chr(what[0] if how is sre.RANGE else what)
        for how, what in value[:4]
    )
    return list(chars)

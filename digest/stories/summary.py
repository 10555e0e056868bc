"""One honest line for an item: a sentence of its own, whole, clean, and not its title again. Pure."""

import math
from typing import Final

from digest.stories.clutter import declutter
from digest.stories.line import LIMIT, NO_LINE, Line, Quality, Title, is_terminated, line_from, read_title, runs_on
from digest.stories.salience import asks, points_back, salience
from digest.stories.sentences import sentences

__all__ = ["summarise"]

#: Sentences of a body that are looked at: what matters stands at the top.
LOOKED_AT: Final = 12
#: Characters of a text that are read: an opening can hold that many sentences, and says what a text is about.
READ: Final = 4_000
#: Sentences of a description that are looked at.
OPENING: Final = 6
#: Characters under which a line is thin.
THIN: Final = 40
#: What speaks against a sentence that will have to be cut, in steps of salience.
NOT_WHOLE: Final = 0.07


def summarise(title: str, summary: str, body: str, *, language: str = "") -> str:
    """The line for an item: at most 200 characters of its own text, "" where there is no honest one.

    `summary` is the publisher's description, `body` the full text where there is one; both plain text, either may be
    empty. The description's sentence comes first where it is whole; else the better of it and the body's best.
    `language`: BCP 47, lower case, or "".
    """
    known = read_title(title)
    best = _from_description(summary, known, language) if summary else NO_LINE
    if body and best.quality < Quality.WHOLE:
        found = _from_body(title, body, known, language)
        best = found if found.quality > best.quality else best
    return best.text


def _from_description(summary: str, title: Title, language: str) -> Line:
    """A description's first whole sentence that tells something."""
    best, top = NO_LINE, -math.inf
    for at, sentence in enumerate(sentences(declutter(summary[:READ]), at_most=OPENING)):
        line = line_from(sentence, title, language)
        score = line.quality - 0.2 * at - _weakness(line.text, first=at == 0)
        if line.text and score > top:
            best, top = line, score
    return best


def _weakness(line: str, *, first: bool) -> float:
    """What speaks against a description's sentence, in steps of Quality."""
    weak = 1.5 if asks(line) else 0.0
    if len(line) < THIN and not runs_on(line):
        weak += 0.5
    if not first and points_back(line):
        weak += 1.0
    return weak


def _from_body(title: str, body: str, known: Title, language: str) -> Line:
    """The line of the sentence that tells most of a body."""
    text = declutter(body[:READ])
    opening = sentences(text, at_most=LOOKED_AT)
    remainder = text[text.rfind(opening[-1]) + len(opening[-1]) :] if opening else ""
    scores = [
        score - (NOT_WHOLE if len(sentence) > LIMIT or not is_terminated(sentence) else 0.0)
        for score, sentence in zip(salience(opening, remainder, title), opening, strict=True)
    ]
    for at in sorted(range(len(opening)), key=lambda at: -scores[at]):
        line = line_from(opening[at], known, language)
        if line.text:
            return line
    return NO_LINE

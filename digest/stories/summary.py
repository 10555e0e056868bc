"""One honest line for an item: a sentence of its own, whole, clean, and not its title again. Pure."""

import re
from collections import Counter
from typing import Final

from digest.stories.clutter import declutter
from digest.stories.line import NO_LINE, Line, Quality, Title, line_from, read_title, runs_on
from digest.stories.sentences import sentences
from digest.stories.tokens import terms

__all__ = ["summarise"]

#: Sentences of a body that are looked at: what matters stands at the top.
LOOKED_AT: Final = 12
#: Characters of a body that can hold them.
READ: Final = 4_000
#: Sentences of a description that are looked at.
OPENING: Final = 6
#: Characters under which a line is thin.
THIN: Final = 40
_PRONOUN: Final = re.compile(
    r"^[\"“‘']?(?:He|She|It|They|This|That|These|Those|His|Her|Their|Its|But|And|So|However|Meanwhile|Also|Here|There|"
    r"Then|Such|Er|Sie|Es|Il|Elle|Ils|Él|Ella|Он|Она|Они|Это|هو|هي|هم|وهو|وهي|این|آن|او)\b"
)
_QUOTE: Final = re.compile(r"^[\"“„«‘']")
_QUESTION: Final = re.compile(r"[?؟？][\"'”’»)]*$")


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
    best, top = NO_LINE, 0.0
    for at, sentence in enumerate(sentences(declutter(summary), at_most=OPENING)):
        line = line_from(sentence, title, language)
        score = line.quality - 0.2 * at - _weakness(line.text, first=at == 0)
        if line.text and score > top:
            best, top = line, score
    return best


def _weakness(line: str, *, first: bool) -> float:
    """What speaks against a description's sentence, in steps of Quality."""
    weak = 1.5 if _QUESTION.search(line) else 0.0
    if len(line) < THIN and not runs_on(line):
        weak += 0.5
    if not first and _PRONOUN.match(line):
        weak += 1.0
    return weak


def _from_body(title: str, body: str, known: Title, language: str) -> Line:
    units = sentences(declutter(body[:READ]), at_most=LOOKED_AT)
    bags = [terms(unit) for unit in units]
    counts = Counter(term for bag in bags for term in bag)
    heading = set(terms(title))
    best, top = NO_LINE, -9.0
    for at, (unit, bag) in enumerate(zip(units, bags, strict=True)):
        line = line_from(unit, known, language)
        if not line.text or not bag:
            continue
        centroid = sum(counts[term] for term in set(bag)) / (len(set(bag)) ** 0.5) / 10
        score = centroid + 0.3 * 0.85**at
        score += 0.5 * len(heading & set(bag)) / len(heading) if heading else 0
        if _QUOTE.match(line.text):
            score -= 0.2
        if _PRONOUN.match(line.text):
            score -= 0.2
        if "?" in line.text:
            score -= 0.3
        if line.quality < Quality.WHOLE:
            score -= 0.2
        if len(line.text) < 60:
            score -= 0.2
        if score > top:
            best, top = line, score
    return best

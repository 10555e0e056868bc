"""One honest line for an item: a sentence of its own, whole, clean, and not its title again. Pure."""

import math
from typing import Final

from digest.stories.summaries.appeals import asks_reader, has_address
from digest.stories.summaries.clutter import declutter
from digest.stories.summaries.line import (
    LIMIT,
    NO_LINE,
    Line,
    Quality,
    Title,
    is_terminated,
    line_from,
    read_title,
    runs_on,
)
from digest.stories.summaries.salience import asks, points_back, salience
from digest.stories.summaries.sentences import sentences

__all__ = ["candidates", "summarise"]

#: Sentences of a body that are looked at: what matters stands at the top.
LOOKED_AT: Final = 12
#: Characters of a text that are read: an opening can hold that many sentences, and says what a text is about.
READ: Final = 4_000
#: Sentences of a description that are looked at.
OPENING: Final = 6
#: Characters under which a line is thin.
THIN: Final = 40
#: What a sentence of a description loses to the one before it, in steps of Quality.
EARLIER: Final = 0.2
#: Words of a title that ends in a mark, at least, for it to be a title wherever it stands.
FEW_WORDS: Final = 3
_ENDS: Final = frozenset('.!?)…»”"')
#: Publishers that cut descriptions off without a sign do it at this many characters and more.
CUT_LENGTH: Final = 195
#: What speaks against a sentence that will have to be cut, in steps of salience.
NOT_WHOLE: Final = 0.05


def summarise(title: str, summary: str, body: str, *, language: str = "") -> str:
    """The line for an item: at most 200 characters of its own text, "" where there is no honest one.

    `summary` is the publisher's description, `body` the full text where there is one; both plain text, either may be
    empty. The description's sentence comes first where it is whole; else the better of it and the body's best.
    `language`: BCP 47, lower case, or "".
    """
    known = read_title(title)
    best = _from_description(title, summary, known, language) if summary else NO_LINE
    if body and best.quality < Quality.OPEN:
        found = _from_body(title, body, known, language)
        best = found if found.quality > best.quality else best
    return best.text


def candidates(title: str, summary: str, body: str, *, language: str = "") -> tuple[str, ...]:
    """All lines that an item's own sentences give, in their order: `summarise` with the choice left to somebody else.

    None is rough, none turns to the reader, and each stands once.
    """
    known = read_title(title)
    texts = (_opening(title, summary), sentences(_behind(title, declutter(body[:READ])), at_most=LOOKED_AT))
    found = [line_from(sentence, known, language) for text in texts for sentence in text]
    told = (line.text for line in found if line.quality > Quality.ROUGH)
    return tuple(dict.fromkeys(line for line in told if not has_address(line) and not asks_reader(line)))


def _from_description(title: str, summary: str, known: Title, language: str) -> Line:
    """A description's first whole sentence that tells something."""
    best, top = NO_LINE, -math.inf
    asked = False
    for at, sentence in enumerate(_opening(title, summary)):
        line = line_from(sentence, known, language)
        score = line.quality - EARLIER * at - _weakness(line.text, first=at == 0, answers=asked)
        asked = asks(sentence)
        if line.text and score > top:
            best, top = line, score
        if top >= Quality.WHOLE - EARLIER * (at + 1):
            break  # nothing that follows can be better
    return best


def _opening(title: str, summary: str) -> list[str]:
    """A description's first sentences, without the title in front of them; the last marked where it was cut off."""
    text = _behind(title, declutter(summary[:READ]))
    found = sentences(text, at_most=OPENING)
    if found and len(summary) >= CUT_LENGTH and not is_terminated(found[-1]) and text.endswith(found[-1]):
        # A full stop that is missing at such a length was cut off, and half a word with it.
        found[-1] += "…" if found[-1][-1].isalnum() else " …"
    return found


def _behind(title: str, text: str) -> str:
    """A text without its title in front: one that is more than a few words, since "Oil Prices Rise" may go on."""
    rest = text[len(title) :].lstrip(" .:–—-\n") if text.startswith(title) else ""
    whole = len(title) > THIN or (title[-1:] in _ENDS and len(title.split()) >= FEW_WORDS)
    return rest if whole and rest[:1].isupper() else text


def _weakness(line: str, *, first: bool, answers: bool) -> float:
    """What speaks against a description's sentence, in steps of Quality."""
    weak = 1.5 if asks(line) else 0.0
    if len(line) < THIN and not runs_on(line):
        weak += 1.5 if answers else 0.5
    if not first and points_back(line):
        weak += 1.0
    return weak


def _from_body(title: str, body: str, known: Title, language: str) -> Line:
    """The line of the sentence that tells most of a body; of two good ones, the one that need not be cut."""
    text = _behind(title, declutter(body[:READ]))
    opening = sentences(text, at_most=LOOKED_AT)
    remainder = text[text.rfind(opening[-1]) + len(opening[-1]) :] if opening else ""
    scores = [
        score - (NOT_WHOLE if len(sentence) > LIMIT or not is_terminated(sentence) else 0.0)
        for score, sentence in zip(salience(opening, remainder, title), opening, strict=True)
    ]
    rough = NO_LINE
    for at in sorted(range(len(opening)), key=lambda at: -scores[at]):
        line = line_from(opening[at], known, language)
        if line.quality > Quality.ROUGH:
            return line
        rough = rough if rough.text else line
    return rough

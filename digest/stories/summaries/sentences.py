"""Cuts text into sentences, in any script. Pure.

Not a parser: a terminator ends a sentence unless what stands around it says otherwise (an abbreviation, an initial,
a word in lower case after it). A line break always ends one.
"""

import re
from typing import Final

from digest.stories.summaries.publisher_phrases import words

#: Closing quotes and brackets that belong to the sentence before them.
_CLOSERS: Final = "\"'”’»›)\\]」』）】"
#: A place where a sentence may end.
_PLACE: Final = re.compile(rf"[.!?…؟۔।॥։。！？｡]+[{_CLOSERS}]*|\n")
#: Terminators after which no blank is needed.
_FULL_WIDTH: Final = "\n。！？｡"
_LAST_WORD: Final = re.compile(r"[^\s(\[{\"'“‘«/–—-]+$")
_NEXT_WORD: Final = re.compile(r"\s*[\"'“‘«‹(\[「『¿¡]*([^\s,.;:!?'’]*)")
#: How far back an abbreviation reaches, in characters.
_WORD_LENGTH: Final = 24
#: Words whose full stop never ends a sentence: what they abbreviate needs a word after it.
_BEFORE_NAMES: Final = words("""
    mr mrs ms dr prof gen sen rep gov lt col sgt capt cmdr adm maj brig pres rev fr sr st mt hon supt insp messrs vs v
    approx mme mlle bzw ca z.b u.a ул им гл акад проф
    """)
#: Words whose full stop ends a sentence only where the next word is one that opens sentences.
_AMBIGUOUS: Final = words("""
    inc ltd co corp bros jr etc no nos vol fig dept est a.m p.m e.g i.e ph.d al jan feb mar apr jun jul aug sep sept oct
    nov dec т.е т.д т.п г гг в вв тыс млн млрд руб
    """)
#: Words that open a sentence, and hardly ever stand with a capital inside one.
_OPENERS: Final = words("""
    The A An In On At It He She They We You I But And This That These Those His Her Its Their Our There As After Before
    When While If For From With Some Many Most More Two Three Among Also Both Now Then So Yet However Although Since By
    To No Not Such What Who Why How Where Last Earlier Meanwhile Several Other Another Under Over During About
    """)
_CAPITALISED: Final = re.compile(r"[A-Z][a-z]+ ")
_DOTTED: Final = re.compile(r"(?:\w\.)+\w?")


def sentences(text: str, *, at_most: int) -> list[str]:
    """The first `at_most` sentences of a text, each with its terminator where it has one, none empty."""
    found: list[str] = []
    start = 0
    for place in _PLACE.finditer(text):
        if not _ends(text, start, place):
            continue
        piece = text[start : place.end()].strip()
        start = place.end()
        if piece:
            found.append(piece)
            if len(found) == at_most:
                return found
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def _ends(text: str, start: int, place: re.Match[str]) -> bool:
    """Whether the sentence that began at `start` ends at this place."""
    mark, end = place[0], place.end()
    if mark[0] in _FULL_WIDTH or end == len(text):
        return True
    if not text[end].isspace():
        return _glued(text, place.start(), end)
    following = _NEXT_WORD.match(text, end)
    opener = following[1] if following else ""
    if not opener:
        return True
    if opener[0].islower():
        return False
    return mark[0] != "." or mark[:2] == ".." or not _abbreviates(text, start, place.start(), opener)


def _glued(text: str, at: int, end: int) -> bool:
    """Whether a sentence ends though the next one follows without a blank: "for tests.The ability"."""
    return text[at - 2 : at].islower() and text[at - 2 : at].isalpha() and _CAPITALISED.match(text, end) is not None


def _abbreviates(text: str, start: int, dot: int, opener: str) -> bool:
    """Whether the full stop at `dot` belongs to the word before it, when `opener` is the word after it."""
    last = _LAST_WORD.search(text, max(start, dot - _WORD_LENGTH), dot)
    if not last:
        return False
    word = last[0].lower()
    if word in _BEFORE_NAMES:
        return True
    if len(word) == 1 and word.isalpha():
        # An initial, unless what follows can only open a sentence ("Plan B. The ...").
        return opener not in _OPENERS or opener in {"A", "I"}
    if word in _AMBIGUOUS or _DOTTED.fullmatch(word):
        return opener not in _OPENERS
    return False

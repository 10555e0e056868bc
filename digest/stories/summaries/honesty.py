"""Whether a line that somebody else wrote may stand under a story. Pure.

A line is refused if it turns to its reader, and unless every number and every name in it stands in the story's own
text. In scripts with capitals a name is a word that has one; in those without, every word must stand in the text, since
nobody can tell which is a name. It is strict on purpose: a refused line costs nothing, since the rule's line stands. It
cannot see a claim that is false in words that the text has ("did" for "did not").
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from digest.stories.summaries.appeals import asks_reader, has_address
from digest.stories.summaries.line import LIMIT, is_terminated, read_title, runs_on
from digest.stories.summaries.publisher_phrases import words
from digest.text.fold import fold
from digest.text.tokens import STOP, stem

#: Letters of a word that is not a name, in scripts without capitals.
_PARTICLE: Final = 2
#: How far apart, in words, the parts of a name may stand in the text: "President Putin" for "President Vladimir Putin".
_NAME_REACH: Final = 4
_MARKUP: Final = re.compile(r"[<>{}*_`#\\|]|\]\(|^\W*(?:summary|line|answer|sentence)\s*:", re.IGNORECASE)
#: A word with what may stand inside it: "U.N.", "Iran's", "Deir-ez-Zor".
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’ʼ.\u200c-][^\W_]+)*")
_NUMBER: Final = re.compile(r"\d+(?:[.,٫٬]\d+|[ '’\u202f]\d{3}(?!\d))*")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_POSSESSIVE: Final = re.compile(r"['’ʼ]s?$")
#: Numbers in words, as binding as digits. "One" is too often none.
_COUNTING: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_NUMBER_WORDS: Final = words(
    """
    thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred hundreds thousand thousands million millions billion billions trillion dozen dozens tens half third quarter
    double triple twice percent
    """
) | set(_COUNTING) - {"one"}


def objection(line: str, *, title: str, source: str) -> str:
    """Why a line may not stand, in a few words; "" if it may. `source`: the story's text that its writer was given."""
    if not line or any(unicodedata.category(c)[0] == "C" and c not in "\u200c\u200d" for c in line):
        return "it is not one line of text"
    if len(line) > LIMIT:
        return f"it has more than {LIMIT} characters"
    if has_address(line):
        return "it holds an address"
    if asks_reader(line):
        return "it turns to the reader"
    if _MARKUP.search(line):
        return "it holds marks that are not text"
    if not is_terminated(line):
        return "it is not a whole sentence"
    if read_title(title).repeated_in(line):
        return "it says the title again"
    told = f"{title}\n{source}"
    if not _signs(line) <= _signs(told):
        return "it holds signs that the text lacks"
    return _invented_number(line, told) or _invented_name(line, told)


def _signs(text: str) -> set[str]:
    """What decorates a text: symbols, and marks on letters."""
    return {one for one in text if unicodedata.category(one)[0] in "MS"}


def _invented_number(line: str, told: str) -> str:
    known = set(_numbers(told))
    invented = [number for number in _numbers(line) if number not in known]
    return f"the text has no number {invented[0]}" if invented else ""


def _numbers(text: str) -> Iterator[str]:
    """The numbers of a text: digits in ASCII without thousands' separators; words for the small ones as digits."""
    for found in _NUMBER.findall(text):
        plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else "." if c in ".,٫٬" else "" for c in found)
        yield plain.replace(".", "") if _THOUSANDS.fullmatch(plain) else plain
    for token in _TOKEN.findall(text.lower()):
        for word in token.split("-"):
            if word in _NUMBER_WORDS:
                yield str(_COUNTING.index(word)) if word in _COUNTING else word


def _invented_name(line: str, told: str) -> str:
    spoken, known = [_bare(token) for token in _TOKEN.findall(line)], [_bare(token) for token in _TOKEN.findall(told)]
    folded = [fold(token) for token in known]
    everything = fold(told)
    for at, token in enumerate(spoken):
        if not _is_known(token, folded, everything, first=at == 0):
            return f"the text has no name {token!r}"
    for first, second in pairwise(spoken):
        if (
            _is_name(first)
            and _is_name(second)
            and f"{first} {second}" in line
            and not _stand_together(fold(first), fold(second), folded)
        ):
            return f"the text has no name {first} {second}"
    return ""


def _bare(token: str) -> str:
    return _POSSESSIVE.sub("", token)


def _is_name(token: str) -> bool:
    """Whether a word may be a name: it has a capital, and is none of those that only open a sentence."""
    return token != token.lower() and token.lower() not in STOP


def _is_known(token: str, folded: Sequence[str], everything: str, *, first: bool) -> bool:
    """Whether a word is one that a line may have: no name, or a name of the text."""
    if token.isnumeric():
        return True
    form = fold(token)
    if token.lower() == token.upper():
        # No script with capitals: any word may be a name, but for the shortest. Particles are written on to words, so
        # that a part of one is enough.
        if len(form) <= _PARTICLE and not runs_on(token):
            return True
        pairs = [form[at : at + 2] for at in range(len(form) - 1)] if runs_on(token) else [form]
        return all(pair in everything for pair in pairs)
    if not _is_name(token) or form in folded or all(part in everything.split() for part in form.split()):
        return True
    # A sentence's first word has its capital from there: it may be bent otherwise than in the text.
    return first and any(stem(form) == stem(word) for word in folded)


def _stand_together(first: str, second: str, folded: Sequence[str]) -> bool:
    """Whether two words stand in the text in this order, near enough to be one name."""
    return any(word == first and second in folded[at + 1 : at + 1 + _NAME_REACH] for at, word in enumerate(folded))

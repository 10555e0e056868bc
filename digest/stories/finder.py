"""Finds many patterns in one text at once: an Aho-Corasick automaton proposes, word boundaries and case decide. Pure.

Aho and Corasick, "Efficient string matching", 1975: one pass over the text, however many patterns there are.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from digest.stories.passage import Passage
from digest.stories.text import ends_word, fold, is_word, starts_word
from digest.terms.expression import compiled, literal
from digest.terms.shape import Pattern

#: Hits of one pattern in one passage that are looked at: more say nothing new.
MOST_HITS = 200

#: Where a pattern stands: start and end in the folded text.
Span = tuple[int, int]


class _Probe(NamedTuple):
    """What must hold where a literal was found."""

    pattern: int
    #: The word may go on: `word*`.
    open_end: bool = False
    #: For each word of the literal, how it must be written: the word itself, "" for in capitals, None for anyhow.
    case: tuple[str | None, ...] = ()
    #: The literal only hints at this expression over the folded text.
    folded: re.Pattern[str] | None = None
    #: The literal only hints at this expression over the text as written.
    written: re.Pattern[str] | None = None


class Finder:
    """Patterns, made ready to be found together."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        literals: dict[str, list[_Probe]] = {}
        #: Expressions in which no literal is certain: tried on every text.
        self._always: list[_Probe] = []
        for index, pattern in enumerate(patterns):
            text, probe = _probe(index, pattern)
            if text:
                literals.setdefault(text, []).append(probe)
            else:
                self._always.append(probe)
        self._probes = list(literals.values())
        self._automaton = AhoCorasick(list(literals)) if literals else None

    def find(self, passage: Passage) -> dict[int, list[Span]]:
        """Where each pattern stands, by the pattern's index; patterns that stand nowhere are left out."""
        found: dict[int, list[Span]] = {}
        text = passage.folded
        hinted = self._always
        if self._automaton:
            hints: dict[int, _Probe] = {}
            for literal_index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                for probe in self._probes[literal_index]:
                    if probe.folded or probe.written:
                        hints[probe.pattern] = probe
                    elif (
                        (start == 0 or not is_word(text[start - 1]) or starts_word(text, start, end))
                        and (probe.open_end or ends_word(text, end))
                        and (not probe.case or _cased(passage, start, end, probe.case))
                    ):
                        found.setdefault(probe.pattern, []).append((start, end))
            if hints:
                hinted = [*self._always, *hints.values()]
        for probe in hinted:
            if spans := _search(probe, passage):
                found[probe.pattern] = spans
        return found


def _probe(index: int, pattern: Pattern) -> tuple[str, _Probe]:
    """A pattern's literal for the automaton (empty: none), and what must hold around it."""
    if pattern.expression:
        return fold(literal(pattern.text)).strip(), _Probe(index, written=compiled(pattern.text))
    words = pattern.text.split()
    if any("*" in word for word in words[:-1]) or words[-1] == "*":
        folded = _words_expression(words)
        fixed = max((fold(word).strip(" *") for word in words), key=len)
        return fixed, _Probe(index, folded=re.compile(folded), case=_case(pattern))
    open_end = words[-1].endswith("*")
    text = fold(pattern.text.rstrip("*")).strip()
    return text, _Probe(index, open_end=open_end, case=_case(pattern))


def _words_expression(words: Sequence[str]) -> str:
    r"""The expression over folded text of words with `*` in them: `\w*` within a word, one word for a `*` alone."""
    parts = [
        r"\w+" if word == "*" else re.escape(fold(word.rstrip("*")).strip()) + r"\w*" * ("*" in word) for word in words
    ]
    return r"(?<!\w)" + r"\s".join(parts) + r"(?!\w)"


def _case(pattern: Pattern) -> tuple[str | None, ...]:
    """How each word must be written; empty where no word's case counts."""
    words = pattern.text.replace("-", " ").replace("/", " ").split()
    if pattern.exact:
        return tuple(word.rstrip("*") for word in words)
    case = tuple("" if _in_capitals(word) else None for word in words)
    return case if "" in case else ()


def _in_capitals(word: str) -> bool:
    """Whether a word of two letters or more is all in capitals."""
    return word == word.upper() and sum(letter.isupper() for letter in word) >= 2


def _cased(passage: Passage, start: int, end: int, case: tuple[str | None, ...]) -> bool:
    """Whether the words between two places are written as they must be."""
    at = start
    for wanted, word in zip(case, passage.folded[start:end].split(" "), strict=False):
        if wanted is not None:
            written = passage.original(at, at + len(word))
            if written != wanted if wanted else not _in_capitals(written):
                return False
        at += len(word) + 1
    return True


def _search(probe: _Probe, passage: Passage) -> list[Span]:
    """Where an expression matches."""
    spans: list[Span] = []
    if probe.folded:
        matches = (match.span() for match in probe.folded.finditer(passage.folded))
        spans = [span for span in matches if not probe.case or _cased(passage, *span, probe.case)]
    elif probe.written:
        for index, text in enumerate(passage.texts):
            spans += (passage.span(index, *match.span()) for match in probe.written.finditer(text))
    return spans[:MOST_HITS]

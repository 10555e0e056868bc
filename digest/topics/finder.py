"""Finds many patterns in one text at once: an Aho-Corasick automaton, and a closer look where that is not enough. Pure.

Aho and Corasick, "Efficient string matching", 1975: one pass over the text, however many patterns there are.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from digest.text.fold import fold, runs_on, starts_word, takes_particles_after, takes_particles_before
from digest.topics.expression import Expression, literal
from digest.topics.passage import Passage
from digest.topics.rules import Pattern

#: Hits of a term with `*` in one passage that are looked at: more say nothing new.
MOST_HITS = 200
#: Characters of all patterns up to which the automaton is a table of all transitions: twice as fast, but about 250
#: bytes for each.
TABLE = 40_000

#: Words as case is judged in: `UN-sanctioned` is two.
_WORDS = re.compile(r"[^\s_/\u2010-\u2015-]+")

#: Where a pattern stands: start and end in the folded text.
Span = tuple[int, int]


class _Probe(NamedTuple):
    """What a literal that the automaton found stands for."""

    pattern: int
    #: Spaces at its beginning and end that do not belong to the match.
    before: int = 0
    after: int = 0
    #: Particles may stand before it, but nothing else.
    particles: bool = False
    #: For each word, how it must be written: the word itself, "" for in capitals, None for anyhow; empty: all anyhow.
    case: tuple[str | None, ...] = ()
    #: It only hints at this expression over the folded text.
    folded: re.Pattern[str] | None = None
    #: It only hints at this expression over the text as written.
    written: Expression | None = None


class Finder:
    """Patterns, made ready to be found together."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        literals: dict[str, list[_Probe]] = {}
        for index, pattern in enumerate(patterns):
            for text, probe in _probes(index, pattern):
                literals.setdefault(text, []).append(probe)
        #: Expressions in which no literal is certain: tried on every text.
        self._always = literals.pop("", [])
        self._probes = list(literals.values())
        size = sum(map(len, literals))
        kind = Implementation.DFA if size <= TABLE else Implementation.ContiguousNFA
        self._automaton = AhoCorasick(list(literals), implementation=kind)

    def find(self, passage: Passage) -> dict[int, list[Span]]:
        """Where each pattern stands, by the pattern's index; patterns that stand nowhere are left out."""
        found: dict[int, list[Span]] = {}
        hinted = {probe.pattern: probe for probe in self._always}
        for index, start, end in self._automaton.find_matches_as_indexes(passage.folded, overlapping=True):
            for probe in self._probes[index]:
                pattern, before, after, particles, case, folded, written = probe
                if folded or written:
                    hinted[pattern] = probe
                    continue
                span = (start + before, end - after)
                if particles and not starts_word(passage.folded, *span):
                    continue
                if not case or _is_cased(passage, span, case):
                    found.setdefault(pattern, []).append(span)
        for probe in hinted.values():
            if spans := _search(probe, passage):
                found[probe.pattern] = spans
        return found


def _probes(index: int, pattern: Pattern) -> Iterator[tuple[str, _Probe]]:
    """A pattern's literals for the automaton (empty: none is certain), and what they stand for."""
    if pattern.expression:
        yield fold(literal(pattern.text)).strip(), _Probe(index, written=Expression(pattern.text))
        return
    words = pattern.text.split()
    case = _case(pattern)
    if not fold(pattern.text).strip(" "):
        return  # nothing but signs that no text keeps
    if words[-1] == "*" or any(word.endswith("*") for word in words[:-1]):
        fixed = max(" ".join(fold(word) for word in words).split(), key=len)
        yield fixed, _Probe(index, case=case, folded=_expression(words))
        return
    text = fold(pattern.text.rstrip("*")).strip()
    particles = takes_particles_before(text[0])
    before = not particles and not runs_on(text[0])
    after = not pattern.text.endswith("*") and not runs_on(text[-1]) and not takes_particles_after(text[-1])
    probe = _Probe(index, before=int(before), after=int(after), particles=particles, case=case)
    yield " " * before + text + " " * after, probe
    if text.startswith("ال"):  # to and the are written as one: لل
        yield " " * before + "لل" + text[2:] + " " * after, probe


def _expression(words: Sequence[str]) -> re.Pattern[str]:
    """The expression over folded text of words with `*` among them: a word's ending, or for `*` alone a word."""
    parts = [fold(word.rstrip("*")).strip() + "[^ ]*" * word.endswith("*") for word in words]
    return re.compile("(?<= )" + " ".join(part if part != "[^ ]*" else "[^ ]+" for part in parts) + "(?= )")


def _case(pattern: Pattern) -> tuple[str | None, ...]:
    """How each word must be written; empty where no word's case counts."""
    words = [word.rstrip("*") for word in _WORDS.findall(pattern.text)]
    if pattern.exact:
        return tuple(word or None for word in words)
    case = tuple("" if _is_capitals(word) else None for word in words)
    return case if "" in case else ()


def _is_capitals(word: str) -> bool:
    """Whether a word of two letters or more is all in capitals."""
    return word == word.upper() and sum(letter.isupper() for letter in word) >= 2


def _is_cased(passage: Passage, span: Span, case: tuple[str | None, ...]) -> bool:
    """Whether the words of a span are written as they must be."""
    written = _WORDS.findall(passage.original(*span))
    return all(
        wanted is None or (word.startswith(wanted) if wanted else _is_capitals(word))
        for wanted, word in zip(case, written, strict=False)
    )


def _search(probe: _Probe, passage: Passage) -> list[Span]:
    """Where an expression matches."""
    if probe.folded:
        spans = [match.span() for match in islice(probe.folded.finditer(passage.folded), MOST_HITS)]
        return [span for span in spans if not probe.case or _is_cased(passage, span, probe.case)]
    return [passage.span(*span) for span in probe.written.spans(passage.lines)] if probe.written else []

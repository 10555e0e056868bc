"""Which sentences of a text tell what it is about. Pure.

The measure is the centroid of Radev et al. 2004 ("Centroid-based summarization of multiple documents"), here the
cosine of a sentence's words and the whole text's, with a bonus for standing early, for sharing words with the title
and for wording that is typical of the text, and a malus for what a reader could not take alone.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from digest.stories.summaries.line import runs_on
from digest.text.tokens import STOP, stem

#: Words of a sentence that tells enough.
_ENOUGH_WORDS: Final = 28
_LEAD_DECAY: Final = 0.85
#: A title comes with the top of its text, where the news is; what has none is a piece of something.
_LEAD_WITH_TITLE: Final = 0.35
_LEAD_WITHOUT_TITLE: Final = 0.08
_TITLE: Final = 0.4
_WORDING: Final = 0.4
_LENGTH: Final = 0.2
_NOT_ALONE: Final = 0.1
_PERSONAL: Final = 0.07
_WORD: Final = re.compile(r"\w+")
_QUESTION: Final = re.compile(r"[?؟？]")
_QUOTE: Final = re.compile(r"[\"“„«‘']")
#: Opens with a word that points to a sentence before it.
_POINTS_BACK: Final = re.compile(
    r"[\"“‘']?(?:He|She|It|They|This|That|These|Those|His|Her|Their|Its|But|And|So|However|Meanwhile|Also|Here|There|"
    r"Then|Such|I|We|You|My|Our|Er|Sie|Es|Il|Elle|Ils|Él|Ella|Он|Она|Они|Это|هو|هي|وهو|وهي|این|آن|او)\b"
)
_FIRST_PERSON: Final = frozenset({"i", "we", "you", "my", "our", "us", "me"})


def points_back(sentence: str) -> bool:
    """Whether a sentence opens with a word that points to the one before it."""
    return _POINTS_BACK.match(sentence) is not None


def asks(sentence: str) -> bool:
    """Whether a sentence is, or holds, a question."""
    return _QUESTION.search(sentence) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What a text is about: how often each word stands in it, and how much each word says of its subject."""

    counts: Mapping[str, int]
    #: The square of the length of `counts` as a vector.
    square: int
    #: For each word its stem, "" for one that only holds sentences together; and how often that stands in the text.
    stems: Mapping[str, str]
    weights: Mapping[str, int]
    #: The length of the vector of the text's stems.
    length: float


def salience(sentences: Sequence[str], remainder: str, title: str) -> list[float]:
    """For each sentence, how much it tells of the text that it opens; about 0 to 2, comparable within one text.

    `remainder`: the text behind the last sentence, which counts for what the text is about.
    """
    words = [_words(sentence) for sentence in sentences]
    subject = _subject(Counter(chain(_words(remainder), *words)))
    heading = {_STEMS[word] for word in _words(title)} - {""}
    told_by = {word: found for word, found in subject.stems.items() if found in heading} if heading else {}
    lead = _LEAD_WITH_TITLE if heading else _LEAD_WITHOUT_TITLE
    scores = []
    for at, (sentence, tokens) in enumerate(zip(sentences, words, strict=True)):
        bag = set(tokens)
        score = _likeness(bag, subject) - _malus(sentence, bag)
        score += lead * _LEAD_DECAY**at + _LENGTH * min(1.0, len(tokens) / _ENOUGH_WORDS)
        if told_by:
            score += _TITLE * len({told_by[word] for word in told_by.keys() & bag}) / len(heading)
        scores.append(score)
    return scores


def _words(text: str) -> list[str]:
    """The words of a text in lower case; of one without spaces, its pairs of characters."""
    found = _WORD.findall(text.lower())
    return [word[at : at + 2] for word in found for at in range(len(word) - 1)] if runs_on(text) else found


class _Stems(dict[str, str]):
    """Remembers the stems of words: the same few thousand make up most news."""

    #: Words kept; then it starts afresh. Some 10 MB.
    LIMIT: Final = 100_000

    def __missing__(self, word: str) -> str:
        if len(self) >= self.LIMIT:
            self.clear()
        found = self[word] = "" if word in STOP else stem(word)
        return found


_STEMS: Final = _Stems()


def _subject(counts: Mapping[str, int]) -> _Subject:
    stems = {word: _STEMS[word] for word in counts}
    frequency = dict.fromkeys(stems.values(), 0)
    for word, found in stems.items():
        frequency[found] += counts[word]
    frequency[""] = 0
    return _Subject(
        counts=counts,
        square=sum([n * n for n in counts.values()]),
        stems=stems,
        weights={word: frequency[found] for word, found in stems.items()},
        length=math.hypot(*frequency.values()),
    )


def _likeness(bag: set[str], subject: _Subject) -> float:
    """How like the text a sentence is: the cosine of their subjects, and of all words of it and of those around it.

    A word that stands in the sentence twice counts once: it is the text's counts that weigh.
    """
    told = sum(map(subject.weights.__getitem__, bag))
    own = len(bag)
    spoken = own - len(bag & STOP)
    dot = sum(map(subject.counts.__getitem__, bag))
    centroid = told / (math.sqrt(spoken) * subject.length) if spoken else 0.0
    around = subject.square - 2 * dot + own
    return centroid + (_WORDING * (dot - own) / math.sqrt(own * around) if own and around > 0 else 0.0)


def _malus(sentence: str, bag: set[str]) -> float:
    """What speaks against a sentence that is to stand alone."""
    malus = 0.0
    if _POINTS_BACK.match(sentence):
        malus += _NOT_ALONE
    if _QUOTE.match(sentence):
        malus += _NOT_ALONE
    if _QUESTION.search(sentence):
        malus += _NOT_ALONE
    if not _FIRST_PERSON.isdisjoint(bag):
        malus += _PERSONAL
    return malus

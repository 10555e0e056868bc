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
from functools import lru_cache
from itertools import chain
from typing import Final

from digest.stories.line import runs_on
from digest.stories.tokens import STOP, stem

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
_FIRST_PERSON: Final = ("i", "we", "you", "my", "our", "us", "me")


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
    #: The stems of the words that carry the subject.
    stems: Mapping[str, str]
    #: For each of those words, how often its stem stands in the text.
    weights: Mapping[str, int]
    #: The length of the vector of the text's stems.
    length: float


def salience(sentences: Sequence[str], remainder: str, title: str) -> list[float]:
    """For each sentence, how much it tells of the text that it opens; about 0 to 2, comparable within one text.

    `remainder`: the text behind the last sentence, which counts for what the text is about.
    """
    words = [_words(sentence) for sentence in sentences]
    subject = _subject(Counter(chain(_words(remainder), *words)))
    heading = {found for word in _words(title) if (found := _stem(word))}
    told_by = {word: found for word, found in subject.stems.items() if found in heading} if heading else {}
    lead = _LEAD_WITH_TITLE if heading else _LEAD_WITHOUT_TITLE
    scores = []
    for at, (sentence, tokens) in enumerate(zip(sentences, words, strict=True)):
        bag = Counter(tokens)
        score = _likeness(bag, subject) - _malus(sentence, bag)
        score += lead * _LEAD_DECAY**at + _LENGTH * min(1.0, len(tokens) / _ENOUGH_WORDS)
        if told_by:
            score += _TITLE * len({told_by[word] for word in told_by.keys() & bag.keys()}) / len(heading)
        scores.append(score)
    return scores


def _words(text: str) -> list[str]:
    """The words of a text in lower case; of one without spaces, its pairs of characters."""
    found = _WORD.findall(text.lower())
    return [word[at : at + 2] for word in found for at in range(len(word) - 1)] if runs_on(text) else found


@lru_cache(maxsize=1 << 15)  # words of the news repeat: most have been met before
def _stem(word: str) -> str:
    """A word's stem; "" where it only holds sentences together."""
    return "" if word in STOP else stem(word)


def _subject(counts: Mapping[str, int]) -> _Subject:
    stems = {word: found for word in counts if (found := _stem(word))}
    frequency: dict[str, int] = {}
    for word, found in stems.items():
        frequency[found] = frequency.get(found, 0) + counts[word]
    return _Subject(
        counts=counts,
        square=sum([n * n for n in counts.values()]),
        stems=stems,
        weights={word: frequency[found] for word, found in stems.items()},
        length=math.hypot(*frequency.values()),
    )


def _likeness(bag: Mapping[str, int], subject: _Subject) -> float:
    """How like the text a sentence is: the cosine of their subjects, and of all words of it and of those around it."""
    own = dot = told = spoken = 0
    for word, n in bag.items():
        own += n * n
        dot += n * subject.counts[word]
        if weight := subject.weights.get(word):
            told += n * weight
            spoken += n * n
    centroid = told / (math.sqrt(spoken) * subject.length) if spoken else 0.0
    around = subject.square - 2 * dot + own
    return centroid + (_WORDING * (dot - own) / math.sqrt(own * around) if own and around else 0.0)


def _malus(sentence: str, bag: Mapping[str, int]) -> float:
    """What speaks against a sentence that is to stand alone."""
    malus = 0.0
    if _POINTS_BACK.match(sentence):
        malus += _NOT_ALONE
    if _QUOTE.match(sentence):
        malus += _NOT_ALONE
    if _QUESTION.search(sentence):
        malus += _NOT_ALONE
    if any(word in bag for word in _FIRST_PERSON):
        malus += _PERSONAL
    return malus

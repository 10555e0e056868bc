"""Which sentences of a text tell what it is about. Pure.

The measure is the centroid of Radev et al. 2004 ("Centroid-based summarization of multiple documents"), here the
cosine of a sentence's words and the whole text's, with a bonus for standing early, for sharing words with the title
and for wording that is typical of the text, and a malus for what a reader could not take alone.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from digest.stories.line import runs_on
from digest.stories.tokens import STOP, stem, terms

#: Words of a sentence that tells enough.
_ENOUGH_WORDS: Final = 25
_LEAD_DECAY: Final = 0.85
#: A title comes with the top of its text, where the news is; what has none is a piece of something.
_LEAD_WITH_TITLE: Final = 0.35
_LEAD_WITHOUT_TITLE: Final = 0.1
_TITLE: Final = 0.4
_WORDING: Final = 0.3
_LENGTH: Final = 0.2
_NOT_ALONE: Final = 0.1
_PERSONAL: Final = 0.07
#: Words of the news repeat: most have been met before.
_stem: Final = lru_cache(maxsize=1 << 15)(stem)
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


def salience(sentences: Sequence[str], remainder: str, title: str) -> list[float]:
    """For each sentence, how much it tells of the text that it opens; about 0 to 2, comparable within one text.

    `remainder`: the text behind the last sentence, which counts for what the text is about.
    """
    words = [_words(sentence) for sentence in sentences]
    whole = Counter(chain(_words(remainder), *words))
    stems = {word: _stem(word) for word in whole if word not in STOP}
    subject = _content(whole, stems)
    subject_length = math.hypot(*subject.values())
    square = sum(n * n for n in whole.values())
    heading = {_stem(word) for word in _words(title) if word not in STOP}
    lead = _LEAD_WITH_TITLE if heading else _LEAD_WITHOUT_TITLE
    scores = []
    for at, (sentence, tokens) in enumerate(zip(sentences, words, strict=True)):
        bag = Counter(tokens)
        content = _content(bag, stems)
        score = _centroid(content, subject, subject_length) + _WORDING * _typical(bag, whole, square)
        score += lead * _LEAD_DECAY**at + _LENGTH * min(1.0, len(tokens) / _ENOUGH_WORDS)
        if heading:
            score += _TITLE * len(heading & content.keys()) / len(heading)
        scores.append(score - _malus(sentence, bag))
    return scores


def _words(text: str) -> list[str]:
    """A text's words in lower case; of scripts without spaces, pairs of characters."""
    return terms(text) if runs_on(text) else _WORD.findall(text.lower())


def _content(bag: Mapping[str, int], stems: Mapping[str, str]) -> dict[str, int]:
    """The words that carry the subject, by their stems."""
    content: dict[str, int] = {}
    for word, n in bag.items():
        key = stems.get(word)
        if key:
            content[key] = content.get(key, 0) + n
    return content


def _centroid(content: Mapping[str, int], subject: Mapping[str, int], length: float) -> float:
    """The cosine of a sentence's and the text's subject."""
    if not content:
        return 0.0
    return sum(n * subject[key] for key, n in content.items()) / (math.hypot(*content.values()) * length)


def _typical(bag: Mapping[str, int], whole: Mapping[str, int], square: int) -> float:
    """The cosine of a sentence's words, all of them, and those of the text around it."""
    own = dot = 0
    for word, n in bag.items():
        own += n * n
        dot += n * whole[word]
    around = square - 2 * dot + own
    return (dot - own) / math.sqrt(own * around) if own and around else 0.0


def _malus(sentence: str, bag: Mapping[str, int]) -> float:
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

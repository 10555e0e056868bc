"""Cuts a text into the terms that stories are compared by. Any script. Pure.

Not the matcher's folding: a wrong stem costs little here and speed counts, so the rules are few and each word
is looked at once.
"""

import re
import unicodedata
from collections.abc import Iterable

from digest.text.scripts import UNSPACED

_WORD = re.compile(r"[^\W_]+")
#: "u.s." and "r.s.v.p." lose their dots before words are cut.
_ACRONYM = re.compile(r"\b(?:[a-z]\.){2,}")
_POSSESSIVE = re.compile(r"['’ʼ]s\b")
_ARABIC = re.compile(r"[\u0621-\u06ff]")
#: One word on two keyboards: Persian and Arabic letters, hamza forms, the Persian joiner, Russian yo, dotless i.
_LETTERS = str.maketrans("يىكأإآٱةؤёı", "ییکااااهوеi", "\u200c\u0640")
#: The Arabic article with its usual clitics; what is left must still be a word.
_ARTICLE = re.compile(r"^[وف]?(?:[بک]?ال|لل)(?=...)")
_VOWEL = re.compile("[aeiouy]")

_STOP_WORDS = """
    a an the and or but nor of to in on at by for from with into over after before about as is are was were be been
    being it its this that these those he she they them his her their we us our you your i my me not no will would
    can could may might shall should has have had do does did what which who whom when where why how than then there
    here if so such more most some any all out up down off again just also only own same very s t new says say said
    u amid
    de la le les des du et est dans pour une sur avec par qui que au aux ce cette
    der das und ist nicht mit von dem ein eine auf für zu im bei nach sich auch wird
    el los las del que con por para una se su al como más il di che della dei nel gli con alla delle non
    ve bir bu da ile için olarak olan çok
    и в на с по не что о за из к от для у как это его он она они а но при до же
    و في من على إلى الى عن أن ان مع هذا هذه التي الذي بعد قبل كان قد لا ما هو هي كما بين
    در به از که را با برای این آن است می شد کرد های هم بر تا یک شده خود
    את של על לא עם הוא היא כי זה גם או אל בין אחרי
"""

#: Countries and their people are one term: headlines use either. The first word of a line stands for all.
_PEOPLES = """
    afghanistan afghan afghans; america us usa american americans; australia australian australians;
    britain british uk briton britons; canada canadian canadians; china chinese; colombia colombian colombians;
    egypt egyptian egyptians; europe european europeans eu; france french; germany german germans;
    greece greek greeks; india indian indians; indonesia indonesian; iran iranian iranians; iraq iraqi iraqis;
    israel israeli israelis; italy italian italians; japan japanese; jordan jordanian; korea korean koreans;
    kuwait kuwaiti; lebanon lebanese; libya libyan libyans; mexico mexican mexicans; pakistan pakistani pakistanis;
    palestine palestinian palestinians; poland polish poles; qatar qatari; russia russian russians; spain spanish;
    sudan sudanese; syria syrian syrians; taiwan taiwanese; thailand thai; turkey turkish turkiye turks;
    ukraine ukrainian ukrainians; yemen yemeni yemenis
"""
#: Words that headlines clip, after the stem that stands for them.
_CLIPPED = "earthquak earthquake earthquakes quake quakes temblor temblors"
#: "Two-week" and "2-week" are one.
_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]

_SAME = {word: words[0] for words in map(str.split, f"{_PEOPLES};{_CLIPPED}".split(";")) for word in words} | {
    word: str(number) for number, word in enumerate(_NUMBERS)
}


def fold(text: str) -> str:
    """Lower case, one form for letters that look alike, no marks."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join([c for c in folded if not unicodedata.combining(c)]).translate(_LETTERS)


#: Words that only hold a sentence together; of other languages those that are no other word in English.
STOP = frozenset(map(fold, _STOP_WORDS.split()))


def words(text: str) -> list[str]:
    """The folded words of a text, stop words and all."""
    folded = fold(text)
    if "'" in folded or "’" in folded or "ʼ" in folded:
        folded = _POSSESSIVE.sub("", folded)
    if "." in folded:
        folded = _ACRONYM.sub(lambda found: found[0].replace(".", ""), folded)
    return _WORD.findall(folded)


def stem(word: str) -> str:
    """An English word without plural and verb ending; other words are rarely touched."""
    if len(word) < 4 or not word.isascii():
        return word
    word = _singular(word)
    if len(word) > 5 and word.endswith("ing") and _VOWEL.search(word[:-3]):
        word = _undoubled(word[:-3])
    elif len(word) > 4 and word.endswith("ed") and _VOWEL.search(word[:-2]):
        word = _undoubled(word[:-2])
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and word[-2] not in "su" else word


def _undoubled(word: str) -> str:
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls"
    return word[:-1] if doubled else word


def parts(word: str) -> tuple[str, ...]:
    """The terms of one folded word: none of a stop word, one of most, pairs of characters of an unspaced script."""
    if word in STOP:
        return ()
    if word in _SAME:
        return (_SAME[word],)
    if word.isascii():
        return (stem(word),)
    if UNSPACED.search(word):
        return tuple(word[at : at + 2] for at in range(len(word) - 1)) if len(word) > 2 else (word,)
    return (_ARTICLE.sub("", word),) if _ARABIC.match(word) else (word,)


class Lexicon(dict[str, tuple[str, ...]]):
    """Remembers the terms of words: the same few thousand words make up most news."""

    #: Words kept; then it starts afresh. Some 20 MB.
    LIMIT = 200_000

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= self.LIMIT:
            self.clear()
        found = self[word] = parts(word)
        return found

    def terms(self, text: str) -> list[str]:
        """The terms of a text in order, repeats included, without stop words."""
        return self.of(words(text))

    def of(self, some: Iterable[str]) -> list[str]:
        """The terms of folded words."""
        return [term for word in some for term in self[word]]

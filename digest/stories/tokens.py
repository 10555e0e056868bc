"""Cuts a text into the terms that stories are compared by. Any script. Pure.

Not the matcher's folding: here a wrong stem costs little and speed counts, so the rules are few.
"""

import re
import unicodedata

#: Runs of letters and digits; thousands ("1,200") and dotted acronyms ("U.S.") stay one.
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
#: "u.s." and "r.s.v.p." lose their dots before words are cut.
_ACRONYM = re.compile(r"\b(?:[a-z]\.){2,}")
_POSSESSIVE = re.compile(r"['’]s\b")
#: Scripts written without spaces: cut into overlapping pairs of characters.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_ARABIC = re.compile(r"[\u0621-\u06ff]")
#: One word under two keyboards: Persian and Arabic letters, hamza forms, digits.
_LETTERS = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ة": "ه",
        "ؤ": "و",
        "\u200c": None,
        "ـ": None,
        "ё": "е",
        "ı": "i",
    }
)
#: The article with its usual clitics; what is left must still be a word.
_ARTICLE = re.compile(r"^[وف]?(?:[بک]?ال|لل)(?=...)")

#: Words that only hold a sentence together.
_STOP_WORDS = """
    a an the and or but nor of to in on at by for from with into over after before about as is are was were be been
    being it its this that these those he she they them his her their we us our you your i my me not no will would
    can could may might shall should has have had do does did what which who whom when where why how than then there
    here if so such more most some any all out up down off again just also only own same very s t new says say said
    u amid
"""
STOP = frozenset(_STOP_WORDS.split())


def fold(text: str) -> str:
    """Lower case, one form for letters that look alike, no marks."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c)).translate(_LETTERS)


def stem(word: str) -> str:
    """An English plural, possessive or verb ending gone; words of other languages are rarely touched."""
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and word[-2] not in "su":
        return word[:-1]
    return word


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeats included, without stop words."""
    folded = fold(text)
    if "'" in folded or "’" in folded:
        folded = _POSSESSIVE.sub("", folded)
    if "." in folded:
        folded = _ACRONYM.sub(lambda found: found[0].replace(".", ""), folded)
    if folded.isascii():
        return [stem(word) for word in _ASCII_WORD.findall(folded) if word not in STOP]
    return [term for word in _WORD.findall(folded) if word not in STOP for term in _parts(word)]


def _parts(word: str) -> list[str]:
    """One word as one term; a run of an unspaced script as pairs of characters."""
    if word.isascii():
        return [stem(word)]
    if _UNSPACED.search(word):
        return _pairs(word)
    if _ARABIC.match(word):
        return [_ARTICLE.sub("", word)]
    return [word]


def _pairs(word: str) -> list[str]:
    if len(word) < 3:
        return [word]
    return [word[at : at + 2] for at in range(len(word) - 1)]

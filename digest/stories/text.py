"""Folding: what makes two ways to write a word the same word, in any script. Pure.

Case, accents and Unicode compatibility forms do not count; hyphens, slashes, underscores and the zero-width
non-joiner are spaces. Arabic loses vowel marks, hamza and the tatweel; Arabic yeh and kaf are Persian ones; Hebrew
loses points and final forms; Turkish dotless i is i; ё is е. Each character folds by itself, so that a place in the
folded text can be traced back to the text as written.
"""

import re
import unicodedata
from typing import Final

#: Characters that are read as a space.
_SPACES: Final = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029-_/\u2010\u2011\u2012\u2013\u2212\u200c\u05be\u30fb"
#: Characters that say nothing: soft hyphen, zero-width space and joiner, marks of direction, tatweel, BOM,
#: and the half rings that transliterations write for ayn and hamza.
_NOTHING: Final = (
    "\xad\u200b\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u0640"
    "\u02be\u02bf\u02bb\u02bd\u02ca\u02cb"
)
#: Marks that do not change the word: of Latin, Greek and Cyrillic, Hebrew, and Arabic. Those of Indic scripts are
#: vowels, and stay.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
#: Letters that Unicode does not take apart, but readers do not tell apart.
_LETTERS: Final = str.maketrans(
    dict.fromkeys("’‘ʼ′`´＇‛", "'")
    | dict.fromkeys("“”„«»″‟", '"')
    | {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}
    | {"ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ٱ": "ا", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه"}
    | {"ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"}
)
_MANY_SPACES: Final = re.compile("  +")
#: Letters that may stand before an Arabic word and belong to it in writing: and, so, by, like, to, will; the article.
_CLITICS: Final = re.compile("[وف]?(?:[بکل]?(?:ال)?|لل|س)")
#: The same in Hebrew: and, the, in, as, to, from, that.
_HEBREW: Final = re.compile("ו?(?:כש|מש|ש)?[הבכלמ]{0,2}")
#: Letters of an Arabic or Hebrew word under which what stands before it is taken for another word.
_LONG_ENOUGH: Final = 3


class _Folding(dict[int, str]):
    """What each character becomes; computed once, when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    """What one character becomes: any number of characters, none of which would change again."""
    if character in _NOTHING:
        return ""
    if character in _SPACES or character.isspace():
        return " "
    if "가" <= character <= "힣":
        return character  # Hangul syllables, taken apart, would match half a syllable
    apart = unicodedata.normalize("NFKD", character).casefold()
    apart = unicodedata.normalize("NFKD", apart).translate(_LETTERS)
    if apart == character:
        return "" if _MARKS.match(character) else character
    return "".join(_FOLDING[ord(piece)] if piece != character else piece for piece in apart)


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """The text as it is compared. Linear; text in ASCII takes CPython's fast path of `str.translate`."""
    folded = text.translate(_FOLDING)
    return _MANY_SPACES.sub(" ", folded) if "  " in folded else folded


def trace(text: str) -> list[int]:
    """For each character of `fold(text)`, the index in `text` of the character that it came from."""
    places: list[int] = []
    last = ""
    for index, character in enumerate(text):
        for piece in _FOLDING[ord(character)]:
            if not piece == last == " ":
                places.append(index)
            last = piece
    return places


def is_word(character: str) -> bool:
    """Whether a folded character is part of a word."""
    return character.isalnum() or (character > "\u0300" and unicodedata.category(character)[0] == "M")


def runs_on(character: str) -> bool:
    """Whether a folded character's script writes words without spaces (Han, kana, Thai, Lao, Burmese, Khmer)."""
    return character >= "\u0e00" and (
        "\u3040" <= character <= "\u30ff"
        or "\u3400" <= character <= "\u9fff"
        or "\u0e00" <= character <= "\u0eff"
        or "\u1000" <= character <= "\u109f"
        or "\u1780" <= character <= "\u17ff"
        or "\U00020000" <= character <= "\U0003ffff"
    )


def starts_word(text: str, start: int, end: int) -> bool:
    """Whether folded text has a word's beginning at `start`: a match from there to `end` is not inside a word.

    Before Arabic and Hebrew words of three letters and more, the particles that are written on to them may stand.
    """
    if not start or not is_word(text[start - 1]) or runs_on(text[start]):
        return True
    first = text[start]
    if "\u0621" <= first <= "\u06d3":
        clitics = _CLITICS
    elif "\u05d0" <= first <= "\u05ea":
        clitics = _HEBREW
    else:
        return False
    return end - start >= _LONG_ENOUGH and clitics.fullmatch(text, word_start(text, start), start) is not None


def ends_word(text: str, end: int) -> bool:
    """Whether folded text has a word's end at `end`. Korean particles are written on to the word, and may follow."""
    if end >= len(text) or not is_word(text[end]):
        return True
    last = text[end - 1]
    return runs_on(last) or "가" <= last <= "힣"


def word_start(text: str, at: int) -> int:
    """Where in folded text the word begins that `at` stands in."""
    while at and is_word(text[at - 1]) and not runs_on(text[at - 1]):
        at -= 1
    return at


def word_end(text: str, at: int) -> int:
    """Where in folded text the word ends that the character before `at` belongs to."""
    while at < len(text) and is_word(text[at]) and not runs_on(text[at - 1]):
        at += 1
    return at

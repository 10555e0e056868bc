"""Folding: what makes two ways to write a word the same word, in any script. Pure.

Case, accents and Unicode compatibility forms do not count, and whatever is not a letter or digit becomes a space.
Arabic loses vowel marks, hamza and the tatweel; Arabic yeh and kaf are Persian ones; Hebrew loses points and final
forms; Turkish dotless i is i; ё is е. Each character folds by itself, so that a place in the folded text can be traced
back to the text as written.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Final

from digest.text.scripts import UNSPACED

#: Stands between texts that are folded together; it stays as it is.
BREAK: Final = "\x1e"
#: Characters that say nothing: soft hyphen, zero-width space and joiner, marks of direction, tatweel, BOM, and the
#: half rings that transliterations write for ayn and hamza. (The zero-width non-joiner is a space: Persian writes
#: endings with it, without it, or with a space.)
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
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}
    | {"ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ٱ": "ا", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه"}
    | {"ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"}
)
#: What most texts in English have besides ASCII: replaced first, they leave the rest to the fast path.
_COMMON: Final = tuple((mark, " ") for mark in "’“”‘–—…\xa0")
#: Characters of which each folds to exactly one: a text of these alone needs no tracing.
_ONE_TO_ONE: Final = re.compile("[\0-\x7f’“”‘–—…\xa0À-ÅÇ-ÖØ-Ýà-åç-öø-ýа-яА-ЯёЁء-غف-يپچژکگی،؛؟«»]*")
#: Letters that may stand before an Arabic word and belong to it in writing: and, so, by, like, to, will; the article.
_ARABIC: Final = re.compile("[وف]?(?:[بکل]?(?:ال)?|لل|س)")
#: The same in Hebrew: and, the, in, as, to, from, that.
_HEBREW: Final = re.compile("ו?(?:כש|מש|ש)?[הבכלמ]{0,2}")
#: Letters of an Arabic or Hebrew word under which what stands before it is taken for another word.
_LONG_ENOUGH: Final = 3


class _Folding(dict[int, str]):
    """What each character becomes; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    """What one character becomes: any number of characters, none of which would change again."""
    if character == BREAK or "가" <= character <= "힣":
        return character  # Hangul syllables, taken apart, would match half a syllable
    if character in _NOTHING or _MARKS.match(character):
        return ""
    if not is_word(character):
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    apart = unicodedata.normalize("NFKD", character).casefold()
    apart = unicodedata.normalize("NFKD", apart).translate(_LETTERS)
    return character if apart == character else "".join(_folded(piece) for piece in apart)


def is_word(character: str) -> bool:
    """Whether a folded character is part of a word: a letter, a digit, or a mark on one."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """The text as it is compared. Linear; text in ASCII, or nearly, takes CPython's fast path of `str.translate`."""
    if not text.isascii():
        for mark, plain in _COMMON:
            text = text.replace(mark, plain)
    return text.translate(_FOLDING)


def trace(text: str) -> Sequence[int]:
    """For each character of `fold(text)`, the index in `text` of the character that it came from."""
    if _ONE_TO_ONE.fullmatch(text):
        return range(len(text))
    return list(chain.from_iterable(repeat(index, len(_FOLDING[ord(one)])) for index, one in enumerate(text)))


def runs_on(character: str) -> bool:
    """Whether a folded character's script writes words without spaces."""
    return character >= "\u0e00" and UNSPACED.match(character) is not None


def takes_particles_before(character: str) -> bool:
    """Whether particles are written on to the beginning of words that begin so (Arabic, Hebrew)."""
    return "\u0621" <= character <= "\u06d3" or "\u05d0" <= character <= "\u05ea"


def takes_particles_after(character: str) -> bool:
    """Whether particles are written on to the end of words that end so (Korean)."""
    return "가" <= character <= "힣"


def starts_word(text: str, start: int, end: int) -> bool:
    """Whether in folded text a match from `start` to `end` begins a word, or follows nothing but particles in it."""
    if not start or runs_on(text[start]) or not is_word(text[start - 1]):
        return True
    if not takes_particles_before(text[start]) or end - start < _LONG_ENOUGH:
        return False
    particles = _HEBREW if text[start] < "\u0600" else _ARABIC
    return particles.fullmatch(text, text.rfind(" ", 0, start) + 1, start) is not None


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Where in folded text the words begin and end that a match stands in."""
    if not runs_on(text[start]):
        start = text.rfind(" ", 0, start) + 1
    if not runs_on(text[end - 1]):
        after = text.find(" ", end)
        end = after if after >= 0 else len(text)
    return start, end

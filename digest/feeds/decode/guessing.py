"""Which encoding a text without a usable name for it is in, by the script that comes out. Pure.

Bytes of another encoding come out as letters of several scripts in one word, or as capitals within words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from digest.feeds.values.languages import script_of

#: Characters that are looked at; and how few beyond ASCII prove nothing.
_LOOKED_AT = 100_000
_FEWEST = 8
#: Of these characters, how many must be of the script; the rest are signs.
_SHARE = 0.8
#: Of its letters, how many may stand beside a Latin one, or be capitals within a word; where no blanks divide words,
#: names stand beside them.
_STRANGE = 0.05
_STRANGE_WITHOUT_BLANKS = 0.5
#: Capitals among the letters of honest texts: KOI8 and windows-1251 have them the other way round.
_CAPITALS = 0.5
#: Of Japanese, how many are kana.
_KANA = 0.2
#: Characters that every Chinese text is full of; half of them differ between the two scripts.
_OFTEN_CHINESE = frozenset("的一是不了在人有我他中大上和年这来国会个说们为这這來國會個說們為")
_CHINESE = 0.05

#: Encodings by the script that they write; of two that fit a text, the first is it.
_SCRIPTS = (
    ("cp1255", "hebrew"),
    ("cp1251", "cyrillic"),
    ("koi8-u", "cyrillic"),
    ("cp1253", "greek"),
    ("iso8859-5", "cyrillic"),
    ("cp1256", "arabic"),
    ("euc_jp", "kana"),
    ("cp932", "kana"),
    ("cp949", "hangul"),
    ("gb18030", "han"),
    ("big5hkscs", "han"),
    ("cp874", "thai"),
)


def guessed(body: bytes) -> str | None:
    """Python's codec for a text that is no UTF-8, if its letters leave no doubt; else None."""
    for codec, script in _SCRIPTS:
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        if _is_written_in(text[:_LOOKED_AT], script):
            return codec
    return None


def _is_written_in(text: str, script: str) -> bool:
    """Whether the letters beyond ASCII are of one script, and stand in words as they do."""
    high = [letter for letter in text if letter > "\x7f"]
    if len(high) < _FEWEST or not _is_most(script, high):
        return False
    capitals = sum(letter.isupper() for letter in high)
    may = _STRANGE_WITHOUT_BLANKS if script in ("han", "hangul", "kana") else _STRANGE
    return sum(_strangers(text)) <= may * len(high) and capitals <= _CAPITALS * len(high)


def _is_most(script: str, high: Sequence[str]) -> bool:
    """Whether a text's characters are of a script as far as texts in its languages are."""
    if script == "han":
        return sum(letter in _OFTEN_CHINESE for letter in high) >= _CHINESE * len(high)
    counts = Counter(map(script_of, high))
    if script == "kana" and counts["kana"] < _KANA * len(high):
        return False
    return counts[script] + (counts["han"] if script == "kana" else 0) >= _SHARE * len(high)


def _strangers(text: str) -> Iterator[bool]:
    """Of neighbours of which one is beyond ASCII: whether they would hardly stand together."""
    for one, other in pairwise(text):
        if one > "\x7f" or other > "\x7f":
            latin = _is_latin(one) != _is_latin(other) and script_of(max(one, other)) != "other"
            yield latin or (one.islower() and other.isupper())


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()

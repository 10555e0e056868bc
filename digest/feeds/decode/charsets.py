"""What the name of an encoding means, and which encoding a text without a usable name is in. Pure.

Names by the web's own table (WHATWG Encoding 4.2) and its usual misspellings; the guess by the script that comes out.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from webencodings.labels import LABELS

from digest.feeds.values.languages import script_of

#: What a document must begin with in any encoding whose name could be read out of it.
_SAMPLE = '<?xml version="1.0"?>'
_LETTERS = re.compile(r"[^a-z0-9]+")
#: Without punctuation: "shift-jis", "iso8859_15" and "windows1251" are meant well.
_SQUEEZED: Mapping[str, str] = {_LETTERS.sub("", label): name for label, name in LABELS.items()}
_MISSPELT = (
    (re.compile(r"x?(?:cp|win|windows|ms|ansi|microsoft)(125[0-8]|874)"), r"windows-\1"),
    (re.compile(r"x?(?:iso)?8859(\d{1,2})"), r"iso-8859-\1"),
    (re.compile(r"x?(?:unicode\d*)?utf8.*"), "utf-8"),
    (re.compile(r"x?(gb18030|gb2312|gbk|sjis|big5|eucjp|euckr|koi8r|koi8u).*"), r"\1"),
    (re.compile(r"x?(?:cp|win|windows|ms)932"), "shift_jis"),
    (re.compile(r"x?(?:cp|win|windows|ms)936"), "gbk"),
    (re.compile(r"x?(?:cp|win|windows|ms)949"), "euc-kr"),
    (re.compile(r"x?(?:cp|win|windows|ms)950"), "big5"),
    (re.compile(r"msee"), "windows-1250"),
    (re.compile(r"mscyrl"), "windows-1251"),
    (re.compile(r"msansi"), "windows-1252"),
    (re.compile(r"msgreek"), "windows-1253"),
    (re.compile(r"msturk|turkish"), "windows-1254"),
    (re.compile(r"mshebr"), "windows-1255"),
    (re.compile(r"msarab"), "windows-1256"),
    (re.compile(r"thai"), "windows-874"),
)
#: Codecs of Python by names of the web, the superset that is really used first.
_CODECS = {
    "gbk": ("gb18030", "gbk"),
    "big5": ("big5hkscs", "cp950"),
    "euc-kr": ("cp949",),
    "shift_jis": ("cp932", "shift_jisx0213"),
    "euc-jp": ("euc_jp", "euc_jisx0213"),
    "macintosh": ("mac-roman",),
    "x-mac-cyrillic": ("mac-cyrillic",),
    "iso-8859-8-i": ("iso8859-8",),
    "windows-874": ("cp874", "iso8859-11"),
}
#: Codecs of Python that are not character encodings of documents.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf-7", "undefined", "mbcs", "oem"}
)


@lru_cache(maxsize=256)
def codecs_of(label: str) -> tuple[str, ...]:
    """Python's codecs for an encoding's name, the likeliest first; none: nobody knows it, or it cannot be.

    The name was read out of the document as ASCII, so it names an encoding in which ASCII is written as such.
    """
    name = _web_name(label)
    return tuple(codecs.lookup(codec).name for codec in _CODECS.get(name, (name,)) if _writes_ascii(codec))


def _web_name(label: str) -> str:
    """The web's name of an encoding; the label itself where the web has none."""
    label = label.strip().lower()
    if found := LABELS.get(label) or _SQUEEZED.get(_LETTERS.sub("", label)):
        return found if found not in ("replacement", "x-user-defined") else label
    squeezed = _LETTERS.sub("", label)
    for pattern, meant in _MISSPELT:
        if match := pattern.fullmatch(squeezed):
            name = match.expand(meant)
            return LABELS.get(name) or _SQUEEZED.get(name, name)
    return label


def _writes_ascii(codec: str) -> bool:
    """Whether Python has such an encoding, and it writes ASCII as ASCII."""
    try:
        found = codecs.lookup(codec)
        return (
            found.name not in _NO_CHARSETS
            and found._is_text_encoding
            and _SAMPLE.encode("ascii").decode(codec) == _SAMPLE
        )
    except (LookupError, ValueError):
        return False


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

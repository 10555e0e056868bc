"""What the name of an encoding means: the web's own table (WHATWG Encoding 4.2), and its usual misspellings. Pure."""

import codecs
import re
from collections.abc import Mapping
from functools import lru_cache

from webencodings.labels import LABELS

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
#: Codecs of Python that are no character encodings of documents.
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

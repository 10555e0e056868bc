"""Which characters a document's bytes are. Pure.

The order of RFC 7303 3 (byte-order mark, then the HTTP charset, then the XML declaration) with two lessons: a server's
default charset is wrong more often than the document's own declaration, so the declaration goes first; and a declared
encoding that does not fit the bytes is no encoding.
"""

import codecs
import re

from digest.errors import ParseError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How `<` (and `{` of a JSON Feed) and the character after it look without a byte-order mark (XML appendix F).
_SHAPES = (
    (re.compile(rb"[<{\s]\0\0\0[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\s]\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{\s]\0[^\0]"), "utf-16-be"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']\s*([A-Za-z0-9._:\-]{1,40})\s*[\"']")
_STRAY = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:\-]{1,40})", re.IGNORECASE)
#: What a label means on the web (WHATWG Encoding): the superset that was really used.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
}
#: Codecs of Python that are no character encodings of documents.
_TEXT_ONLY = ("idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf-7", "undefined", "mbcs", "oem")


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """A document's text, and the name of its encoding. ParseError: it is empty, or no text at all."""
    if not body.strip(b" \t\r\n\0"):
        raise ParseError("the document is empty; open the address in a browser")
    for name in _candidates(body, content_type):
        if name.lower().replace("_", "-") in ("utf-8", "utf8") and (mixed := _mended_utf8(body)) is not None:
            return mixed.removeprefix("\ufeff"), "utf-8"
        text = _decoded(body, name)
        if text is not None:
            return text.removeprefix("\ufeff"), name
    return body.decode("latin-1"), "iso8859-1"


def _candidates(body: bytes, content_type: str) -> list[str]:
    """Encodings to try, the likeliest first."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            # UTF-32-LE begins with UTF-16-LE's mark: it stands first in the table.
            return [name]
    for shape, name in _SHAPES:
        if shape.match(body):
            return [name]
    names = []
    if declared := _DECLARED.match(body[:400]):
        names.append(declared[1].decode("ascii"))
    else:
        names.append("utf-8")
    if charset := _CHARSET.search(content_type):
        names.append(charset[1])
    return [*names, "utf-8", "cp1252", "iso8859-2"]


def _decoded(body: bytes, name: str) -> str | None:
    """The text in one encoding, or None where that is unknown or does not fit."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec in _TEXT_ONLY or not codecs.lookup(codec)._is_text_encoding:
        return None
    if codec in ("ascii", "iso8859-1") and (utf8 := _strict(body, "utf-8")) is not None:
        # Nothing but UTF-8 looks like UTF-8 by chance.
        return utf8
    if codec.startswith(("utf-16", "utf-32")):
        return body[: len(body) // 2 * 2].decode(codec, "replace")
    text = _strict(body, _SUPERSETS.get(codec, codec))
    return text if text is not None else _strict(body, codec)


def _strict(body: bytes, codec: str) -> str | None:
    """The text, if every byte fits."""
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _mended_utf8(body: bytes) -> str | None:
    """UTF-8 with a few bytes of windows-1252 in it, or cut off in a character; None where it is hardly UTF-8 at all."""
    if (whole := _strict(body, "utf-8")) is not None:
        return whole
    text = body.decode("utf-8", "surrogateescape")
    stray = len(_STRAY.findall(text))
    if stray * 2 > sum(1 for _ in _BEYOND_ASCII.finditer(text)) - stray:
        return None
    return _STRAY.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text)

"""Which characters a document's bytes are. Pure.

The order of RFC 7303 3 (byte-order mark, then the HTTP charset, then the XML declaration) with three lessons: a
server's default charset is wrong more often than the document's own declaration, so the declaration goes first; a
declared encoding that does not fit the bytes is not an encoding; and one that was read as ASCII rules out UTF-16.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from digest.errors import ParseError
from digest.feeds.decode.charsets import codecs_of, guessed

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
_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
#: Sequences of UTF-8 that no other encoding holds by chance.
_SURELY_UTF8 = 10
#: One character in so many may be broken in a document of another encoding: it was cut off, or holds a slip.
_ONE_BROKEN_IN = 20
_UTF8 = "utf-8"
#: What the web calls ASCII and ISO 8859-1: the encoding that is named most often without being meant.
_LATIN = "cp1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text, and how it was found."""

    text: str
    #: Python's name of its encoding.
    encoding: str
    #: What was wrong with what the document says of it; mostly nothing.
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """A document's text. ParseError: it is empty."""
    if not body.strip(b" \t\r\n\0"):
        raise ParseError("the document is empty; open the address in a browser")
    for mark, name in _MARKS:
        # UTF-32-LE begins with UTF-16-LE's mark: it stands first in the table.
        if body.startswith(mark):
            return _in(body, name)
    for shape, name in _SHAPES:
        if shape.match(body):
            return _in(body, name)
    declared = _DECLARED.match(body[:400])
    charset = _CHARSET.search(content_type)
    said = [declared[1].decode("ascii")] if declared else []
    said += [charset[1]] if charset else []
    return _as_said(body, said if declared else [_UTF8, *said], said[0] if said else "")


def _as_said(body: bytes, labels: Sequence[str], said: str) -> Decoded:
    """A document in the first of these encodings that fits; `said` is what it says itself, or its server does."""
    candidates = [codec for label in labels for codec in codecs_of(label)]
    if candidates[:1] != [_UTF8] and _is_utf8(body, by_chance=candidates[:1] != [_LATIN]):
        candidates.insert(0, _UTF8)
    meant = codecs_of(said)
    for codec in (*candidates, _UTF8):
        if (text := _decoded(body, codec)) is not None:
            as_said = not said or codec in meant or (codec == _UTF8 and _LATIN in meant)
            return Decoded(text, codec, () if as_said else (_said_wrongly(said, codec),))
    codec = guessed(body) or next((one for one in (_LATIN, "iso8859-2") if _strict(body, one) is not None), "latin-1")
    text = body.decode(codec).removeprefix("\ufeff")
    return Decoded(text, codec, (_said_wrongly(said, codec) if said else f"it names no encoding: read as {codec}",))


def _said_wrongly(said: str, codec: str) -> str:
    return f"it is said to be in “{said}”, which is unknown or does not fit: read as {codec}"


def _is_utf8(body: bytes, *, by_chance: bool) -> bool:
    """Whether a document can only be UTF-8, whatever it is said to be; `by_chance`: a few characters prove nothing."""
    needed = _SURELY_UTF8 if by_chance else 1
    found = sum(1 for _ in zip(range(needed), _SEQUENCE.finditer(body), strict=False))
    return found == needed and _strict(body, _UTF8) is not None


def _in(body: bytes, codec: str) -> Decoded:
    """A document whose first bytes tell its encoding."""
    if codec == _UTF8:
        text = _mended_utf8(body) or body.decode(codec, "replace")
    else:
        width = 4 if "32" in codec else 2 if "16" in codec else 1
        text = body[: len(body) // width * width].decode(codec, "replace")
    return Decoded(text.removeprefix("\ufeff"), codec)


def _decoded(body: bytes, codec: str) -> str | None:
    """The text in one encoding, or None where that does not fit."""
    if codec == _UTF8:
        return _mended_utf8(body)
    if (text := _strict(body, codec)) is not None:
        return text
    # One that was cut off, or has a slip in it.
    text = body.decode(codec, "replace")
    broken = text.count("\ufffd")
    return text if broken * _ONE_BROKEN_IN <= sum(1 for _ in _BEYOND_ASCII.finditer(text)) else None


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

"""What can be put right in XML that is not well-formed, so that the strict parser can read it. Pure.

Four faults make most of the malformed feeds: HTML's entities without a DTD, bare ampersands, control characters, and an
end that never arrived. What stays malformed goes to feedparser's loose parser.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.entities import html5
from xml.parsers.expat import errors

from digest.feeds.parse.precheck import Guarded

#: Times that a document is mended: one for each kind of fault.
MAX_MENDS = 3

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
#: What XML 1.0 forbids (2.2).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BARE = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_CHANNEL = re.compile(r"<(?:\w+:)?channel[\s>]")
_ITEM = re.compile(r"<(?:\w+:)?item[\s>]")
_NAME = re.compile(r"<([\w:.-]+)")


def mended(document: Guarded, code: int) -> tuple[Guarded, str] | None:
    """The document without the fault of an expat error code, and a sentence about it; None: it cannot be helped.

    A document that was cut off ends after its last whole entry: half a title is not stored.
    """
    remedy = _REMEDIES.get(code)
    if remedy is None:
        return None
    mend, sentence = remedy
    root = mend(document)
    return None if root == document.root else (replace(document, root=root), sentence)


def _with_characters(document: Guarded) -> str:
    """HTML's named entities as the characters that they name."""

    def character(found: re.Match[str]) -> str:
        name = found[1]
        if name in _OF_XML or name in document.entities:
            return found[0]
        return "".join(f"&#{ord(one)};" for one in html5.get(f"{name};", "")) or f"&amp;{name};"

    return _ENTITY.sub(character, document.root)


def _escaped(document: Guarded) -> str:
    """Control characters as spaces, and ampersands that begin no reference as what was meant, outside CDATA.

    feedparser's loose parser takes `?id=1&lang=fr` for the entity of an angle bracket.
    """
    pieces = _FORBIDDEN.sub(" ", document.root).split("<![CDATA[")
    mended = [_BARE.sub("&amp;", pieces[0])]
    for piece in pieces[1:]:
        inside, end, outside = piece.partition("]]>")
        mended.append(inside + end + _BARE.sub("&amp;", outside))
    return "<![CDATA[".join(mended)


def _completed(document: Guarded) -> str:
    """The document up to its last whole entry, its open elements closed."""
    end = 0
    for found in _ENTRY_END.finditer(document.root):
        end = found.end()
    name = _NAME.match(document.root)
    if not end or not name:
        return document.root
    kept = document.root[:end]
    channel, item = _CHANNEL.search(kept), _ITEM.search(kept)
    inside = channel and item and "</channel>" not in kept[channel.start() : item.start()]
    return f"{kept}{'</channel>' if inside else ''}</{name[1]}>"


#: What is said of a document whose end never arrived.
CUT_OFF = "the document is cut off; what comes after its last whole entry is left out"
_REMEDIES: Mapping[int, tuple[Callable[[Guarded], str], str]] = {
    errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY]: (_with_characters, "it uses entities that it does not declare"),
    errors.codes[errors.XML_ERROR_INVALID_TOKEN]: (_escaped, "it holds bare ampersands or control characters"),
    errors.codes[errors.XML_ERROR_NO_ELEMENTS]: (_completed, CUT_OFF),
    errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN]: (_completed, CUT_OFF),
    errors.codes[errors.XML_ERROR_UNCLOSED_CDATA_SECTION]: (_completed, CUT_OFF),
    errors.codes[errors.XML_ERROR_PARTIAL_CHAR]: (_completed, CUT_OFF),
}

"""Between expat and feedparser: fewer calls, nothing that is not used, and limits. Pure.

feedparser's strict parser is a SAX handler; this SAX driver feeds it. Against the standard library's it joins pieces of
text before handing them on, leaves out elements that no item uses (pictures, players, comments), and ends documents
that are built to be slow.
"""

import xml.sax.expatreader
import xml.sax.handler
from collections.abc import Mapping
from enum import Enum
from typing import Any
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import StrictFeedParser

from digest.errors import ParseError
from digest.feeds.parse.precheck import MAX_DEPTH

#: Characters of one piece of text that are handed on: far more than `clean` looks at.
MAX_TEXT = 65_536
#: Prefixes that a document may declare: feedparser searches all of them for each element (4,000: 1.8 s).
MAX_PREFIXES = 200
#: Categories of one entry that are handed on: feedparser compares each with all (4,000: 0.65 s).
MAX_CATEGORIES = 100

#: Vocabularies that hold something of an item; elements of others that have a prefix are left out.
_KEPT = frozenset(
    """
    http://www.w3.org/2005/Atom http://purl.org/atom/ns# http://purl.org/rss/1.0/ http://my.netscape.com/rdf/simple/0.9/
    http://backend.userland.com/rss http://backend.userland.com/rss2 http://blogs.law.harvard.edu/tech/rss
    http://purl.org/rss/1.0/modules/rss091# http://purl.org/dc/elements/1.1/ http://purl.org/dc/terms/
    http://purl.org/rss/1.0/modules/content/ http://purl.org/rss/1.0/modules/syndication/
    http://www.w3.org/1999/02/22-rdf-syntax-ns# http://www.w3.org/1999/xhtml http://www.w3.org/XML/1998/namespace
    http://search.yahoo.com/mrss/ http://search.yahoo.com/mrss
    """.lower().split()
)
#: Prefixes that mean the same whatever address they were given by mistake: feedparser goes by them too.
_KEPT_PREFIXES = frozenset({"atom", "content", "dc", "dcterms", "rdf", "rss", "sy", "xhtml"})
#: Elements without a use, by name, whatever their vocabulary. `media:content` holds captions, not the entry's text.
_LEFT_OUT = frozenset(
    {"comments", "image", "textinput", "textInput", "cloud", "generator", "thumbnail", "width", "height"}
    | {"docs", "post-id"}
)
_LEFT_OUT_OF_MEDIA = frozenset({"content", "thumbnail", "credit", "player", "rating", "text", "community"})
_KEPT_OF_ITUNES = frozenset({"author", "summary", "subtitle", "keywords"})


#: feedparser's own prefixes of the vocabularies that it knows; empty for those of RSS and Atom.
_PREFIXES = {address.lower(): prefix for address, prefix in StrictFeedParser.namespaces.items()}


class _Use(Enum):
    """What is done with elements of one name."""

    HANDED_ON = "handed on"
    LEFT_OUT = "left out"
    #: Counted: at most MAX_CATEGORIES of an entry are handed on.
    CATEGORY = "category"
    ENTRY = "entry"


class Driver(xml.sax.expatreader.ExpatParser):
    """A SAX driver for one document and one handler: feedparser's strict parser."""

    #: expat's own object, made in `reset`.
    _parser: Any

    def __init__(self, feedparser_handler: Any) -> None:
        super().__init__(namespaceHandling=1)
        self._feedparser = feedparser_handler
        self._depth = 0
        #: The depth of the element that is being left out; 0: none.
        self._left_out_at = 0
        self._categories = 0
        #: What is known of a name in expat's form, and feedparser's own name for it where that is certain.
        self._known: dict[str, tuple[_Use, str]] = {}
        self.setContentHandler(feedparser_handler)
        self.setErrorHandler(feedparser_handler)
        self.setFeature(xml.sax.handler.feature_external_ges, 0)

    def reset(self) -> None:
        """Make expat ready."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = MAX_TEXT
        self._parser.ProcessingInstructionHandler = None

    def start_namespace_decl(self, prefix: str | None, uri: str | None) -> None:
        """A new prefix, unless there are too many."""
        if len(self._feedparser.namespaces_in_use) > MAX_PREFIXES:
            raise ParseError(f"refused: it declares more than {MAX_PREFIXES} namespaces")
        self._feedparser.startPrefixMapping(prefix, uri)

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """A start tag: handed on, unless it is left out or the document is too deep."""
        self._depth += 1
        if self._left_out_at:
            return
        if self._depth > MAX_DEPTH:
            raise ParseError(f"refused: its elements are nested more than {MAX_DEPTH} deep")
        use, tag = self._known.get(name) or self._learnt(name)
        if use is not _Use.HANDED_ON and not self._feedparser.incontent and self._is_left_out(use):
            self._left_out_at = self._depth
            self._parser.CharacterDataHandler = None
        elif tag and not self._feedparser.decls and " " not in "".join(attrs):
            # What feedparser's startElementNS comes to for a vocabulary it knows, at a third of the time.
            self._feedparser.unknown_starttag(tag, [(key.lower(), value) for key, value in attrs.items()])
        else:
            self._feedparser.startElementNS(_pair(name), None, _attributes(attrs))

    def end_element_ns(self, name: str) -> None:
        """An end tag."""
        self._depth -= 1
        if self._left_out_at:
            if self._depth < self._left_out_at:
                self._left_out_at = 0
                self._parser.CharacterDataHandler = self._feedparser.characters
            return
        tag = self._known[name][1]
        if tag:
            self._feedparser.unknown_endtag(tag)
        else:
            self._feedparser.endElementNS(_pair(name), None)

    def _learnt(self, name: str) -> tuple[_Use, str]:
        """A name met for the first time."""
        self._known[name] = found = (_use(name.split()), standard_tag(name))
        return found

    def _is_left_out(self, use: _Use) -> bool:
        """Whether an element with such a name is left out here."""
        if use is _Use.ENTRY:
            self._categories = 0
        elif use is _Use.CATEGORY:
            self._categories += 1
        return use is _Use.LEFT_OUT or self._categories > MAX_CATEGORIES


def standard_tag(name: str) -> str:
    """feedparser's own name for an element, given in expat's form; empty where that is not certain."""
    namespace, local = _pair(name)
    prefix = _PREFIXES.get((namespace or "").lower())
    if prefix is None or local in ("math", "svg"):
        return ""
    return (f"{prefix}:{local}" if prefix else local).lower()


def redefines(prefix: str | None, namespace: str) -> bool:
    """Whether a document calls one vocabulary by feedparser's name for another, which then means both."""
    means = _PREFIXES.get(namespace.lower())
    return means is not None and means != prefix and prefix in _PREFIXES.values()


def is_left_out(name: str) -> bool:
    """Whether elements of a name, given in expat's form, are of no use to an item."""
    return _use(name.split()) is _Use.LEFT_OUT


def _pair(name: str) -> tuple[str | None, str]:
    """(namespace, local name) of a name in expat's form: `[namespace] local [prefix]`."""
    parts = name.split()
    return (None, name) if len(parts) == 1 else (parts[0], parts[1])


def _use(parts: list[str]) -> _Use:
    """What is done with elements of a name, given in the parts of expat's form."""
    namespace, local = (parts[0].lower(), parts[1]) if len(parts) > 1 else ("", parts[0])
    if "yahoo.com/mrss" in namespace:
        left_out = local in _LEFT_OUT_OF_MEDIA
    elif "itunes" in namespace:
        left_out = local not in _KEPT_OF_ITUNES
    else:
        unknown = len(parts) == 3 and namespace not in _KEPT and parts[2].lower() not in _KEPT_PREFIXES
        left_out = local in _LEFT_OUT or unknown
    if left_out:
        return _Use.LEFT_OUT
    return {"category": _Use.CATEGORY, "item": _Use.ENTRY, "entry": _Use.ENTRY}.get(local, _Use.HANDED_ON)


def _attributes(attrs: Mapping[str, str]) -> AttributesNSImpl:
    """Attributes as SAX hands them over."""
    values: dict[Any, str] = {}
    names: dict[Any, str] = {}
    for name, value in attrs.items():
        parts = name.split()
        pair = _pair(name)
        values[pair] = value
        names[pair] = f"{parts[2]}:{parts[1]}" if len(parts) == 3 else parts[-1]
    return AttributesNSImpl(values, names)

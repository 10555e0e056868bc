"""Between expat and feedparser: fewer calls, nothing that is not used, and limits. Pure.

feedparser's strict parser is a SAX handler; this SAX driver feeds it. Against the standard library's it joins pieces of
text before handing them on, leaves out elements that no item uses (pictures, players, comments), and ends documents
that are built to be slow.
"""

import xml.sax.expatreader
import xml.sax.handler
from collections.abc import Mapping
from typing import Any
from xml.sax.xmlreader import AttributesNSImpl

from digest.errors import ParseError
from digest.feeds.guard import MAX_DEPTH

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
#: Elements without a use, by name, whatever their vocabulary. `media:content` holds captions, not the entry's text.
_LEFT_OUT = frozenset({"enclosure", "comments", "image", "textinput", "textInput", "cloud", "generator", "thumbnail"})
_LEFT_OUT_OF_MEDIA = frozenset({"content", "thumbnail", "credit", "player", "rating", "text", "community"})
_NO_ATTRIBUTES = AttributesNSImpl({}, {})


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
        self._prefixes = 0
        self._categories = 0
        #: Whether an element of this name is left out; expat's names recur.
        self._verdicts: dict[str, bool] = {}
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
        """Count prefixes."""
        self._prefixes += 1
        if self._prefixes > MAX_PREFIXES and len(self._feedparser.namespaces_in_use) > MAX_PREFIXES:
            raise ParseError(f"refused: it declares more than {MAX_PREFIXES} namespaces")
        self._feedparser.startPrefixMapping(prefix, uri)

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """A start tag: handed on, unless it is left out or the document is too deep."""
        self._depth += 1
        if self._left_out_at:
            return
        if self._depth > MAX_DEPTH:
            raise ParseError(f"refused: its elements are nested more than {MAX_DEPTH} deep")
        if self._is_left_out(name) and not self._feedparser.incontent:
            self._left_out_at = self._depth
            self._parser.CharacterDataHandler = None
            return
        pair: Any = name.split()
        pair = (None, name) if len(pair) == 1 else (pair[0], pair[1])
        self._feedparser.startElementNS(pair, None, _attributes(attrs) if attrs else _NO_ATTRIBUTES)

    def end_element_ns(self, name: str) -> None:
        """An end tag."""
        self._depth -= 1
        if self._left_out_at:
            if self._depth < self._left_out_at:
                self._left_out_at = 0
                self._parser.CharacterDataHandler = self._feedparser.characters
            return
        pair: Any = name.split()
        self._feedparser.endElementNS((None, name) if len(pair) == 1 else (pair[0], pair[1]), None)

    def _is_left_out(self, name: str) -> bool:
        """Whether elements of this name are of no use outside content."""
        verdict = self._verdicts.get(name)
        if verdict is None:
            verdict = self._verdicts[name] = _verdict(name.split())
        if name.endswith("category") and not verdict:
            self._categories += 1
            return self._categories > MAX_CATEGORIES
        if name.endswith(("item", "entry")):
            self._categories = 0
        return verdict


def _verdict(parts: list[str]) -> bool:
    """What `_KEPT` and `_LEFT_OUT` say of a name in expat's form: `[namespace] local [prefix]`."""
    local = parts[0] if len(parts) == 1 else parts[1]
    namespace = parts[0].lower() if len(parts) > 1 else ""
    if "yahoo.com/mrss" in namespace:
        return local in _LEFT_OUT_OF_MEDIA
    if "itunes" in namespace:
        return local not in {"author", "summary", "subtitle", "keywords"}
    return local in _LEFT_OUT or (len(parts) == 3 and namespace not in _KEPT)


def _attributes(attrs: Mapping[str, str]) -> AttributesNSImpl:
    """Attributes as SAX hands them over."""
    values: dict[Any, str] = {}
    names: dict[Any, str] = {}
    for name, value in attrs.items():
        parts = name.split()
        pair = (None, name) if len(parts) == 1 else (parts[0], parts[1])
        values[pair] = value
        names[pair] = f"{parts[2]}:{parts[1]}" if len(parts) == 3 else parts[-1]
    return AttributesNSImpl(values, names)

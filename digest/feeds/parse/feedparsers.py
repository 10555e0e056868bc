"""feedparser's two parsers, with what is done better elsewhere taken out of them. Pure.

`Strict` reads well-formed XML through `expat_driver`; `Loose` reads everything else. Both leave dates, persons and
guesses about HTML alone: `dates`, `syndication` and `clean` read the raw texts.
"""

import xml.sax
from collections.abc import Mapping
from typing import Any

import feedparser.api

from digest.errors import ParseError
from digest.feeds.parse.expat_driver import Driver
from digest.feeds.parse.precheck import MAX_DEPTH


class _Parameters(dict[str, Any]):
    """What holds of the text being read; feedparser copies it deeply, though it is flat."""

    def __deepcopy__(self, _memo: object) -> "_Parameters":
        return _Parameters(self)


class _Lean:
    """What both leave to others. Mixed in before feedparser's classes, whose attributes it uses.

    Entries are cut out of documents, so what stands before one must not matter to it, nor it to what stands behind.
    """

    resolve_relative_uris = False
    sanitize_html = False
    # feedparser's, declared for the type checker.
    pop: Any
    _get_context: Any
    contentparams: Any
    baseuri: str
    hasContent: int  # noqa: N815
    _summaryKey: str | None  # noqa: N815
    title_depth: int
    _title_depth_before = -1

    def push_content(self, *arguments: Any) -> None:
        """As feedparser, with a plain dict instead of its slow one for what is asked at every piece of text."""
        super().push_content(*arguments)  # type: ignore[misc]
        self.contentparams = _Parameters(self.contentparams)

    def _start_item(self, attributes: Any) -> None:
        """As feedparser, with nothing left of what stands before."""
        self.hasContent = 0
        self._summaryKey = None
        self._title_depth_before = self.title_depth
        super()._start_item(attributes)  # type: ignore[misc]

    _start_entry = _start_item

    def _end_item(self) -> None:
        """As feedparser; which title is the feed's does not depend on entries."""
        super()._end_item()  # type: ignore[misc]
        self.title_depth = self._title_depth_before

    _end_entry = _end_item

    def resolve_uri(self, uri: str) -> str:
        """Links resolve against `xml:base` where there is one; else they stay as written."""
        return str(super().resolve_uri(uri)) if self.baseuri else uri  # type: ignore[misc]

    @staticmethod
    def looks_like_html(_text: str) -> bool:
        """`clean.from_text` decides."""
        return False

    def _sync_author_detail(self, key: str = "author") -> None:
        """Keep each person's text as written: feedparser's regular expression for addresses takes quadratic time."""
        context = self._get_context()
        if context.get(key) and isinstance(people := context.get(f"{key}s"), list) and people and not people[-1]:
            people[-1]["name"] = context[key]

    def _end_width(self) -> None:
        # feedparser ends in a TypeError where such an element was not opened.
        self.pop("width")

    def _end_height(self) -> None:
        self.pop("height")

    def _end_published(self) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_dcterms_issued = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_dc_date = _end_dcterms_modified = _end_updated

    def _end_created(self) -> None:
        self.pop("created")

    _end_dcterms_created = _end_created


class Strict(_Lean, feedparser.api.StrictFeedParser):  # type: ignore[misc]
    """For well-formed documents."""


class Loose(_Lean, feedparser.api.LooseFeedParser):  # type: ignore[misc]
    """For the others."""

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        """As feedparser; a document that is too deep ends here."""
        if self.depth > MAX_DEPTH * 5:  # elements that are never closed count too
            raise ParseError(f"refused: its elements are nested more than {MAX_DEPTH} deep")
        super().unknown_starttag(tag, attrs)


def read_strictly(data: bytes) -> Strict:
    """Run the strict parser on a UTF-8 document. SAXException: it is not well-formed, or feedparser stumbled."""
    parser = Strict("", None, "utf-8")
    driver = Driver(parser)
    try:
        driver.feed(data)
        driver.close()
    except (xml.sax.SAXException, ParseError, MemoryError):
        raise
    except Exception as exc:  # feedparser lets errors of many kinds through
        raise xml.sax.SAXException(f"{type(exc).__name__}: {exc}", exc) from exc
    return parser


def read_loosely(text: str, entities: Mapping[str, str]) -> Loose:
    """Run the loose parser, which takes anything; `entities` are those that the document declares."""
    parser = Loose("", None, "utf-8", dict(entities))
    parser.feed(text)
    return parser

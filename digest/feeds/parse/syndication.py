"""RSS, RDF, Atom and CDF through feedparser, the parser of record. Pure: feedparser gets bytes in memory, never a name.

Its sanitiser and its resolving of links inside HTML are off: `clean` does the one faster and the other is not needed,
since HTML becomes plain text. Links and ids stay as written (`entries` resolves the one and keeps the other).
"""

import re
import xml.sax
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from typing import Any
from xml.parsers.expat import ExpatError

from digest.errors import ParseError
from digest.feeds.parse.entries import Channel, Entry, Known, Markup, Source, channel_title, is_address
from digest.feeds.parse.entry_split import Part, split, without
from digest.feeds.parse.fast_entries import read_plain
from digest.feeds.parse.fast_rules import NO_PAGES
from digest.feeds.parse.feedparsers import read_loosely, read_strictly
from digest.feeds.parse.hints import poll_hints
from digest.feeds.parse.precheck import MAX_ENTRIES, Guarded
from digest.feeds.parse.repair import MAX_MENDS, mended
from digest.feeds.values.names import person_name

#: RFC 6721 3.
_DELETED = re.compile(r"<(?:\w{1,20}:)?deleted-entry\s[^<>]{0,300}?\bref\s*=\s*[\"']([^\"'<>]{1,1000})[\"']")
_CODE_POINT = re.compile(r"&#(?:(\d{1,30})|[xX]([0-9a-fA-F]{1,30}));?")


#: Entries that feedparser need not read. Not by fingerprint: entries that differ in an enclosure alone share one.
_Given = Mapping[Part, Entry | Known]


def read_syndication(document: Guarded, unchanged: Mapping[str, str]) -> Channel:
    """An RSS, RDF, Atom or CDF document. ParseError: feedparser finds no feed in it.

    Entries whose fingerprint stands in `unchanged` (fingerprint to key) come back as Known. Those that are plain are
    read here; feedparser reads the document without them, or all of it where that cannot be trusted.
    """
    document, parts, warnings = _split(document)
    data = without(document.xml(), parts[MAX_ENTRIES:])
    parts = parts[:MAX_ENTRIES]
    given = _given(data, parts, unchanged)
    left = [part for part in parts if part not in given]
    if given and (found := _read_strictly(_without(data, parts, given), len(left))):
        return _channel(document, found, parts, given, warnings)
    return _read_whole(document, data, parts, warnings)


def read_whole(document: Guarded) -> Channel:
    """The same with feedparser alone: what reading in parts must come to."""
    document, parts, warnings = _split(document)
    return _read_whole(document, without(document.xml(), parts[MAX_ENTRIES:]), parts[:MAX_ENTRIES], warnings)


def _read_whole(document: Guarded, data: bytes, parts: Sequence[Part], warnings: tuple[str, ...]) -> Channel:
    """All of a document through the strict parser, or else the loose one."""
    try:
        found = read_strictly(data)
    except xml.sax.SAXException as exc:
        found = _read_loosely(document)
        warnings = (*warnings, f"it is not well-formed: {exc}")
    return _channel(document, found, parts, {}, warnings)


def _split(document: Guarded) -> tuple[Guarded, tuple[Part, ...], tuple[str, ...]]:
    """The document, mended where that can be, its entries where they can be told, and what was mended."""
    warnings: list[str] = []
    for _ in range(MAX_MENDS + 1):
        try:
            return document, split(document.xml()) or (), tuple(warnings)
        except ExpatError as exc:
            better = mended(document, exc.code)
            if better is None:
                break
            document = better[0]
            warnings.append(better[1])
    return document, (), tuple(warnings)


def _given(data: bytes, parts: Sequence[Part], unchanged: Mapping[str, str]) -> _Given:
    """Entries that are known, and of the others those that are plain."""
    known = {
        part: Known(key=key, fingerprint=part.fingerprint) for part in parts if (key := unchanged.get(part.fingerprint))
    }
    unread = [part for part in parts if part not in known]
    return {**known, **read_plain(_without(data, parts, known), unread)} if unread else known


def _without(data: bytes, parts: Sequence[Part], given: _Given) -> bytes:
    """The document without the entries that are given."""
    return without(data, [part for part in parts if part in given])


def _read_strictly(data: bytes, entries: int) -> Any:
    """The strict parser's result on a trimmed document, or None where it does not find as many entries as it must."""
    try:
        found = read_strictly(data)
    except xml.sax.SAXException:
        return None
    return found if len(found.entries) == entries else None


def _read_loosely(document: Guarded) -> Any:
    """The loose parser's result. ParseError: even that fails."""
    try:
        return read_loosely(_CODE_POINT.sub(_within_unicode, document.root), document.entities)
    except (MemoryError, ParseError):
        raise
    except Exception as exc:  # feedparser lets errors of many kinds through
        raise ParseError(f"the document is not well-formed, and cannot be guessed at either: {exc}") from exc


def _within_unicode(found: re.Match[str]) -> str:
    """A character reference; one that names no character would be an uncaught error in feedparser."""
    number = int(found[1]) if found[1] else int(found[2], 16)
    return found[0] if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\ufffd"


def _channel(document: Guarded, found: Any, parts: Sequence[Part], given: _Given, warnings: tuple[str, ...]) -> Channel:
    """feedparser's result as a Channel, what was given put in its place again. ParseError: it is not a feed."""
    if not (found.version or found.entries or given):
        raise ParseError("this is XML, but not a feed: neither RSS nor Atom")
    feed = found.feeddata
    authors = _authors(feed) if str(found.version).startswith("atom") else ()
    return Channel(
        title=channel_title(_markup(feed, "title")),
        link=_text(feed, "link"),
        language=_text(feed, "language"),
        authors=authors,
        entries=tuple(_entries(found, parts, given, authors)),
        hints=poll_hints(feed, document.root),
        retracted=_retracted(document.root),
        warnings=warnings,
    )


def _entries(found: Any, parts: Sequence[Part], given: _Given, authors: tuple[str, ...]) -> Iterator[Entry | Known]:
    """All entries in document order; with fingerprints where as many were read as were cut."""
    if len(found.entries) + sum(part in given for part in parts) != len(parts):
        for entry in found.entries[:MAX_ENTRIES]:
            yield _entry(entry, authors, "")
        return
    read = iter(found.entries)
    for part in parts:
        one = given.get(part) or _entry(next(read), authors, part.fingerprint)
        yield replace(one, authors=authors) if isinstance(one, Entry) and authors and not one.authors else one


def _entry(found: Any, feed_authors: tuple[str, ...], fingerprint: str) -> Entry:
    """feedparser's entry as an Entry."""
    contents = [content for content in dict.get(found, "content") or () if isinstance(content, dict)]
    body = next(
        (Markup(text=str(content.get("value") or ""), html=_is_html(content)) for content in contents), Markup()
    )
    source = dict.get(found, "source")
    return Entry(
        guid=_text(found, "id"),
        link=_page(found),
        enclosure=_enclosure(found),
        title=_markup(found, "title"),
        summary=_markup(found, "summary"),
        body=body,
        published=_text(found, "published") or _text(found, "created"),
        updated=_text(found, "updated"),
        authors=_authors(found) or feed_authors,
        source=Source(title=_text(source, "title"), link=_text(source, "href"))
        if isinstance(source, dict)
        else Source(),
        language=_text(found, "language") or _language(found),
        categories=tuple(_labels(dict.get(found, "tags") or ())),
        fingerprint=fingerprint,
    )


def _text(holder: Any, name: str) -> str:
    """A field as text; empty where it is missing or something else.

    Not feedparser's own `get`, which answers `published` to `updated`, and takes five times as long.
    """
    value = dict.get(holder, name)
    return value if isinstance(value, str) else ""


def _markup(holder: Any, name: str) -> Markup:
    """A text with what it is declared to be."""
    detail = dict.get(holder, f"{name}_detail")
    return Markup(text=_text(holder, name), html=not isinstance(detail, dict) or _is_html(detail))


def _is_html(detail: Any) -> bool:
    """Whether a text construct is HTML or XHTML."""
    return str(detail.get("type") or "text/html") != "text/plain"


def _language(found: Any) -> str:
    """`xml:lang` where it stood nearest to the words."""
    for name in ("title_detail", "summary_detail"):
        detail = dict.get(found, name)
        if isinstance(detail, dict) and detail.get("language"):
            return str(detail["language"])
    return ""


def _page(found: Any) -> str:
    """The entry's link, else any that leads to a page; a guid that feedparser takes for a link only where it can be."""
    links, link = _links(found), _text(found, "link")
    if link and (
        not dict.get(found, "guidislink") or is_address(link) or any(link == one.get("href") for one in links)
    ):
        return link
    return next((str(one["href"]) for one in links if one.get("href") and one.get("rel") not in NO_PAGES), "")


def _enclosure(found: Any) -> str:
    """The first thing that an entry plays."""
    return next((str(one["href"]) for one in _links(found) if one.get("href") and one.get("rel") == "enclosure"), "")


def _links(found: Any) -> list[Any]:
    """All links of an entry; in damaged documents feedparser may put a text in their place."""
    links = dict.get(found, "links")
    return links if isinstance(links, list) else []


def _authors(holder: Any) -> tuple[str, ...]:
    """Names of all authors; an address only where there is no name."""
    found = [author for author in dict.get(holder, "authors") or () if isinstance(author, dict)]
    if len(found) < 2 and (alone := _text(holder, "author")):
        return (person_name(alone),)
    return tuple(person_name(str(author.get("name") or author.get("email") or "")) for author in found)


def _labels(tags: Iterable[Any]) -> Iterable[str]:
    """The label of each category, else its term."""
    for tag in tags:
        label = tag.get("label") or tag.get("term")
        if isinstance(label, str):
            yield label


def _retracted(root: str) -> tuple[str, ...]:
    """Ids in `deleted-entry` elements, as the keys of entries with these ids."""
    if "deleted-entry" not in root:
        return ()
    return tuple(dict.fromkeys(" ".join(unescape(found[1]).split()) for found in _DELETED.finditer(root)))

"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from digest.errors import ParseError
from digest.feeds.parse.entries import Channel, Entry, Known, Markup, channel_title
from digest.feeds.parse.precheck import MAX_ENTRIES


def is_json(text: str) -> bool:
    """Whether a document can only be JSON: neither XML nor HTML begins like this."""
    return text[:1_000].lstrip().startswith(("{", "["))


def read_json(text: str, unchanged: Mapping[str, str]) -> Channel:
    """A JSON Feed; items whose fingerprint stands in `unchanged` come back as Known.

    ParseError: no JSON, or JSON that is not a feed.
    """
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError) as exc:
        raise ParseError(f"this is broken JSON: {_where(exc)}") from exc
    if not isinstance(document, dict) or not _is_feed(document):
        raise ParseError("this is JSON, but not a JSON Feed: it has no `version` of jsonfeed.org and no `items`")
    found = document.get("items")
    items = found[:MAX_ENTRIES] if isinstance(found, list) else []
    authors = _authors(document)
    return Channel(
        title=channel_title(Markup(text=_text(document, "title"), html=False)),
        link=_text(document, "home_page_url"),
        language=_text(document, "language"),
        authors=authors,
        entries=tuple(_entry(item, authors, unchanged) for item in items if isinstance(item, dict)),
    )


def _is_feed(document: Mapping[str, Any]) -> bool:
    """By its version, or by having items in a list."""
    return "jsonfeed.org" in _text(document, "version") or isinstance(document.get("items"), list)


def _entry(item: Mapping[str, Any], feed_authors: tuple[str, ...], unchanged: Mapping[str, str]) -> Entry | Known:
    """One item; `content_text` is used where there is no `content_html`."""
    written = json.dumps(item, sort_keys=True).encode("utf-8")
    fingerprint = hashlib.blake2b(written, digest_size=8).hexdigest()
    if key := unchanged.get(fingerprint):
        return Known(key=key, fingerprint=fingerprint)
    html, text = _text(item, "content_html"), _text(item, "content_text")
    body = Markup(text=html) if html else Markup(text=text, html=False)
    summary = _text(item, "summary")
    tags = item.get("tags")
    return Entry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        enclosure=_attachment(item),
        title=Markup(text=_text(item, "title"), html=False),
        summary=Markup(text=summary, html=False) if summary else body,
        body=body,
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        authors=_authors(item) or feed_authors,
        language=_text(item, "language"),
        categories=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        fingerprint=fingerprint,
    )


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of `authors` (1.1) or `author` (1.0)."""
    authors = holder.get("authors")
    found = authors if isinstance(authors, list) else [holder.get("author")]
    return tuple(name for author in found if isinstance(author, dict) and (name := _text(author, "name")))


def _attachment(item: Mapping[str, Any]) -> str:
    """The address of the first attachment."""
    found = item.get("attachments")
    return next((_text(one, "url") for one in found if isinstance(one, dict)), "") if isinstance(found, list) else ""


def _text(holder: Mapping[str, Any], name: str) -> str:
    """A field as text; numbers are written out (ids are numbers in the wild), everything else is empty."""
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _where(exc: Exception) -> str:
    """What is wrong with JSON, and where."""
    if isinstance(exc, json.JSONDecodeError):
        return f"{exc.msg} at line {exc.lineno}, column {exc.colno}"
    return "it is nested too deeply" if isinstance(exc, RecursionError) else str(exc)

"""Documents into items: bytes in, a ParsedFeed out. Pure; `processes` runs it where nothing it does can hurt."""

from collections.abc import Mapping
from datetime import datetime

from digest.errors import ParseError
from digest.feeds.discovery import find_feeds, is_html
from digest.feeds.encoding import decode
from digest.feeds.entries import Channel, Context, item
from digest.feeds.guard import guarded
from digest.feeds.jsonfeed import is_json, read_json
from digest.feeds.languages import language_tag
from digest.feeds.links import clean_link
from digest.feeds.syndication import read_syndication
from digest.model import Feed, Item
from digest.ports import Document, ParsedFeed

_NOTHING: Mapping[str, str] = {}


def parse(document: Document, feed: Feed, now: datetime, unchanged: Mapping[str, str] = _NOTHING) -> ParsedFeed:  # noqa: ARG001
    """Read a feed's document.

    Entries whose fingerprint stands in `unchanged` (fingerprint to key) are in `shown`, not in `items`.
    ParseError: it is no feed, or refused; the sentence says what it is instead, and what to do.
    """
    text, _ = decode(document.body, document.content_type)
    channel = _read(text, document)
    context = Context(feed=feed, channel=channel, url=document.url, language=document.content_language, now=now)
    items: dict[str, Item] = {}
    for entry in channel.entries:
        one = item(entry, context)
        items.setdefault(one.key, one)
    return ParsedFeed(
        title=channel.title,
        link=clean_link(channel.link, document.url),
        language=language_tag(channel.language) or language_tag(document.content_language),
        items=tuple(items.values()),
        shown=tuple(items),
        hints=channel.hints,
        warnings=channel.warnings,
    )


def _read(text: str, document: Document) -> Channel:
    """The document by its own format, whatever its media type says."""
    if is_json(text):
        return read_json(text)
    if is_html(text):
        raise ParseError(_web_page(text, document.url))
    return read_syndication(guarded(text))


def _web_page(text: str, url: str) -> str:
    """What to say to a page where a feed should be."""
    feeds = find_feeds(text, url)
    if not feeds:
        return "this is a web page, not a feed, and it names no feed: look on the site for one"
    links = ", ".join(feed.url for feed in feeds[:3])
    return f"this is a web page, not a feed; it names {'this feed' if len(feeds) == 1 else 'these feeds'}: {links}"

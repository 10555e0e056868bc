"""Documents into items."""

from datetime import UTC, datetime

import pytest

from digest.errors import ParseError
from digest.feeds.parse import parse
from digest.model import Feed, item_id
from digest.ports import Document, ParsedFeed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FEED = Feed(id="wire", url="https://wire.example/rss")


def read(body: str | bytes, *, content_type: str = "", language: str = "", feed: Feed = FEED) -> ParsedFeed:
    """Parse a body as if it came from the feed's address."""
    data = body.encode() if isinstance(body, str) else body
    document = Document(body=data, url=feed.url, content_type=content_type, content_language=language)
    return parse(document, feed, NOW)


def rss(items: str, *, head: str = "<title>Wire</title>") -> str:
    """An RSS 2.0 document."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def test_an_rss_item_becomes_an_item() -> None:
    """Every field of an RSS item arrives cleaned, dated in UTC and identified by its guid."""
    found = read(
        rss(
            "<item><guid isPermaLink='false'>a1</guid><title>Talks &amp;amp; terms</title>"
            "<link>/story?id=1&amp;utm_source=rss</link><description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;"
            "</description><pubDate>Mon, 02 Mar 2026 09:30:00 +0200</pubDate><category>World</category>"
            "<author>a@wire.example (Ana Ruiz)</author></item>",
            head="<title>Wire</title><link>https://wire.example/</link><language>en-GB</language>",
        )
    )
    (item,) = found.items
    assert (item.id, item.key) == (item_id("wire", "a1"), "a1")
    assert (item.title, item.summary, item.link) == ("Talks & terms", "One two", "https://wire.example/story?id=1")
    assert item.published == datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert (item.publisher, item.language, item.categories) == ("Wire", "en-gb", ("World",))
    assert item.authors == ("Ana Ruiz",)
    assert (found.title, found.link, found.shown) == ("Wire", "https://wire.example/", ("a1",))


def test_an_empty_document_is_named() -> None:
    """Nothing at all is a ParseError that says so."""
    with pytest.raises(ParseError, match="empty"):
        read(b"  \n")

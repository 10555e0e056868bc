"""Parsing in child processes."""

from datetime import UTC, datetime

import pytest

from digest.errors import ParseError
from digest.feeds.processes import ProcessParser
from digest.model import Feed
from digest.ports import Document

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FEED = Feed(id="wire", url="https://wire.example/rss")
RSS = b"<rss version='2.0'><channel><title>Wire</title><item><guid>1</guid><title>Talks</title></item></channel></rss>"


async def test_a_document_is_read_in_another_process() -> None:
    """What a child reads arrives as if it had been read here."""
    async with ProcessParser(1) as parser:
        parsed = await parser.parse(Document(body=RSS, url=FEED.url), FEED, NOW, {})
    assert [item.title for item in parsed.items] == ["Talks"]


async def test_what_is_no_feed_is_a_parse_error_and_the_next_document_is_read() -> None:
    """A ParseError crosses the pipe with its sentence, and the child goes on."""
    async with ProcessParser(1) as parser:
        with pytest.raises(ParseError, match="web page"):
            await parser.parse(Document(body=b"<html><body>Hi</body></html>", url=FEED.url), FEED, NOW, {})
        parsed = await parser.parse(Document(body=RSS, url=FEED.url), FEED, NOW, {})
    assert len(parsed.items) == 1

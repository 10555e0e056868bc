"""Reads a feed as it would be read, without a store: for `feeds test`, `feeds add` and `check --online`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from digest.app.installation import SystemClock
from digest.errors import ParseError
from digest.feeds.decode.encoding import decode
from digest.feeds.discovery import FoundFeed, find_feeds, is_html
from digest.feeds.fetch.http import HttpFetcher
from digest.feeds.sandbox.parent import ProcessParser
from digest.model import Feed, Secret
from digest.ports import Document, Fetcher, ParsedFeed, Parser, Validators
from digest.settings.core.secrets import read_secret
from digest.settings.core.shape import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A feed, read once."""

    #: The address that was asked for: a feed's, or a site's.
    asked: str
    #: The feed's own address, to be written into the configuration: where a page or a permanent redirect led.
    url: str
    #: The feeds that the page named, `url` among them; empty: `asked` is a feed itself.
    named: tuple[FoundFeed, ...] = ()
    parsed: ParsedFeed
    #: Of the document, after decompression.
    size: int
    #: From the first request to the last entry read.
    seconds: float
    at: datetime


class Trier:
    """Reads feeds; make one with `trier`."""

    def __init__(self, fetcher: Fetcher, parser: Parser) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._clock = SystemClock()

    async def read(self, feed: Feed) -> Trial:
        """Fetch and parse; a page is searched for the feed that it names. FetchError, ParseError: with the reason."""
        begun, asked = monotonic(), feed.url
        document, moved = await self._fetch(feed)
        named = _named(document)
        if named:
            feed = _followed(feed, named[0].url)
            document, moved = await self._fetch(feed)
        now = self._clock.now()
        parsed = await self._parser.parse(document, feed, now, {})
        return Trial(
            asked=asked,
            url=moved or feed.url,
            named=named,
            parsed=parsed,
            size=len(document.body),
            seconds=monotonic() - begun,
            at=now,
        )

    async def _fetch(self, feed: Feed) -> tuple[Document, str | None]:
        fetched = await self._fetcher.fetch(feed, feed.url, Validators())
        if fetched.document is None:
            raise ParseError(f"{feed.url} answers that nothing has changed, though nothing was asked: no feed")
        return fetched.document, fetched.moved_to


def _named(document: Document) -> tuple[FoundFeed, ...]:
    """The feeds that a web page names; none for a document that is none."""
    try:
        text = decode(document.body, document.content_type).text
    except ParseError:
        return ()  # the parser says what is wrong with it
    return find_feeds(text, document.url) if is_html(text) else ()


def _followed(feed: Feed, url: str) -> Feed:
    """The feed that a page names. Leave to enter a private network holds for the page's own host alone."""
    same_host = urlsplit(url).hostname == urlsplit(feed.url).hostname
    return replace(feed, url=url, private=feed.private and same_host, auth=feed.auth if same_host else None)


@asynccontextmanager
async def trier(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Trier]:
    """What reads feeds meanwhile."""

    def secret(one: Secret) -> str:
        return read_secret(one, environ)

    async with HttpFetcher(settings.digest, secrets=secret) as fetcher, ProcessParser() as parser:
        yield Trier(fetcher, parser)

"""What tests of polling share: a clock that they turn, a parser in this process, made-up feeds, one call that polls."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from digest.feeds.parse.document import parse
from digest.model import Feed
from digest.pipeline.polling.poll import poll
from digest.pipeline.polling.polled import PollResult
from digest.ports import Document, Fetcher, ParsedFeed, Parser
from digest.settings.core.shape import DigestSettings
from digest.storage.core.database import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class TurnedClock:
    """Stands until it is turned."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        """The moment it was turned to."""
        return self.moment

    def turn(self, by: timedelta) -> None:
        """Let time pass."""
        self.moment += by


class ThreadParser:
    """The program's own parsing, in a thread of this process; counts the documents it read."""

    def __init__(self) -> None:
        self.read = 0

    async def parse(self, document: Document, feed: Feed, now: datetime, unchanged: Mapping[str, str]) -> ParsedFeed:
        """Read a document."""
        self.read += 1
        return await asyncio.to_thread(parse, document, feed, now, unchanged)


def rss(*titles: str, title: str = "News") -> bytes:
    """A feed with an entry for each title, newest first, an hour apart."""
    entries = "".join(
        f"<item><title>{one}</title><guid isPermaLink='false'>{one}</guid><link>https://a.example/{one}</link>"
        f"<pubDate>{NOW - timedelta(hours=age):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for age, one in enumerate(titles, 1)
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{entries}</channel></rss>".encode()


class Polls:
    """Polls with everything real but the clock."""

    def __init__(self, store: Store, fetcher: Fetcher, settings: DigestSettings | None = None) -> None:
        self.store = store
        self.fetcher = fetcher
        self.clock = TurnedClock()
        self.parser: Parser = ThreadParser()
        self.settings = settings or DigestSettings()

    async def __call__(self, feeds: Sequence[Feed], *, manual: bool = False) -> PollResult:
        """One round."""
        return await poll(
            feeds,
            store=self.store,
            fetcher=self.fetcher,
            parser=self.parser,
            clock=self.clock,
            settings=self.settings,
            manual=manual,
        )

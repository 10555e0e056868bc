"""Polls feeds again and again until it is killed: `python -m tests.poll_child STORE URL...`. Prints a line a round."""

import asyncio
import sys

from digest.feeds.fetch.http import HttpFetcher
from digest.model import Feed
from digest.settings.core.shape import DigestSettings
from digest.storage.core.database import open_store
from tests.polling import Polls


async def main(path: str, urls: list[str]) -> None:
    """Poll for ever."""
    store = open_store(f"sqlite:///{path}")
    async with HttpFetcher(DigestSettings(), secrets=lambda _: "") as fetcher:
        polls = Polls(store, fetcher)
        feeds = [Feed(id=url.rpartition("/")[2], url=url, private=True) for url in urls]
        while True:
            result = await polls(feeds, manual=True)
            print(result.feeds, result.failed, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))

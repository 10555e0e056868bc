"""The program's side of the poll benchmark, in a process of its own: a round of polling for each line on stdin.

`python -m tests.bench.poll_round COUNT PORT STORE` answers each line with one JSON object: what the round found, its
seconds, and the CPU seconds of this process and its children.
"""

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from digest.feeds.fetch.http import HttpFetcher
from digest.feeds.sandbox.parent import ProcessParser
from digest.model import Feed
from digest.pipeline.polling.poll import poll
from digest.settings.core.shape import DigestSettings
from digest.storage.core.database import open_store
from tests.bench.poll_server import address
from tests.bench.tree import cpu_seconds


class WallClock:
    """The real time."""

    def now(self) -> datetime:
        """Now."""
        return datetime.now(UTC)


async def rounds(count: int, port: int, path: str) -> None:
    """Poll all feeds once for each line."""
    feeds = [Feed(id=f"f{i}", url=f"http://{address(i)}:{port}/{i}", private=True) for i in range(count)]
    settings = DigestSettings()
    store = open_store(f"sqlite:///{Path(path)}")
    async with HttpFetcher(settings, secrets=lambda _: "") as fetcher, ProcessParser() as parser:
        while await asyncio.to_thread(sys.stdin.readline):
            cpu, start = cpu_seconds(os.getpid()), time.perf_counter()
            result = await poll(
                feeds, store=store, fetcher=fetcher, parser=parser, clock=WallClock(), settings=settings, manual=True
            )
            found = {
                "seconds": time.perf_counter() - start,
                "cpu": cpu_seconds(os.getpid()) - cpu,
                "changed": result.changed,
                "unchanged": result.unchanged,
                "failed": result.failed,
                "items_new": result.items_new,
                "failures": [f"{failure.feed}: {failure.error}" for failure in result.failures[:3]],
            }
            print(json.dumps(found), flush=True)
    store.close()


if __name__ == "__main__":
    asyncio.run(rounds(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))

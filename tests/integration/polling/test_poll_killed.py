"""A poll that is killed at any moment loses nothing and repeats nothing."""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.feeds.fetch.http import HttpFetcher
from digest.model import Feed
from digest.settings.core.shape import DigestSettings
from digest.storage.core.database import open_store
from digest.storage.core.schema import feeds as feeds_table
from digest.storage.core.schema import items
from tests.length import at_length
from tests.polling import Polls, rss
from tests.servers.http import HttpServer

FEEDS = 40
KILLS = at_length(8, 50)
#: Seconds within which a kill falls after the first round.
WITHIN = 0.4


def publish(server: HttpServer, version: int) -> None:
    """Every feed has one more entry than in the version before."""
    for name in range(FEEDS):
        entries = [f"{name}-{number}" for number in range(version, -1, -1)]
        server.document(f"/{name}", rss(*entries), etag=f'"{version}"')


@pytest.mark.slow
async def test_sigkill_at_any_moment(tmp_path: Path) -> None:
    """Killed at random moments, again and again, while its feeds change: every item is there, once, and in its feed."""
    store_path = tmp_path / "digest.sqlite"
    async with HttpServer("0.0.0.0") as server:
        urls = [server.url(f"/{name}", host=f"127.0.1.{name + 1}") for name in range(FEEDS)]
        for kill in range(KILLS):
            publish(server, kill * 10)
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tests.poll_child", str(store_path), *urls),
                stdout=asyncio.subprocess.PIPE,
                cwd=Path(__file__).parents[3],
            )
            assert child.stdout is not None
            if kill % 2:
                await child.stdout.readline()
            else:
                while not server.active:
                    await asyncio.sleep(0.005)
            for step in range(1, 10):
                publish(server, kill * 10 + step)
                await asyncio.sleep(random.uniform(0, WITHIN / 10))
            child.kill()
            await child.wait()
        store = open_store(f"sqlite:///{store_path}")
        async with HttpFetcher(DigestSettings(), secrets=lambda _: "") as fetcher:
            feeds = [Feed(id=url.rpartition("/")[2], url=url, private=True) for url in urls]
            last = await Polls(store, fetcher)(feeds, manual=True)
            again = await Polls(store, fetcher)(feeds, manual=True)
        found = Counter(store.read_now(lambda c: c.scalars(select(items.c.title)).all()))
        etags = set(store.read_now(lambda c: c.scalars(select(feeds_table.c.etag)).all()))
        store.close()
    version = KILLS * 10 - 1
    assert last.failed == 0
    assert again.unchanged == FEEDS
    assert etags == {f'"{version}"'}
    assert found == Counter(f"{name}-{number}" for name in range(FEEDS) for number in range(version + 1))

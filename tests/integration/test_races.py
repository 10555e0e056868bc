"""Two programs started at one moment, as cron and a hand do it: real processes, a real relay, both databases."""

import asyncio
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from digest.storage.core.database import open_store
from digest.storage.core.schema import feeds, items, subscribers
from digest.storage.queries.subscribers import sync
from tests.histories.press import words
from tests.installation import Told, rss, text_of
from tests.length import at_length
from tests.program import PATIENCE_S, Home
from tests.servers import postgres
from tests.servers.http import HttpServer
from tests.servers.smtp import Session, serving

ROUNDS = at_length(2, 50)
READERS, STORIES = 20, 15
#: When the second starts after the first, in seconds: from at once to when the first has read and not yet written.
LATEST_S = 0.4

_ONCE, _SEND = ("run", "--once"), ("send", "--yes")
#: By hand twice; a slot that cron takes up twice; by hand as a slot falls due; news for `now`, found twice.
KINDS = {
    "by hand twice": (_SEND, _SEND, "daily 07:00"),
    "a slot twice": (_ONCE, _ONCE, "slot"),
    "by hand at a slot": (_SEND, _ONCE, "slot"),
    "news twice": (_ONCE, _ONCE, "now"),
}


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    """A real server."""
    with postgres.server() as found:
        yield found


@contextmanager
def _fresh(database: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """A database without anything in it."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'digest.sqlite3'}"
        return
    with postgres.database(request.getfixturevalue("server_url")) as made:
        yield made


def _news(kind: str) -> list[Told]:
    """Stories that have nothing to do with each other."""
    return [
        Told(
            title=" ".join(["Syria", *words(f"title {kind} {story}", 6)]),
            summary=" ".join(words(f"text {kind} {story}", 15)).capitalize() + ".",
            age=0.05,
            guid=f"{story}",
        )
        for story in range(STORIES)
    ]


def _configure(home: Home, url: str, port: int, send: str) -> list[str]:
    people = [f"reader{number}@list.example" for number in range(READERS)]
    home.configure("digest.toml", f'[digest]\ntitle = "Races"\nstore = "{url}"\n')
    home.configure(
        "mail.toml",
        f'[mail]\nfrom = "digest@list.example"\nserver = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        f'[defaults]\nsend = "{send}"\ntimezone = "UTC"\nmax_items = 60\nformat = "text"\n',
    )
    home.configure("feeds.toml", f'[feeds]\nwire = {{ url = "{home.server.url("/wire.xml")}", private = true }}\n')
    home.configure("topics.toml", '[topics.syria]\ntitle = "Syria"\nany = ["Syria"]\n')
    home.configure("subscribers.toml", "[subscribers]\n" + "".join(f'"{who}" = {{}}\n' for who in people))
    return people


def _a_while_ago(url: str) -> None:
    """Readers have been there for days, their last slot was yesterday's, and what is stored came before today's."""
    store, now = open_store(url), datetime.now(UTC)
    then, seen = now - timedelta(days=1, minutes=5), now - timedelta(minutes=10)
    known = {"created": then - timedelta(days=9), "watermark": then, "last_slot": then}
    store.write_now(lambda c: c.execute(update(subscribers).values(**known)))
    store.write_now(lambda c: c.execute(update(feeds).values(next_poll=then)))
    store.write_now(lambda c: c.execute(update(items).values(first_seen=seen, news=seen)))
    store.close()


async def _both(home: Home, commands: tuple[tuple[str, ...], ...], apart_s: float) -> None:
    children = []
    for command in commands:
        children.append(await home.start(*command))
        await asyncio.sleep(apart_s)
    for child in children:
        _, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
        assert child.returncode == 0, err.decode()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_two_programs_at_one_moment_tell_everybody_everything_once(
    tmp_path: Path, request: pytest.FixtureRequest, database: str, kind: str
) -> None:
    """Each reader gets one digest with every story, whoever was first."""
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        with _fresh(database, request, folder) as url:
            await _race(folder, url, kind)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_programs_that_meet_the_same_readers_know_them_by_the_same_ids(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    """Whoever is second reads the rows that the first has made."""
    people, now = ["ana@list.example", "ben@list.example"], datetime.now(UTC)
    made, met = threading.Event(), threading.Event()

    def first(c: Connection) -> dict[str, str]:
        rows = sync(c, people, now)
        made.set()
        met.wait(0.5)
        return {address: row.id for address, row in rows.items()}

    def second() -> dict[str, str]:
        made.wait()
        rows = store.write_now(lambda c: sync(c, people, now))
        met.set()
        return {address: row.id for address, row in rows.items()}

    with _fresh(database, request, tmp_path) as url, ThreadPoolExecutor() as threads:
        store = open_store(url)
        other = threads.submit(second)
        assert store.write_now(first) == other.result()
        store.close()


async def _race(folder: Path, url: str, kind: str) -> None:
    *commands, send = KINDS[kind]
    if send == "slot":
        send = f"daily {datetime.now(UTC) - timedelta(minutes=1):%H:%M}"
    async with HttpServer() as server, serving(Session) as relay:
        home = Home(folder=folder, server=server)
        people = _configure(home, url, relay.port, send)
        server.document("/wire.xml", rss("Wire", [], now=datetime.now(UTC)))
        assert (await home.digest("run", "--once")).code == 0
        relay.tally.taken.clear()
        server.document("/wire.xml", rss("Wire", _news(kind), now=datetime.now(UTC)))
        if kind != "news twice":
            assert (await home.digest("poll")).code == 0
        _a_while_ago(url)
        await _both(home, tuple(commands), random.uniform(0, LATEST_S))
        told: Counter[tuple[str, str]] = Counter()
        for taken in relay.tally.taken:
            text = " ".join(text_of(message_from_bytes(taken.data, policy=policy.default)).split())
            told.update((taken.recipient, guid) for guid in re.findall(r"https://news\.example/(\d+) ", text))
        assert Counter(relay.tally.recipients) == dict.fromkeys(people, 1)
        assert told == {(who, story.guid): 1 for who in people for story in _news(kind)}

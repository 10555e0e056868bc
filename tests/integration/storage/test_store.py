"""The store on both databases: migrations, the main job, processes that take turns, and what goes wrong."""

import asyncio
import dataclasses
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from digest.app import Installation, composing, polling, readers, sending
from digest.delivery.process_locks import alive
from digest.errors import Busy, StoreError
from digest.settings.core.shape import Settings
from digest.storage.core import meta
from digest.storage.core.database import open_store
from digest.storage.core.schema import metadata
from digest.storage.retention import tidy
from tests.installation import Told, installed, mails, rss, settings, subscriber, text_of
from tests.servers import postgres
from tests.servers.http import HttpServer


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """One server for the module."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'state' / 'digest.sqlite3'}"
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        yield url


def stored_at(chosen: Settings, url: str) -> Settings:
    """The same settings on another store."""
    return dataclasses.replace(chosen, digest=dataclasses.replace(chosen.digest, store=url))


def test_migrations_build_exactly_what_the_schema_says(store_url: str) -> None:
    """Nothing is left for Alembic to find between the migrated database and the tables in the code."""
    store = open_store(store_url)

    def differences(c: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(c), metadata))

    try:
        assert store.read_now(differences) == []
    finally:
        store.close()
    open_store(store_url).close()


def test_a_store_of_a_newer_program_is_refused(store_url: str) -> None:
    """Its tables are left alone, and the message says what to do."""
    store = open_store(store_url)
    store.write_now(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    with pytest.raises(StoreError, match="newer version"):
        open_store(store_url)


async def test_the_main_job_runs_on_either_database(store_url: str, tmp_path: Path) -> None:
    """Poll, gather, compose, deliver, again the next day: the same on SQLite and on PostgreSQL."""
    first = Told(
        title="Aleppo talks collapse as Syrian envoys walk out", summary="They left after two hours.", guid="1"
    )
    second = Told(
        title="Tehran opens a new bridge", summary="It took nine years to build the bridge.", guid="2", age=-20
    )
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [first]))
        chosen = stored_at(settings(server, {"a": "/a.xml"}, subscriber("ana@example.org")), store_url)
        async with installed(chosen, tmp_path) as (app, clock):
            await readers.audience(app)
            await polling.poll(app, manual=True)
            clock.moment = datetime(2026, 3, 2, 7, 0, 1, tzinfo=UTC)
            assert (await composing.compose_due(app)).planned == 1
            assert (await sending.deliver(app)).accepted == 1
            server.document("/a.xml", rss("Wire", [second, first]))
            clock.moment += timedelta(hours=23)
            await polling.poll(app, manual=True)
            clock.moment += timedelta(hours=1)
            assert (await composing.compose_due(app)).planned == 1
            assert (await sending.deliver(app)).accepted == 1
            assert (await sending.send(app)).delivered.accepted == 0
            await tidy(app.store, app.settings.retention, app.clock.now())
    found = mails(tmp_path)
    assert sorted("bridge" in text_of(mail) for mail in found) == [False, True]
    assert sum("Aleppo" in text_of(mail) for mail in found) == 1


async def test_two_processes_that_gather_at_once_make_one_story_of_one(store_url: str, tmp_path: Path) -> None:
    """Two installations on one store poll different feeds of one happening: one story, found by both."""
    news = "Syrian envoys walk out of the Geneva talks on Aleppo after two hours"
    async with HttpServer() as server:
        people = subscriber("ana@example.org")
        for name in ("a", "b", "c", "d"):
            server.document(f"/{name}.xml", rss(name, [Told(title=news, guid=f"{name}-1")]))
        chosen = stored_at(settings(server, {name: f"/{name}.xml" for name in "abcd"}, people), store_url)
        async with installed(chosen, tmp_path / "1") as (one, _), installed(chosen, tmp_path / "2") as (other, _):
            await asyncio.gather(
                polling.poll(one, ["a", "b"], manual=True), polling.poll(other, ["c", "d"], manual=True)
            )
            told = await one.store.read(
                lambda c: c.execute(text("SELECT count(DISTINCT story), count(story) FROM items")).one()
            )
            assert tuple(told) == (1, 4)
            assert await one.store.read(
                lambda c: c.execute(text("SELECT count(*) FROM items GROUP BY story")).scalars().all()
            ) == [4]


def test_state_is_for_nobody_else(tmp_path: Path) -> None:
    """The folder is 0700 and the store's files are 0600 from the first moment."""
    store = open_store(f"sqlite:///{tmp_path / 'state' / 'digest.sqlite3'}")
    store.write_now(lambda c: meta.keep(c, "a", "b"))
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()} == {0o600}
    store.close()


def test_a_store_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    """A folder in the file's place, a file that is not a database, an address of another kind: each a plain error."""
    (tmp_path / "folder.sqlite3").mkdir()
    (tmp_path / "text.sqlite3").write_text(
        "this is not a database, and it is longer than a header of one hundred bytes" * 3
    )
    for url in (f"sqlite:///{tmp_path}/folder.sqlite3", f"sqlite:///{tmp_path}/text.sqlite3", "mysql://somewhere/db"):
        with pytest.raises(StoreError):
            open_store(url)


async def test_whoever_opens_a_store_finds_its_workers(tmp_path: Path) -> None:
    """Two state folders on one store: one `run` at a time, and whoever works is known to the other as alive."""
    chosen = stored_at(Settings(), f"sqlite:///{tmp_path / 'shared' / 'news.sqlite3'}")
    one = Installation(chosen, state=tmp_path / "one", outbox=tmp_path / "outbox")
    other = Installation(chosen, state=tmp_path / "other", outbox=tmp_path / "outbox")
    async with one, other:
        working = {one.owner.id, other.owner.id}
        assert alive(one.owner.folder) == working
        with one.alone(), pytest.raises(Busy), other.alone():
            pass


async def test_two_processes_may_be_first_at_once(store_url: str) -> None:
    """Of several that open a new store at the same time, one builds it and the others find it built."""
    stores = await asyncio.gather(*(asyncio.to_thread(open_store, store_url) for _ in range(4)))
    for number, store in enumerate(stores):
        store.write_now(partial(meta.keep, key=str(number), text="inline"))
    assert stores[0].read_now(partial(meta.value, key="3")) == "inline"
    for store in stores:
        store.close()


async def test_a_quick_change_is_made_in_this_thread(store_url: str) -> None:
    """`inline` spares the way to another thread on SQLite; on PostgreSQL it is no different from elsewhere."""
    store = open_store(store_url)
    thread = await store.write(lambda c: threading.get_ident(), durable=True, inline=True)
    assert (thread == threading.get_ident()) == (store.dialect == "sqlite")
    assert await store.write(lambda c: threading.get_ident(), durable=True) != threading.get_ident()
    store.close()


async def test_a_quick_change_does_not_wait_for_another_writer_in_this_thread(tmp_path: Path) -> None:
    """Where somebody else writes, it is made in a thread, once, when they have finished; the loop goes on meanwhile."""
    url = f"sqlite:///{tmp_path / 'digest.sqlite3'}"
    store, other = open_store(url), open_store(url)
    begun, finish = threading.Event(), threading.Event()

    def long(c: Connection) -> None:
        c.execute(text("INSERT INTO meta VALUES ('first', 'x')"))
        begun.set()
        assert finish.wait(20)

    holding = asyncio.create_task(other.write(long))
    await asyncio.to_thread(begun.wait)
    ran: list[int] = []

    def change(c: Connection) -> None:
        ran.append(threading.get_ident())
        c.execute(text("INSERT INTO meta SELECT 'second', value FROM meta WHERE key = 'first'"))

    waiting = asyncio.create_task(store.write(change, inline=True))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    assert ran == []
    finish.set()
    await asyncio.gather(holding, waiting)
    assert len(ran) == 1
    assert ran != [threading.get_ident()]
    assert store.read_now(lambda c: c.execute(text("SELECT count(*) FROM meta")).scalar()) == 2
    store.close()
    other.close()

"""Opens the store and runs plain functions on it, in threads, each in one transaction.

SQLite: WAL, one writer thread, `BEGIN IMMEDIATE`, and `synchronous=FULL` on a second connection for the offers that
must survive a power cut (the pragma cannot change inside a transaction). A third one never waits, for a transaction
that is quicker than the way to a thread and back. PostgreSQL: a pool of eight.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from digest.errors import StoreBusy, StoreError, StoreOutdated
from digest.settings.core.locations import without_password
from digest.storage.core import schema_version
from digest.storage.core.db_errors import is_busy, translated

T = TypeVar("T")

#: How long a writer waits for another process's transaction, in seconds: longer than any of ours takes.
BUSY_TIMEOUT_S = 30
#: How often to look whether it is over, where SQLite does not wait by itself, in seconds.
_GLANCE_S = 0.01
#: How long a file that was just made may stay empty, in seconds.
_FILLED_S = 2
#: What a store's file is called unless the configuration says otherwise.
STORE = "digest.sqlite3"
#: The folder in which those that send are known.
OWNERS = "owners"
#: Connections to PostgreSQL, and threads that use them.
POSTGRES_THREADS = 8
#: Threads that read from SQLite beside its one writer.
SQLITE_READERS = 2


def _sqlite_engine(path: Path, *, durable: bool, patient: bool = True) -> Engine:
    """An engine on one SQLite file whose transactions begin as IMMEDIATE. `patient`: waits for others, tidies up."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S if patient else 0, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction control is off: "begin" below is what starts one.
        connection.isolation_level = None
        _write_ahead(connection)
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        if not patient:
            # Copying the log back into the file takes long; the patient ones do it.
            connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("PRAGMA foreign_keys=ON")
        # Whoever is forgotten is gone from the file too.
        connection.execute("PRAGMA secure_delete=ON")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log. SQLite does not wait here for another process that does the same to a new file."""
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as exc:
            if not is_busy(exc) or time.monotonic() > until:
                raise
            time.sleep(_GLANCE_S)
        else:
            return


class Store:
    """The store of one installation. Open it with `open_store`; close it when done."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        #: None: it is a database server's.
        self.file = path = file_of(url)
        if path is not None:
            self.where = str(path)
            _make(path)
            self._engine = _sqlite_engine(path, durable=False)
            self._durable = _sqlite_engine(path, durable=True)
            self._impatient: Engine | None = _sqlite_engine(path, durable=True, patient=False)
            self._snapshots = self._engine
            writers, readers = 1, SQLITE_READERS
        elif self.dialect == "postgresql":
            self.where = without_password(url)
            self._engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_size=POSTGRES_THREADS,
                pool_pre_ping=True,
                # A worker frozen inside a transaction must not block the others.
                connect_args={"options": "-c idle_in_transaction_session_timeout=10000"},
            )
            self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")
            self._durable, self._impatient = self._engine, None
            writers, readers = POSTGRES_THREADS, POSTGRES_THREADS
        else:
            raise StoreError(f"the store {without_password(url)} is neither sqlite nor postgresql")
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="store-read")

    def write_now(self, change: Callable[[Connection], T], *, durable: bool = False, wait: bool = True) -> T:
        """Run `change` in one transaction, in this thread. `durable`: it survives a power cut once this returns.

        `wait`: for others that write; without it StoreBusy, and `change` was not run.
        """
        engine = self._durable if durable else self._engine
        if not wait and self._impatient is not None:
            engine = self._impatient
        with translated(self.where, self.file), engine.connect() as connection:
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            result = change(connection)
            connection.commit()
            return result

    def read_now(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on one snapshot, in this thread."""
        with translated(self.where, self.file), self._snapshots.connect() as connection:
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN DEFERRED")
            return query(connection)

    async def write(self, change: Callable[[Connection], T], *, durable: bool = False, inline: bool = False) -> T:
        """Run `change` in one transaction, in a thread. `inline`: in this one if the store is a file and nobody else
        writes, which costs less than the way to another, and holds up the loop for as long as the disk takes."""
        if inline and self._impatient is not None:
            try:
                return self.write_now(change, durable=durable, wait=False)
            except StoreBusy:
                pass
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writers, lambda: self.write_now(change, durable=durable))

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on one snapshot, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(query))

    async def settle(self) -> None:
        """Copy a file's log back into it and empty it, if nobody reads: what was erased is then gone from both."""
        if self.file is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._writers, self._settle)

    def _settle(self) -> None:
        with translated(self.where, self.file), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Finish what runs and let go of the database."""
        self._writers.shutdown()
        self._readers.shutdown()
        self._engine.dispose()
        self._durable.dispose()
        if self._impatient is not None:
            self._impatient.dispose()


def is_new(url: str) -> bool:
    """Whether opening the store would make its file. A server's store is always there, or cannot be opened."""
    path = file_of(url)
    return path is not None and not path.exists()


def file_of(url: str) -> Path | None:
    """The file of a store; None: it is a database server's."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def beside(store: Path, name: str) -> Path:
    """Where a file or folder of that name is that belongs to a store's file: beside it, for whoever opens the store, by
    whatever name. Stores in one folder keep theirs apart."""
    store = store.resolve()
    return store.with_name(name if store.name == STORE else f"{store.name}.{name}")


def _make(path: Path) -> None:
    """Make a store's file where there is none. StoreError: it is empty, and yet somebody has sent from there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Created by us, so that nobody else can read it even for a moment.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        return
    until = time.monotonic() + _FILLED_S
    while path.stat().st_size == 0 and beside(path, OWNERS).exists():
        # Another process may have made it just now.
        if time.monotonic() > until:
            raise StoreError(
                f"the store {path} is empty, and yet digests were sent from it: put a backup in its place, "
                "or remove the file to begin anew"
            )
        time.sleep(_GLANCE_S)


def open_store(url: str, *, migrate: bool = False) -> Store:
    """Open the store; a new one gets its tables. `migrate`: an older one is brought up to date.

    StoreOutdated: it is older. StoreError: it cannot be used, or is newer than this program.
    """
    store = Store(url)
    try:
        found = store.read_now(schema_version.current)
        if found is None or (migrate and found != schema_version.newest()):
            from digest.storage.core.schema_version import upgrade  # alembic is slow to import

            with translated(store.where, file_of(url)):
                upgrade(store._engine)
        elif found != schema_version.newest():
            raise _unfit(store.where, found)
    except BaseException:
        store.close()
        raise
    return store


def _unfit(where: str, revision: str) -> StoreError:
    if revision not in schema_version.known():
        return StoreError(
            f"the store {where} was made by a newer version of this program (its schema is {revision}): "
            "upgrade the program, or restore the backup that was made before the upgrade"
        )
    return StoreOutdated(
        f"the store {where} is of an older version of this program (its schema is {revision}): "
        "`digest db migrate` brings it up to date, after a backup"
    )

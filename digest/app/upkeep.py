"""The operator's hand on the store: copies of it, and its tables brought up to date while nobody else works."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from digest.delivery.process_locks import alive, running_alone
from digest.errors import Busy, UsageError
from digest.settings.core.shape import Settings
from digest.storage.core import schema_version
from digest.storage.core.backup import back_up, put_back
from digest.storage.core.database import OWNERS, STORE, Store, beside, file_of, open_store


def store_url(settings: Settings, state: Path) -> str:
    """The store's address: as configured, else a SQLite file in the state folder, whatever signs its path holds."""
    own = URL.create("sqlite", database=str(state / STORE))
    return settings.digest.store or own.render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What a migration came to."""

    #: None: the store was new.
    before: str | None
    after: str
    #: The copy that was made first; None: nothing had to be changed, or the database is a server's.
    backup: Path | None = None


def backup(settings: Settings, state: Path, target: Path | None, now: datetime) -> tuple[Path, int]:
    """Copy the store to `target`, else into the state folder's `backups`; where it is, and its bytes.

    UsageError: there is no store yet, the file exists, or the store is a database server's. StoreError: it failed.
    """
    source = _sqlite_file(settings, state)
    if source is None:
        raise UsageError("the store is a PostgreSQL database: pg_dump copies it, while everything goes on")
    target = target or _named(state, now)
    return target, back_up(source, target)


def restore(settings: Settings, state: Path, backup: Path, now: datetime) -> tuple[Path, Path | None]:
    """Put a backup in the store's place: where that is, and where the store that stood there is kept (None: none did).

    Mail that may have been sent since the backup is held, when the store is next used, until a person decides.
    UsageError: the file is not a store, or the store is a database server's. Busy: others work with the store.
    StoreError: the backup is damaged, or cannot be put there.
    """
    store = _sqlite_file(settings, state)
    if store is None:
        raise UsageError(
            "the store is a PostgreSQL database: stop everything, and bring it back with psql or pg_restore; what may "
            "have been sent since is held then"
        )
    with _alone(store):
        stood = store.exists()
        kept = state / "backups" / f"digest-{now:%Y%m%d-%H%M%S}-replaced.sqlite3"
        put_back(backup, store, kept)
    return store, kept if stood else None


def migrate(settings: Settings, state: Path, now: datetime) -> Migrated:
    """Bring the store's tables up to date, after a copy. Busy: others work with it. StoreError: it cannot be done."""
    source = _sqlite_file(settings, state)
    with _alone(source) if source is not None else _nobody():
        before = _revision(settings, state) if source is None or source.exists() else None
        copied = None
        if source is not None and before is not None and before != schema_version.newest():
            copied = _named(state, now)
            back_up(source, copied)
        open_store(store_url(settings, state), migrate=True).close()
    return Migrated(before=before, after=schema_version.newest(), backup=copied)


def _revision(settings: Settings, state: Path) -> str | None:
    store = Store(store_url(settings, state))
    try:
        return store.read_now(schema_version.current)
    finally:
        store.close()


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """While nobody runs and nobody sends. Busy: somebody does."""
    with running_alone(store):
        if alive(beside(store, OWNERS)):
            raise Busy(f"somebody sends from {store} at this moment: wait for it to end, and run this again")
        yield


@contextmanager
def _nobody() -> Iterator[None]:
    """A database server keeps migrations apart itself."""
    yield


def _sqlite_file(settings: Settings, state: Path) -> Path | None:
    return file_of(store_url(settings, state))


def _named(state: Path, now: datetime) -> Path:
    return state / "backups" / f"digest-{now:%Y%m%d-%H%M%S}.sqlite3"

"""A consistent copy of a SQLite store, made while others write to it (SQLite's online backup), and the way back.

A store is a file and, beside it, what SQLite has not copied back into it yet (`-wal`, `-shm`). Whoever puts another
file in its place and leaves those there ends up with a mixture of the two.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from digest.errors import StoreError, UsageError
from digest.storage.core import schema_version
from digest.storage.epoch import begin_anew

#: Pages copied between two looks at whether others want to write.
PAGES = 1_000
#: What SQLite keeps beside a store.
_BESIDE = ("-wal", "-shm")


def back_up(source: Path, target: Path) -> int:
    """Copy a store to a new file (0600), check the copy, and say how many bytes it has.

    UsageError: there is nothing at `source`, or something at `target` already. StoreError: it cannot be copied.
    """
    if not source.exists():
        raise UsageError(f"there is no store at {source} yet: nothing to back up")
    aside = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(source, aside)
        # A link, unlike a renaming, fails where there is a file of that name.
        os.link(aside, target)
    except FileExistsError as exc:
        raise UsageError(f"{target} is there already: name another file") from exc
    except (OSError, sqlite3.Error) as exc:
        raise StoreError(f"the store {source} could not be copied to {target}: {exc}") from exc
    finally:
        aside.unlink(missing_ok=True)
    return target.stat().st_size


def put_back(backup: Path, store: Path, kept: Path) -> None:
    """Put a backup in a store's place; nobody may have the store open. What stood there goes to `kept`, if anything.

    The backup is checked first, and is left as it is. Killed at any moment, this leaves the old store or the new one.
    The store gets another epoch (`storage.epoch`). UsageError: there is no such file, or it is not a store of this
    program. StoreError: it is damaged, newer than this program, or cannot be put there.
    """
    if not backup.is_file():
        raise UsageError(f"there is no file {backup}")
    aside = store.with_name(f".{store.name}.new")
    try:
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(backup, aside)
        _prove(backup, aside)
        _set_aside(store, kept)
        aside.replace(store)
        _sync(store.parent)
    except sqlite3.Error as exc:
        raise StoreError(f"{backup} is not a store, or a damaged one ({exc}): restore another backup") from exc
    except OSError as exc:
        raise StoreError(f"{backup} could not be put in the place of {store}: {exc}") from exc
    finally:
        aside.unlink(missing_ok=True)


def _prove(backup: Path, copy: Path) -> None:
    """That a copy can be opened by this program; then give it another epoch."""
    engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    with engine.begin() as connection:
        found = schema_version.current(connection)
        if found is None:
            raise UsageError(f"{backup} is not a store of this program")
        if found > schema_version.newest():
            raise StoreError(f"{backup} was made by a newer version of this program: upgrade it first")
        begin_anew(connection)
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _set_aside(store: Path, kept: Path) -> None:
    """Keep what stands in the store's place, with what lies beside it, so that nothing of it is left there."""
    if not store.exists():
        return
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(store)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        # It may be damaged: that may be why it is replaced.
        pass
    os.link(store, kept)
    for suffix in _BESIDE:
        beside = store.with_name(store.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
    _sync(store.parent)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    source_url = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source_url, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=PAGES)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        [found] = new.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {found}")


def _sync(folder: Path) -> None:
    """Have renamings in a folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

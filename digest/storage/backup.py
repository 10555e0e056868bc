"""A consistent copy of a SQLite store, made while others write to it (SQLite's online backup)."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from digest.errors import StoreError, UsageError

#: Pages copied between two looks at whether others want to write.
PAGES = 1_000


def back_up(source: Path, target: Path) -> int:
    """Copy a store to a new file (0600), check the copy, and say how many bytes it has.

    UsageError: there is nothing at `source`, or something at `target` already. StoreError: it cannot be copied.
    """
    if not source.exists():
        raise UsageError(f"there is no store at {source} yet: nothing to back up")
    aside = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
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


def _copy(source: Path, target: Path) -> None:
    source_url = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source_url, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=PAGES)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        [found] = new.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {found}")

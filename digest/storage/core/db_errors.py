"""What a database's error means: whether to wait, and what to do next. Told by its code, never by its words.

SQLite names every error (https://www.sqlite.org/rescode.html); PostgreSQL has SQLSTATE
(https://www.postgresql.org/docs/current/errcodes-appendix.html), and none where it could not be asked at all.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from digest.errors import StoreBusy, StoreError

_HELD = "another program holds it; stop that program, or try again"
_FULL = "the disk is full; free some space and run this again, nothing was lost"
_DENIED = "it cannot be written; check that the folder exists and belongs to you"
_DAMAGED = "the file is damaged, or no store at all; `digest db restore FILE` goes back to a backup"
_DISK = "the disk gave an error; see that it has free space and works, and run this again"
_UNREACHABLE = "see that the database server runs, and that `[digest] store` leads to it"
_UNKNOWN = "run this again with -vv before it, and report what it says"

#: By the low byte of SQLite's code; an error of input and output needs a second look.
_SQLITE = {
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _DENIED,
    sqlite3.SQLITE_CANTOPEN: _DENIED,
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_AUTH: _DENIED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_IOERR: _DISK,
}
#: By SQLSTATE, or by its class.
_POSTGRESQL = {
    "40001": _HELD,
    "40P01": _HELD,
    "55P03": _HELD,
    "53100": _FULL,
    "53": "the database server has no room for more; try again later",
    "28": "the database server refuses the login; see `[digest] store` and ~/.pgpass",
    "3D": "there is no such database; create it, or see `[digest] store`",
    "42501": "this user may not do that there; give it the right to, or see `[digest] store`",
    "08": _UNREACHABLE,
    "57P": _UNREACHABLE,
    "": _UNREACHABLE,
}
#: Free bytes under which a disk counts as full: SQLite needs them for what it keeps beside the file.
_NO_ROOM = 256 * 1024


@contextmanager
def translated(where: str, file: Path | None = None) -> Iterator[None]:
    """Drivers' errors as StoreError with the next step. `file`: the store's, where it is one.

    StoreBusy: another one writes at this moment; all else is StoreError.
    """
    try:
        yield
    except DBAPIError as exc:
        raise _told(where, exc.orig, file) from exc
    except sqlite3.Error as exc:
        raise _told(where, exc, file) from exc
    except SQLAlchemyError as exc:
        raise StoreError(f"the store {where} failed: {exc}") from exc


def is_busy(error: sqlite3.Error) -> bool:
    """Whether it only says that another one is at work."""
    return _SQLITE.get(_primary(error)) == _HELD


def _told(where: str, error: BaseException | None, file: Path | None) -> StoreError:
    hint = _sqlite_hint(error, file) if isinstance(error, sqlite3.Error) else _postgresql_hint(error)
    kind = StoreBusy if hint == _HELD else StoreError
    return kind(f"the store {where} failed: {' '.join(str(error).split())}: {hint}")


def _primary(error: sqlite3.Error) -> int:
    # The module's own errors, such as a misused cursor, have no code.
    return getattr(error, "sqlite_errorcode", -1) & 0xFF


def _sqlite_hint(error: sqlite3.Error, file: Path | None) -> str:
    hint = _SQLITE.get(_primary(error), _UNKNOWN)
    if hint in {_DISK, _DENIED} and file is not None and _is_full(file.parent):
        return _FULL
    return hint


def _is_full(folder: Path) -> bool:
    """Whether a disk has no room left; SQLite cannot tell where it fails to lay out what it keeps beside the file."""
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM
    except OSError:
        return False


def _postgresql_hint(error: BaseException | None) -> str:
    state = getattr(error, "sqlstate", None) or ""
    for length in (5, 3, 2, 0):
        if len(state) >= length and (hint := _POSTGRESQL.get(state[:length])):
            return hint if length or not state else _UNKNOWN
    return _UNKNOWN

"""What a language model wrote for a text, by a hash of all that it depends on: the model is asked once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from digest.storage.core.schema import lines
from digest.storage.core.sql import upsert

#: A story is told for days, not for months.
KEPT = timedelta(days=30)


def find(c: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The lines that are kept under these keys; "" for one that may not stand."""
    rows = c.execute(select(lines.c.key, lines.c.line).where(lines.c.key.in_(keys)))
    return {row.key: row.line for row in rows}


def keep(c: Connection, written: Mapping[str, str], now: datetime) -> None:
    """Keep lines by their keys, and forget those that are too old to be asked for."""
    c.execute(delete(lines).where(lines.c.written < now - KEPT))
    if not written:
        return
    rows = [{"key": key, "line": line, "written": now} for key, line in written.items()]
    c.execute(upsert(c, lines).on_conflict_do_nothing(), rows)

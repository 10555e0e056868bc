"""Time passes over a store: all its moments move into the past, for tests of the program as a child process."""

import sqlite3
from datetime import timedelta
from pathlib import Path

from digest.storage.core.schema import UtcDateTime, metadata


def pass_time(state: Path, by: timedelta) -> None:
    """Whatever the store in a state folder knows happened so much earlier than it thinks; less than nothing: later."""
    seconds = f"{-by.total_seconds():+.0f} seconds"
    store = sqlite3.connect(state / "digest.sqlite3")
    with store:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, UtcDateTime):
                    moved = f"strftime('%Y-%m-%d %H:%M:%f000', \"{column.name}\", ?)"
                    store.execute(f'UPDATE "{table.name}" SET "{column.name}" = {moved}', (seconds,))
    store.close()

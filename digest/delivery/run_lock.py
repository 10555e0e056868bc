"""One `run` on a SQLite store at a time: a lock that the kernel lets go of when its process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import Busy
from digest.storage.core.database import beside


@contextmanager
def running_alone(store: Path) -> Iterator[None]:
    """Be the one `run` on a store's file, however it is called and whoever's state folder is used. Busy: another one
    lives."""
    store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(beside(store, "run.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            who = os.read(lock, 20).decode(errors="replace").strip() or "unknown"
            raise Busy(
                f"another `digest run` (process {who}) works on {store}: stop it first; other verbs work beside it"
            ) from exc
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(lock)

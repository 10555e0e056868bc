"""Who works here: each process holds a locked file of its own, and its receipts beside it.

The kernel lets go of a lock when its process ends, however it ends. So a lock that can be had tells that its owner
is gone and that its work may be taken up; nothing has to time out on one machine.
"""

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from digest.storage.marks import Settlement
from digest.storage.receipts import decode, encode

LOCK = ".lock"
RECEIPTS = ".receipts"


class Owner:
    """This process, as one that works. Close it when done; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Lock a new owner file in `folder`, which is made (0700) if need be."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.id = secrets.token_hex(8)
        # Locked before it has its name, so that nobody can find it unlocked.
        new = folder / f".{self.id}.new"
        self._lock = os.open(new, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        new.rename(folder / f"{self.id}{LOCK}")
        self._receipts = self._open_receipts(folder / f"{self.id}{RECEIPTS}")
        #: Bytes of receipts that were written since the file was last emptied.
        self.written = 0

    @staticmethod
    def _open_receipts(path: Path) -> int:
        return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def receipt(self, one: Settlement) -> None:
        """Write a receipt. OSError: it could not be written (the disk is full)."""
        line = encode(one)
        os.write(self._receipts, line)
        self.written += len(line)

    def keep_receipts(self, unrecorded: Iterable[Settlement]) -> None:
        """Drop all receipts but those of settlements that the store does not hold yet."""
        lines = b"".join(encode(one) for one in unrecorded)
        aside = self.folder / f".{self.id}.aside"
        fresh = self._open_receipts(aside)
        os.write(fresh, lines)
        aside.rename(self.folder / f"{self.id}{RECEIPTS}")
        os.close(self._receipts)
        self._receipts, self.written = fresh, len(lines)

    def close(self) -> None:
        """Let go. The receipts stay for the next start if the store does not hold them all; see `keep_receipts`."""
        if self._lock < 0:
            return
        os.close(self._receipts)
        if self.written == 0:
            (self.folder / f"{self.id}{RECEIPTS}").unlink(missing_ok=True)
            (self.folder / f"{self.id}{LOCK}").unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = -1

    def __enter__(self) -> Self:
        """The owner."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Let go."""
        self.close()


class Estate:
    """What an owner left that is gone. While one holds it, nobody else takes it up."""

    def __init__(self, owner: str, receipts: Path) -> None:
        self.owner = owner
        self._receipts = receipts

    def settlements(self) -> tuple[Settlement, ...]:
        """The answers it had."""
        try:
            return tuple(decode(self._receipts.read_bytes()))
        except FileNotFoundError:
            return ()


@contextmanager
def estates(folder: Path) -> Iterator[tuple[Estate, ...]]:
    """Lock what owners left that are gone; when the block ends well, their files are removed."""
    locked: list[tuple[int, Path]] = []
    found: list[Estate] = []
    for path in sorted(folder.glob(f"*{LOCK}")):
        try:
            lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        locked.append((lock, path))
        found.append(Estate(path.stem, path.with_suffix(RECEIPTS)))
    try:
        yield tuple(found)
        for _, path in locked:
            path.with_suffix(RECEIPTS).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
    finally:
        for lock, _ in locked:
            os.close(lock)


def alive(folder: Path) -> frozenset[str]:
    """The owners on this machine whose lock is held."""
    held: set[str] = set()
    for path in folder.glob(f"*{LOCK}"):
        try:
            lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.add(path.stem)
        finally:
            os.close(lock)
    return frozenset(held)

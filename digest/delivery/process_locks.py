"""Who works here: each process holds a locked file of its own, and its receipts beside it.

The kernel lets go of a lock when its process ends, however it ends. So a lock that can be had tells that its owner
is gone and that its work may be taken up; nothing has to time out on one machine.
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from digest.delivery.receipts import Receipts, answer_line, begun_line, boot_line, read
from digest.delivery.transitions import Offer, Settlement
from digest.errors import Busy
from digest.storage.core.database import beside

#: Where Linux says which boot this is.
_BOOT = Path("/proc/sys/kernel/random/boot_id")
LOCK = ".lock"
RECEIPTS = ".receipts"
#: Receipts that are about to take the others' place.
ASIDE = ".aside"


class WorkerLock:
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
        self._boot = this_boot()
        self._receipts = self._open_receipts(self.receipts_path)
        #: The last line may have been cut short.
        self._torn = False
        _write_whole(self._receipts, boot_line(self._boot))
        #: Bytes of receipts that were written since the file was last emptied.
        self.written = 0

    @staticmethod
    def _open_receipts(path: Path) -> int:
        return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)

    @property
    def receipts_path(self) -> Path:
        """Where the receipts are."""
        return self.folder / f"{self.id}{RECEIPTS}"

    def begun(self, offer: Offer) -> None:
        """Note that a body is about to leave. OSError: that could not be written (the disk is full)."""
        self._append(begun_line(offer))

    def receipt(self, one: Settlement) -> None:
        """Note an answer. OSError: it could not be written (the disk is full)."""
        self._append(answer_line(one))

    def _append(self, line: bytes) -> None:
        # A line that was cut short must not spoil the next one.
        whole = b"\n" + line if self._torn else line
        self._torn = True
        _write_whole(self._receipts, whole)
        self._torn = False
        self.written += len(line)

    def keep_receipts(self, unrecorded: Iterable[Settlement], under_way: Iterable[Offer]) -> None:
        """Drop all receipts but those of answers that the store does not hold yet, and of bodies under way.

        The new file takes the old one's place when all of it is on disk. OSError: it could not be written (the disk is
        full); the old one stays in use.
        """
        lines = b"".join([begun_line(offer) for offer in under_way] + [answer_line(one) for one in unrecorded])
        aside = self.folder / f".{self.id}{ASIDE}"
        aside.unlink(missing_ok=True)
        fresh = self._open_receipts(aside)
        try:
            _write_whole(fresh, boot_line(self._boot) + lines)
            os.fsync(fresh)
            aside.rename(self.receipts_path)
        except OSError:
            os.close(fresh)
            with suppress(OSError):
                aside.unlink()
            raise
        os.close(self._receipts)
        self._receipts, self._torn, self.written = fresh, False, len(lines)

    def receipts(self) -> Receipts:
        """What this process has noted and not dropped since."""
        try:
            return read(self.receipts_path.read_bytes())
        except FileNotFoundError:
            return Receipts()

    def drop_receipts(self) -> None:
        """Forget all receipts: the store holds every answer, and no body is under way. Needs no room on the disk."""
        os.ftruncate(self._receipts, 0)
        self._torn, self.written = False, 0
        _write_whole(self._receipts, boot_line(self._boot))

    def close(self) -> None:
        """Let go. The receipts stay for the next start if the store does not hold them all; see `keep_receipts`."""
        if self._lock < 0:
            return
        os.close(self._receipts)
        if self.written == 0:
            self.receipts_path.unlink(missing_ok=True)
            (self.folder / f"{self.id}{LOCK}").unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = -1

    def __enter__(self) -> Self:
        """The owner."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Let go."""
        self.close()


def _write_whole(file: int, data: bytes) -> None:
    """Write all of it: a system may take a part at a time. OSError: it takes no more (the disk is full)."""
    while data:
        written = os.write(file, data)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        data = data[written:]


def this_boot() -> str:
    """Tells this boot of the machine from any other; empty where the system does not say."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


class DeadWorker:
    """What an owner left that is gone. While one holds it, nobody else takes it up."""

    def __init__(self, owner: str, receipts: Path) -> None:
        self.owner = owner
        self._receipts = receipts

    def receipts(self) -> Receipts:
        """What it noted. Without a file, or from before the machine was started anew, nothing follows from what is
        missing: `boot` is empty then."""
        try:
            found = read(self._receipts.read_bytes())
        except FileNotFoundError:
            return Receipts()
        return found if found.boot and found.boot == this_boot() else replace(found, boot="")


@contextmanager
def dead_workers(folder: Path) -> Iterator[tuple[DeadWorker, ...]]:
    """Lock what owners left that are gone; when the block ends well, their files are removed."""
    locks: list[int] = []
    found: list[DeadWorker] = []
    for path in sorted(folder.glob(f"*{LOCK}")):
        lock = _lock(path)
        if lock is None:
            continue
        locks.append(lock)
        found.append(DeadWorker(path.stem, path.with_suffix(RECEIPTS)))
    try:
        yield tuple(found)
        for dead in found:
            (folder / f".{dead.owner}{ASIDE}").unlink(missing_ok=True)
            for kind in (RECEIPTS, LOCK):
                (folder / f"{dead.owner}{kind}").unlink(missing_ok=True)
    finally:
        for lock in locks:
            os.close(lock)


def alive(folder: Path) -> frozenset[str]:
    """The owners on this machine that work."""
    return frozenset(path.stem for path in folder.glob(f"*{LOCK}") if _is_held(path))


def _is_held(path: Path) -> bool:
    """Whether someone has the lock; a file that is not there nobody has."""
    lock = _lock(path)
    if lock is None:
        return path.exists()
    os.close(lock)
    return False


def _lock(path: Path) -> int | None:
    """The lock, as a descriptor; None: someone else has it, or there is no such file."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


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

"""What a process and all its descendants use, from /proc."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

#: How often memory is looked at, in seconds.
EVERY = 0.02


def _parents() -> dict[int, int]:
    """Every process's parent."""
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            found[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def family(root: int) -> list[int]:
    """A process and its descendants."""
    parents = _parents()
    members = [root]
    for member in members:  # grows as children are found
        members.extend(pid for pid, parent in parents.items() if parent == member)
    return members


def cpu_seconds(root: int) -> float:
    """User and system CPU of the living family, and of its members' children that ended."""
    ticks = 0
    for pid in family(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(root: int) -> float:
    """Resident memory of the family, in MB (shared pages counted in each)."""
    pages = 0
    for pid in family(root):
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak_mb() -> float:
    """The most memory that this process ever held, in MB; of its own, not what it was started from."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


class PeakMemory:
    """The most that a family held at once while this was open."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.mb = 0.0
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._done.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._done.wait(EVERY):
            self.mb = max(self.mb, memory_mb(self.root))

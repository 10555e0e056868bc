"""rss2email on the feeds of the poll benchmark: `run --no-send` fetches, parses, remembers, and sends nothing.

It is installed from the package index into a folder that is thrown away.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.poll_server import address

RSS2EMAIL = "rss2email==3.14"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one command of it took: seconds, and CPU seconds."""

    seconds: float
    cpu: float


def _opml(port: int, sample: int) -> str:
    outlines = "".join(
        f'<outline type="rss" text="f{i}" xmlUrl="http://{address(i)}:{port}/{i}"/>' for i in range(sample)
    )
    return f'<?xml version="1.0"?><opml version="1.0"><body>{outlines}</body></opml>'


class Rss2Email:
    """rss2email in an environment that is thrown away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
        python = str(folder / "venv" / "bin" / "python")
        installed = subprocess.run(
            [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", python, RSS2EMAIL], capture_output=True
        )
        if installed.returncode:
            command = ["uv", "pip", "install", "-q", "--python", python, RSS2EMAIL]
            subprocess.run(command, check=True, capture_output=True)

    def run(self, *words: str) -> Run:
        """One command of it."""
        files = ["-c", str(self.folder / "config"), "-d", str(self.folder / "data.json")]
        before, start = os.times(), time.perf_counter()
        command = [str(self.folder / "venv" / "bin" / "r2e"), *files, *words]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return Run(seconds=time.perf_counter() - start, cpu=cpu)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What rss2email takes, its start-up left out."""

    #: For each feed of a first round, and its CPU seconds; for each feed of a later round.
    first: float
    cpu: float
    later: float
    #: For all feeds that answer late, once.
    slow: float


def rss2email(port: int, turn: Callable[[str], int], sample: int, slow_feeds: int, repeats: int) -> Theirs:
    """Some first and some later rounds of a sample, and one of feeds that answer late. `turn` changes what all do."""
    firsts: list[Run] = []
    laters: list[Run] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Rss2Email(folder)
        program.run("new", "reader@digest.example")
        idle = program.run("run", "--no-send")
        empty = (folder / "config").read_text()

        def feeds(count: int) -> None:
            (folder / "feeds.opml").write_text(_opml(port, count))
            (folder / "config").write_text(empty)
            (folder / "data.json").unlink(missing_ok=True)
            program.run("opmlimport", str(folder / "feeds.opml"))

        turn("etag")
        for _ in range(repeats):
            feeds(sample)
            firsts.append(program.run("run", "--no-send"))
            laters.append(program.run("run", "--no-send"))
        turn("slow")
        feeds(slow_feeds)
        slow = program.run("run", "--no-send").seconds - idle.seconds
    return Theirs(
        first=(median(one.seconds for one in firsts) - idle.seconds) / sample,
        cpu=(median(one.cpu for one in firsts) - idle.cpu) / sample,
        later=(median(one.seconds for one in laters) - idle.seconds) / sample,
        slow=slow,
    )

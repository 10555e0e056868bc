"""Polling N loopback feeds: a first round, an unchanged one (304, and 200 with the same body), one in ten changed.

The publishers run in a process of their own (`poll_server`), the program in another (`poll_round`), whose CPU and
memory are those of its whole process tree. rss2email 3.14, installed from the package index into a folder that is
thrown away, reads a sample of the same feeds in the same run (`run --no-send`: it fetches, parses and remembers, and
sends nothing), less the time it takes with no feeds at all. Rounds are repeated and their medians compared.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

from tests.bench import Options, Result
from tests.bench.poll_server import address
from tests.bench.tree import PeakMemory

FEEDS = 1_000
QUICK_FEEDS = 100
#: Feeds that rss2email reads; its time grows with their number alone, since it takes one after the other.
SAMPLE = 60
RSS2EMAIL = "rss2email==3.14"
ROOT = Path(__file__).parents[2]


class Publishers:
    """The feeds' side."""

    def __init__(self, count: int, folder: Path | None) -> None:
        command = [sys.executable, "-m", "tests.bench.poll_server", str(count), *([str(folder)] if folder else [])]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def turn(self, mode: str) -> int:
        """Change what all feeds do; how many requests there were since the last change."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/mode/{mode}") as answer:
            return int(answer.read())


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round took and found."""

    seconds: float
    #: CPU seconds of the process tree.
    cpu: float
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    items_new: int = 0
    failures: tuple[str, ...] = ()


class Program:
    """The program's side, on a store of its own."""

    def __init__(self, count: int, port: int, store: Path) -> None:
        command = [sys.executable, "-m", "tests.bench.poll_round", str(count), str(port), str(store)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)

    def poll(self) -> Round:
        """One round over all feeds."""
        to, back = self._pipes()
        to.write("\n")
        to.flush()
        found = json.loads(back.readline())
        return Round(**{**found, "failures": tuple(found["failures"])})

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self.process.stdin
        assert self.process.stdout
        return self.process.stdin, self.process.stdout

    def close(self) -> None:
        """Let it end."""
        self._pipes()[0].close()
        self.process.wait(30)


@contextmanager
def publishing(count: int, folder: Path | None) -> Iterator[Publishers]:
    """Publishers while this is open."""
    publishers = Publishers(count, folder)
    try:
        yield publishers
    finally:
        publishers.process.kill()
        publishers.process.wait()


@contextmanager
def programming(count: int, port: int, store: Path) -> Iterator[Program]:
    """The program while this is open."""
    program = Program(count, port, store)
    try:
        yield program
        program.close()
    finally:
        program.process.kill()


def _medians(rounds: list[Round]) -> tuple[float, float]:
    """Seconds and CPU seconds."""
    return median(one.seconds for one in rounds), median(one.cpu for one in rounds)


@dataclass(slots=True)
class Measured:
    """All rounds by name, the most memory, and the requests of one unchanged round."""

    rounds: dict[str, list[Round]]
    peak_mb: float = 0.0
    requests: int = 0


def measure(count: int, publishers: Publishers, folder: Path, *, firsts: int, repeats: int) -> Measured:
    """Some first rounds, each on an empty store; then the later ones on the last."""
    measured = Measured({name: [] for name in ("first", "304", "200, same body", "one in ten new")})
    for attempt in range(firsts):
        publishers.turn("etag")
        with programming(count, publishers.port, folder / f"{attempt}.sqlite") as program:
            with PeakMemory(program.process.pid) as peak:
                measured.rounds["first"].append(program.poll())
                if attempt == firsts - 1:
                    _later(measured, publishers, program, repeats)
            measured.peak_mb = max(measured.peak_mb, peak.mb)
    return measured


def _later(measured: Measured, publishers: Publishers, program: Program, repeats: int) -> None:
    publishers.turn("etag")
    for _ in range(repeats):
        measured.rounds["304"].append(program.poll())
    measured.requests = publishers.turn("plain") // repeats
    program.poll()  # the validators are forgotten here
    for _ in range(repeats):
        measured.rounds["200, same body"].append(program.poll())
    for _ in range(repeats):
        publishers.turn("tenth")
        measured.rounds["one in ten new"].append(program.poll())


# rss2email


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

    def run(self, *words: str) -> Round:
        """One command of it."""
        files = ["-c", str(self.folder / "config"), "-d", str(self.folder / "data.json")]
        before, start = os.times(), time.perf_counter()
        command = [str(self.folder / "venv" / "bin" / "r2e"), *files, *words]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return Round(seconds=time.perf_counter() - start, cpu=cpu)


def rss2email(port: int, sample: int, repeats: int) -> tuple[float, float, float]:
    """Seconds and CPU seconds for each feed of a first round; seconds for each of a later one."""
    firsts: list[Round] = []
    laters: list[Round] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Rss2Email(folder)
        program.run("new", "reader@digest.example")
        idle = program.run("run", "--no-send")
        empty = (folder / "config").read_text()
        (folder / "feeds.opml").write_text(_opml(port, sample))
        for _ in range(repeats):
            (folder / "config").write_text(empty)
            (folder / "data.json").unlink(missing_ok=True)
            program.run("opmlimport", str(folder / "feeds.opml"))
            firsts.append(program.run("run", "--no-send"))
            laters.append(program.run("run", "--no-send"))
    (seconds, cpu), (later, _) = _medians(firsts), _medians(laters)
    return (seconds - idle.seconds) / sample, (cpu - idle.cpu) / sample, (later - idle.seconds) / sample


# The table


def run(options: Options) -> Result:
    """Measure both and set them side by side."""
    count = QUICK_FEEDS if options.quick else FEEDS
    repeats, firsts, sample = (3, 1, 20) if options.quick else (5, 5, SAMPLE)
    with publishing(count, options.data) as publishers, tempfile.TemporaryDirectory() as name:
        measured = measure(count, publishers, Path(name), firsts=firsts, repeats=repeats)
        publishers.turn("etag")
        theirs = rss2email(publishers.port, min(sample, count), 1 if options.quick else 5)
    failures = [failure for rounds in measured.rounds.values() for one in rounds for failure in one.failures]
    figures = _figures(count, measured, theirs)
    return Result(table=_table(count, measured, theirs, figures, failures), figures=figures)


def _figures(count: int, measured: Measured, theirs: tuple[float, float, float]) -> dict[str, float]:
    """What outside checks read."""
    first_s, first_cpu = _medians(measured.rounds["first"])
    same = [_medians(measured.rounds[name]) for name in ("304", "200, same body")]
    return {
        "feeds": count,
        "first_s": round(first_s, 3),
        "unchanged_s": round(max(seconds for seconds, _ in same), 3),
        "unchanged_304_s": round(same[0][0], 3),
        "unchanged_200_s": round(same[1][0], 3),
        "tenth_s": round(_medians(measured.rounds["one in ten new"])[0], 3),
        "cpu_ms_per_feed": round(same[0][1] / count * 1000, 3),
        "first_cpu_ms_per_feed": round(first_cpu / count * 1000, 3),
        "first_to_unchanged": round(first_s / max(seconds for seconds, _ in same), 1),
        "peak_mb": round(measured.peak_mb, 1),
        "requests": measured.requests,
        "ratio_rss2email": round(theirs[0] * count / first_s, 2),
        "cpu_ratio_rss2email": round(first_cpu / count / theirs[1], 3),
    }


def _table(
    count: int,
    measured: Measured,
    theirs: tuple[float, float, float],
    figures: Mapping[str, float],
    failures: list[str],
) -> str:
    lines = [
        f"{count} feeds; medians",
        f"{'round':<18}{'seconds':>9}{'CPU ms/feed':>13}{'changed':>9}{'new items':>11}",
    ]
    for name, rounds in measured.rounds.items():
        seconds, cpu = _medians(rounds)
        last = rounds[-1]
        lines.append(f"{name:<18}{seconds:>9.2f}{cpu / count * 1000:>13.2f}{last.changed:>9}{last.items_new:>11}")
    seconds, cpu, later = theirs
    lines += [
        f"{'rss2email first':<18}{seconds * count:>9.2f}{cpu * 1000:>13.2f}   (a sample, scaled)",
        f"{'rss2email later':<18}{later * count:>9.2f}",
        f"first round: {figures['ratio_rss2email']} x rss2email, {figures['cpu_ratio_rss2email']} of its CPU",
        f"unchanged: {figures['first_to_unchanged']} x as fast as the first round, {figures['requests']} requests",
        f"peak memory of the process tree: {figures['peak_mb']} MB",
        *(f"failed: {failure}" for failure in failures[:5]),
    ]
    return "\n".join(lines)

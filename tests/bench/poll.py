"""Polling N loopback feeds: a first round, an unchanged one (304, and 200 with the same body), one in ten changed.

The publishers run in a process of their own (`poll_server`), the program in another (`poll_round`), whose CPU and
memory are those of its whole process tree. rss2email 3.14, installed from the package index into a folder that is
thrown away, reads a sample of the same feeds in the same run (`run --no-send`: it fetches, parses and remembers, and
sends nothing), less the time it takes with no feeds at all. Rounds are repeated and their medians compared.

Two more questions: how long feeds take that answer late (SLOW of them, each after half a second), and whether memory
grows with the number of feeds (a first round and an unchanged one of MANY feeds, in a process of its own).
"""

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, Any

from tests.bench import Options, Result
from tests.bench.poll_rss2email import Theirs, rss2email
from tests.bench.poll_server import SLOW, SLOW_S
from tests.bench.tree import PeakMemory

FEEDS = 1_000
QUICK_FEEDS = 100
#: Feeds that rss2email reads; its time grows with their number alone, since it takes one after the other.
SAMPLE = 60
#: Feeds whose memory is compared with that of FEEDS.
MANY = 10_000
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


def slow_seconds(publishers: Publishers, folder: Path, repeats: int) -> tuple[float, float]:
    """Seconds for a round of SLOW feeds that answer late, each with something new: by a program that has just started
    and has to start its parsers too, and by one that is running."""
    fresh: list[Round] = []
    running: list[Round] = []
    for attempt in range(repeats):
        with programming(SLOW, publishers.port, folder / f"slow{attempt}.sqlite") as program:
            for rounds in (fresh, running):
                publishers.turn("slow")
                rounds.append(program.poll())
    publishers.turn("etag")
    assert all((one.changed, one.failed) == (SLOW, 0) for one in (*fresh, *running))
    return _medians(fresh)[0], _medians(running)[0]


def memory(count: int, data: Path | None, folder: Path) -> float:
    """The most MB that a first and an unchanged round of so many feeds take, over the process tree."""
    with (
        publishing(count, data) as publishers,
        programming(count, publishers.port, folder / f"{count}.sqlite") as program,
        PeakMemory(program.process.pid) as peak,
    ):
        found = [program.poll(), program.poll()]
    assert [(one.changed, one.failed) for one in found] == [(count, 0), (0, 0)]
    return peak.mb


# The table


def run(options: Options) -> Result:
    """Measure both and set them side by side."""
    count = QUICK_FEEDS if options.quick else FEEDS
    repeats, firsts, sample = (3, 1, 20) if options.quick else (5, 5, SAMPLE)
    with publishing(count, options.data) as publishers, tempfile.TemporaryDirectory() as name:
        measured = measure(count, publishers, Path(name), firsts=firsts, repeats=repeats)
        fresh, running = slow_seconds(publishers, Path(name), repeats)
        theirs = rss2email(publishers.port, publishers.turn, min(sample, count), SLOW, 1 if options.quick else 5)
    with tempfile.TemporaryDirectory() as name:
        mb = {
            f"{feeds}": round(memory(feeds, options.data, Path(name)), 1)
            for feeds in ((QUICK_FEEDS, FEEDS) if options.quick else (FEEDS, MANY))
        }
    failures = [failure for rounds in measured.rounds.values() for one in rounds for failure in one.failures]
    late = {"slow_s": round(running, 3), "slow_fresh_s": round(fresh, 3)}
    figures = _figures(count, measured, theirs) | late | {"memory_mb": mb}
    return Result(table=_table(count, measured, theirs, figures, failures), figures=figures)


def _figures(count: int, measured: Measured, theirs: Theirs) -> dict[str, Any]:
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
        "ratio_rss2email": round(theirs.first * count / first_s, 2),
        "cpu_ratio_rss2email": round(first_cpu / count / theirs.cpu, 3),
        "slow_rss2email_s": round(theirs.slow, 3),
    }


def _table(
    count: int,
    measured: Measured,
    theirs: Theirs,
    figures: Mapping[str, Any],
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
    growth = ", ".join(f"{mb} MB with {feeds} feeds" for feeds, mb in figures["memory_mb"].items())
    lines += [
        f"{'rss2email first':<18}{theirs.first * count:>9.2f}{theirs.cpu * 1000:>13.2f}   (a sample, scaled)",
        f"{'rss2email later':<18}{theirs.later * count:>9.2f}",
        f"first round: {figures['ratio_rss2email']} x rss2email, {figures['cpu_ratio_rss2email']} of its CPU",
        f"unchanged: {figures['first_to_unchanged']} x as fast as the first round, {figures['requests']} requests",
        f"peak memory of the process tree: {figures['peak_mb']} MB; a first and an unchanged round: {growth}",
        f"{SLOW} feeds that answer after {SLOW_S} s: {figures['slow_s']} s; rss2email {figures['slow_rss2email_s']} s",
        f"the same by a program that has just started: {figures['slow_fresh_s']} s",
        *(f"failed: {failure}" for failure in failures[:5]),
    ]
    return "\n".join(lines)

"""`python -m tests.mutation [MODULE ...] [--sample N] [--seed N] [--jobs N]`: a table, and the mutants that survived.

Each mutant runs in a fork of this process, which has imported everything but the project: its module is compiled from
the changed tree when the tests import it, and nothing is written to disk.
"""

import argparse
import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import alembic.command
import cronsim
import psycopg
import pytest
import sqlalchemy.dialects.postgresql
import sqlalchemy.dialects.sqlite

from tests.mutation.mutants import Mutant, mutants

#: Imported here so that a fork need not; pytest wants to import its plugins itself.
WARM = (alembic.command, cronsim, psycopg, sqlalchemy.dialects)
ROOT = Path(__file__).parents[2]
#: What decides whether a reader is told a thing once, and the quick tests (in `tests/`) that are to hold each.
TARGETS: Mapping[str, Sequence[str]] = {
    "delivery/ledger.py": ("integration/delivery/test_ledger.py", "integration/pipeline/test_told_once.py"),
    "delivery/claims.py": (
        "integration/delivery/test_transitions.py",
        "integration/delivery/test_ledger.py",
    ),
    "delivery/transitions.py": (
        "integration/delivery/test_transitions.py",
        "integration/delivery/test_ledger.py",
    ),
    "delivery/receipts.py": ("unit/delivery/test_receipts.py", "integration/delivery/test_ledger.py"),
    "storage/recognition/same_item.py": (
        "unit/storage/recognition/test_same_item.py",
        "integration/storage/test_recognising.py",
    ),
    "storage/recognition/backlog.py": ("unit/storage/recognition/test_backlog.py",),
    "feeds/values/entry_keys.py": (
        "unit/feeds/values/test_entry_keys.py",
        "unit/feeds/parse/test_document.py",
    ),
    "pipeline/composing/slots.py": (
        "unit/pipeline/composing/test_slots.py",
        "integration/pipeline/test_told_once.py",
    ),
    "stories/editions/edition.py": (
        "unit/stories/editions/test_edition.py",
        "integration/pipeline/test_told_once.py",
    ),
}
#: A test run that takes so much longer than the unchanged one hangs, which is noticed too.
PATIENCE, LEAST_S = 8, 20
_GLANCE_S = 0.02


@dataclass(slots=True)
class Figures:
    """What became of a module's mutants."""

    killed: int = 0
    survived: list[Mutant] = field(default_factory=list)

    @property
    def all(self) -> int:
        """How many there were."""
        return self.killed + len(self.survived)


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another meaning."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._path, self._tree = name, path, tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module, if it is the one."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(compile(self._tree, str(self._path), "exec"), module.__dict__)


def main() -> None:
    """Parse the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(TARGETS)}; all, for none")
    parser.add_argument("--sample", type=int, help="so many mutants of each module, drawn by the seed")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    os.chdir(ROOT)
    print(f"seed {chosen.seed}, {chosen.jobs} at a time")
    found = {name: _try(name, chosen) for name in chosen.modules or TARGETS}
    print("\n| module | mutants | noticed | survived |\n|---|---:|---:|---:|")
    for name, figures in found.items():
        share = f"{figures.killed / figures.all:.0%}" if figures.all else "-"
        print(f"| `{name}` | {figures.all} | {share} | {len(figures.survived)} |")


def _try(name: str, chosen: argparse.Namespace) -> Figures:
    path = ROOT / "digest" / name
    every = list(mutants(path.read_text(encoding="utf-8")))
    if chosen.sample is not None:
        every = random.Random(chosen.seed).sample(every, min(chosen.sample, len(every)))
    began = time.monotonic()
    unchanged = Mutant(0, "nothing", ast.parse(path.read_text(encoding="utf-8")))
    [(_, noticed)] = _run(name, [unchanged], 1, 600)
    if noticed:
        sys.exit(f"the tests of {name} fail on the unchanged code: {' '.join(TARGETS[name])}")
    patience_s = max(LEAST_S, PATIENCE * (time.monotonic() - began))
    figures = Figures()
    for mutant, noticed in _run(name, every, chosen.jobs, patience_s):
        if noticed:
            figures.killed += 1
        else:
            figures.survived.append(mutant)
            print(f"survived: digest/{name}:{mutant.line}: {mutant.change}", flush=True)
    return figures


def _run(name: str, some: Sequence[Mutant], jobs: int, patience_s: float) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether a test noticed it."""
    waiting, running = list(some), dict[int, tuple[Mutant, float]]()
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[_fork(name, mutant)] = mutant, time.monotonic() + patience_s
        for pid, (mutant, until) in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended and time.monotonic() > until:
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                ended, status = pid, 1
            if ended:
                del running[pid]
                yield mutant, status != 0
        time.sleep(_GLANCE_S)


def _fork(name: str, mutant: Mutant) -> int:
    """A child that ends with 0 if no test noticed."""
    pid = os.fork()
    if pid:
        return pid
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    module = "digest." + name.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, Changed(module, ROOT / "digest" / name, mutant.tree))
    options = ["-x", "-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider", "--hypothesis-seed=1", "--tb=no"]
    try:
        code = int(pytest.main([*options, "-k", "not postgresql", *(f"tests/{test}" for test in TARGETS[name])]))
    except BaseException:  # whatever it is, it was noticed
        code = 1
    os._exit(code)


if __name__ == "__main__":
    main()

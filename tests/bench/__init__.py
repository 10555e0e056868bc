"""Benchmarks: `python -m tests.bench NAME [--data PATH] [--json] [--predictions FILE] [--errors]`.

Each module here named after a benchmark has `run(options: Options) -> Result`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a benchmark is run on."""

    #: A file or folder; None: the benchmark's own default (self-made data, or where DIGEST_CORPUS points).
    data: Path | None = None
    #: Show every wrong result.
    errors: bool = False
    #: A smaller run, for trying out.
    quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a benchmark found."""

    #: A table for people.
    table: str
    #: The same figures for machines.
    figures: Mapping[str, object]
    #: What the program decided, one object a line, so that anyone can score it.
    predictions: Iterable[Mapping[str, object]] = field(default=())

"""Runs one benchmark and prints its table; with `--json`, one JSON object as the last line."""

import argparse
import importlib
import json
from pathlib import Path

from tests.bench import Options, Result

NAMES = ("topics", "stories", "summaries", "parse", "poll", "render", "send", "kill", "scale")


def main() -> None:
    """Parse the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--predictions", type=Path)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    bench = importlib.import_module(f"tests.bench.{chosen.name}")
    result: Result = bench.run(Options(data=chosen.data, errors=chosen.errors, quick=chosen.quick))
    print(result.table)
    if chosen.predictions:
        lines = (json.dumps(prediction, ensure_ascii=False) + "\n" for prediction in result.predictions)
        chosen.predictions.write_text("".join(lines), encoding="utf-8")
    if chosen.json:
        print(json.dumps(result.figures))


if __name__ == "__main__":
    main()

"""Runs one fuzzer for a time and prints what it did; ends with 1 at the first finding, which it writes down."""

import argparse
import importlib
import sys
import time


def main() -> int:
    """Parse the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("name", choices=("documents",))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    chosen = parser.parse_args()
    fuzzer = importlib.import_module(f"tests.fuzz.{chosen.name}")
    return int(fuzzer.run(seconds=chosen.seconds, seed=chosen.seed))


if __name__ == "__main__":
    sys.exit(main())

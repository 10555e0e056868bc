"""The benchmarks that are listed exist, and the one of scale does what it times."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.bench import scale
from tests.bench.__main__ import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_that_is_listed_is_there(name: str) -> None:
    """`python -m tests.bench NAME` finds its module."""
    assert callable(import_module(f"tests.bench.{name}").run)


async def test_the_bench_of_scale_sends_one_edition_to_all(tmp_path: Path) -> None:
    """It asserts one edition and a delivery for each; every step has its cost."""
    found = await scale.one_edition(30, tmp_path)
    assert set(found["us"]) == {"listed", "composed", "delivered"}
    assert all(cost > 0 for cost in found["us"].values())


async def test_the_bench_of_scale_polls_the_due_feeds_alone(tmp_path: Path) -> None:
    """It asserts how many feeds each of its rounds asks: all, then one in a hundred."""
    assert set((await scale.many_feeds(300, tmp_path))["us"]) == {"all_due", "few_due"}


async def test_the_bench_of_scale_composes_for_readers_with_a_past(tmp_path: Path) -> None:
    """Everyone gets today's edition, whatever they have had."""
    found = await scale.history(3, tmp_path)
    assert set(found["us"]) == {"composed"}

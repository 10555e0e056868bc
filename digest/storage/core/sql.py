"""What statements share."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

#: Rows or parameters of one statement.
AT_ONCE = 500


def chunked(values: Sequence[T], size: int = AT_ONCE) -> Iterable[Sequence[T]]:
    """Values in chunks that one statement can take as parameters."""
    return (values[start : start + size] for start in range(0, len(values), size))

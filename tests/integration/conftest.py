"""What integration tests share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.program import Home, furnished


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """Two feeds, one of them bad; two topics; two subscribers, one of them to `now`."""
    async with furnished(tmp_path) as made:
        yield made

"""Which migration a store has come to, and which is the newest: asked at every start, so without Alembic."""

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

_SCRIPT = re.compile(r"(\d{4})_\w+\.py")


def current(c: Connection) -> str | None:
    """The migration that a store has come to; None: its tables are not made yet."""
    if not inspect(c).has_table("alembic_version"):
        return None
    found: str | None = c.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def known() -> frozenset[str]:
    """The migrations of this program."""
    scripts = (Path(__file__).parents[1] / "migrations" / "versions").iterdir()
    return frozenset(found[1] for script in scripts if (found := _SCRIPT.fullmatch(script.name)))


def newest() -> str:
    """The newest of them."""
    return max(known())

"""Alembic's entry point: runs the scripts on the connection that `storage.core.schema_version` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from digest.storage.core.schema import UtcDateTime, metadata


def _write_type(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Moments stand in the scripts as what they are to the database: the scripts must outlive our classes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_item=_write_type)
with context.begin_transaction():
    context.run_migrations()

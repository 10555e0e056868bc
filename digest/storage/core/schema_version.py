"""Which migration a store has come to, and bringing it up to date.

What is asked at every start does without Alembic, which is slow to import.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, inspect, select, text

from digest.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

#: The name of the lock on migrating, among PostgreSQL's advisory locks: "schema" in ASCII.
MIGRATING = 0x736368656D61
_SCRIPTS = Path(__file__).parents[1] / "migrations"
_SCRIPT = re.compile(r"(\d{4})_\w+\.py")


def current(c: Connection) -> str | None:
    """The migration that a store has come to; None: its tables are not made yet."""
    if not inspect(c).has_table("alembic_version"):
        return None
    found: str | None = c.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def known() -> frozenset[str]:
    """The migrations of this program."""
    scripts = (_SCRIPTS / "versions").iterdir()
    return frozenset(found[1] for script in scripts if (found := _SCRIPT.fullmatch(script.name)))


def newest() -> str:
    """The newest of them."""
    return max(known())


def alembic_config() -> "Config":
    """Alembic's settings; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine) -> None:
    """Run what is missing. StoreError: the store was made by a newer program."""
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = alembic_config()
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        _take_turn(connection)
        # Read once it is our turn: another process may have been first.
        found = MigrationContext.configure(connection).get_current_revision()
        if found == scripts.get_current_head():
            return
        ours = {script.revision for script in scripts.walk_revisions()}
        if found is not None and found not in ours:
            raise StoreError(
                f"the store was made by a newer version of this program (its schema is {found}): "
                "upgrade the program, or restore the backup that was made before the upgrade"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _take_turn(connection: Connection) -> None:
    """Begin, as the only one who migrates."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))

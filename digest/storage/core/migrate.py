"""Brings a store's tables up to date, and refuses a store that a newer program made."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from digest.errors import StoreError

#: The name of the lock on migrating, among PostgreSQL's advisory locks: "schema" in ASCII.
MIGRATING = 0x736368656D61


def alembic_config() -> Config:
    """Alembic's settings; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine) -> None:
    """Run what is missing. StoreError: the store was made by a newer program."""
    config = alembic_config()
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        _take_turn(connection)
        # Read once it is our turn: another process may have been first.
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return
        known = {script.revision for script in scripts.walk_revisions()}
        if current is not None and current not in known:
            raise StoreError(
                f"the store was made by a newer version of this program (its schema is {current}): "
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

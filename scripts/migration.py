"""Writes the migration that leads from the newest script to `digest/storage/core/schema.py`.

    .venv/bin/python scripts/migration.py 0002 "What changes and why"

Read what it wrote: a renamed column looks to it like one dropped and one added.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from digest.storage.core.schema_version import alembic_config, upgrade


def main() -> None:
    """Build a store as it is now, compare it with the schema, write the difference."""
    revision, message = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'now.sqlite'}")
        config = alembic_config()
        if any(Path("digest/storage/migrations/versions").glob("0*.py")):
            upgrade(engine)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=revision)
        engine.dispose()
    versions = "digest/storage/migrations/versions"
    subprocess.run([sys.executable, "-m", "ruff", "check", "-q", "--fix", versions], check=True)
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", versions], check=True)


if __name__ == "__main__":
    main()

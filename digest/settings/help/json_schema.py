"""`config schema`: the configuration as a JSON Schema, for editors that complete and check TOML. Pure."""

from digest.settings.tables.registry import TABLES


def schema() -> dict[str, object]:
    """A JSON Schema (2020-12) that every right configuration file satisfies."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "digest configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": {table.name: dict(table.schema) for table in TABLES},
    }

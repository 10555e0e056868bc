"""`config schema`: the configuration as a JSON Schema, for editors that complete and check TOML. Pure."""

from collections.abc import Mapping

from digest.settings.core.keys import schema_of
from digest.settings.core.locations import WEB
from digest.settings.tables.coverage import ID, feed_keys
from digest.settings.tables.general import DIGEST_KEYS, THEME_KEYS
from digest.settings.tables.llm import LLM_KEYS
from digest.settings.tables.relay import MAIL_KEYS
from digest.settings.tables.retention import RETENTION_KEYS
from digest.settings.tables.subscribers import default_keys, subscriber_keys
from digest.topics.table import LISTS, NEAR_KEYS, TERM_KEYS

_STRINGS: Mapping[str, object] = {"type": "array", "items": {"type": "string"}}


def schema() -> dict[str, object]:
    """A JSON Schema (2020-12) that every right configuration file satisfies."""
    feed = {"anyOf": [dict(WEB.schema), schema_of(feed_keys(()))]}
    tables = {
        "digest": schema_of(DIGEST_KEYS),
        "defaults": schema_of(default_keys(())),
        "mail": schema_of(MAIL_KEYS) | {"required": ["from"]},
        "theme": schema_of(THEME_KEYS),
        "retention": schema_of(RETENTION_KEYS),
        "llm": schema_of(LLM_KEYS),
        "feeds": _by_id(feed),
        "topics": _by_id(_topic()),
        "subscribers": {"type": "object", "additionalProperties": schema_of(subscriber_keys(()))},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "digest configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": tables,
    }


def _by_id(entry: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "propertyNames": {"pattern": f"^{ID.pattern}$"}, "additionalProperties": entry}


def _topic() -> dict[str, object]:
    """A topic's table; `topics.table` reads it."""
    number = {"type": "number", "exclusiveMinimum": 0}
    shapes: dict[str, Mapping[str, object]] = {
        "term": {"type": "string"},
        "weight": {**number, "maximum": 1},
        "within": {"type": "integer", "minimum": 1},
        "near": _STRINGS,
        "beside": _STRINGS,
        "any": {"type": "array", "items": {"anyOf": [{"type": "string"}, _STRINGS]}},
    }
    term = {"anyOf": [{"type": "string"}, _object({key: shapes[key] for key in TERM_KEYS})]}
    terms: dict[str, object] = {"type": "array", "items": term}
    by_language: Mapping[str, object] = {"anyOf": [terms, {"type": "object", "additionalProperties": terms}]}
    return _object(
        {
            "title": {"type": "string"},
            "titles": {"type": "object", "additionalProperties": {"type": "string"}},
            **dict.fromkeys(LISTS, by_language),
            "near": {"type": "array", "items": _object({key: shapes[key] for key in NEAR_KEYS})},
            "spellings": {"type": "array", "items": _STRINGS},
            "threshold": number,
        }
    )


def _object(properties: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": properties}

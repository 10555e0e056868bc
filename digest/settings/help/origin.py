"""`config show`: what holds, and where each value was said. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from digest.settings.core.locations import without_password
from digest.settings.core.tables import Table
from digest.settings.core.values import Given
from digest.settings.files.load import Loaded
from digest.settings.files.writing import key as key_of
from digest.settings.files.writing import toml
from digest.settings.tables.registry import TABLES

#: Where a value is said to come from that nobody has said.
DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One value."""

    #: Such as `mail.server`.
    key: str
    #: As TOML; a secret is shown as the place where it is.
    value: str
    #: `config/digest.toml:12`, `environment DIGEST__MAIL__SERVER` or `default`.
    origin: str


def rows(loaded: Loaded) -> tuple[Row, ...]:
    """Every value of a configuration, in the order of the reference."""
    return tuple(row for table in TABLES for row in _table(loaded, table))


def _table(loaded: Loaded, table: Table) -> Iterator[Row]:
    said = loaded.sources.tables.get(table.name)
    if table.entries:
        for name, value in (said or {}).items():
            origin = _origin(loaded, table.name, name)
            yield Row(key=f"{table.name}.{key_of(name)}", value=_entry(table.name, value), origin=origin)
    elif table.name == "mail" and said is None:
        yield Row(key="mail", value="none: messages are written to the outbox", origin=DEFAULT)
    else:
        for key, absent in table.rows():
            if said and key.name in said:
                yield Row(
                    key=f"{table.name}.{key.name}",
                    value=toml(_plain(said[key.name], key.reader.schema)),
                    origin=_origin(loaded, table.name, key.name),
                )
            else:
                yield Row(key=f"{table.name}.{key.name}", value=absent or "none", origin=DEFAULT)


def _origin(loaded: Loaded, table: str, name: str) -> str:
    variable = loaded.variables.get((table, name))
    if variable:
        return f"environment {variable}"
    file = loaded.sources.files[table, name]
    offset = file.positions.offset((table, name), at_key=True)
    return str(file.path) if offset is None else f"{file.path}:{file.positions.line_and_column(offset)[0]}"


def _entry(table: str, value: object) -> str:
    """A topic by the count of its terms' lists, everything else in full."""
    if table == "topics" and isinstance(value, Mapping):
        return ", ".join(f"{key}: {len(part)}" if isinstance(part, list) else f"{key}" for key, part in value.items())
    return toml(_plain(value))


def _plain(value: object, schema: Mapping[str, object] = MappingProxyType({})) -> object:
    """A value as it may be shown; `schema` tells what an environment variable's text stands for."""
    match value:
        case Given() if schema.get("type") == "object":
            return {"env": value.variable}  # the variable's text is a secret
        case Given() if schema.get("type") in {"integer", "boolean"}:
            return _Bare(value)
        case str():
            return without_password(value)
        case Mapping():
            inner = schema.get("properties")
            parts = inner if isinstance(inner, Mapping) else {}
            return {name: _plain(one, parts.get(name, {})) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
    return value


class _Bare:
    """A number or a flag, as its text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        """The text."""
        return self._text

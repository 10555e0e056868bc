"""A table of the configuration: declared once, and read, described, documented and overridden from that. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from digest.settings.core.keys import Key, schema_of
from digest.settings.core.values import Reader, shown_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table, or one that is the value of a key of it."""

    name: str
    #: A sentence or two for the reference.
    about: str
    keys: Sequence[Key] = ()
    #: The frozen settings that come of it; what its fields have by themselves is what holds without a key.
    settings: type | None = None
    #: Reads the table; None: its entries are read one by one (`files.load`).
    reader: Reader[Any] | None = None
    #: Without the table there is None, and not what the settings have by themselves.
    optional: bool = False
    #: Its keys are the user's own names, each with an entry: no environment variable speaks of those.
    entries: bool = False
    #: As a JSON Schema; None: what its keys say.
    described: Mapping[str, object] | None = None
    inner: Sequence["Table"] = ()

    @property
    def schema(self) -> Mapping[str, object]:
        """As a JSON Schema."""
        return schema_of(self.keys) if self.described is None else self.described

    def without(self, key: Key) -> str:
        """What holds without a key, in words or as TOML."""
        if key.default or key.required or self.settings is None or not is_dataclass(self.settings):
            return key.default
        usual = next((one.default for one in fields(self.settings) if one.name == (key.attribute or key.name)), MISSING)
        return "" if usual is MISSING or usual in (None, "", ()) else as_toml(usual)

    def rows(self) -> Iterator[tuple[Key, str]]:
        """Its keys, each with what holds without it."""
        return ((key, self.without(key)) for key in self.keys)


def as_toml(value: object) -> str:
    """A default as a configuration would write it."""
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            return f'"{shown_duration(value)}"'
        case StrEnum() | str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(as_toml, value))}]"
    return str(value)

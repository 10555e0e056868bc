"""How tables and lists are declared, read, described and documented: one declaration serves all four. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from digest.settings.core.mistakes import Mistake, Wrong, under
from digest.settings.core.values import Given, Reader
from digest.text.suggestions import did_you_mean, kind_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a table."""

    name: str
    reader: Reader[object]
    #: What it means, in a sentence or two, for the reference.
    about: str
    #: A value as TOML, for the reference and for messages.
    example: str
    #: What holds without it, in words or as TOML, for the reference.
    default: str = ""
    required: bool = False
    #: The attribute that takes the value, where it is called otherwise.
    attribute: str = ""


def read_keys(value: object, keys: Sequence[Key]) -> tuple[dict[str, object], list[Mistake]]:
    """The values of a table by attribute, those that can be read, and what is wrong with the others."""
    if not isinstance(value, Mapping):
        return {}, [Mistake(text=f"is a table, not {kind_of(value)}", predicate=True)]
    known = {key.name: key for key in keys}
    fields: dict[str, object] = {}
    mistakes: list[Mistake] = []
    for name, raw in value.items():
        if name not in known:
            mistakes += under(name, [_unknown(name, known)])
            continue
        try:
            fields[known[name].attribute or name] = known[name].reader.read(raw)
        except Wrong as wrong:
            mistakes += under(name, wrong.mistakes)
    for key in keys:
        if key.required and key.name not in value:
            mistakes.append(Mistake(text=f'"{key.name}" is missing: write {key.name} = {key.example}'))
    return fields, mistakes


def _unknown(name: str, known: Mapping[str, Key]) -> Mistake:
    hint = did_you_mean(name, known, otherwise=f"; known are {', '.join(known)}")
    return Mistake(text=f'unknown key "{name}"{hint}', at_key=True)


#: What is wrong with a table as a whole; it sees values that could be read as read, and others as written.
Check = Callable[[Mapping[str, object]], list[Mistake]]


def table(keys: Sequence[Key], build: Callable[..., T], check: Check | None = None) -> Reader[T]:
    """Reads a table: `build` gets its values by attribute."""

    def read(value: object) -> T:
        fields, mistakes = read_keys(value, keys)
        if check and isinstance(value, Mapping):
            mistakes += check({**value, **fields})
        if mistakes:
            raise Wrong(*mistakes)
        return build(**fields)

    return Reader(read, schema_of(keys))


def schema_of(keys: Sequence[Key]) -> dict[str, object]:
    """The JSON Schema of a table."""
    schema: dict[str, object] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: {"description": key.about, **key.reader.schema} for key in keys},
    }
    required = [key.name for key in keys if key.required]
    return schema | ({"required": required} if required else {})


def list_of(one: Reader[T], *, example: str) -> Reader[tuple[T, ...]]:
    """A list; in an environment variable its entries stand between commas."""

    def read(value: object) -> tuple[T, ...]:
        """The entries. Wrong: all that is wrong with any of them, each under its index."""
        if isinstance(value, Given):
            value = [Given(part.strip(), value.variable) for part in value.split(",") if part.strip()]
        if not isinstance(value, list):
            raise Wrong(f"is a list: write [{example}]")
        entries, mistakes = [], []
        for index, entry in enumerate(value):
            try:
                entries.append(one.read(entry))
            except Wrong as wrong:
                mistakes += under(index, wrong.mistakes)
        if mistakes:
            raise Wrong(*mistakes)
        return tuple(entries)

    return Reader(read, {"type": "array", "items": one.schema})


def by_name(one: Reader[T], *, name: Reader[str]) -> Reader[tuple[tuple[str, T], ...]]:
    """A table whose keys are names too; `name` reads them."""

    def read(value: object) -> tuple[tuple[str, T], ...]:
        """Names and values, in the order of the file. Wrong: all that is wrong with any of them, each under its key."""
        if not isinstance(value, Mapping):
            raise Wrong(f"is a table, not {kind_of(value)}")
        pairs: list[tuple[str, T]] = []
        mistakes: list[Mistake] = []
        for key, entry in value.items():
            try:
                read_name = name.read(key)
            except Wrong as wrong:
                mistakes += under(key, (replace(mistake, at_key=True) for mistake in wrong.mistakes))
                continue
            try:
                pairs.append((read_name, one.read(entry)))
            except Wrong as wrong:
                mistakes += under(key, wrong.mistakes)
        if mistakes:
            raise Wrong(*mistakes)
        return tuple(pairs)

    return Reader(read, {"type": "object", "additionalProperties": one.schema})

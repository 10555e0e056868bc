"""Puts entries into a configuration's text, and takes them out, with every comment left where it stands. Pure.

tomlkit keeps comments too, but writes a new key behind the comment that introduces the next table. Here a line goes
right behind the table's last entry. What comes out is read back and compared, so that nothing else can have changed.
"""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from digest.settings.positions import Positions, positions

#: A table's entries: the value of a key as TOML writes it, text or an inline table.
Entries = Mapping[str, str | Mapping[str, object]]


class Unwritable(ValueError):
    """The text is laid out in a way that this module does not know: a person has to edit it."""


def inserted(text: str, table: str, entries: Entries) -> str:
    """The text with entries at the end of a table, which is made where there is none. Unwritable: a key is there."""
    found = positions(text)
    lines = [f"{key(name)} = {toml(value)}\n" for name, value in entries.items()]
    at = _end_of(found, table)
    if at is not None:
        before, after = text[:at], text[at:]
        changed = before + ("" if before.endswith("\n") else "\n") + "".join(lines) + after
    else:
        changed = _on_its_own_line(text) + f"[{table}]\n" + "".join(lines)
    return _proven(text, changed, table, added=entries)


def removed(text: str, table: str, name: str) -> str:
    """The text without one entry of a table that stands on lines of its own. Unwritable: it does not."""
    start = positions(text).keys.get((table, name))
    if start is None:
        raise Unwritable(f"[{table}] has no {name}")
    start = text.rfind("\n", 0, start) + 1
    end = _statement_end(text, start, text[:start])
    return _proven(text, text[:start] + text[end:], table, gone=name)


def _end_of(found: Positions, table: str) -> int | None:
    """Where the last entry written under `[table]` ends, its line break included; None where there is no such line."""
    header = found.values.get((table,))
    if header is None or not found.text.startswith("[", header):
        return None
    following = min((at for path, at in found.keys.items() if path[0] != table and at > header), default=None)
    inside = [
        at
        for path, at in [*found.keys.items(), *found.values.items()]
        if path[0] == table and at >= header and (following is None or at < following)
    ]
    own = [at for path, at in found.keys.items() if path[0] == table and len(path) == 2 and found.text[at] == "["]
    last = max(at for at in inside if not own or at < min(own))
    return _statement_end(found.text, last, "")


def _statement_end(text: str, start: int, before: str) -> int:
    """The end of the line with which the statement ends that stands at `start`; `before`: what is known to be whole."""
    end = start
    while end < len(text):
        line_end = text.find("\n", end)
        end = len(text) if line_end < 0 else line_end + 1
        try:
            tomllib.loads(text[len(before) : end])
        except tomllib.TOMLDecodeError:
            continue
        return end
    raise Unwritable("the end of the entry cannot be found")


def _on_its_own_line(text: str) -> str:
    """The text with a line break, and an empty line, at its end; nothing stays nothing."""
    return f"{text.rstrip()}\n\n" if text.strip() else ""


def _proven(text: str, changed: str, table: str, *, added: Entries | None = None, gone: str = "") -> str:
    """`changed`, if it says the same as `text` but for the entries. Unwritable: it does not."""
    was = _read(text)
    wanted = {name: value for name, value in was.get(table, {}).items() if name != gone}
    for name, value in (added or {}).items():
        if name in wanted:
            raise Unwritable(f"[{table}] has {name} already")
        wanted[name] = value
    now = _read(changed)
    if now.pop(table, {}) != wanted or now != {name: one for name, one in was.items() if name != table}:
        raise Unwritable(f"the entry would change more than [{table}]")
    return changed


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise Unwritable(f"it cannot be read as TOML: {exc}") from exc


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else toml(name)


def toml(value: object) -> str:
    """A value as TOML on one line: text, numbers, flags, lists and inline tables."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            # JSON escapes as TOML does, but for DEL.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case Mapping():
            inner = ", ".join(f"{key(str(name))} = {toml(one)}" for name, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return "[" + ", ".join(toml(one) for one in value) + "]"
    return str(value)

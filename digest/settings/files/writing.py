"""Puts entries into a configuration's text, and takes them out, with every comment left where it stands. Pure.

tomlkit keeps comments too, but writes a new key behind the comment that introduces the next table. Here a line goes
right behind the table's last entry. What comes out is read back and compared, so that nothing else can have changed.
Line ends are those of the text.
"""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from digest.settings.files.positions import Positions, positions

#: A table's entries: the value of a key as TOML writes it, text or an inline table.
Entries = Mapping[str, str | Mapping[str, object]]


class Unwritable(ValueError):
    """The text is laid out in a way that this module does not know: a person has to edit it."""


def inserted(text: str, table: str, entries: Entries) -> str:
    """The text with entries at the end of a table, which is made where there is none. Unwritable: a key is there."""
    found = positions(text)
    end = line_end(text)
    lines = "".join(f"{key(name)} = {toml(value)}{end}" for name, value in entries.items())
    header = found.values.get((table,))
    if header is not None and found.text.startswith("[", header):
        at = _section_end(found, header)
        changed = text[:at] + ("" if text[:at].endswith("\n") else end) + lines + text[at:]
    else:
        changed = f"{_on_its_own_line(text, end)}[{table}]{end}{lines}"
    return _proven(text, changed, table, added=entries)


def removed(text: str, table: str, name: str) -> str:
    """The text without one entry of a table, on lines of its own or under a header of its own.

    Unwritable: it is neither.
    """
    found = positions(text)
    at = found.keys.get((table, name))
    if at is None:
        raise Unwritable(f"[{table}] has no {name}")
    start = text.rfind("\n", 0, at) + 1
    end = _section_end(found, at) if text[at] == "[" else _statement_end(text, start, start)
    return _proven(text, text[:start] + text[end:], table, gone=name)


def line_end(text: str) -> str:
    """How the lines of a text end, as its first one does."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _section_end(found: Positions, header: int) -> int:
    """Where the last entry under the header that stands there ends, its line break included."""
    following = min(
        (at for at in found.keys.values() if at > header and found.text[at] == "["), default=len(found.text)
    )
    last = max(at for at in found.keys.values() if header <= at < following)
    return _statement_end(found.text, last, 0)


def _statement_end(text: str, start: int, whole: int) -> int:
    """The end of the line with which the statement ends in whose midst `start` is; `whole`: where a statement begins,
    from which on the text is read."""
    end = start
    while end < len(text):
        found = text.find("\n", end)
        end = len(text) if found < 0 else found + 1
        try:
            tomllib.loads(text[whole:end])
        except tomllib.TOMLDecodeError:
            continue
        return end
    raise Unwritable("the end of the entry cannot be found")


def _on_its_own_line(text: str, end: str) -> str:
    """The text with a line break, and an empty line, at its end; nothing stays nothing."""
    if not text:
        return text
    text += "" if text.endswith("\n") else end
    return text + ("" if text.endswith(("\n\n", "\n\r\n")) or not text.strip() else end)


def _proven(text: str, changed: str, table: str, *, added: Entries | None = None, gone: str = "") -> str:
    """`changed`, if it says the same as `text` but for the entries. Unwritable: it does not."""
    was = _read(text)
    before = was.get(table, {})
    if not isinstance(before, dict):
        raise Unwritable(f"{table} is not a table there")
    wanted = {name: value for name, value in before.items() if name != gone}
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
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
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

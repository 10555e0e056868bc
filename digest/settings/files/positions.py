"""Where in a TOML document each key and each value stands. Pure.

`tomllib` reads fast and forgets places; `tomlkit` keeps the text and tells no places either. This scanner tells
only places: it walks a document that `tomllib` has accepted (TOML 1.0) and notes where each key and value begins.
Of a document that is not TOML it notes what comes before the first thing that it does not understand.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field

from digest.settings.core.mistakes import Path

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9][0-9:.Z+-]*|[^\s,\]}#\[{]+")


@dataclass(slots=True)
class Positions:
    """Places by path, in the order of the document."""

    text: str
    keys: dict[Path, int] = field(default_factory=dict)
    values: dict[Path, int] = field(default_factory=dict)
    #: Keys that stand a second time: their path, and where.
    repeated: list[tuple[Path, int]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Both counted from 1; a column is a character."""
        if not self._lines:
            self._lines = [0, *(found.end() for found in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def offset(self, path: Path, *, at_key: bool = False) -> int | None:
        """Where a value (or its key) begins; of what is not there, the nearest thing around it that is."""
        for length in range(len(path), 0, -1):
            inside = path[:length]
            first, second = (self.keys, self.values) if at_key or length < len(path) else (self.values, self.keys)
            found = first.get(inside, second.get(inside))
            if found is not None:
                return found
        return None


class _Lost(Exception):
    """The scanner does not understand what stands here."""


def positions(text: str) -> Positions:
    """The places of a document's keys and values."""
    scanner = _Scanner(text)
    try:
        scanner.document()
    except (_Lost, RecursionError):
        pass
    return scanner.found


class _Scanner:
    """Walks a document once, from start to end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Positions(text)
        #: How many tables an array of tables has so far.
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        """The whole document: headers and pairs in any order. _Lost: what stands here is no TOML."""
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self._take("[["):
                table = self._array_header()
            elif self._take("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        """`[a.b]`: the path of the table that it opens."""
        start = self.at - 1
        path = self._resolved(self._dotted_key())
        self._expect("]")
        # A table that only its children's headers brought into being may still get its own.
        if path in self.found.values:
            self.found.repeated.append((path, start))
        self._note(path, start, start)
        return path

    def _array_header(self) -> Path:
        """`[[a.b]]`: the path of the table that it appends."""
        start = self.at - 2
        *outer, last = self._dotted_key()
        path = (*self._resolved(tuple(outer)), last)
        self._expect("]")
        self._expect("]")
        index = self.counts.get(path, 0)
        self.counts[path] = index + 1
        self._note(path, start, start)
        self._note((*path, index), start, start)
        return (*path, index)

    def _resolved(self, key: tuple[str, ...]) -> Path:
        """A header's key, with the index of the last table wherever it passes through an array of tables."""
        path: Path = ()
        for step in key:
            path = (*path, step)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        """`key = value`."""
        start = self.at
        path = (*table, *self._dotted_key())
        self._expect("=")
        self._skip(_SPACE)
        if path in self.found.keys and path in self.found.values:
            self.found.repeated.append((path, start))
        self._note(path, start, self.at)
        self._value(path)

    def _dotted_key(self) -> tuple[str, ...]:
        steps = []
        while True:
            self._skip(_SPACE)
            token = self._match(_KEY)
            steps.append(_unquoted(token))
            self._skip(_SPACE)
            if not self._take("."):
                return tuple(steps)

    def _value(self, path: Path) -> None:
        if self._take("["):
            self._array(path)
        elif self._take("{"):
            self._inline_table(path)
        elif self.text[self.at : self.at + 1] in {'"', "'"}:
            self._match(_STRING)
        else:
            self._match(_SCALAR)

    def _array(self, path: Path) -> None:
        index = 0
        self._skip(_BLANK)
        while not self._take("]"):
            self.found.values[*path, index] = self.at
            self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            if not self._take(","):
                self._expect("]")
                return
            self._skip(_BLANK)

    def _inline_table(self, path: Path) -> None:
        self._skip(_BLANK)
        while not self._take("}"):
            self._pair(path)
            self._skip(_BLANK)
            if not self._take(","):
                self._expect("}")
                return
            self._skip(_BLANK)

    def _note(self, path: Path, key: int, value: int) -> None:
        """Note a value; tables that its key implies begin where it does, until they are found themselves."""
        for length in range(1, len(path)):
            self.found.keys.setdefault(path[:length], key)
        if path not in self.found.values:
            self.found.keys[path] = key
            self.found.values[path] = value

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if not found:
            raise _Lost
        self.at = found.end()
        return found[0]

    def _take(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def _expect(self, token: str) -> None:
        self._skip(_SPACE)
        if not self._take(token):
            raise _Lost


def _unquoted(token: str) -> str:
    """A key's name."""
    if token[0] == "'":
        return token[1:-1]
    if token[0] == '"':
        try:
            return str(tomllib.loads(f"key = {token}")["key"]) if "\\" in token else token[1:-1]
        except tomllib.TOMLDecodeError as exc:
            raise _Lost from exc
    return token

"""Reads a folder of TOML files, and knows which file and line each value comes from."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath

from digest.errors import Problem
from digest.settings.core.mistakes import Mistake, Path
from digest.settings.files.positions import Positions, positions
from digest.settings.tables.registry import NAMES
from digest.text import printable
from digest.text.suggestions import did_you_mean

#: Keys whose line may hold a secret: errors name the line and do not show it.
_SECRET_KEY = re.compile(
    r"[\w-]*(?:pas+w|pwd|token|secret|bearer|cookie|key|auth)[\w-]*[\"']?\s*=|://[^/\s]*@", re.IGNORECASE
)


class SourceFile:
    """One file, read."""

    def __init__(self, path: FilePath, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def positions(self) -> Positions:
        """Where everything in it stands; only looked at when somebody asks."""
        return positions(self.text)

    def problem(self, text: str, offset: int | None, *, secret: bool = False) -> Problem:
        """A problem at a place of the file."""
        text = printable.line(text)
        if offset is None:
            return Problem(file=str(self.path), line=0, column=0, text=text)
        line, column = self.positions.line_and_column(offset)
        source = self.text.split("\n")[line - 1].rstrip()
        hidden = secret or _SECRET_KEY.search(source)
        return Problem(file=str(self.path), line=line, column=column, text=text, source="" if hidden else source)


@dataclass(slots=True)
class Sources:
    """All files together."""

    path: FilePath
    #: By table; `[feeds]` of two files is one table here.
    tables: dict[str, dict[str, object]] = field(default_factory=dict)
    #: The file that each first and second key comes from.
    files: dict[Path, SourceFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> str:
        """`file:line` of a value, for people who look for a term."""
        file = self.files.get(path[:2])
        offset = file.positions.offset(path) if file else None
        if file is None or offset is None:
            return ""
        return f"{file.path.name}:{file.positions.line_and_column(offset)[0]}"

    def report(self, mistakes: Iterable[Mistake]) -> None:
        """Turn mistakes, told by path, into problems with their place."""
        for mistake in mistakes:
            file = self.files.get(mistake.path[:2]) or self.files.get(mistake.path[:1])
            if file is None:
                problem = Problem(file=str(self.path), line=0, column=0, text=mistake.text)
            else:
                offset = file.positions.offset(mistake.path, at_key=mistake.at_key)
                problem = file.problem(mistake.text, offset, secret=mistake.secret)
            self.problems.append(problem)


def read_sources(path: FilePath, instead: Mapping[FilePath, str]) -> Sources:
    """Read every `*.toml` of a folder in the order of their names, or one file. What cannot be read is a problem.

    `instead`: what files of it are to hold, whatever they hold now.
    """
    sources = Sources(path)
    for file in sorted({*_toml_files(sources, instead), *instead}):
        try:
            text = instead[file] if file in instead else file.read_bytes().decode("utf-8-sig")
        except OSError as exc:
            reason = exc.strerror or str(exc)
            sources.problems.append(Problem(file=str(file), line=0, column=0, text=f"cannot be read: {reason}"))
            continue
        except UnicodeDecodeError as exc:
            line = exc.object.count(b"\n", 0, exc.start) + 1
            text = "is not UTF-8 from here on: save it as UTF-8"
            sources.problems.append(Problem(file=str(file), line=line, column=0, text=text))
            continue
        source = SourceFile(file, text.replace("\r\n", "\n"))
        _add(sources, source, _parse(sources, source))
    return sources


def _toml_files(sources: Sources, instead: Mapping[FilePath, str]) -> list[FilePath]:
    """The files to read; hidden ones are editors' own."""
    if not sources.path.is_dir():
        return [sources.path]
    files = sorted(file for file in sources.path.glob("*.toml") if not file.name.startswith("."))
    if not files and not instead:
        text = "holds no *.toml file: `digest init` writes an example"
        sources.problems.append(Problem(file=str(sources.path), line=0, column=0, text=text))
    return files


def _parse(sources: Sources, file: SourceFile) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.text)
    except RecursionError:
        sources.problems.append(file.problem("is nested too deeply to be read", None))
    except tomllib.TOMLDecodeError as exc:
        sources.problems.append(_syntax_problem(file, str(exc)))
    return {}


def _syntax_problem(file: SourceFile, message: str) -> Problem:
    """What tomllib says, in words that tell what to do."""
    if file.positions.repeated and message.startswith(("Cannot", "Duplicate")):
        path, offset = file.positions.repeated[0]
        first = file.positions.offset(path, at_key=True) or 0
        name = ".".join(str(step) for step in path[-1:])
        line = file.positions.line_and_column(first)[0]
        return file.problem(f'"{name}" stands here a second time; the first is in line {line}', offset)
    found = re.search(r" \((?:at line ([0-9]+), column ([0-9]+)|at end of document)\)$", message)
    text = message[: found.start()] if found else message
    if not found or not found[1]:
        offset = len(file.text.rstrip())
    else:
        lines = file.text.split("\n")[: int(found[1]) - 1]
        offset = min(sum(len(line) + 1 for line in lines) + int(found[2]) - 1, len(file.text))
    return file.problem(f"cannot be read as TOML: {_plainly(text)}", offset)


def _plainly(message: str) -> str:
    """tomllib's words for the commonest slips, in ours."""
    match message:
        case "Invalid value":
            return 'text stands in quotes, such as "daily 07:00"; true, false and numbers stand without'
        case "Expected '=' after a key in a key/value pair":
            return 'a key is followed by "="; a key with other signs than letters, digits, - and _ stands in quotes'
        case "Unterminated string" | 'Expected "\'"' | "Illegal character '\\n'":
            return "a quotation mark is missing at the end of the text"
        case "Unclosed array":
            return 'a list is not closed: "]" or a comma is missing'
        case "Unclosed inline table":
            return 'a table is not closed: "}" or a comma is missing'
    return message[:1].lower() + message[1:]


def _add(sources: Sources, file: SourceFile, document: Mapping[str, object]) -> None:
    """Join a file's tables to those of the files before it."""
    for name, table in document.items():
        if name not in NAMES:
            sources.problems.append(_unknown_table(file, name, table))
            continue
        if not isinstance(table, dict):
            text = f'"{name}" is a table: write [{name}] on a line of its own'
            sources.problems.append(file.problem(text, file.positions.offset((name,), at_key=True)))
            continue
        sources.files.setdefault((name,), file)
        joined = sources.tables.setdefault(name, {})
        for key, value in table.items():
            other = sources.files.get((name, key))
            if other is not None:
                sources.problems.append(_repeated(file, other, (name, key)))
                continue
            joined[key] = value
            sources.files[name, key] = file


def _unknown_table(file: SourceFile, name: str, value: object) -> Problem:
    known = did_you_mean(f"[{name}]", [f"[{table}]" for table in NAMES]).replace('"', "")
    if isinstance(value, dict):
        text = f"unknown table [{name}]{known or '; known are ' + ', '.join(NAMES)}"
    else:
        text = f'"{name}" stands outside of any table: write it under a line such as [digest]'
    return file.problem(text, file.positions.offset((name,), at_key=True))


def _repeated(file: SourceFile, other: SourceFile, path: Path) -> Problem:
    """The same id in two files."""
    first = other.positions.offset(path, at_key=True) or 0
    line = other.positions.line_and_column(first)[0]
    text = f'"{path[1]}" stands in [{path[0]}] of {other.path}:{line} already'
    return file.problem(text, file.positions.offset(path, at_key=True))

"""Writes entries into the files of a configuration, and proves that it still can be read."""

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from digest.errors import ConfigError, UsageError
from digest.settings.coverage import ID
from digest.settings.load import Loaded, load_with_sources
from digest.settings.writing import Entries, Unwritable, inserted, removed

#: Ids are typed on the command line: longer ones help nobody.
_ID_CHARS = 40
#: Parts of a host's name that do not tell whose it is.
_COMMON = {"www", "feeds", "feed", "rss", "com", "org", "net", "news"}


def home_of(loaded: Loaded, table: str) -> Path:
    """The file that new entries of a table belong in: the one named after it, else where the table stands."""
    path = loaded.sources.path
    if not path.is_dir():
        return path
    named = path / f"{table}.toml"
    source = loaded.sources.files.get((table,))
    return named if named.exists() or source is None else source.path


def add_entries(loaded: Loaded, table: str, entries: Entries, environ: Mapping[str, str]) -> Path:
    """Put entries at the end of a table; the file that they went to.

    UsageError: the file cannot be written, or is laid out in a way that has to be edited by hand. ConfigError: the
    configuration would be wrong; it is left as it was.
    """
    file = home_of(loaded, table)
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    try:
        changed = inserted(text, table, entries)
    except Unwritable as exc:
        raise UsageError(f"{file} cannot be added to ({exc}): write the entry yourself") from exc
    _replace(loaded, file, text, changed, environ)
    return file


def remove_entry(loaded: Loaded, table: str, name: str, environ: Mapping[str, str]) -> Path:
    """Take one entry out of a table; the file that it stood in. UsageError, ConfigError: as `add_entries`."""
    file = loaded.sources.files[table, name].path
    text = file.read_text(encoding="utf-8")
    try:
        changed = removed(text, table, name)
    except Unwritable as exc:
        raise UsageError(f"{name} cannot be taken out of {file} ({exc}): do it yourself") from exc
    _replace(loaded, file, text, changed, environ)
    return file


def _replace(loaded: Loaded, file: Path, text: str, changed: str, environ: Mapping[str, str]) -> None:
    existed = file.exists()
    try:
        _write(file, changed)
        load_with_sources(loaded.sources.path, environ)
    except ConfigError:
        if existed:
            _write(file, text)
        else:
            file.unlink()
        raise
    except OSError as exc:
        raise UsageError(f"{file} cannot be written: {exc.strerror}") from exc


def _write(file: Path, text: str) -> None:
    """A whole file in place of the old one, with its mode; a link stays a link."""
    file = file.resolve()
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    aside = file.with_name(f".{file.name}.new")
    with os.fdopen(os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    aside.chmod(mode)
    aside.rename(file)


def feed_id(title: str, url: str, taken: Collection[str]) -> str:
    """An id for a feed: its title's words, else its host's, told apart from the ids that are taken."""
    host = [part for part in (urlsplit(url).hostname or "feed").split(".") if part not in _COMMON]
    words = re.findall(r"[a-z0-9]+", title.lower()) if title.isascii() else []
    name = "-".join(words or host)[:_ID_CHARS].strip("-")
    name = name if ID.fullmatch(name) else "feed"
    numbers = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbers if one not in taken)

"""Writes a new configuration folder, and entries into files that are there, once it is proven that they can be read.

A file stays its owner's: owner, group, mode, byte order mark and line ends are those of before, and it is there whole
at every moment.
"""

import fcntl
import os
import re
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from digest.errors import UsageError
from digest.settings.files.folders import shipped_folder
from digest.settings.files.load import Loaded, load_with_sources
from digest.settings.files.starter import Answers, starter
from digest.settings.files.writing import Entries, Unwritable, inserted, removed
from digest.settings.tables.coverage import ID

#: Ids are typed on the command line: longer ones help nobody.
_ID_CHARS = 40
#: Parts of a host's name that do not tell whose it is.
_COMMON = {"www", "feeds", "feed", "rss", "com", "org", "net", "news"}
#: Some editors put it before UTF-8.
_MARK = b"\xef\xbb\xbf"


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
    try:
        _edit(loaded, file, lambda text: inserted(text, table, entries), environ)
    except Unwritable as exc:
        raise UsageError(f"{file} cannot be added to ({exc}): write the entry yourself") from exc
    return file


def remove_entry(loaded: Loaded, table: str, name: str, environ: Mapping[str, str]) -> Path:
    """Take one entry out of a table; the file that it stood in. UsageError, ConfigError: as `add_entries`."""
    file = loaded.sources.files[table, name].path
    try:
        _edit(loaded, file, lambda text: removed(text, table, name), environ)
    except Unwritable as exc:
        raise UsageError(f"{name} cannot be taken out of {file} ({exc}): do it yourself") from exc
    return file


def _edit(loaded: Loaded, file: Path, change: Callable[[str], str], environ: Mapping[str, str]) -> None:
    """Change a file's text, if the configuration can be read with it. One edit at a time."""
    try:
        with _turn(file.parent):
            content = file.read_bytes() if file.exists() else b""
            mark = _MARK if content.startswith(_MARK) else b""
            text = change(content.removeprefix(mark).decode("utf-8"))
            load_with_sources(loaded.sources.path, environ, instead={file: text}, whole=False)
            model = file if file.exists() else next((one.path for one in loaded.sources.files.values()), None)
            _replace(file.resolve(), mark + text.encode("utf-8"), model)
    except UnicodeDecodeError as exc:
        raise UsageError(f"{file} is not UTF-8: save it as UTF-8") from exc
    except OSError as exc:
        raise UsageError(f"{file} cannot be written: {exc.strerror}") from exc


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until nobody else edits in a folder, where its file system can tell."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _replace(file: Path, content: bytes, model: Path | None) -> None:
    """A whole file in place of the old one. Owner, group and mode are those of `model`, else of the folder and 0600.

    UsageError: whoever runs this may not leave it with its owner.
    """
    like = (model or file.parent).stat()
    descriptor, aside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as new:
            _keep_owner(descriptor, like, file)
            os.fchmod(descriptor, stat.S_IMODE(like.st_mode) if model else 0o600)
            if model:
                _keep_attributes(model, descriptor)
            new.write(content)
            new.flush()
            os.fsync(descriptor)
        Path(aside).rename(file)
    except BaseException:
        Path(aside).unlink()
        raise


def _keep_owner(descriptor: int, like: os.stat_result, file: Path) -> None:
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) == (like.st_uid, like.st_gid):
        return
    try:
        os.fchown(descriptor, like.st_uid, like.st_gid)
    except PermissionError as exc:
        raise UsageError(
            f"{file} belongs to user {like.st_uid}, group {like.st_gid}, and you cannot leave it to them: "
            "run this as its owner, or as root"
        ) from exc


def _keep_attributes(model: Path, descriptor: int) -> None:
    """Access lists and labels, where there are such."""
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(model):
                os.setxattr(descriptor, name, os.getxattr(model, name))


class FeedIds:
    """Hands out ids for feeds, each once."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = set(taken)
        #: The last number that was put behind an id.
        self._numbers: Counter[str] = Counter()

    def take(self, title: str, url: str) -> str:
        """An id for a feed: its title's words, else its host's, told apart from the ids that are taken."""
        host = [part for part in (urlsplit(url).hostname or "feed").split(".") if part not in _COMMON]
        words = re.findall(r"[a-z0-9]+", title.lower()) if title.isascii() else []
        first = "-".join(words or host)[:_ID_CHARS].strip("-")
        name = first = first if ID.fullmatch(first) else "feed"
        while name in self._taken:
            self._numbers[first] = max(2, self._numbers[first] + 1)
            name = f"{first}-{self._numbers[first]}"
        self._taken.add(name)
        return name


def refuse_to_overwrite(folder: Path) -> None:
    """UsageError: there is a configuration in the folder already, or it is not a folder."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder")
    if folder.is_dir() and (there := sorted(folder.glob("*.toml"))):
        raise UsageError(
            f"{there[0]} is there already, and nothing is overwritten: `digest -c {folder} check` reads it, "
            "or name another folder"
        )


def begin(folder: Path, answers: Answers) -> tuple[Path, ...]:
    """Write the folder (0700; its files hold people's addresses and are 0600); the files' paths.

    Whole or not at all, as far as a file system can promise it. UsageError: as `refuse_to_overwrite`, or it cannot be
    written.
    """
    refuse_to_overwrite(folder)
    shipped = {file.name: file.read_text(encoding="utf-8") for file in shipped_folder("config").glob("*.toml")}
    files = starter(answers, shipped)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".init-") as aside:
            for name, text in files.items():
                _write(Path(aside) / name, text)
            for name in files:
                # A link, unlike a renaming, fails where a file of that name has appeared meanwhile.
                os.link(Path(aside) / name, folder / name)
    except FileExistsError as exc:
        raise UsageError(f"{exc.filename2 or folder} has just appeared, and nothing is overwritten") from exc
    except OSError as exc:
        raise UsageError(f"{folder} cannot be written: {exc.strerror}: name another folder") from exc
    return tuple(folder / name for name in sorted(files))


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)

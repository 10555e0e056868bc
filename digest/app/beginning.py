"""`init`: a new configuration folder, written from the shipped example."""

import os
import tempfile
from pathlib import Path

from digest.errors import UsageError
from digest.settings.files.shipped import shipped_folder
from digest.settings.files.starter import Answers, starter


def refuse_to_overwrite(folder: Path) -> None:
    """UsageError: there is a configuration in the folder already, or it is no folder."""
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

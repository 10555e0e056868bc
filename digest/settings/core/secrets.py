"""Reads secrets from where the configuration says they are: the environment, a file, or a command's output."""

import codecs
import os
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from digest.errors import UsageError
from digest.model import Secret
from digest.settings.files.folders import expanded

#: A password manager may ask its owner for a touch or a passphrase; longer than this it has hung.
COMMAND_TIMEOUT_S = 60
#: A secret is a line, a token or a PEM key; more is some other file.
MAX_BYTES = 64 * 1024


#: Where Docker and Podman put a container's secrets.
CONTAINERS = "/run/secrets"


def read_secret(secret: Secret, environ: Mapping[str, str] | None = None, *, whole: bool = False) -> str:
    """The secret itself: the first line of what is there, as `pass` keeps it, or all lines, as of a key in PEM.

    `environ` None: this process's own. UsageError: it is not there, is empty, or its file is open to others than its
    owner.
    """
    environ = os.environ if environ is None else environ
    if secret.env is not None:
        value = environ.get(secret.env, "")
        where = f"the environment variable {secret.env}"
    elif secret.file is not None:
        value, where = _from_file(expanded(secret.file), environ), f"the file {secret.file}"
    elif secret.command is not None:
        value, where = _from_command(secret.command), f"the command {secret.command[0]}"
    else:
        raise UsageError("a secret names neither env, file nor command")
    value = value.rstrip("\r\n")
    if not whole:
        value = value.partition("\n")[0].rstrip("\r")
    if not value:
        raise UsageError(f"{where} holds no secret: set it, and run this again")
    return value


def _from_file(path: Path, environ: Mapping[str, str]) -> str:
    """A file's text; refused when others may write it, or may read it where that could be forbidden them. Checked on
    the opened file, so it cannot be swapped."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UsageError(f"the secret {path} is not a file")
            if mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise UsageError(f"the secret {path} may be changed by others: chmod 600 {path}")
            if mode & (stat.S_IRWXG | stat.S_IRWXO) and not _handed_over(file.fileno(), path, environ):
                raise UsageError(f"the secret {path} may be read by others: chmod 600 {path}")
            found = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise UsageError(f"the secret {path} cannot be read: {exc.strerror}") from exc
    if len(found) > MAX_BYTES:
        raise UsageError(f"the secret {path} is larger than {MAX_BYTES} bytes: is it the right file?")
    return _text(found, str(path))


def _handed_over(file: int, path: Path, environ: Mapping[str, str]) -> bool:
    """Whether somebody else set a file's mode, and keeps others out in another way: a read-only mount, systemd's
    credentials, a container's secrets."""
    if os.fstatvfs(file).f_flag & os.ST_RDONLY:
        return True
    folders = [Path(folder) for folder in (environ.get("CREDENTIALS_DIRECTORY"), CONTAINERS) if folder]
    return any(path.resolve().is_relative_to(folder.resolve()) for folder in folders)


def _from_command(command: tuple[str, ...]) -> str:
    """What a command prints. Its output never reaches an error's text."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=COMMAND_TIMEOUT_S, check=False)
    except OSError as exc:
        raise UsageError(f"the secret command {command[0]} cannot be run: {exc.strerror}") from exc
    except subprocess.TimeoutExpired as exc:
        raise UsageError(f"the secret command {command[0]} took longer than {COMMAND_TIMEOUT_S} s") from exc
    if done.returncode != 0:
        raise UsageError(f"the secret command {command[0]} failed with exit code {done.returncode}")
    return _text(done.stdout, command[0])


def _text(found: bytes, where: str) -> str:
    try:
        return found.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as exc:
        raise UsageError(f"the secret of {where} is not text") from exc

"""Reads secrets from where the configuration says they are: the environment, a file, or a command's output."""

import os
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from digest.errors import UsageError
from digest.model import Secret
from digest.settings.folders import expanded

#: A password manager may ask its owner for a touch or a passphrase; longer than this it has hung.
COMMAND_TIMEOUT_S = 60
#: A secret is a line, a token or a PEM key; more is some other file.
MAX_BYTES = 64 * 1024


def read_secret(secret: Secret, environ: Mapping[str, str] | None = None) -> str:
    """The secret itself, without the line end after it. `environ` None: this process's own.

    UsageError: it is not there, is empty, or its file may be read by others than its owner.
    """
    if secret.env is not None:
        value = (os.environ if environ is None else environ).get(secret.env, "")
        where = f"the environment variable {secret.env}"
    elif secret.file is not None:
        value, where = _from_file(expanded(secret.file)), f"the file {secret.file}"
    elif secret.command is not None:
        value, where = _from_command(secret.command), f"the command {secret.command[0]}"
    else:
        raise UsageError("a secret names neither env, file nor command")
    value = value.rstrip("\r\n")
    if not value:
        raise UsageError(f"{where} holds no secret: set it, and run this again")
    return value


def _from_file(path: Path) -> str:
    """A file's text; refused when group or world may read it. Checked on the opened file, so it cannot be swapped."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UsageError(f"the secret {path} is not a file")
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise UsageError(f"the secret {path} may be read by others: chmod 600 {path}")
            found = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise UsageError(f"the secret {path} cannot be read: {exc.strerror}") from exc
    if len(found) > MAX_BYTES:
        raise UsageError(f"the secret {path} is larger than {MAX_BYTES} bytes: is it the right file?")
    return _text(found, str(path))


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
        return found.decode()
    except UnicodeDecodeError as exc:
        raise UsageError(f"the secret of {where} is not text") from exc

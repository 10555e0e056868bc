"""Where files are: a user's configuration and state (XDG Base Directory Specification), and what ships with digest."""

from collections.abc import Mapping
from pathlib import Path

import digest
from digest.errors import UsageError


def home(environ: Mapping[str, str]) -> Path | None:
    """The user's home; None: neither HOME nor the system's list of users names one, as for some services."""
    if environ.get("HOME", "").startswith("/"):
        return Path(environ["HOME"])
    try:
        return Path.home()
    except RuntimeError:
        return None


def config_home(environ: Mapping[str, str]) -> Path | None:
    """Where a user's configurations are; None: nobody says."""
    return _of(environ, "XDG_CONFIG_HOME", ".config")


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where the store and the other state files live: $STATE_DIRECTORY, else $XDG_STATE_HOME/digest, else ~/.local.

    UsageError: nobody says where that is.
    """
    if environ.get("STATE_DIRECTORY"):
        return Path(environ["STATE_DIRECTORY"].split(":")[0])
    found = _of(environ, "XDG_STATE_HOME", ".local/state")
    if found is None:
        raise UsageError("this user has no home folder to keep the store in: set STATE_DIRECTORY to a folder, or HOME")
    return found / "digest"


def expanded(path: str) -> Path:
    """A path in which `~` stands for a home. UsageError: there is none."""
    try:
        return Path(path).expanduser()
    except RuntimeError as exc:
        raise UsageError(f"{path} cannot be found: this user has no home folder; write the whole path") from exc


def _of(environ: Mapping[str, str], variable: str, otherwise: str) -> Path | None:
    """A folder as a variable has it; a relative one does not count."""
    if environ.get(variable, "").startswith("/"):
        return Path(environ[variable])
    found = home(environ)
    return found / otherwise if found else None


def shipped_folder(name: str) -> Path:
    """The folder `templates` or `config`: inside the package in a wheel, beside it in a checkout.

    UsageError: neither place has it; the installation is broken.
    """
    package = Path(digest.__file__).resolve().parent
    for parent in (package, package.parent):
        folder = parent / name
        if folder.is_dir():
            return folder
    raise UsageError(f"this installation of digest has no {name}/ folder: install it again")

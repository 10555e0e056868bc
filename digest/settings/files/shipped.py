"""Finds the files that ship with the program: `templates/` and `config/`."""

from pathlib import Path

import digest
from digest.errors import UsageError


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

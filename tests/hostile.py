"""A folder full of modules that bear the names of everybody's, and tell when one of them is run."""

import sys
from collections.abc import Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

#: Libraries that others use where they are there.
_OPTIONAL = ("chardet", "cchardet", "simplejson", "sitecustomize", "usercustomize", "iconv_codec", "lxml", "uvloop")


class HostileFolder:
    """Such a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._told = path / "told"
        for name in {*sys.stdlib_module_names, *packages_distributions(), *_OPTIONAL} - {"digest", "tests"}:
            if name.isidentifier():
                (path / f"{name}.py").write_text(
                    f"open({str(self._told)!r}, 'a').write({name + chr(10)!r})\nraise ImportError('hostile')\n"
                )

    @property
    def ran(self) -> Sequence[str]:
        """The modules that were run."""
        return self._told.read_text().split() if self._told.exists() else ()

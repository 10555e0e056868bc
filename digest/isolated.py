"""How a Python child of this program starts: deaf to the working folder and to the environment of the day.

`python -I` leaves both out, so that a `resource.py` that lies about is never run. What a child needs of its parent is
told to it in so many words: this very package, and the places that the parent's own libraries come from.
"""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

import digest

#: Variables that a child may see: no password stands in them.
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
#: What a child runs first. Only `digest` itself is looked for in its root, before everything else; whatever it imports
#: comes from Python's own places, and after them from the parent's.
_START = """
import importlib, sys
root, places, entry = sys.argv[1:4]
del sys.argv[1:4]
sys.path.insert(0, root)
import digest
del sys.path[0]
sys.path += [place for place in [*places.split("\\n"), root] if place and place not in sys.path]
module, function = entry.split(":")
getattr(importlib.import_module(module), function)()
"""


def command(entry: str, *arguments: str) -> tuple[str, ...]:
    """The command that calls `module:function` of this program in a Python of its own, with `sys.argv[1:]` as given."""
    root = str(Path(digest.__file__).resolve().parent.parent)
    return (sys.executable, "-I", "-c", _START, root, "\n".join(_places()), entry, *arguments)


def _places() -> list[str]:
    """Where the parent finds its modules, but for the folder that it happens to stand in."""
    try:
        here = Path.cwd()
    except OSError:  # it was removed under us
        here = None
    return [place for place in sys.path if Path(place).is_absolute() and Path(place) != here]


def environment() -> dict[str, str]:
    """What a child may know of the parent's environment."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


# In the child


def limit(kind: int, value: int) -> None:
    """Set a soft limit (`resource.RLIMIT_...`), below the hard one where there is one."""
    hard = resource.getrlimit(kind)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with suppress(ValueError, OSError):  # a system without this limit: the parent's deadline remains
        resource.setrlimit(kind, (soft, hard))


def pages() -> tuple[int, int]:
    """Mapped and resident bytes of this process, 0 where the system does not tell."""
    try:
        mapped, resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    except OSError:
        return 0, 0
    return int(mapped) * resource.getpagesize(), int(resident) * resource.getpagesize()

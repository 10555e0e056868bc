"""Files that are there whole or not at all."""

import os
import threading
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Put a whole file in place, on disk before it has its name, for nobody else's eyes (0600).

    It is written aside first; whatever stands there is not followed. OSError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{threading.get_native_id()}.new")
    try:
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise

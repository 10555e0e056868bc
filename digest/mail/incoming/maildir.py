"""Reads what arrives in a Maildir: what is obeyed moves to `cur`, bounces that prove nothing to `.quarantine`."""

from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from digest.errors import DeliveryError
from digest.mail.incoming.bounce import READ_LIMIT

#: Messages of one round: the rest is read in the next.
ROUND_LIMIT = 1_000


class MaildirBounces:
    """The mailbox of `[mail] bounce_mailbox = { maildir = "..." }`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def messages(self, passed: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """(key, bytes) of what is new, but for these keys. DeliveryError: the folder cannot be read."""
        try:
            keys = (self._key(path) for path in sorted((self.folder / "new").iterdir()))
            for key in list(islice((key for key in keys if key not in passed), ROUND_LIMIT)):
                with self._file(key).open("rb") as file:
                    data = file.read(READ_LIMIT)
                yield key, data
        except OSError as exc:
            raise DeliveryError(f"the bounce mailbox {self.folder} cannot be read: {exc.strerror}") from exc

    def done(self, key: str) -> None:
        """It was read: seen, in `cur`."""
        self._move(key, self.folder / "cur" / f"{self._file(key).name}:2,S")

    def quarantine(self, key: str) -> None:
        """It proved nothing: a person may look."""
        self._move(key, self.folder / ".quarantine" / "new" / self._file(key).name)

    def close(self) -> None:
        """Nothing is open."""

    def _key(self, path: Path) -> str:
        """A file and when it was written: another one of its name is another message."""
        return f"{path.stat().st_mtime_ns} {path}"

    def _file(self, key: str) -> Path:
        return Path(key.partition(" ")[2])

    def _move(self, key: str, to: Path) -> None:
        try:
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file(key).rename(to)
        except OSError as exc:
            raise DeliveryError(f"the bounce mailbox {self.folder} cannot be written: {exc.strerror}") from exc

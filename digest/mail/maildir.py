"""Reads returned messages from a Maildir: what was read moves to `cur`, what nobody understood to `.quarantine`."""

from collections.abc import Iterator
from pathlib import Path

from digest.errors import DeliveryError
from digest.mail.bounce import READ_LIMIT

#: Messages of one round: the rest is read in the next.
ROUND_LIMIT = 1_000


class MaildirBounces:
    """The mailbox of `[mail] bounce_mailbox = { maildir = "..." }`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def messages(self) -> Iterator[tuple[str, bytes]]:
        """(key, bytes) of what is new. DeliveryError: the folder cannot be read."""
        try:
            names = sorted(path.name for path in (self.folder / "new").iterdir())[:ROUND_LIMIT]
            for name in names:
                with (self.folder / "new" / name).open("rb") as file:
                    data = file.read(READ_LIMIT)
                yield name, data
        except OSError as exc:
            raise DeliveryError(f"the bounce mailbox {self.folder} cannot be read: {exc.strerror}") from exc

    def done(self, key: str) -> None:
        """It was read: seen, in `cur`."""
        self._move(key, self.folder / "cur" / f"{key}:2,S")

    def quarantine(self, key: str) -> None:
        """Nobody understood it, or it proved nothing: a person may look."""
        self._move(key, self.folder / ".quarantine" / "new" / key)

    def close(self) -> None:
        """Nothing is open."""

    def _move(self, key: str, to: Path) -> None:
        try:
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / "new" / key).rename(to)
        except OSError as exc:
            raise DeliveryError(f"the bounce mailbox {self.folder} cannot be written: {exc.strerror}") from exc

"""Where on its connection a message's end and the answer to it stand. Pure.

A trace is noted the moment before a body leaves. When the sender is gone, it tells whoever still holds the connection
whether the whole message went to the kernel, and where the answer to it begins.
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Trace:
    """A message on a connection."""

    #: The connection, as its keeper counts.
    connection: int
    #: `Position.written` when the message's dot has gone to the kernel.
    end: int
    #: `Position.read` before any of the answer.
    read: int

    def __str__(self) -> str:
        """As noted in a receipt."""
        return f"{self.connection} {self.end} {self.read}"

    @classmethod
    def parse(cls, noted: str) -> Self | None:
        """What was noted; None if nothing was."""
        try:
            connection, end, read = (int(part) for part in noted.split())
        except ValueError:
            return None
        return cls(connection, end, read)

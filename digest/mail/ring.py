"""The last bytes that were read from a connection, in memory that another process can share.

The kernel writes what it hands over straight into it, so that there is no moment in which bytes are out of the kernel
and nowhere else: what a process had read when it was killed is still here.
"""

import mmap
import os
import sys

#: More than any answer to a message; a power of two, so that counts may go round.
SIZE = 16 * 1024


class Ring:
    """Byte number n of a connection stands at n modulo `SIZE`."""

    def __init__(self, descriptor: int | None = None) -> None:
        """`descriptor`: of a `shared_memory`; None: this process alone sees it."""
        self._bytes = memoryview(bytearray(SIZE) if descriptor is None else mmap.mmap(descriptor, SIZE))

    def room(self, at: int) -> memoryview:
        """Where the next bytes go, the first of them being number `at`."""
        return self._bytes[at % SIZE :]

    def between(self, start: int, end: int) -> bytes | None:
        """The bytes from number `start` to before number `end`; None if the first of them have been written over."""
        if not 0 <= end - start <= SIZE:
            return None
        first, last = start % SIZE, end % SIZE
        if first <= last and end - start < SIZE:
            return bytes(self._bytes[first:last])
        return bytes(self._bytes[first:]) + bytes(self._bytes[:last])


def shared_memory() -> int | None:
    """A descriptor of fresh memory for a ring, to be handed to another process; None: not on this system."""
    if sys.platform != "linux":
        return None
    descriptor = os.memfd_create("replies", os.MFD_CLOEXEC)
    os.ftruncate(descriptor, SIZE)
    return descriptor

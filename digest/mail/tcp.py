"""How far a TCP connection has come, as the kernel counts: what it was given to send, and what was read from it.

The counts belong to the connection, not to a process: whoever holds a duplicate of the socket can read them when the
process that used it is gone (Linux, `tcp(7)`: TCP_INFO; `tcp_ioctl`: SIOCOUTQ, SIOCINQ).
"""

import fcntl
import socket
import struct
import sys
import termios
from dataclasses import dataclass

#: Where `struct tcp_info` has tcpi_bytes_acked and tcpi_bytes_received (since Linux 4.1).
_COUNTS = struct.Struct("QQ")
_COUNTS_AT = 120
#: Counts and queues are two calls; a packet may come between them, so both are read until they agree.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Position:
    """Bytes since the connection was made; with an offset that is its own and never changes."""

    #: Handed to the kernel to be sent.
    written: int
    #: Taken from the kernel by whoever reads.
    read: int


def position(sock: socket.socket) -> Position | None:
    """Where a connection stands; None: this system does not say, or the socket is no TCP connection."""
    if sys.platform != "linux":
        return None
    try:
        before = _counts(sock)
        for _ in range(_TRIES):
            unsent, unread = _queued(sock, termios.TIOCOUTQ), _queued(sock, termios.FIONREAD)
            after = _counts(sock)
            if before == after:
                return Position(written=after[0] + unsent, read=after[1] - unread)
            before = after
    except (OSError, struct.error):
        return None
    return None


def _counts(sock: socket.socket) -> tuple[int, int]:
    acked, received = _COUNTS.unpack_from(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256), _COUNTS_AT)
    return acked, received


def _queued(sock: socket.socket, request: int) -> int:
    return int.from_bytes(fcntl.ioctl(sock, request, bytes(4)), sys.byteorder)

"""A witness: a small process that holds duplicates of the connections over which messages leave.

When the process that sends is killed, its messages on the wire are answered all the same, to nobody. The witness then
still holds the connections: it reads those answers and adds them to the dead process's receipts, and the next start
takes them as if they had been recorded. What it cannot hear stays in doubt: an answer that does not come in time, and
whatever travels under TLS, whose keys died with their process.
"""

import array
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.delivery.process_locks import Owner

#: How long a witness listens. A server that takes longer leaves a doubt, as every server did without a witness.
PATIENCE_S = 10.0
#: A witness that does not take a message for so long is given up.
_CONTROL_S = 1.0
#: What it runs. By its path and isolated (-I): neither the folder nor the environment of the day has a say.
_TESTIMONY = Path(__file__).with_name("testimony.py")


class Witness:
    """Keeps a process's plain connections. Starts with the first; close it when the last is closed."""

    def __init__(self, owner: Owner, *, patience_s: float = PATIENCE_S) -> None:
        """`owner`: whose receipts it adds to."""
        self._owner, self._patience_s = owner, patience_s
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._held = 0

    def hold(self, sock: socket.socket, memory: int) -> int | None:
        """Have a connection kept, and the memory that it is read into, under the number returned; None: they cannot be,
        and doubts remain."""
        if self._process is None and not self._start():
            return None
        self._held += 1
        return self._held if self._tell(b"hold %d" % self._held, sock.fileno(), memory) else None

    def drop(self, number: int) -> None:
        """Let go of a connection that is closed."""
        self._tell(b"drop %d" % number)

    def close(self) -> None:
        """Send it home: this process ends, or sends no more, and leaves nothing open."""
        self._tell(b"done")
        self._end()

    def _start(self) -> bool:
        """Start the process; whether that worked."""
        try:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            lock = self._owner.witness_lock()
        except OSError:
            return False
        ours.settimeout(_CONTROL_S)
        receipts = str(self._owner.receipts_path)
        with theirs, lock, _deaf():
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", str(_TESTIMONY), str(theirs.fileno()), receipts, str(self._patience_s)],
                    pass_fds=(theirs.fileno(), lock.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    # Ctrl-C, or a signal to our group, is not meant for it.
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                return False
        self._control = ours
        return True

    def _tell(self, message: bytes, *descriptors: int) -> bool:
        """Send a message; whether it got there. A witness that does not listen is left alone."""
        if self._control is None:
            return False
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        try:
            self._control.sendmsg([message], rights)
        except OSError:
            self._end()
            return False
        return True

    def _end(self) -> None:
        if self._control is None or self._process is None:
            return
        self._control.close()
        self._control = None
        try:
            self._process.wait(_CONTROL_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def _deaf() -> Iterator[None]:
    """A process that is started meanwhile is born with these signals blocked, until it has said to ignore them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

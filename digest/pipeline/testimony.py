"""What a witness runs, by its path: `python -I testimony.py CONTROL_FD RECEIPTS PATIENCE_S`.

It waits, with little more than the interpreter in memory, until the process that it serves says that it is done, or is
gone. Only then it loads what it needs to hear the answers to the messages that were on their way.
"""

import os
import signal
import socket
import sys
from pathlib import Path

#: The longest message of the sender's, and the descriptors that come with one: a connection, and the memory that it is
#: read into.
_MESSAGE_BYTES, _DESCRIPTORS = 64, 2


def attend(control: socket.socket) -> dict[int, tuple[socket.socket, int]]:
    """Keep what the sender hands over until it is gone: what it had open then; nothing if it said that it was done."""
    held: dict[int, tuple[socket.socket, int]] = {}
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, _DESCRIPTORS)
        verb, _, number = message.decode().partition(" ")
        match verb:
            case "hold":
                held[int(number)] = socket.socket(fileno=descriptors[0]), descriptors[1]
            case "drop":
                sock, memory = held.pop(int(number))
                sock.close()
                os.close(memory)
            case "done":
                return {}
            case _:
                return held


def main(control: str, receipts: str, patience_s: str) -> None:
    """Attend, then hear what is left to be heard."""
    # They are blocked since it was started. It ends when the sender does, a little later; never before.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)
    if held := attend(socket.socket(fileno=int(control))):
        sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
        from digest.pipeline.hearing import hear

        hear(held, Path(receipts), float(patience_s))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Hears the answers to messages whose sender is gone, and adds them to its receipts."""

import os
import selectors
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from digest.delivery.receipts import answer_line, read, void_line
from digest.delivery.transitions import Settlement
from digest.delivery.transports.replies import OutOfStep, Reply, ReplyReader
from digest.mail.ring import Ring
from digest.mail.tcp import position
from digest.mail.trace import Trace
from digest.model import DeliveryState

_CHUNK = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Awaited:
    """A message that is whole on its way, and its connection."""

    delivery: str
    fence: int
    sock: socket.socket
    #: What the sender had read of the answer.
    heard: bytes
    reader: ReplyReader = field(default_factory=ReplyReader)


def hear(held: Mapping[int, tuple[socket.socket, int]], receipts: Path, patience_s: float) -> None:
    """Write down what became of the messages under way on `held`: connections with the memory that they were read into,
    by the number in a message's trace. What cannot be told within `patience_s` seconds is left as it was noted: begun.

    A refusal is not taken down as such: the message is open again, and will be refused to a face.
    """
    notes = read(receipts.read_bytes())
    file = os.open(receipts, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    awaited: list[_Awaited] = []
    for (delivery, fence), noted in notes.open.items():
        trace = Trace.parse(noted)
        if trace is None or trace.connection not in held:
            continue
        sock, memory = held[trace.connection]
        where = position(sock)
        if where is None:
            continue
        if where.written < trace.end:
            # Its dot never left the sender: no server can have taken it.
            os.write(file, void_line(delivery, fence))
        elif (heard := Ring(memory).between(trace.read, where.read)) is not None:
            awaited.append(_Awaited(delivery=delivery, fence=fence, sock=sock, heard=heard))
    for one, reply in _answers(awaited, patience_s):
        if reply.kind == 2:
            os.write(file, answer_line(_accepted(one, reply)))
        elif reply.kind in (4, 5):
            os.write(file, void_line(one.delivery, one.fence))
    os.close(file)


def _accepted(one: _Awaited, reply: Reply) -> Settlement:
    return Settlement(id=one.delivery, fence=one.fence, state=DeliveryState.ACCEPTED, code=reply.code, text=reply.text)


def _answers(awaited: list[_Awaited], patience_s: float) -> Iterator[tuple[_Awaited, Reply]]:
    """The first reply on each connection, as they come; none for those that break or are silent for too long."""
    until = time.monotonic() + patience_s
    with selectors.DefaultSelector() as selector:
        for one in awaited:
            replies, over = _taken(one, one.heard)
            if replies:
                yield one, replies[0]
            elif not over:
                selector.register(one.sock, selectors.EVENT_READ, one)
        while selector.get_map() and (left := until - time.monotonic()) > 0:
            for ready, _ in selector.select(left):
                one = ready.data
                replies, over = _read(one)
                if replies or over:
                    selector.unregister(one.sock)
                if replies:
                    yield one, replies[0]


def _read(one: _Awaited) -> tuple[list[Reply], bool]:
    """The replies that are complete now, and whether there will be no more."""
    try:
        data = one.sock.recv(_CHUNK)
    except BlockingIOError:
        return [], False
    except OSError:
        return [], True
    return ([], True) if not data else _taken(one, data)


def _taken(one: _Awaited, data: bytes) -> tuple[list[Reply], bool]:
    """The replies that are complete with these bytes, and whether what comes is no reply."""
    try:
        return one.reader.feed(data), False
    except OutOfStep:
        return [], True

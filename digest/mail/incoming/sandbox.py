"""Reads what has arrived in a child process: anybody may write to the address that bounces are collected at.

The child starts isolated, holds no secret, and works under limits of memory and CPU. One message that ends it is left
unread; the others are read by the next child.
"""

import json
import resource
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict

from digest import isolated
from digest.mail.incoming.arrivals import Incoming, read_incoming
from digest.mail.incoming.bounce import READ_LIMIT, BounceKind, Returned

#: The length before each message.
_LENGTH = struct.Struct(">I")
#: Bytes that a child may add to what it has when it is idle: 64 kB of mail take a fraction of it.
MEMORY = 200 * 2**20
#: Seconds of CPU for one message; what can be sent takes a tenth of them.
CPU_S = 2
#: Seconds for one child, however slow the machine.
DEADLINE_S = 60.0


def read_all(messages: Sequence[bytes]) -> tuple[Incoming, ...]:
    """What each message says; nothing, if it cannot be read within the limits."""
    found: list[Incoming] = []
    while len(found) < len(messages):
        rest = messages[len(found) :]
        answers = list(_answers(_said(rest)))[: len(rest)]
        # Whatever ended the child early, it was at the first message that it gave no answer to.
        found += answers if len(answers) == len(rest) else [*answers, Incoming()]
    return tuple(found)


def _said(messages: Sequence[bytes]) -> bytes:
    """What a child answers to messages, until it has answered all, or ends."""
    given = b"".join(_LENGTH.pack(len(one[:READ_LIMIT])) + one[:READ_LIMIT] for one in messages)
    try:
        return subprocess.run(
            isolated.command("digest.mail.incoming.sandbox:serve", str(MEMORY)),
            input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=DEADLINE_S, check=False,
            env=isolated.environment(),
        ).stdout  # fmt: skip
    except subprocess.TimeoutExpired as exc:
        return exc.stdout or b""


def _answers(said: bytes) -> Iterator[Incoming]:
    for line in said.split(b"\n")[:-1]:
        one = json.loads(line)
        back = one["returned"]
        returned = back and Returned(
            kind=BounceKind(back["kind"]),
            why=back["why"],
            addresses=tuple(back["addresses"]),
            message_ids=tuple(back["message_ids"]),
        )
        yield Incoming(returned=returned, tokens=tuple(one["tokens"]))


# The child's side


def serve() -> None:
    """Read messages from standard input, say on a line each what they are. The argument is the memory in bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to understand
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    isolated.limit(resource.RLIMIT_AS, isolated.pages()[0] + int(sys.argv[1]))
    given, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := given.read(_LENGTH.size):
        isolated.limit(resource.RLIMIT_CPU, int(time.process_time()) + CPU_S + 1)
        found = Incoming()
        with suppress(MemoryError, RecursionError):
            found = read_incoming(given.read(_LENGTH.unpack(head)[0]))
        answers.write(json.dumps(asdict(found)).encode() + b"\n")
        answers.flush()

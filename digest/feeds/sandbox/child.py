"""The child's side of `parent`: reads requests from standard input, answers on standard output, under limits.

A message is its length (4 bytes, big-endian) and a pickle; both ends are this program, of one version.
"""

import pickle
import resource
import signal
import struct
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from digest import isolated
from digest.errors import ParseError
from digest.feeds.parse.document import parse
from digest.model import Feed
from digest.ports import Document, ParsedFeed

#: The length before each message.
LENGTH = struct.Struct(">I")
#: Resident bytes after which a child is replaced: what a large document leaves behind is not kept for good.
RETIRE_AT = 150 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One document to read."""

    document: Document
    feed: Feed
    now: datetime
    unchanged: Mapping[str, str]
    #: Seconds of CPU that it may take; the kernel ends the process (SIGXCPU) after them.
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of it: exactly one of `parsed` and `error` is set."""

    parsed: ParsedFeed | None = None
    error: str = ""
    #: The child ends after this reply.
    last: bool = False


def serve() -> None:
    """Answer requests until standard input ends. The first argument is the memory in bytes that it may add."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to understand
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    isolated.limit(resource.RLIMIT_AS, isolated.pages()[0] + int(sys.argv[1]))
    while head := requests.read(LENGTH.size):
        request = pickle.loads(requests.read(LENGTH.unpack(head)[0]))  # noqa: S301 - from our own parent
        reply = _answer(request)
        _write(replies, reply)
        if reply.last:
            return


def _answer(request: Request) -> Reply:
    """Read one document, whatever it does."""
    isolated.limit(resource.RLIMIT_CPU, int(time.process_time() + request.cpu_seconds) + 1)
    try:
        parsed = parse(request.document, request.feed, request.now, request.unchanged)
    except ParseError as exc:
        return Reply(error=str(exc), last=_is_fat())
    except MemoryError:
        return Reply(error=f"reading the document of {request.feed.id} took more memory than allowed", last=True)
    except Exception as exc:  # a bug of ours or of a library: it is this document's error and nobody else's
        return Reply(error=f"the document of {request.feed.id} cannot be read: {type(exc).__name__}: {exc}", last=True)
    return Reply(parsed=parsed, last=_is_fat())


def _write(replies: BinaryIO, reply: Reply) -> None:
    """Send one reply."""
    message = pickle.dumps(reply, pickle.HIGHEST_PROTOCOL)
    replies.write(LENGTH.pack(len(message)) + message)
    replies.flush()


def _is_fat() -> bool:
    """Whether this process has grown so much that a new one is better."""
    return isolated.pages()[1] > RETIRE_AT

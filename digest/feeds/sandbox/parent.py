"""Parses in child processes: where it blocks nobody, and where limits of memory and CPU can end it.

A document that kills or hangs its child is a ParseError of its feed; the child is replaced and all else goes on.
Children start when they are first needed and hold no secret of the parent's environment.
"""

import asyncio
import pickle
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from digest import isolated
from digest.errors import ParseError
from digest.feeds.sandbox.child import LENGTH, Reply, Request
from digest.model import Feed
from digest.ports import Document, ParsedFeed

#: Seconds from the end of a child's output to its own.
GRACE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost."""

    #: Bytes beyond those of an idle child. feedparser takes 6 to 12 times its input, and that is at most 10 MB.
    memory: int = 400 * 2**20
    #: CPU for any document, and for each of its megabytes: ten times what a slow machine needs.
    cpu_seconds: float = 3.0
    cpu_seconds_per_mb: float = 5.0
    #: Seconds by the clock, for a child that sleeps or a machine that is overloaded.
    deadline: float = 120.0


class ProcessParser:
    """A `ports.Parser` on child processes. Use it as an async context manager, or close it."""

    def __init__(self, processes: int = 2, *, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        #: Free places: a running child, or None for one to be started.
        self._places: asyncio.LifoQueue[_Child | None] = asyncio.LifoQueue()
        for _ in range(max(1, processes)):
            self._places.put_nowait(None)
        self._running: set[_Child] = set()
        self._closed = asyncio.Event()

    async def parse(self, document: Document, feed: Feed, now: datetime, unchanged: Mapping[str, str]) -> ParsedFeed:
        """Read a document in the first child that is free. ParseError: as `parse.document`, or a limit ended it."""
        cpu = self._limits.cpu_seconds + self._limits.cpu_seconds_per_mb * len(document.body) / 2**20
        request = Request(document=document, feed=feed, now=now, unchanged=dict(unchanged), cpu_seconds=cpu)
        reply = await self._ask(request)
        if reply.parsed is None:
            raise ParseError(reply.error)
        return reply.parsed

    async def _ask(self, request: Request) -> Reply:
        """One request to one child, which goes back to its place only if it is fit for another."""
        child = await self._places.get()
        keep = False
        try:
            if child is None or child.ended:
                child = await self._start()
            reply = await asyncio.wait_for(child.ask(request), self._limits.deadline)
            keep = not reply.last
            return reply
        except TimeoutError as exc:  # before OSError, of which it is one
            text = f"reading the document of {request.feed.id} took more than {self._limits.deadline:g} seconds"
            raise ParseError(text) from exc
        except (EOFError, OSError) as exc:
            ending = await child.end() if child else str(exc)
            raise ParseError(f"reading the document of {request.feed.id} was given up: {ending}") from exc
        finally:
            if child and not keep:
                self._running.discard(child)
                child.kill()
            self._places.put_nowait(child if keep else None)

    async def _start(self) -> "_Child":
        """A new child."""
        if self._closed.is_set():
            raise ParseError("the parser is closed: nothing is read any more")
        process = await asyncio.create_subprocess_exec(
            *isolated.command("digest.feeds.sandbox.child:serve", str(self._limits.memory)),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=isolated.environment(),
        )  # fmt: skip
        child = _Child(process)
        self._running.add(child)
        if self._closed.is_set():  # while it started
            child.kill()
        return child

    async def close(self) -> None:
        """End all children, those too that are at work."""
        self._closed.set()
        running, self._running = self._running, set()
        for child in running:
            child.kill()
        for child in running:
            await child.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


class _Child:
    """One child process, and the exchange with it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def ended(self) -> bool:
        """Whether it is known to have ended."""
        return self._process.returncode is not None

    async def ask(self, request: Request) -> Reply:
        """Send a request, wait for its reply. EOFError, OSError: the child ended."""
        writer, reader = self._process.stdin, self._process.stdout
        assert writer
        assert reader
        message = pickle.dumps(request, pickle.HIGHEST_PROTOCOL)
        writer.write(LENGTH.pack(len(message)) + message)
        await writer.drain()
        (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
        reply = pickle.loads(await reader.readexactly(length))  # noqa: S301 - from our own child
        assert isinstance(reply, Reply)
        return reply

    async def end(self) -> str:
        """Wait until it has ended, end it if it does not, and say how it came."""
        try:
            code = await asyncio.wait_for(self._process.wait(), GRACE)
        except TimeoutError:
            self.kill()
            code = await self._process.wait()
        return "it took more CPU time than allowed" if code == -_SIGXCPU else f"its process ended with {code}"

    def kill(self) -> None:
        """End it now."""
        with suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin:
            self._process.stdin.close()


#: What the kernel sends when the CPU limit is reached (Linux and the BSDs).
_SIGXCPU = 24

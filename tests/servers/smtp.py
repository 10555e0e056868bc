"""Real mail servers on loopback: one that behaves, to be overridden where a test wants it to misbehave.

`Session` is a small but whole SMTP server with PIPELINING; a test subclasses it and changes the step that goes wrong.
What was taken is counted here, on the receiving side.
"""

import asyncio
import re
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


class HangUp(Exception):
    """Close the connection now; what was written before is flushed."""


class Cut(Exception):
    """Reset the connection now, as a crash would."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the server said 250 to."""

    sender: str
    recipient: str
    data: bytes


@dataclass(slots=True)
class Tally:
    """What a server saw, over all its connections."""

    taken: list[Taken] = field(default_factory=list)
    #: Every command's first word.
    commands: Counter[str] = field(default_factory=Counter)
    #: MAIL and RCPT as they came.
    lines: list[str] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    #: Bodies that came to their dot, taken or not.
    bodies: int = 0

    @property
    def recipients(self) -> list[str]:
        """Who got mail, in order."""
        return [taken.recipient for taken in self.taken]


class Session:
    """One connection to a server that behaves. Each step returns the reply's text, without the line end."""

    offers: tuple[str, ...] = ("PIPELINING", "SIZE 10000000", "8BITMIME")
    tls: ssl.SSLContext | None = None

    def __init__(self, tally: Tally, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tally, self.reader, self.writer = tally, reader, writer
        self.sender: str | None = None
        self.recipient: str | None = None
        #: Messages of this connection.
        self.messages = 0

    # Steps to override

    async def greeting(self) -> str:
        """Said first."""
        return "220 mx.example ESMTP"

    async def ehlo(self) -> str:
        """What is offered."""
        offers = (*self.offers, *(("STARTTLS",) if self.tls and not self.encrypted else ()))
        lines = ["mx.example", *offers]
        return "\r\n".join(f"250{'-' if index < len(lines) - 1 else ' '}{line}" for index, line in enumerate(lines))

    async def mail(self, sender: str) -> str:
        """In answer to MAIL FROM."""
        return "250 2.1.0 ok"

    async def rcpt(self, recipient: str) -> str:
        """In answer to RCPT TO."""
        return "250 2.1.5 ok"

    async def data(self) -> str:
        """In answer to DATA with a recipient."""
        return "354 go on"

    async def dot(self, data: bytes) -> str:
        """In answer to a whole message."""
        return "250 2.0.0 queued"

    async def auth(self, words: str) -> str:
        """In answer to AUTH."""
        return "503 5.5.1 no AUTH here"

    # The rest of the server

    @property
    def encrypted(self) -> bool:
        """Whether TLS is on."""
        return self.writer.get_extra_info("sslcontext") is not None

    async def send(self, text: str) -> None:
        """Write a reply."""
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()

    async def line(self) -> str:
        """The next command; HangUp at the end of the connection."""
        line = await self.reader.readline()
        if not line.endswith(b"\n"):
            raise HangUp
        return line.decode().rstrip("\r\n")

    async def run(self) -> None:
        """Serve until either side hangs up."""
        await self.send(await self.greeting())
        while True:
            line = await self.line()
            verb = line.split(" ")[0].upper()
            self.tally.commands[verb] += 1
            if verb == "QUIT":
                await self.send("221 2.0.0 bye")
                return
            if verb == "STARTTLS" and self.tls:
                await self.send("220 go")
                await self.writer.start_tls(self.tls)
                continue
            if verb == "DATA" and self.recipient is not None:
                await self.body(await self.data())
                continue
            await self.send(await self.answer(verb, line))

    async def answer(self, verb: str, line: str) -> str:
        """The reply to a command that is no DATA."""
        if verb in {"EHLO", "HELO"}:
            return await self.ehlo()
        if verb == "AUTH":
            return await self.auth(line[5:])
        if verb == "RSET":
            self.sender = self.recipient = None
            return "250 2.0.0 reset"
        if found := re.match(r"MAIL FROM:<([^>]*)>", line):
            self.tally.lines.append(line)
            if self.sender is not None:
                return "503 5.5.1 nested MAIL"
            reply = await self.mail(found[1])
            self.sender = found[1] if reply.startswith("2") else None
            return reply
        if found := re.match(r"RCPT TO:<([^>]*)>", line):
            self.tally.lines.append(line)
            if self.sender is None:
                return "503 5.5.1 MAIL first"
            reply = await self.rcpt(found[1])
            self.recipient = found[1] if reply.startswith("2") else None
            return reply
        return "503 5.5.1 bad sequence"

    async def body(self, reply: str) -> None:
        """Read a message and answer it."""
        await self.send(reply)
        if not reply.startswith("354"):
            return
        data = await self.message()
        self.tally.bodies += 1
        answer = await self.dot(data)
        if answer.startswith("2"):
            self.messages += 1
            assert self.sender is not None
            assert self.recipient is not None
            self.tally.taken.append(Taken(self.sender, self.recipient, data))
        self.sender = self.recipient = None
        await self.send(answer)

    async def message(self) -> bytes:
        """A message, dots unstuffed."""
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise HangUp
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


@dataclass(slots=True)
class Running:
    """A server that is up."""

    port: int
    tally: Tally


@asynccontextmanager
async def serving(
    session: type[Session], *, tls: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[Running]:
    """Serve on 127.0.0.1. `tls`: from the first byte on (port 465's way)."""
    tally = Tally()
    writers: set[asyncio.StreamWriter] = set()
    tasks: set[asyncio.Task[None]] = set()
    failures: list[Exception] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        writers.add(writer)
        tally.connections += 1
        tally.open += 1
        tally.most_open = max(tally.most_open, tally.open)
        try:
            await session(tally, reader, writer).run()
        except (HangUp, ConnectionError, ssl.SSLError):
            pass
        except Cut:
            writer.transport.abort()
        except Exception as exc:
            failures.append(exc)
        finally:
            tally.open -= 1
            tasks.discard(task)
            writers.discard(writer)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port, ssl=tls, limit=2**20)
    try:
        yield Running(server.sockets[0].getsockname()[1], tally)
    finally:
        server.close()
        for writer in list(writers):
            writer.transport.abort()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if failures:
            raise failures[0]

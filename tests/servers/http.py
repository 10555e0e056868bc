"""A real HTTP server on loopback whose answers tests write down: validators, redirects, delays, drips, bombs.

    async with HttpServer() as server:
        server.document("/feed.xml", b"<rss/>", etag='"1"')     # answers 304 to its own validators
        server.answer("/gone", 410)
        server.answer("/slow", 200, body=b"x", delay=0.5)
        ... server.url("/feed.xml"), server.requests

It speaks raw HTTP/1.1 on asyncio streams, so that it can also break every rule of it.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked."""

    method: str
    #: With its query.
    path: str
    #: By lower-case name.
    headers: Mapping[str, str]
    #: Counts connections: equal numbers came over one.
    connection: int
    #: The server's address that was dialled.
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Seconds before the first byte.
    delay: float = 0.0
    #: Seconds between pieces of `drip_bytes` of the body; 0: all at once.
    drip: float = 0.0
    drip_bytes: int = 1
    #: Bytes of the body after which the connection breaks off.
    cut: int | None = None


#: Answers a request; or takes the connection over and returns None.
Route = Callable[[Request, asyncio.StreamWriter], Awaitable[Answer | None]]


class HttpServer:
    """An async context manager; `port` 0 takes any that is free; with `tls` it speaks https."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.port = port
        self.tls = tls
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        #: Requests that are being answered now, and the most there ever were at once.
        self.active = 0
        self.most_active = 0
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Break off whatever is still going on."""
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """An address of this server, under another of its names if wanted."""
        name = host or self.host
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{f'[{name}]' if ':' in name else name}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        """The requests for one path, in order."""
        return [request for request in self.requests if request.path == path]

    # Routes

    def answer(
        self,
        path: str,
        status: int = 200,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        drip: float = 0.0,
        cut: int | None = None,
    ) -> None:
        """Always answer the same."""
        fixed = Answer(status=status, body=body, headers=headers or {}, delay=delay, drip=drip, cut=cut)

        async def route(request: Request, writer: asyncio.StreamWriter) -> Answer:
            return fixed

        self.routes[path] = route

    def document(
        self,
        path: str,
        body: bytes,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Mapping[str, str] | None = None,
        validators_in_304: bool = True,
    ) -> None:
        """A document that answers 304 to its own validators."""
        named = {"ETag": etag, "Last-Modified": last_modified}
        own = {name: value for name, value in named.items() if value}

        async def route(request: Request, writer: asyncio.StreamWriter) -> Answer:
            same = (etag and request.headers.get("if-none-match") == etag) or (
                not etag and last_modified and request.headers.get("if-modified-since") == last_modified
            )
            if same:
                return Answer(status=304, headers={**(own if validators_in_304 else {}), **(headers or {})})
            return Answer(body=body, headers={"Content-Type": "application/rss+xml", **own, **(headers or {})})

        self.routes[path] = route

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        """Send on to another address."""
        self.answer(path, status, headers={"Location": to})

    # Serving

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._connections += 1
        number = self._connections
        try:
            while await self._exchange(reader, writer, number):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        """One request and its answer; whether the connection goes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        pairs = (line.split(":", 1) for line in lines if line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        host = str(writer.get_extra_info("sockname")[0])
        request = Request(method=method, path=path, headers=headers, connection=number, host=host)
        self.requests.append(request)
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            route = self.routes.get(path)
            answer = await route(request, writer) if route else Answer(status=404, body=b"no such page")
            if answer is None:
                return False
            await asyncio.sleep(answer.delay)
            return await _send(writer, answer, close=headers.get("connection") == "close")
        finally:
            self.active -= 1


async def _send(writer: asyncio.StreamWriter, answer: Answer, *, close: bool) -> bool:
    """Write an answer; whether the connection goes on."""
    headers = dict(answer.headers)
    if answer.status not in (204, 304):
        headers.setdefault("Content-Length", str(len(answer.body)))
    headers.setdefault("Connection", "close" if close else "keep-alive")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {answer.status} Said\r\n{lines}\r\n".encode("latin-1"))
    body = answer.body if answer.cut is None else answer.body[: answer.cut]
    if answer.drip:
        for start in range(0, len(body), answer.drip_bytes):
            writer.write(body[start : start + answer.drip_bytes])
            await writer.drain()
            await asyncio.sleep(answer.drip)
    else:
        writer.write(body)
    await writer.drain()
    return answer.cut is None and headers["Connection"] != "close"

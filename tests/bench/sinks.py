"""Mail sinks and sources for the benchmark `send`: Postfix's own where they are installed, else one of ours."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Where Debian's package puts them.
_SBIN = "/usr/sbin"
#: Seconds until a sink must be there.
_PATIENCE_S = 20


def tool(name: str) -> str | None:
    """The path of smtp-sink or smtp-source, if this machine has it."""
    return shutil.which(name) or shutil.which(name, path=_SBIN)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def sink(*, delay_s: float = 0.0, report: Path | None = None) -> Iterator[int]:
    """A server that takes everything; its port.

    `delay_s` before each answer, recipients and turns to `report` (a line each): only ours can do that.
    """
    port = _free_port()
    theirs = tool("smtp-sink") if not (delay_s or report) else None
    if theirs:
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [theirs, *user, f"127.0.0.1:{port}", "1000"]
    else:
        command = [sys.executable, "-m", "tests.bench.sinks", str(port), str(delay_s), str(report or "")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _await_port(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _await_port(port: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def source(port: int, count: int, size: int, sessions: int) -> float | None:
    """Seconds that smtp-source takes for `count` messages of `size` bytes; None: it is not installed."""
    theirs = tool("smtp-source")
    if theirs is None:
        return None
    command = [theirs, "-d", "-s", str(sessions), "-m", str(count), "-l", str(size), f"127.0.0.1:{port}"]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


class Sink(asyncio.Protocol):
    """Takes everything. All answers to what came together leave together, after the delay: one round trip.

    Each recipient of a message taken is written to the report before the answer leaves, and `turn` for each turn.
    """

    def __init__(self, delay_s: float, report: int | None) -> None:
        self._delay_s, self._report, self._rest, self._in_body = delay_s, report, b"", False
        self._recipient = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self._rest += data
        answers = b"".join(self._answers())
        if answers:
            self._note(b"turn")
            if self._delay_s:
                asyncio.get_running_loop().call_later(self._delay_s, self._transport.write, answers)
            else:
                self._transport.write(answers)

    def _note(self, what: bytes) -> None:
        if self._report is not None:
            os.write(self._report, what + b"\n")

    def _answers(self) -> Iterator[bytes]:
        while True:
            end = b"\r\n.\r\n" if self._in_body else b"\r\n"
            before, found, after = self._rest.partition(end)
            if not found:
                return
            self._rest = after
            if self._in_body:
                self._in_body = False
                self._note(self._recipient)
                yield b"250 2.0.0 taken\r\n"
            elif before.startswith(b"EHLO"):
                yield b"250-sink\r\n250 PIPELINING\r\n"
            elif before.startswith(b"RCPT TO:<"):
                self._recipient = before[9:].partition(b">")[0]
                yield b"250 ok\r\n"
            elif before.startswith(b"DATA"):
                self._in_body = True
                yield b"354 go on\r\n"
            elif before.startswith(b"QUIT"):
                yield b"221 bye\r\n"
            else:
                yield b"250 ok\r\n"


async def _serve(port: int, delay_s: float, report: str) -> None:
    file = os.open(report, os.O_CREAT | os.O_WRONLY | os.O_APPEND) if report else None
    server = await asyncio.get_running_loop().create_server(lambda: Sink(delay_s, file), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))

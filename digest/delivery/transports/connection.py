"""An open connection to a mail server: replies, writes, and whether a message has left (RFC 5321, RFC 2920)."""

import asyncio
from collections import deque
from dataclasses import dataclass

from digest.delivery.transports.replies import OutOfStep, Reply, ReplyReader

#: What TLS adds to the bytes after the dot, at most: two records' headers and tags.
_TLS_SLACK = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds to wait for a server, as RFC 5321 4.5.3.2 asks for, where it does."""

    connect: float = 30.0
    #: MAIL, RCPT, DATA.
    command: float = 300.0
    #: Until a body has left our buffers.
    body: float = 180.0
    #: For the reply to the dot: "a client that gives up early makes duplicates".
    dot: float = 600.0
    quit: float = 5.0


class Connection(asyncio.Protocol):
    """Replies and writes on an open connection, from after EHLO (and login) on."""

    def __init__(self, transport: asyncio.Transport, *, under: asyncio.Transport | None = None) -> None:
        """Take `transport` over from whoever opened it; `under` is the plain one below it when it is TLS."""
        self._transport, self._under, self._loop = transport, under, asyncio.get_running_loop()
        self._plain = transport.get_extra_info("sslcontext") is None
        self._reader = ReplyReader()
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._stalled = False
        self._after_dot = 0
        #: Why it cannot be used any more; empty: it can.
        self.over = ""
        transport.set_protocol(self)
        if not transport.is_reading():
            transport.resume_reading()

    # asyncio calls these

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        try:
            self._replies.extend(self._reader.feed(data))
        except OutOfStep as exc:
            self._end(str(exc))
        self._notify()

    def eof_received(self) -> bool:
        """The server closed its side."""
        self._end("the server closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._end(f"the connection was lost: {exc}" if exc else "the server closed the connection")

    def pause_writing(self) -> None:
        """More than what follows the dot waits in our buffer: the message has not left."""
        self._stalled = True

    def resume_writing(self) -> None:
        """The dot has left."""
        self._stalled = False

    def _end(self, why: str) -> None:
        self.over = self.over or why
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._notify()

    def _notify(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # The lane calls these

    @property
    def unasked(self) -> bool:
        """Whether something came that nobody asked for yet."""
        return bool(self._replies) or self._reader.amid

    def write(self, data: bytes) -> None:
        """Send commands."""
        if not self.over:
            self._transport.write(data)

    def write_body(self, data: bytes, after_dot: int) -> None:
        """Send a message and its dot; so many bytes at the end come after the dot."""
        self._after_dot = after_dot
        if self._plain:
            # Exactly the bytes after the dot may wait without `pause_writing` being called.
            self._transport.set_write_buffer_limits(high=after_dot, low=after_dot)
        self._transport.write(data)

    @property
    def unsent(self) -> bool:
        """Whether part of the last message, or its dot, provably has not left this process."""
        if self._plain:
            return self._stalled
        waiting = self._transport.get_write_buffer_size()
        if self._under is not None:
            waiting += self._under.get_write_buffer_size()
        return waiting > self._after_dot + _TLS_SLACK

    async def replies(self, count: int, timeout: float) -> list[Reply]:
        """The next replies; fewer when the connection ends or `timeout` seconds pass (then `over` is still empty)."""
        if len(self._replies) < count and not self.over:
            self._watch(self._loop.time() + timeout)
            while len(self._replies) < count and not self.over:
                self._waiter = self._loop.create_future()
                try:
                    await self._waiter
                except TimeoutError:
                    break
                finally:
                    self._waiter = None
        return self.here(count)

    def here(self, count: int) -> list[Reply]:
        """The next replies, as far as they have come."""
        return [self._replies.popleft() for _ in range(min(count, len(self._replies)))]

    def _watch(self, deadline: float) -> None:
        """Let one timer serve wait after wait: it is set anew only when it would ring too late."""
        self._deadline = deadline
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._time_is_up)

    def _time_is_up(self) -> None:
        self._timer = None
        if self._loop.time() < self._deadline:
            self._watch(self._deadline)
        elif self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(TimeoutError())

    def abort(self) -> None:
        """Drop the connection and whatever is still buffered."""
        self._transport.abort()
        self._end("aborted")

    async def quit(self, timeout: float) -> None:
        """Say goodbye."""
        self.write(b"QUIT\r\n")
        await self.replies(1, timeout)
        self._transport.abort()
        self._end("closed")

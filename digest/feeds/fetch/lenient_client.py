"""What aiohttp reads answers with, made lenient: it is given each head as `header_repair.mended` leaves it."""

from typing import Any

from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError

from digest.feeds.fetch import header_repair


class LenientHandler(ResponseHandler):
    """One connection. Between the parameters of a response and the end of its head, bytes are held back."""

    #: What came of a head so far; None while there is none to come.
    _head: bytearray | None = None

    def set_response_params(self, **params: Any) -> None:
        """Expect a head."""
        self._head = bytearray()
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Pass on whole heads, mended, and everything else as it comes."""
        if self._head is None or not data:
            super().data_received(data)
            return
        searched = len(self._head)
        self._head += data
        while self._head is not None and header_repair.may_begin(self._head):
            end = header_repair.end_of(self._head, searched)
            if (end if end >= 0 else len(self._head)) > header_repair.MAX_HEAD:
                self._refuse()
                return
            if end < 0:
                return
            head, rest, searched = bytes(self._head[:end]), self._head[end:], 0
            self._head = rest if header_repair.is_interim(head) else None
            super().data_received(header_repair.mended(head) + (b"" if self._head is not None else bytes(rest)))
        self._pass_on()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Half a head is an error that aiohttp knows."""
        self._pass_on()
        super().connection_lost(exc)

    def _pass_on(self) -> None:
        """What is not a head, or no whole one, is aiohttp's to judge."""
        held, self._head = self._head, None
        if held:
            super().data_received(bytes(held))

    def _refuse(self) -> None:
        """A head that is too large: nothing more is read."""
        self._head = None
        if self.transport is not None:
            self.transport.close()
        self.set_exception(HttpProcessingError(message=f"a head of more than {header_repair.MAX_HEAD >> 10} kB"))

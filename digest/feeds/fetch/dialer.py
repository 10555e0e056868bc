"""Looks hosts up and opens connections, and lets no connection out to an address that is out of bounds.

The guard sits at the two places that every connection passes, so that what was checked is what is dialled:
the resolver checks **every** address a name stands for, and the socket factory checks the very address that is
about to be connected to (literal addresses, which no resolver sees, and anything a cache handed out). Public addresses
that are this machine's own are out of bounds like private ones: what listens there may be meant for the house alone.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from digest.feeds.fetch.lenient_client import LenientHandler
from digest.settings.core.reach import ends_at, may_dial

#: Looks a host name up: numeric addresses, best first. OSError: there are none.
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

#: Threads that wait for name servers: more than the connections that are opened at once need on a bad day,
#: since one dead name server holds a thread for many seconds.
LOOKUP_THREADS = 16


#: An address of documentation (RFC 5737) and its like (RFC 3849): no machine has them.
_NOBODYS = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


class OutOfBounds(Exception):
    """An address that this feed may not reach. No OSError: the connector must not go on to the next address."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is at {address}")
        self.host = host
        self.address = address


class SystemLookup:
    """The operating system's resolver, in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="lookup")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """All addresses of a host."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return [str(address[0]) for *_, address in found]

    def close(self) -> None:
        """Let go of the threads without waiting for name servers."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def is_own(address: str) -> bool:
    """Whether an address is one of this machine's: a socket can be bound to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    if not _can_bind(family, address):
        return False
    # Where the system lets a socket have any address (net.ipv4.ip_nonlocal_bind), the way to it tells.
    return not _can_bind(family, _NOBODYS[family]) or _source(family, address) == address


def _can_bind(family: socket.AddressFamily, address: str) -> bool:
    """Whether the system lets a socket have an address. Nothing is sent."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.bind((address, 0))
    except OSError:
        return False
    return True


def _source(family: socket.AddressFamily, address: str) -> str:
    """The address that would speak to another; empty where there is no way. Nothing is sent."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.connect((address, 9))
            return str(trial.getsockname()[0])
    except OSError:
        return ""


def _check(host: str, address: str, *, private: bool) -> None:
    """OutOfBounds: a feed may not reach this address."""
    ours = not private and any(map(is_own, {address, ends_at(address)}))
    if ours or not may_dial(address, private=private):
        raise OutOfBounds(host, address)


class GuardedResolver(AbstractResolver):
    """Resolves through a lookup; one address out of bounds refuses the whole host."""

    def __init__(self, lookup: Lookup, *, private: bool) -> None:
        self._lookup = lookup
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """All addresses of a host. OutOfBounds: one of them may not be dialled."""
        addresses = dict.fromkeys(await self._lookup(host, port))
        for address in addresses:
            _check(host, address, private=self._private)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _lenient(loop: asyncio.AbstractEventLoop) -> ResponseHandler:
    return LenientHandler(loop)


class _LenientConnector(aiohttp.TCPConnector):
    """A connector whose connections forgive what the standard lets them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # aiohttp names no public place for it; a test sees to it that this one stays.
        self._factory = partial(_lenient, self._loop)


def guarded_connector(lookup: Lookup, *, private: bool, tls: ssl.SSLContext, limit: int) -> aiohttp.TCPConnector:
    """A connector that dials public addresses alone, or with `private` also those of this machine and network.

    One of each is kept, so that no feed ever travels on a connection that another one was allowed to open.
    """

    def dial(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        _check(str(address[0]), str(address[0]), private=private)
        return socket.socket(family=family, type=kind, proto=protocol)

    return _LenientConnector(
        resolver=GuardedResolver(lookup, private=private),
        socket_factory=dial,
        # Every connection asks anew: an answer is as old as the connection that it was checked for.
        use_dns_cache=False,
        ssl=tls,
        limit=limit,
    )

"""Fetching from those who mean harm: addresses that are not theirs, bodies without end, answers that never come."""

import asyncio
import itertools
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest

from digest.errors import AddressRefused, DigestError, FetchError, TooLarge
from digest.feeds.fetch.fetch_errors import explained
from digest.feeds.fetch.http import HttpFetcher, Limits
from digest.model import Feed
from digest.ports import Validators
from digest.settings.core.shape import DigestSettings
from tests import bombs
from tests.servers.http import Answer, HttpServer, Request

RSS = b"<rss version='2.0'><channel><title>News</title></channel></rss>"
NOTHING = Validators()
Lookup = Callable[[str, int], "asyncio.Future[Sequence[str]]"]


class Names:
    """A name server: each name has a list of answers, the last of which is repeated."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name: itertools.chain(given, itertools.repeat(given[-1])) for name, given in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer for a name; the system's for one that it does not know."""
        self.asked.append(host)
        if host in self.answers:
            return next(self.answers[host])
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [str(address[0]) for *_, address in found]


@asynccontextmanager
async def fetching(lookup: Names | None = None, limits: Limits | None = None) -> AsyncIterator[HttpFetcher]:
    """A fetcher with a name server of the test's own."""
    settings = DigestSettings()
    async with HttpFetcher(settings, secrets=lambda _: "", limits=limits or Limits(), lookup=lookup) as fetcher:
        yield fetcher


async def ask(url: str, *, private: bool = False, lookup: Names | None = None, limits: Limits | None = None) -> bytes:
    """The body of one fetch."""
    async with fetching(lookup, limits) as fetcher:
        fetched = await fetcher.fetch(Feed(id="f", url=url, private=private), url, NOTHING)
    assert fetched.document is not None
    return fetched.document.body


# Addresses


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "2130706433",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fe80::1]",
        "１２７.0.0.1",
        "127。0。0。1",
        "user@127.0.0.1",
        "public.example:80@127.0.0.1",
        "127.0.1",
        "0x7f.0x0.0x0.0x1",
        "017700000001",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[::ffff:127.0.0.1%25lo]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
    ],
)
async def test_private_hosts_are_refused(http_server: HttpServer, host: str) -> None:
    """However a private address is written, a feed that was not marked private does not reach it."""
    http_server.document("/feed", RSS)
    with pytest.raises(FetchError):
        await ask(f"http://{host}:{http_server.port}/feed")
    assert http_server.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
async def test_the_refusal_says_what_to_do(host: str) -> None:
    """A refused address names the feed's address, what it leads to, and the key that opens it."""
    with pytest.raises(AddressRefused, match="private = true"):
        await ask(f"http://{host}:9/feed")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "data:,x", "/feed"])
async def test_only_web_addresses_are_fetched(url: str) -> None:
    """file:, gopher: and the like are refused, even for a private feed."""
    with pytest.raises(AddressRefused, match="not an http or https address"):
        await ask(url, private=True)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "//:80/", "javascript:alert(1)"])
async def test_a_redirect_leads_to_web_addresses_alone(http_server: HttpServer, target: str) -> None:
    """A redirect opens nothing that the feed's own address could not."""
    http_server.redirect("/feed", target)
    with pytest.raises(AddressRefused) as caught:
        await ask(http_server.url("/feed"), private=True)
    # The operator knows the feed's address, not where it leads.
    assert http_server.url("/feed") in str(caught.value)
    assert target in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "[::ffff:127.0.0.1]", "other.example"])
async def test_a_redirect_to_a_private_host_is_refused(http_server: HttpServer, host: str) -> None:
    """`private = true` opens the feed's own host and no other: each hop is judged anew, before it is dialled."""
    names = Names(**{"other.example": [["127.0.0.1"]]})
    http_server.document("/inside", RSS)
    http_server.redirect("/feed", f"http://{host}:{http_server.port}/inside")
    with pytest.raises(AddressRefused):
        await ask(http_server.url("/feed"), private=True, lookup=names)
    assert http_server.asked("/inside") == []


async def test_a_private_feed_is_fetched(http_server: HttpServer) -> None:
    """The opt-in works for names and for addresses."""
    http_server.document("/feed", RSS)
    names = Names(**{"intranet.example": [["127.0.0.1"]]})
    for host in ("127.0.0.1", "localhost", "intranet.example"):
        assert await ask(http_server.url("/feed", host=host), private=True, lookup=names) == RSS


async def test_one_private_address_refuses_the_whole_host(http_server: HttpServer) -> None:
    """Every address of a name is checked: a private one hidden behind public ones is not reached."""
    names = Names(**{"mixed.example": [["1.1.1.1", "127.0.0.1"]]})
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        await ask(http_server.url("/feed", host="mixed.example"), lookup=names)
    assert names.asked == ["mixed.example"]


async def test_rebinding_changes_nothing(http_server: HttpServer) -> None:
    """A name is looked up once for a connection, and the very address that was checked is dialled."""
    names = Names(**{"rebind.example": [["1.1.1.1"], ["127.0.0.1"]]})
    url = http_server.url("/feed", host="rebind.example")
    async with fetching(names) as fetcher:
        # The tests' own fence stops the dial, and so tells which address it went to.
        with pytest.raises(AssertionError, match=r"dialled \('1\.1\.1\.1'"):
            await fetcher.fetch(Feed(id="f", url=url), url, NOTHING)
        assert names.asked == ["rebind.example"]
        with pytest.raises(AddressRefused):
            await fetcher.fetch(Feed(id="f", url=url), url, NOTHING)
    assert http_server.requests == []


async def test_a_private_connection_serves_no_public_feed(http_server: HttpServer) -> None:
    """A connection that a private feed keeps open is not lent to a feed of the same host that is not private."""
    http_server.answer("/feed", body=RSS, delay=0.05)
    url = http_server.url("/feed")
    feeds = [Feed(id="private", url=url, private=True), Feed(id="public", url=url)]
    async with fetching(limits=Limits(spacing=0)) as fetcher:
        one, other = await asyncio.gather(
            *(fetcher.fetch(feed, url, NOTHING) for feed in feeds), return_exceptions=True
        )
    assert not isinstance(one, BaseException)
    assert isinstance(other, AddressRefused)
    assert len(http_server.requests) == 1


# Bombs

#: Fetches in a process of its own, and tells by how much its memory grew at the worst moment.
_CHILD = """
import asyncio, json, re, sys
from pathlib import Path
from digest.feeds.fetch.http import HttpFetcher, Limits
from digest.model import Feed
from digest.ports import Validators
from digest.settings.core.shape import DigestSettings

def kb(name):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))

async def main(small, large, transfer):
    limits = Limits(transfer=float(transfer))
    async with HttpFetcher(DigestSettings(), secrets=lambda _: "", limits=limits) as fetcher:
        await fetcher.fetch(Feed(id="f", url=small, private=True), small, Validators())
        Path("/proc/self/clear_refs").write_text("5")
        before = kb("VmRSS")
        try:
            await fetcher.fetch(Feed(id="f", url=large, private=True), large, Validators())
            outcome = "fetched"
        except Exception as exc:
            outcome = type(exc).__name__
        print(json.dumps([outcome, (kb("VmHWM") - before) / 1024]))

asyncio.run(main(*sys.argv[1:]))
"""


async def grown(server: HttpServer, path: str, *, transfer: float = 60.0) -> tuple[str, float]:
    """How fetching a path ends, and by how many MB it makes a process grow."""
    server.document("/small", RSS)
    command = [sys.executable, "-c", _CHILD, server.url("/small"), server.url(path), str(transfer)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True, timeout=60)
    outcome, mb = json.loads(done.stdout)
    return outcome, mb


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", bombs.gzip_bomb),
        ("deflate", bombs.deflate_bomb),
        ("br", bombs.brotli_bomb),
        ("zstd", bombs.zstd_bomb),
        ("none", bombs.gzip_bomb),
    ],
)
async def test_a_bomb_is_cut_off(http_server: HttpServer, encoding: str, bomb: Callable[[], bytes]) -> None:
    """512 MB in a small body are refused at the limit, and take less than 50 MB more memory; named or not."""
    body = bomb()
    assert len(body) < 1 << 20
    http_server.answer("/bomb", body=body, headers={} if encoding == "none" else {"Content-Encoding": encoding})
    outcome, mb = await grown(http_server, "/bomb")
    assert outcome == "TooLarge"
    assert mb < 50


async def test_a_body_without_end(http_server: HttpServer) -> None:
    """A server that never stops sending is cut off at the limit."""

    async def pour(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
            await writer.drain()

    http_server.routes["/feed"] = pour
    outcome, mb = await grown(http_server, "/feed")
    assert outcome == "TooLarge"
    assert mb < 50


async def test_a_body_that_says_it_is_too_large(http_server: HttpServer) -> None:
    """200 MB are refused by their Content-Length, before they are read."""

    async def boast(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(30)
        return None

    http_server.routes["/feed"] = boast
    async with asyncio.timeout(10):
        with pytest.raises(TooLarge, match="larger than 10 MB"):
            await ask(http_server.url("/feed"), private=True)


# Time

SHORT = Limits(transfer=0.3)


async def drip_head(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
    """A head that grows by a byte now and then."""
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        writer.write(b"y")
        await writer.drain()
        await asyncio.sleep(0.01)


async def say_nothing(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
    """Take the request and fall silent."""
    await asyncio.sleep(60)
    return None


ENDLESS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-A: bbbbbbbb\r\n" * 100),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"y" * 10_000),
    "a status line": (b"HTTP/1.1 200 ", b"y" * 10_000),
    "a location": (b"HTTP/1.1 302 Found\r\nLocation: /", b"y" * 10_000),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "a chunk's size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 10_000),
    "a chunk's extension": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"y" * 10_000),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: bbbbbbbb\r\n" * 100),
    "chunks of a byte": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1_000),
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_what_never_ends_ends(http_server: HttpServer, name: str) -> None:
    """Endless anything is refused or cut off at the deadline, in less than 50 MB."""
    start, more = ENDLESS[name]

    async def pour(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        writer.write(start)
        while True:
            writer.write(more)
            await writer.drain()

    http_server.routes["/feed"] = pour
    outcome, mb = await grown(http_server, "/feed", transfer=1.0)
    assert outcome == "FetchError"
    assert mb < 50


async def test_a_slow_drip_is_cut_off(http_server: HttpServer) -> None:
    """A body that comes byte by byte ends at the deadline of the whole transfer, however alive the connection is."""
    http_server.answer("/feed", body=RSS * 100, drip=0.01)
    async with asyncio.timeout(10):
        with pytest.raises(FetchError, match="too long"):
            await ask(http_server.url("/feed"), private=True, limits=SHORT)


@pytest.mark.parametrize("behaviour", [drip_head, say_nothing])
async def test_a_head_that_does_not_end(
    http_server: HttpServer, behaviour: Callable[[Request, asyncio.StreamWriter], "asyncio.Future[Answer | None]"]
) -> None:
    """A head that never ends, or never begins, ends at the deadline."""
    http_server.routes["/feed"] = behaviour
    async with asyncio.timeout(10):
        with pytest.raises(FetchError, match="too long"):
            await ask(http_server.url("/feed"), private=True, limits=SHORT)


async def test_a_name_server_that_does_not_answer(http_server: HttpServer) -> None:
    """Waiting for a name ends at the deadline too."""

    class Silent(Names):
        async def __call__(self, host: str, port: int) -> Sequence[str]:
            await asyncio.sleep(60)
            return []

    async with asyncio.timeout(10):
        with pytest.raises(FetchError, match="too long"):
            await ask("http://slow.example/", lookup=Silent(), limits=SHORT)


async def test_slow_redirects_share_one_deadline(http_server: HttpServer) -> None:
    """Hops do not buy time: the deadline is the whole transfer's."""
    for hop in range(5):
        http_server.answer(f"/{hop}", 302, headers={"Location": f"/{hop + 1}"}, delay=0.2)
    http_server.answer("/5", body=RSS)
    with pytest.raises(FetchError, match="too long"):
        await ask(http_server.url("/0"), private=True, limits=SHORT)


# Errors


@pytest.mark.parametrize(
    "foreign",
    [
        TimeoutError(),
        ConnectionResetError(104, "reset"),
        OSError("odd"),
        ValueError("odd"),
        UnicodeError("label too long"),
        aiohttp.ClientError("odd"),
        aiohttp.InvalidURL("x"),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError("odd"),
        aiohttp.ServerTimeoutError(),
        aiohttp.ClientConnectionResetError("odd"),
    ],
)
def test_foreign_errors_are_translated(foreign: Exception) -> None:
    """Whatever the network library raises is a FetchError that names the address and the next step."""
    with pytest.raises(FetchError) as caught, explained("http://a.example/"):
        raise foreign
    assert caught.value.__cause__ is foreign
    assert "http://a.example/" in str(caught.value)


def test_our_own_errors_pass() -> None:
    """What is already ours stays as it is."""
    ours = TooLarge("too large", url="http://a.example/")
    with pytest.raises(DigestError) as caught, explained("http://a.example/"):
        raise ours
    assert caught.value is ours


async def test_a_header_full_of_odd_bytes(http_server: HttpServer) -> None:
    """Bytes that are not text, in any header that is kept, make a document that can be stored all the same."""

    async def speak(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        odd = b"\xff\xfe\x80"
        head = b"".join(name + b": " + odd + b"\r\n" for name in (b"ETag", b"Content-Type", b"Content-Language"))
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        return None

    http_server.routes["/feed"] = speak
    async with fetching() as fetcher:
        url = http_server.url("/feed")
        fetched = await fetcher.fetch(Feed(id="f", url=url, private=True), url, NOTHING)
    assert fetched.validators == NOTHING
    assert fetched.document is not None
    (fetched.document.content_type + fetched.document.content_language).encode()

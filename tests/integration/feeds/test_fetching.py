"""Fetching from a real HTTP server on loopback."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
import trustme

from digest.errors import ConfigError, FetchError
from digest.feeds.fetch.http import HttpFetcher, Limits
from digest.model import Feed, FeedAuth, Secret
from digest.ports import Fetched, Validators
from digest.settings.core.shape import DigestSettings
from tests.bombs import zstd_compress
from tests.servers.http import Answer, HttpServer, Request

RSS = b"<rss version='2.0'><channel><title>News</title></channel></rss>"
SETTINGS = DigestSettings(contact="operator@digest.example", link="https://digest.example/")
NOTHING = Validators()
LIMITS = Limits()


def no_secrets(secret: Secret) -> str:
    """Nobody asked for one."""
    raise AssertionError(f"asked for {secret}")


@asynccontextmanager
async def fetching(
    secrets: Callable[[Secret], str] = no_secrets, limits: Limits = LIMITS, names: dict[str, str] | None = None
) -> AsyncIterator[HttpFetcher]:
    """A fetcher; `names` are host names that lead to loopback."""

    async def lookup(host: str, port: int) -> list[str]:
        if host not in (names or {}):
            raise OSError(f"no such host as {host}")
        return [(names or {})[host]]

    async with HttpFetcher(SETTINGS, secrets=secrets, limits=limits, lookup=lookup if names else None) as fetcher:
        yield fetcher


async def ask(url: str, validators: Validators = NOTHING, *, feed: Feed | None = None) -> Fetched:
    """One fetch by a fetcher of its own."""
    async with fetching() as fetcher:
        return await fetcher.fetch(feed or Feed(id="f", url=url, private=True), url, validators)


async def refused(url: str, validators: Validators = NOTHING) -> FetchError:
    """The error of one fetch."""
    with pytest.raises(FetchError) as caught:
        await ask(url, validators)
    assert url in str(caught.value)
    return caught.value


# Documents


async def test_a_document(http_server: HttpServer) -> None:
    """A 200 gives the body, where it came from, its type and language, and the validators for next time."""
    headers = {"Content-Language": "de", "Cache-Control": "max-age=60"}
    http_server.document("/feed", RSS, etag='W/"1"', last_modified="Sun, 22 Nov 2026 12:00:00 GMT", headers=headers)
    fetched = await ask(http_server.url("/feed"))
    assert fetched.document is not None
    assert fetched.document.body == RSS
    assert fetched.document.url == http_server.url("/feed")
    assert fetched.document.content_type == "application/rss+xml"
    assert fetched.document.content_language == "de"
    assert fetched.validators == Validators(etag='W/"1"', last_modified="Sun, 22 Nov 2026 12:00:00 GMT")
    assert fetched.fresh_for == 60
    assert fetched.moved_to is None


async def test_we_say_who_we_are(http_server: HttpServer) -> None:
    """The User-Agent names the program, its version and how to reach the operator; compression is offered."""
    http_server.document("/feed", RSS)
    await ask(http_server.url("/feed"))
    headers = http_server.requests[0].headers
    assert headers["user-agent"].startswith("digest/")
    assert "operator@digest.example" in headers["user-agent"]
    assert "+https://digest.example/" in headers["user-agent"]
    assert set(headers["accept-encoding"].split(", ")) == {"gzip", "deflate", "br", "zstd"}
    assert "atom+xml" in headers["accept"]


@pytest.mark.parametrize(
    ("encoding", "squeeze"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("br", brotli.compress),
        ("zstd", zstd_compress),
        ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
        ("identity", bytes),
    ],
)
async def test_every_offered_compression_is_undone(
    http_server: HttpServer, encoding: str, squeeze: Callable[[bytes], bytes]
) -> None:
    """What was offered is understood; so are raw deflate and a doubled gzip, which servers send by mistake."""
    http_server.answer("/feed", body=squeeze(RSS), headers={"Content-Encoding": encoding})
    fetched = await ask(http_server.url("/feed"))
    assert fetched.document is not None
    assert fetched.document.body == RSS


async def test_an_unchanged_document(http_server: HttpServer) -> None:
    """Validators are sent back, and a 304 means unchanged."""
    http_server.document("/feed", RSS, etag='"1"', last_modified="Sun, 22 Nov 2026 12:00:00 GMT")
    first = await ask(http_server.url("/feed"))
    second = await ask(http_server.url("/feed"), first.validators)
    assert second.document is None
    assert http_server.requests[1].headers["if-none-match"] == '"1"'
    assert http_server.requests[1].headers["if-modified-since"] == "Sun, 22 Nov 2026 12:00:00 GMT"


async def test_validators_survive_a_304_without_validators(http_server: HttpServer) -> None:
    """A bare 304 forgets nothing: the third request is as conditional as the second."""
    http_server.document("/feed", RSS, etag='"1"', validators_in_304=False)
    validators = NOTHING
    for _ in range(3):
        validators = (await ask(http_server.url("/feed"), validators)).validators
    assert [request.headers.get("if-none-match") for request in http_server.requests] == [None, '"1"', '"1"']


async def test_a_304_that_nobody_asked_for_is_an_error(http_server: HttpServer) -> None:
    """Without validators a 304 is not an answer: there is no document that it could mean."""
    http_server.answer("/feed", 304)
    assert (await refused(http_server.url("/feed"))).status == 304


async def test_new_validators_replace_the_old(http_server: HttpServer) -> None:
    """A 200 brings all of its validators: what it does not bring is gone."""
    http_server.document("/feed", RSS, etag='"2"')
    fetched = await ask(http_server.url("/feed"), Validators(etag='"1"', last_modified="Sun, 22 Nov 2026 12:00:00 GMT"))
    assert fetched.validators == Validators(etag='"2"')


async def test_a_304_with_a_body_is_asked_again_without_conditions(http_server: HttpServer) -> None:
    """A server that breaks HTTP with every 304 would be lost for good after its first answer: it is asked plainly."""

    async def speak(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        if "if-none-match" not in request.headers:
            return Answer(body=RSS, headers={"ETag": '"1"'})
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\nnothing new")
        await writer.drain()
        return None

    http_server.routes["/feed"] = speak
    first = await ask(http_server.url("/feed"))
    second = await ask(http_server.url("/feed"), first.validators)
    assert second.document is not None
    assert second.document.body == RSS
    assert len(http_server.requests) == 3


async def test_a_304_may_carry_the_headers_of_a_body(http_server: HttpServer) -> None:
    """Content-Length and Content-Encoding in a 304 are about the document (RFC 9110 15.4.5), not about a body here."""
    headers = {"Content-Length": "500", "Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    for name, value in headers.items():
        http_server.answer("/feed", 304, headers={name: value})
        assert (await ask(http_server.url("/feed"), Validators(etag='"1"'))).document is None


@pytest.mark.parametrize("etag", ['W/"1"', '"1"', '"a\'b-gzip"', "unquoted", '""', 'W/"' + "x" * 1000 + '"'])
async def test_any_etag_goes_back_as_it_came(http_server: HttpServer, etag: str) -> None:
    """Weak, strong, empty, unquoted: the server's own bytes are what it compares with."""
    http_server.document("/feed", RSS, etag=etag)
    first = await ask(http_server.url("/feed"))
    assert (await ask(http_server.url("/feed"), first.validators)).document is None


async def test_what_a_proxy_changed_is_a_document(http_server: HttpServer) -> None:
    """203 is a 200 that a proxy has touched; 206, which nobody asked for, is a part of one and is refused."""
    http_server.answer("/feed", 203, body=RSS)
    fetched = await ask(http_server.url("/feed"))
    assert fetched.document is not None
    assert fetched.document.body == RSS
    http_server.answer("/feed", 206, body=RSS[:20], headers={"Content-Range": f"bytes 0-19/{len(RSS)}"})
    assert (await refused(http_server.url("/feed"))).status == 206


# Refusals


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 429, 451, 500, 502, 503])
async def test_refusals_carry_their_status(http_server: HttpServer, status: int) -> None:
    """Any other status is an error with the status in it, and with the server's wish to be left alone."""
    http_server.answer("/feed", status, headers={"Retry-After": "120"})
    error = await refused(http_server.url("/feed"))
    assert (error.status, error.retry_after) == (status, 120)
    assert str(status) in str(error)


async def test_nobody_listens() -> None:
    """A closed port is said to be one."""
    async with HttpServer() as server:
        url = server.url("/feed")
    assert "cannot be reached (connection refused)" in str(await refused(url))


async def test_no_such_host() -> None:
    """A name that nobody knows is said to be unknown."""
    async with fetching(names={"a.example": "127.0.0.1"}) as fetcher:
        with pytest.raises(FetchError, match="host name cannot be found"):
            await fetcher.fetch(Feed(id="f", url="http://b.example/"), "http://b.example/", NOTHING)


@pytest.mark.parametrize("framing", ["length", "end of connection"])
@pytest.mark.parametrize(
    ("encoding", "squeeze"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("zstd", zstd_compress)],
)
async def test_a_compressed_body_that_ends_in_the_middle(
    http_server: HttpServer, encoding: str, squeeze: Callable[[bytes], bytes], framing: str
) -> None:
    """Half a stream is not a document, even where HTTP says that all of it came: its ETag would hide the other half."""
    half = squeeze(RSS * 50)[:-9]

    async def speak(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        length = b"Content-Length: %d\r\n" % len(half) if framing == "length" else b""
        named = b'ETag: "1"\r\nConnection: close\r\nContent-Encoding: ' + encoding.encode() + b"\r\n"
        writer.write(b"HTTP/1.1 200 OK\r\n" + named + length + b"\r\n" + half)
        await writer.drain()
        return None

    http_server.routes["/feed"] = speak
    assert "ends in the middle" in str(await refused(http_server.url("/feed")))


@pytest.mark.parametrize("cut", [0, 10])
async def test_an_answer_that_breaks_off(http_server: HttpServer, cut: int) -> None:
    """Half a body is not a document."""
    http_server.answer("/feed", body=RSS, cut=cut)
    assert "broke off" in str(await refused(http_server.url("/feed")))


async def test_a_server_that_hangs_up(http_server: HttpServer) -> None:
    """A connection closed without a word is an error."""

    async def hang_up(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        return None

    http_server.routes["/feed"] = hang_up
    assert "hung up" in str(await refused(http_server.url("/feed")))


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
    ],
)
async def test_no_proper_http(http_server: HttpServer, raw: bytes) -> None:
    """Whatever a server says instead of HTTP is a FetchError, never anything else."""

    async def speak(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        writer.write(raw)
        await writer.drain()
        return None

    http_server.routes["/feed"] = speak
    assert str(await refused(http_server.url("/feed"))).isprintable()


async def test_compression_that_nobody_offered(http_server: HttpServer) -> None:
    """A body in an unknown encoding comes as it is; the parser says that it is not a feed."""
    http_server.answer("/feed", body=b"\x00\x01", headers={"Content-Encoding": "compress"})
    fetched = await ask(http_server.url("/feed"))
    assert fetched.document is not None
    assert fetched.document.body == b"\x00\x01"


# Forgiven


def speak(server: HttpServer, raw: bytes) -> None:
    """Answer with these very bytes, and hang up."""

    async def route(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        writer.write(raw)
        await writer.drain()
        return None

    server.routes["/feed"] = route


LENGTH = b"Content-Length: %d\r\n" % len(RSS)


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Security-Policy: " + b"default-src https://cdn.example; " * 1_500 + b"\r\n",
        b"Set-Cookie: " + b"a" * 60_000 + b"\r\n",
        b"".join(b"X-%d: y\r\n" % n for n in range(250)),
        LENGTH,
        b"Content-Length: %d, %d\r\n" % (len(RSS), len(RSS)),
        b"no colon at all\r\n",
        b"A Name: with a space\r\n",
        b"Spaced : before the colon\r\n",
        b"Pragma: no-cache\r\r\n",
        b"X: a\r\n folded line\r\n",
        b": no name\r\n",
        b"X: \x00\x01\x7f\r\n",
        b"X: bare\rreturn\r\n",
        b"\xd6: y\r\n",
        b"Only: a line feed\n",
        b"HTTP/1.1 200 OK\r\n",
    ],
)
async def test_a_head_is_forgiven_what_the_standard_lets_a_client_forgive(
    http_server: HttpServer, lines: bytes
) -> None:
    """Long heads, lengths said twice, lines that are not fields: the document is read, as a browser reads it."""
    speak(http_server, b"HTTP/1.1 200 OK\r\n" + lines + LENGTH + b"Connection: close\r\n\r\n" + RSS)
    fetched = await ask(http_server.url("/feed"))
    assert fetched.document is not None
    assert fetched.document.body == RSS


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b"X: " + b"y" * 66_000 + b"\r\n", "a head of more than 64 kb"),
        (b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1_000) for n in range(80)), "a head of more than 64 kb"),
        (b"".join(b"X-%d: y\r\n" % n for n in range(300)), "too many headers"),
        (b"Content-Length: 7\r\n", "content-length"),
    ],
)
async def test_forgiving_has_an_end(http_server: HttpServer, lines: bytes, said: str) -> None:
    """Heads beyond 64 kB or 256 fields, and lengths that contradict each other, are refused in so many words."""
    speak(http_server, b"HTTP/1.1 200 OK\r\n" + lines + LENGTH + b"Connection: close\r\n\r\n" + RSS)
    assert said in str(await refused(http_server.url("/feed"))).lower()


async def test_a_head_in_pieces(http_server: HttpServer) -> None:
    """A head is mended however it is cut, and after an interim answer too."""
    raw = b"HTTP/1.1 103 Early\r\nno colon\r\n\r\nHTTP/1.1 200 OK\r\nno colon\r\n" + LENGTH + b"\r\n" + RSS

    async def drip(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        for at in range(len(raw)):
            writer.write(raw[at : at + 1])
            await writer.drain()
        return None

    http_server.routes["/feed"] = drip
    assert (await ask(http_server.url("/feed"))).document is not None


# Redirects


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/signed/foo%27bar%28x%29.xml?X-Cred=a%2Fb%2Fc&sig=q%2BPP%3D", None),
        ("/a%2Fb/c%7Ed?x=%61&y=a+b&z=%", None),
        ("/a?q=1&&=&b", None),
        ("/a b?c d", "/a%20b?c%20d"),
        ("/\u0627\u062e\u0628\u0627\u0631?\u00fc", "/%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1?%C3%BC"),
        ('/{a}|"b"', "/%7Ba%7D%7C%22b%22"),
    ],
)
async def test_addresses_are_asked_as_they_are_written(
    http_server: HttpServer, written: str, asked: str | None
) -> None:
    """No letter of an address is encoded or decoded that need not be, in `url` as in a redirect: it may be signed."""
    http_server.document(asked or written, RSS)
    location = written.encode().decode("latin-1")
    http_server.answer("/to", 301, headers={"Location": location})
    assert (await ask(http_server.url(written))).document is not None
    fetched = await ask(http_server.url("/to"))
    assert fetched.moved_to == http_server.url(asked or written)
    assert (await ask(fetched.moved_to)).document is not None


async def test_a_redirect_in_another_encoding(http_server: HttpServer) -> None:
    """Bytes of a Location that are no UTF-8 are asked as the bytes that they are."""
    http_server.document("/caf%E9", RSS)
    http_server.answer("/to", 302, headers={"Location": "/caf\xe9"})
    assert (await ask(http_server.url("/to"))).document is not None


async def test_a_temporary_redirect_is_followed_and_forgotten(http_server: HttpServer) -> None:
    """302, 303 and 307 lead to the document, whose address is the base of relative links; nothing is remembered."""
    http_server.document("/c", RSS)
    for status in (302, 303, 307):
        http_server.redirect("/a", "/c", status)
        fetched = await ask(http_server.url("/a"))
        assert fetched.document is not None
        assert fetched.document.url == http_server.url("/c")
        assert fetched.moved_to is None


async def test_a_permanent_redirect_is_reported(http_server: HttpServer) -> None:
    """301 and 308 say where the feed lives now, as far as all hops before were permanent too."""
    http_server.document("/d", RSS)
    http_server.redirect("/a", "/b", 301)
    http_server.redirect("/b", "c", 308)
    http_server.redirect("/c", "/d#top", 302)
    fetched = await ask(http_server.url("/a"))
    assert fetched.moved_to == http_server.url("/c")
    assert fetched.document is not None
    assert fetched.document.url == http_server.url("/d")


async def test_a_redirected_304_counts_as_the_feed(http_server: HttpServer) -> None:
    """Validators go along every hop."""
    http_server.document("/b", RSS, etag='"1"')
    http_server.redirect("/a", "/b", 301)
    fetched = await ask(http_server.url("/a"), Validators(etag='"1"'))
    assert fetched.document is None
    assert fetched.moved_to == http_server.url("/b")


async def test_redirects_end(http_server: HttpServer) -> None:
    """Five redirects are followed, a sixth is an error."""
    http_server.document("/0", RSS)
    for hop in range(1, 7):
        http_server.redirect(f"/{hop}", f"/{hop - 1}")
    assert (await ask(http_server.url("/5"))).document is not None
    assert "redirects more than 5 times" in str(await refused(http_server.url("/6")))
    http_server.redirect("/loop", "/loop")
    await refused(http_server.url("/loop"))


async def test_a_redirect_to_nowhere(http_server: HttpServer) -> None:
    """A redirect without a target, or with one that is not an address, is an error."""
    http_server.answer("/a", 302)
    assert (await refused(http_server.url("/a"))).status == 302
    http_server.redirect("/b", "http://[:::/")
    with pytest.raises(FetchError):
        await ask(http_server.url("/b"))


# Who we are to them


def spoken(secret: Secret) -> str:
    """A secret from the environment variable of its name, as a file would hold it: with a line's end."""
    return f"secret of {secret.env}\n"


PASSWORD = Secret(env="PASSWORD")


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (FeedAuth(user="ana", password=PASSWORD), "authorization", "Basic YW5hOnNlY3JldCBvZiBQQVNTV09SRA=="),
        (FeedAuth(bearer=PASSWORD), "authorization", "Bearer secret of PASSWORD"),
        (FeedAuth(cookie=PASSWORD), "cookie", "secret of PASSWORD"),
    ],
)
async def test_authentication(http_server: HttpServer, auth: FeedAuth, header: str, value: str) -> None:
    """Basic, bearer and cookie authentication send the secret from outside the configuration."""
    http_server.document("/feed", RSS)
    feed = Feed(id="f", url=http_server.url("/feed"), private=True, auth=auth)
    async with fetching(spoken) as fetcher:
        await fetcher.fetch(feed, feed.url, NOTHING)
    assert http_server.requests[0].headers[header] == value


async def test_a_secret_goes_along_at_home(http_server: HttpServer) -> None:
    """A redirect within the feed's own origin takes the secret along."""
    http_server.document("/feed", RSS)
    http_server.redirect("/a", "/feed")
    feed = Feed(id="f", url=http_server.url("/a"), private=True, auth=FeedAuth(bearer=PASSWORD))
    async with fetching(spoken) as fetcher:
        await fetcher.fetch(feed, feed.url, NOTHING)
    assert ["authorization" in request.headers for request in http_server.requests] == [True, True]


async def test_a_login_that_is_not_spoken_is_named(http_server: HttpServer) -> None:
    """Where none of the logins that a server offers, in one header or in several, is one of ours, that is said."""
    lines = (b"Digest realm=x, nonce=y", b"%s")
    raw = b"HTTP/1.1 401 No\r\n" + b"".join(b"WWW-Authenticate: " + line + b"\r\n" for line in lines) + b"\r\n"
    speak(http_server, raw % b"NTLM")
    assert "a login by Digest" in str(await refused(http_server.url("/feed")))
    speak(http_server, raw % b"Basic realm=x")
    assert "set `auth`" in str(await refused(http_server.url("/feed")))


async def test_a_secret_that_cannot_be_had(http_server: HttpServer) -> None:
    """The reason is passed on, and nothing is asked."""

    def lost(secret: Secret) -> str:
        raise ConfigError(())

    feed = Feed(id="f", url=http_server.url("/feed"), private=True, auth=FeedAuth(bearer=PASSWORD))
    async with fetching(lost) as fetcher:
        with pytest.raises(ConfigError):
            await fetcher.fetch(feed, feed.url, NOTHING)
    assert http_server.requests == []


async def test_a_secret_cannot_add_a_header(http_server: HttpServer) -> None:
    """A secret with a line break in it is refused before a byte is sent."""
    feed = Feed(id="f", url=http_server.url("/feed"), private=True, auth=FeedAuth(bearer=PASSWORD))
    async with fetching(lambda _: "a\r\nX-Evil: 1") as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(feed, feed.url, NOTHING)
    assert http_server.requests == []


async def test_cookies_live_as_long_as_a_fetch(http_server: HttpServer) -> None:
    """A server that answers only who brings its cookie back gets it within one fetch; the next one knows of nothing."""

    async def wall(request: Request, writer: asyncio.StreamWriter) -> Answer:
        known = 'ok="a b"/%20' in request.headers.get("cookie", "")
        return Answer(body=RSS) if known else Answer(status=302, headers={"Location": "/check"})

    http_server.routes["/feed"] = wall
    http_server.answer("/check", 302, headers={"Location": "/feed", "Set-Cookie": 'ok="a b"/%20; Path=/'})
    feed = Feed(id="f", url=http_server.url("/feed"), private=True)
    async with fetching() as fetcher:
        for _ in range(2):
            await fetcher.fetch(feed, feed.url, NOTHING)
    assert [request.path for request in http_server.requests] == ["/feed", "/check", "/feed"] * 2
    assert "cookie" not in http_server.requests[3].headers


# Turns and connections


async def test_one_host_is_asked_by_one_at_a_time(http_server: HttpServer) -> None:
    """A host with many feeds answers one request at a time, over one connection that is kept."""
    feeds = []
    for i in range(5):
        http_server.answer(f"/{i}", body=RSS, delay=0.01)
        feeds.append(Feed(id=f"{i}", url=http_server.url(f"/{i}"), private=True))
    async with fetching() as fetcher:
        await asyncio.gather(*(fetcher.fetch(feed, feed.url, NOTHING) for feed in feeds))
    assert http_server.most_active == 1
    assert {request.connection for request in http_server.requests} == {1}


async def test_the_connection_to_a_single_feed_is_not_kept(http_server: HttpServer) -> None:
    """A host that only one feed lives at gets its connection closed after every answer."""
    http_server.document("/feed", RSS)
    feed = Feed(id="f", url=http_server.url("/feed"), private=True)
    async with fetching() as fetcher:
        for _ in range(2):
            await fetcher.fetch(feed, feed.url, NOTHING)
    assert [request.headers.get("connection") for request in http_server.requests] == ["close", "close"]
    assert [request.connection for request in http_server.requests] == [1, 2]


async def test_hosts_are_asked_side_by_side() -> None:
    """Different hosts do not wait for each other."""
    async with HttpServer("0.0.0.0") as server:
        server.answer("/feed", body=RSS, delay=0.2)
        urls = [server.url("/feed", host=f"127.0.0.{i}") for i in range(1, 21)]
        async with fetching() as fetcher:
            await asyncio.gather(*(fetcher.fetch(Feed(id=url, url=url, private=True), url, NOTHING) for url in urls))
        assert server.most_active == 20


async def test_all_together_are_bounded() -> None:
    """No more requests than the limit are under way at once."""
    async with HttpServer("0.0.0.0") as server:
        server.answer("/feed", body=RSS, delay=0.02)
        urls = [server.url("/feed", host=f"127.0.0.{i}") for i in range(1, 21)]
        async with fetching(limits=replace(LIMITS, total=4)) as fetcher:
            await asyncio.gather(*(fetcher.fetch(Feed(id=url, url=url, private=True), url, NOTHING) for url in urls))
        assert server.most_active == 4


# TLS


@pytest.fixture
async def tls_server() -> AsyncIterator[tuple[HttpServer, trustme.CA]]:
    """A https server, and who signed its certificate."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "secure.example").configure_cert(context)
    async with HttpServer(tls=context) as server:
        server.document("/feed", RSS)
        yield server, ca


async def test_a_trusted_certificate(
    tls_server: tuple[HttpServer, trustme.CA], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https works with the system's authorities, and with those that SSL_CERT_FILE names."""
    server, ca = tls_server
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert (await ask(server.url("/feed"))).document is not None


async def test_an_unknown_signer_is_refused(tls_server: tuple[HttpServer, trustme.CA]) -> None:
    """A certificate that nobody trusted has signed ends the fetch before a request is made."""
    server, _ = tls_server
    error = str(await refused(server.url("/feed")))
    assert "certificate cannot be trusted (unable to get local issuer certificate)" in error
    assert "SSL_CERT_FILE" in error
    assert server.requests == []


async def test_another_hosts_certificate_is_refused(
    tls_server: tuple[HttpServer, trustme.CA], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good certificate for another name is no good."""
    server, ca = tls_server
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    url = server.url("/feed", host="other.example")
    async with fetching(names={"other.example": "127.0.0.1"}) as fetcher:
        with pytest.raises(FetchError, match="certificate cannot be trusted"):
            await fetcher.fetch(Feed(id="f", url=url, private=True), url, NOTHING)

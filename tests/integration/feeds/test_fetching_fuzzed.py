"""Whatever bytes a server sends, in whatever pieces: a document, or a named error, before the deadline is long over."""

import asyncio
import gzip
import zlib
from dataclasses import dataclass

import brotli  # type: ignore[import-untyped]
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.feeds.fetch.http import HttpFetcher, Limits
from digest.model import Feed
from digest.ports import Fetched, Validators
from digest.settings.core.shape import DigestSettings
from tests.bombs import zstd_compress
from tests.servers.http import Answer, HttpServer, Request

#: Seconds that a fetch may take here; and after which it counts as hanging.
PATIENCE, HANGS = 0.15, 5.0
RSS = b"<rss version='2.0'><channel><title>News</title></channel></rss>"

BODIES = (
    RSS,
    gzip.compress(RSS),
    zlib.compress(RSS),
    brotli.compress(RSS),
    zstd_compress(RSS),
    b"",
    b"5\r\nhello\r\n0\r\n\r\n",
)
STATUS = (b"HTTP/1.1 200 OK", b"HTTP/1.1 304 Not Modified", b"HTTP/1.1 302 Found", b"HTTP/1.1 301 Moved",
          b"HTTP/1.1 100 Continue", b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 429 Slow", b"HTTP/1.1 204 None",
          b"HTTP/1.0 200", b"HTTP/2 200", b"HTTP/1.1 999 ", b"HTTP/1.1 -1 x", b"ICY 200 OK", b"", b"\0")  # fmt: skip
NAMES = (b"Content-Length", b"Content-Encoding", b"Transfer-Encoding", b"Location", b"ETag", b"Last-Modified", b"Age",
         b"Retry-After", b"Cache-Control", b"Expires", b"Date", b"Content-Type", b"Connection", b"Set-Cookie",
         b"Upgrade", b"Content-Language", b"Trailer", b"X Y", b"\xff", b"")  # fmt: skip
VALUES = (b"0", b"5", b"64", b"-1", b"99999999999999999999", b"gzip", b"br", b"zstd", b"deflate", b"gzip, gzip",
          b"chunked", b"identity", b"/", b"/again", b"//[", b"http://[::1", b"http://\xff/", b"file:///etc/passwd",
          b"mailto:x@y.z", b"http://127.0.0.1:1/", b"//a@b:99999/", b"?" + b"x" * 9000, b"close", b"keep-alive",
          b"upgrade", b"Sun, 22 Nov 2026 12:00:00 GMT", b"Mon, 99 Xxx 0000 99:99:99 +9999", b"max-age=1e9",
          b"text/xml; charset=\0", b"\xe2\x80\xae", b"\r", b"a\r\n b")  # fmt: skip


@dataclass(frozen=True)
class Speech:
    """What a server says, and whether it hangs up after it."""

    pieces: tuple[bytes, ...]
    hangs_up: bool


@st.composite
def speeches(draw: st.DrawFn) -> Speech:
    """Answers that are nearly HTTP, damaged, and cut into pieces."""
    heads = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | st.binary(max_size=12))
    text = b""
    for _ in range(draw(st.integers(1, 3))):
        lines = [draw(st.sampled_from(STATUS)), *(n + b": " + v for n, v in draw(st.lists(heads, max_size=5)))]
        text += b"\r\n".join(lines) + b"\r\n\r\n" + draw(st.sampled_from(BODIES) | st.binary(max_size=40))
    damaged = bytearray(text)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(damaged)))
        damaged[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    cut = draw(st.integers(0, len(damaged)))
    return Speech((bytes(damaged[:cut]), bytes(damaged[cut:])), draw(st.booleans()))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(speech=speeches(), conditional=st.booleans())
@example(
    speech=Speech((b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(RSS)[:30]), True),
    conditional=True,
)
@example(speech=Speech((b"HTTP/1.1 304 x\r\n\r\n", b"a body"), True), conditional=True)
@example(speech=Speech((b"HTTP/1.1 302 x\r\nLocation: //[\r\n\r\n",), False), conditional=False)
async def test_any_answer_is_a_document_or_a_named_error(speech: Speech, conditional: bool) -> None:
    """No bytes make a fetch end in another way, or hang beyond its deadline; errors fit on a line and name the feed."""

    async def speak(request: Request, writer: asyncio.StreamWriter) -> Answer | None:
        for piece in speech.pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if not speech.hangs_up:
            await asyncio.sleep(HANGS)
        return None

    sent = Validators(etag='"1"') if conditional else Validators()
    async with HttpServer() as server:
        server.routes["/feed"] = server.routes["/"] = server.routes["/again"] = speak
        feed = Feed(id="f", url=server.url("/feed"), private=True)
        async with HttpFetcher(DigestSettings(), secrets=lambda _: "", limits=Limits(transfer=PATIENCE)) as fetcher:
            async with asyncio.timeout(HANGS):
                outcome = await outcome_of(fetcher, feed, sent)
    if isinstance(outcome, FetchError):
        assert "http" in str(outcome)
        assert str(outcome).isprintable()
    elif outcome.document:
        (outcome.document.content_type + (outcome.validators.etag or "")).encode("ascii")


async def outcome_of(fetcher: HttpFetcher, feed: Feed, sent: Validators) -> Fetched | FetchError:
    """What a fetch comes to; anything else is raised."""
    try:
        return await fetcher.fetch(feed, feed.url, sent)
    except FetchError as exc:
        return exc

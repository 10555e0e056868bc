"""Compression, named by a header or not."""

import gzip
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError, TooLarge
from digest.feeds.decode.decompress import unwrapped
from tests.bombs import zstd_compress

URL = "https://a.example/feed.xml.gz"


def test_a_gz_file_and_a_doubled_gzip_are_unwrapped() -> None:
    """One or two layers of gzip that no header named are taken off."""
    assert unwrapped(gzip.compress(b"<rss/>"), 100, URL) == b"<rss/>"
    assert unwrapped(gzip.compress(gzip.compress(b"<rss/>")), 100, URL) == b"<rss/>"


def test_the_limit_holds_inside() -> None:
    """A bomb is refused, having been unpacked no further than the limit."""
    with pytest.raises(TooLarge, match="larger than"):
        unwrapped(gzip.compress(bytes(50 << 20)), 1 << 20, URL)


def test_members_are_read_one_after_the_other() -> None:
    """A file of several members is all of them, and the limit is for all together."""
    assert unwrapped(gzip.compress(b"<rss>") + gzip.compress(b"</rss>"), 100, URL) == b"<rss></rss>"
    with pytest.raises(TooLarge):
        unwrapped(gzip.compress(bytes(60)) * 2, 100, URL)


def test_broken_gzip_is_said_to_be() -> None:
    """Data that only begins like gzip is an error that names the address."""
    with pytest.raises(FetchError, match="broken, or ends in the middle"):
        unwrapped(b"\x1f\x8bnonsense", 100, URL)


def _bare(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


SQUEEZED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate ": _bare,
    "br": brotli.compress,
    "zstd": zstd_compress,
    "identity, GZIP": gzip.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "utf-8": bytes,
}


@pytest.mark.parametrize("encodings", SQUEEZED)
@given(data=st.binary(max_size=500))
def test_what_was_squeezed_comes_back(encodings: str, data: bytes) -> None:
    """Every encoding that is offered, in any spelling, one inside another, is undone; others are left alone."""
    assert unwrapped(SQUEEZED[encodings](b"<" + data), 1000, URL, encodings) == b"<" + data


@pytest.mark.parametrize("encodings", ["gzip", "deflate", "Deflate ", "br", "zstd"])
@given(data=st.binary(min_size=50, max_size=500), part=st.floats(0.01, 0.99))
def test_half_a_stream_is_no_document(encodings: str, data: bytes, part: float) -> None:
    """Compressed data that ends in the middle is an error, wherever it ends: its validators must not be kept."""
    whole = SQUEEZED[encodings](data)
    with pytest.raises(FetchError, match="ends in the middle"):
        unwrapped(whole[: max(1, int(len(whole) * part))], 1000, URL, encodings)


@pytest.mark.parametrize("encodings", ["gzip", "deflate", "br", "zstd"])
@given(body=st.binary(max_size=200))
def test_any_bytes_under_any_name(encodings: str, body: bytes) -> None:
    """Whatever is called compressed unpacks within the limit or is a FetchError."""
    try:
        assert len(unwrapped(body, 1000, URL, encodings)) <= 1000
    except FetchError:
        pass


def test_what_follows_the_last_member_is_left() -> None:
    """Padding after a gzip stream, which some servers add, costs no document."""
    assert unwrapped(gzip.compress(b"<rss/>") + bytes(20) + b"x", 100, URL, "gzip") == b"<rss/>"


def test_more_layers_and_members_than_any_honest_server_makes_are_refused() -> None:
    """A third layer and a hundredth member are an attack."""
    with pytest.raises(FetchError):
        unwrapped(gzip.compress(b"x"), 100, URL, "gzip, gzip, gzip")
    with pytest.raises(FetchError):
        unwrapped(gzip.compress(b"") * 10_000, 100, URL, "gzip")


def test_a_zstd_frame_that_wants_a_large_window_is_refused() -> None:
    """A frame header of a few bytes that asks for 2 GB of memory gets none (RFC 9659)."""
    huge = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(31 - 10) << 3]) + b"\x01\x00\x00"
    with pytest.raises(FetchError):
        unwrapped(huge, 100, URL, "zstd")


@given(st.binary(max_size=200))
def test_any_bytes_under_no_name(body: bytes) -> None:
    """What does not begin like gzip comes back as it is; nothing else than FetchError is raised."""
    try:
        plain = unwrapped(body, 1000, URL)
    except FetchError:
        assert body.startswith(b"\x1f\x8b")
    else:
        assert plain == body or body.startswith(b"\x1f\x8b")

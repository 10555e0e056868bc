"""Compression that no header told of."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError, TooLarge
from digest.feeds.wrapping import unwrapped

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
    with pytest.raises(FetchError, match="cannot be read"):
        unwrapped(b"\x1f\x8bnonsense", 100, URL)


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    """What does not begin like gzip comes back as it is; nothing else than FetchError is raised."""
    try:
        plain = unwrapped(body, 1000, URL)
    except FetchError:
        assert body.startswith(b"\x1f\x8b")
    else:
        assert plain == body or body.startswith(b"\x1f\x8b")

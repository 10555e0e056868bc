"""Heads of answers, mended."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.feeds.fetch.header_repair import end_of, is_interim, may_begin, mended

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("head", "meant"),
    [
        (b"A: 1\r\nB: 2\r\n", b"A: 1\r\nB: 2\r\n"),
        (b"A:1\nB:  2\t\n", b"A: 1\r\nB: 2\r\n"),
        (b"A:1\r\nB:  2\t\r\n", b"A:1\r\nB:  2\t\r\n"),
        (b"A: 1\r\r\n", b"A: 1\r\n"),
        (b"A : 1\r\n", b"A: 1\r\n"),
        (b"A: 1\r\n  2\r\n\t3\r\nB: 4\r\n", b"A: 1 2 3\r\nB: 4\r\n"),
        (b"nothing\r\n folded\r\nA: 1\r\n", b"A: 1\r\n"),
        (b"A b: 1\r\n: 2\r\n", b""),
        (b"A: 1\r2\x003\r\n", b"A: 1 2 3\r\n"),
        (b"Content-Length: 5\r\ncontent-length: 5\r\n", b"Content-Length: 5\r\n"),
        (b"Content-Length: 5, 5\r\nA: 1\r\nContent-Length: 5\r\n", b"Content-Length: 5\r\nA: 1\r\n"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: 5\r\nContent-Length: 6\r\n"),
        (b"Content-Length: 5, 6\r\n", b"Content-Length: 5, 6\r\n"),
        (b"Set-Cookie: a\r\nSet-Cookie: a\r\n", b"Set-Cookie: a\r\nSet-Cookie: a\r\n"),
    ],
)
def test_mended(head: bytes, meant: bytes) -> None:
    """What a client may forgive is forgiven, what contradicts itself is left to be refused."""
    assert mended(OK + head + b"\r\n") == OK + meant + b"\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"\r" * 60_000,
        b"\n".join(b"Content-Length: %d" % n for n in range(3_000)),
        b"\n ".join([b"X: y"] * 10_000),
        b"!" * 60_000 + b":",
        b" \t" * 30_000 + b":",
    ],
)
def test_the_worst_heads_take_no_time(head: bytes) -> None:
    """Each byte of a head is looked at a few times, whatever stands in it: these take a second where it is not so."""
    for _ in range(20):
        mended(OK + head + b"\r\n\r\n")


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\n\r\n", b"\r\n\n", b"\r\r\n\r\r\n"])
def test_where_a_head_ends(end: bytes) -> None:
    """A head ends with its empty line, however it is cut into pieces."""
    whole = b"HTTP/1.1 200 OK\r\nA: 1" + end
    for cut in range(len(whole)):
        assert end_of(whole[:cut], 0) == -1
        assert end_of(whole + b"<rss", cut) == len(whole)


@given(st.binary(max_size=200))
@example(b"HTTP")
@example(b"A: 1\r\n\r\n")
def test_mending_twice_changes_nothing(head: bytes) -> None:
    """A mended head is whole, is not mended again, and is never a much longer one."""
    once = mended(OK + head.replace(b"\n\n", b"").replace(b"\n\r", b""))
    assert mended(once) == once
    assert end_of(once, 0) == len(once)
    assert len(once) <= len(OK) + 2 * len(head) + 4


@pytest.mark.parametrize(
    ("data", "may"), [(b"", True), (b"HT", True), (b"HTTP/1.1 200", True), (b"<rss", False), (b"ICY 200 OK", False)]
)
def test_what_may_be_a_head(data: bytes, may: bool) -> None:
    """Only what begins as a head is held back."""
    assert may_begin(data) is may


@pytest.mark.parametrize(
    ("status", "interim"),
    [
        (b"1.1 103 Early", True),
        (b"1.0 100 ", True),
        (b"1.1 101 Up", False),
        (b"1.1 1000 x", False),
        (b"1.1 200", False),
    ],
)
def test_only_an_interim_answer_has_another_one_behind_it(status: bytes, interim: bool) -> None:
    """100 and 103 are not the answer yet; 101 ends HTTP."""
    assert is_interim(b"HTTP/" + status + b"\r\n\r\n") is interim

"""Receipt files: everything that was written whole is read back, and nothing that was not."""

import zlib
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from digest.delivery.receipts import answer_line, begun_line, boot_line, read
from digest.delivery.transitions import Offer, Settlement
from digest.model import DeliveryState

ids = st.text(alphabet="0123456789abcdef", min_size=16, max_size=16)
settlements = st.builds(
    Settlement,
    id=ids,
    fence=st.integers(min_value=0, max_value=10**6),
    state=st.sampled_from(DeliveryState),
    code=st.none() | st.integers(min_value=200, max_value=599),
    text=st.text(max_size=80).map(lambda text: " ".join(text.encode("utf-8", "replace").decode().split())),
    next_try=st.none() | st.just(datetime(2026, 3, 2, 7, 30, tzinfo=UTC)),
    tried=st.booleans(),
)


@given(st.lists(settlements, max_size=5), st.lists(ids, max_size=5))
def test_what_was_written_is_read_back(answers: list[Settlement], begun: list[str]) -> None:
    """Boot, bodies begun and answers, in any number."""
    lines = boot_line("boot-1") + b"".join(
        [begun_line(Offer(id=one, fence=3, message_id="<x@y>")) for one in begun]
        + [answer_line(one) for one in answers]
    )
    found = read(lines)
    assert found.boot == "boot-1"
    assert found.begun == {(one, 3) for one in begun}
    assert list(found.answers) == answers


@given(st.lists(settlements, min_size=1, max_size=4), st.integers(min_value=0, max_value=400))
def test_a_file_cut_anywhere_loses_at_most_the_line_that_was_cut(answers: list[Settlement], cut: int) -> None:
    """A kill in the middle of a write makes no answer up and no other line unreadable."""
    lines = b"".join(answer_line(one) for one in answers)
    whole = lines[:cut].count(b"\n")
    assert list(read(lines[:cut]).answers) == answers[: max(whole, 0)] or lines[:cut] + b"\n" in lines + b"\n"


@given(st.binary(max_size=300))
@example(b"\xff\xfe\tanswer")
@example(b"00000000\t")
def test_any_bytes_are_read_without_a_claim(noise: bytes) -> None:
    """A damaged file proves nothing and breaks nothing."""
    found = read(noise)
    assert found.answers == ()
    assert found.begun == frozenset()


def test_a_body_that_an_earlier_version_noted_is_read() -> None:
    """It wrote a third field: where the message stood on its connection."""
    noted = b"begun\ta\t3\t1 20 300"
    assert read(b"%08x\t%b\n" % (zlib.crc32(noted), noted)).begun == {("a", 3)}


def test_a_long_reply_is_cut_and_a_short_one_kept() -> None:
    """A server may send kilobytes; 500 characters are enough to know what it meant."""
    kept = [Settlement(id="a", fence=1, state=DeliveryState.FAILED, text="x" * length) for length in (500, 501)]
    assert [len(answer.text) for answer in read(b"".join(map(answer_line, kept))).answers] == [500, 500]

"""Receipt files: everything that was written whole is read back, and nothing that was not."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from digest.model import DeliveryState
from digest.storage.marks import Offer, Settlement
from digest.storage.receipts import answer_line, begun_line, boot_line, read

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
        [begun_line(Offer(id=one, fence=3, message_id="<x@y>", trace="1 20 300")) for one in begun]
        + [answer_line(one) for one in answers]
    )
    found = read(lines)
    assert found.boot == "boot-1"
    assert found.begun == {(one, 3): "1 20 300" for one in begun}
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
    assert found.begun == {}

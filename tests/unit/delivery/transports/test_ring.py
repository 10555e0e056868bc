"""The ring that a connection is read into, and the traces that point into it."""

from hypothesis import given
from hypothesis import strategies as st

from digest.mail.ring import SIZE, Ring, shared_memory
from digest.mail.trace import Trace


def fill(ring: Ring, at: int, data: bytes) -> int:
    """Read `data` into the ring as a connection does, as much at a time as there is room for; the count after it."""
    while data:
        room = ring.room(at)
        taken = data[: len(room)]
        room[: len(taken)] = taken
        at, data = at + len(taken), data[len(taken) :]
    return at


@given(st.integers(0, 3 * SIZE), st.lists(st.integers(1, SIZE), max_size=6), st.integers(0, SIZE))
def test_the_last_bytes_are_there_wherever_they_fall(start: int, sizes: list[int], back: int) -> None:
    """Whatever was read and however it was split, the last bytes, up to the ring's size, read as they came."""
    ring, at, all_of_it = Ring(), start, b""
    for number, size in enumerate(sizes):
        piece = bytes([number + 1]) * size
        at = fill(ring, at, piece)
        all_of_it += piece
    back = min(back, len(all_of_it))
    assert ring.between(at - back, at) == all_of_it[len(all_of_it) - back :]


def test_what_was_written_over_is_not_made_up() -> None:
    """Bytes that are gone, and a range that ends before it begins, are None."""
    ring = Ring()
    at = fill(ring, 7, b"x" * (SIZE + 1))
    assert ring.between(7, at) is None
    assert ring.between(at, 7) is None
    assert ring.between(8, at) == b"x" * SIZE


def test_another_mapping_of_the_same_memory_sees_the_bytes() -> None:
    """What one process reads is there for whoever has the memory too."""
    memory = shared_memory()
    assert memory is not None
    fill(Ring(memory), SIZE - 2, b"250 ok")
    assert Ring(memory).between(SIZE - 2, SIZE + 4) == b"250 ok"


@given(st.builds(Trace, st.integers(1), st.integers(0), st.integers(0)))
def test_a_trace_is_read_as_it_was_noted(trace: Trace) -> None:
    """Through its text and back."""
    assert Trace.parse(str(trace)) == trace


@given(st.text(st.characters(exclude_categories=["Nd"])))
def test_what_is_no_trace_is_none(noted: str) -> None:
    """No trace was noted, or something else: nothing follows from it."""
    assert Trace.parse(noted) is None

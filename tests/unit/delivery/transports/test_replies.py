"""Replies: read however they are cut, and judged for what they mean to a message."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.delivery.transports.replies import (
    REPLY_LIMIT,
    OutOfStep,
    Reply,
    ReplyReader,
    judge_envelope,
    outcome_of,
    refused_address,
)
from digest.ports import Verdict

OK, GO = Reply(250, "2.1.0 ok"), Reply(354, "go on")

codes = st.integers(min_value=200, max_value=599)
words = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@given(
    st.lists(st.tuples(codes, st.lists(words, min_size=1, max_size=4)), min_size=1, max_size=5),
    st.lists(st.integers(min_value=1, max_value=30), max_size=60),
)
def test_replies_come_out_as_they_went_in_however_they_are_cut(
    sent: list[tuple[int, list[str]]], cuts: list[int]
) -> None:
    """Any split of any replies gives the same replies."""
    wire = b"".join(
        "".join(
            f"{code}{'-' if number < len(lines) - 1 else ' '}{line}\r\n" for number, line in enumerate(lines)
        ).encode()
        for code, lines in sent
    )
    reader = ReplyReader()
    found: list[Reply] = []
    for cut in cuts:
        found += reader.feed(wire[:cut])
        wire = wire[cut:]
    found += reader.feed(wire)
    assert [reply.code for reply in found] == [code for code, _ in sent]
    assert [reply.text for reply in found] == [" ".join(line.strip() for line in lines) for _, lines in sent]
    assert not reader.amid


@given(st.binary(max_size=200))
@example(b"250")
@example(b"\r\n")
@example(b"250 \xff\xfe\r\n")
def test_any_bytes_give_replies_or_out_of_step_and_nothing_else(data: bytes) -> None:
    """No server can make the reader fail in another way; texts are printable."""
    reader = ReplyReader()
    try:
        replies = reader.feed(data)
    except OutOfStep:
        return
    assert all(200 <= reply.code <= 599 and reply.text.isprintable() for reply in replies)


def test_a_reply_without_end_is_cut_off() -> None:
    """Neither one endless line nor endless lines are kept in memory."""
    with pytest.raises(OutOfStep):
        ReplyReader().feed(b"250-" + b"x" * REPLY_LIMIT)
    with pytest.raises(OutOfStep):
        ReplyReader().feed(b"250-more\r\n" * REPLY_LIMIT)


@pytest.mark.parametrize(
    ("code", "text", "suppresses"),
    [
        (550, "5.1.1 no such user", True),
        (553, "5.1.3 bad syntax", True),
        (556, "5.1.10 null MX", True),
        (550, "5.1.7 bad sender", False),
        (550, "5.1.8 sender's domain unknown", False),
        (550, "5.7.1 relay denied", False),
        (550, "5.2.2 mailbox full", False),
        (550, "no such user", False),
        (450, "4.1.1 not now", False),
    ],
)
def test_only_a_permanent_refusal_of_the_address_suppresses(code: int, text: str, *, suppresses: bool) -> None:
    """5.1.x at RCPT, but for those about the sender; nothing else."""
    assert refused_address(Reply(code, text)) is suppresses


@pytest.mark.parametrize(
    ("code", "text", "throttles"),
    [
        (421, "bye", True),
        (451, "4.7.1 greylisted", True),
        (450, "4.7.28 rate limit", True),
        (451, "4.3.0 disk", False),
        (550, "5.7.1 no", False),
    ],
)
def test_what_asks_us_to_slow_down(code: int, text: str, *, throttles: bool) -> None:
    """421 and 4.7.x do."""
    assert Reply(code, text).throttles is throttles


@pytest.mark.parametrize(
    ("replies", "verdict", "lane_over"),
    [
        ([OK, OK, GO], None, False),
        ([Reply(450, "4.2.0 no"), Reply(503, "no"), Reply(503, "no")], Verdict.DEFERRED, False),
        ([Reply(552, "5.3.4 big"), Reply(503, "no"), Reply(503, "no")], Verdict.REFUSED, False),
        ([OK, Reply(550, "5.1.1 no"), Reply(503, "no")], Verdict.NO_SUCH_ADDRESS, False),
        ([OK, Reply(451, "4.7.1 no"), Reply(503, "no")], Verdict.DEFERRED, False),
        ([OK, OK, Reply(452, "4.3.1 full")], Verdict.DEFERRED, False),
        ([OK, OK, Reply(554, "5.5.1 no")], Verdict.REFUSED, False),
        ([OK, OK, OK], Verdict.UNTRIED, True),
        ([GO, OK, GO], Verdict.UNTRIED, True),
        ([Reply(421, "bye")], Verdict.UNTRIED, True),
        ([OK, Reply(421, "bye")], Verdict.UNTRIED, True),
        ([OK], Verdict.UNTRIED, True),
        ([], Verdict.UNTRIED, True),
    ],
)
def test_the_envelope_is_judged(replies: list[Reply], verdict: Verdict | None, *, lane_over: bool) -> None:
    """What MAIL, RCPT and DATA were answered decides over the message and over the connection."""
    judged = judge_envelope(replies, broken="gone" if len(replies) < 3 else "")
    assert (judged.outcome.verdict if judged.outcome else None) is verdict
    assert judged.lane_over is lane_over


def test_a_refused_recipient_with_354_must_be_closed() -> None:
    """The server waits for a body: a lone dot is owed to it."""
    assert judge_envelope([OK, Reply(550, "5.1.1 no"), GO]).close_body


@pytest.mark.parametrize(
    ("code", "verdict"), [(250, Verdict.ACCEPTED), (451, Verdict.DEFERRED), (550, Verdict.REFUSED)]
)
def test_the_dot_is_judged(code: int, verdict: Verdict) -> None:
    """2yz, 4yz, 5yz; a refused message never suppresses."""
    assert outcome_of(Reply(code, "5.1.1 text")).verdict is verdict

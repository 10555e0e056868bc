"""SMTP replies: reading them from bytes, and what each means for a message (RFC 5321 4.2, RFC 3463). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.ports import Outcome, Verdict

#: A whole reply in a transaction is a line or a few; a server that sends more has lost its mind.
REPLY_LIMIT = 16 * 1024

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\r\n]*))?\r?\n")
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?= |$)")


class OutOfStep(Exception):
    """What came is not a reply, or none was asked for: nothing on this connection can be trusted any more."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer to one command."""

    code: int
    #: All lines, joined by spaces, printable.
    text: str

    @property
    def enhanced(self) -> tuple[int, int, int] | None:
        """The enhanced status code (RFC 3463) where the text begins with one."""
        found = _ENHANCED.match(self.text)
        return (int(found[1]), int(found[2]), int(found[3])) if found else None

    @property
    def kind(self) -> int:
        """The first digit: 2 done, 3 go on, 4 not now, 5 never."""
        return self.code // 100

    @property
    def throttles(self) -> bool:
        """Whether the server asks us to slow down: 421, or 4.7.x."""
        return self.code == 421 or (self.kind == 4 and (self.enhanced or (0, 0, 0))[1] == 7)


class ReplyReader:
    """Turns a connection's bytes into replies, however they are split."""

    def __init__(self) -> None:
        self._rest = b""
        self._code = b""
        self._lines: list[bytes] = []
        self._size = 0

    @property
    def amid(self) -> bool:
        """Whether part of a reply has come and the rest has not."""
        return bool(self._rest or self._lines)

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now. OutOfStep: garbage, or a reply without end."""
        data = self._rest + data
        replies: list[Reply] = []
        start = 0
        while line := _LINE.match(data, start):
            code, more, text = line.groups()
            start = line.end()
            if more != b"-" and not self._lines:
                replies.append(_of_one_line(code, text or b""))
                continue
            if self._lines and code != self._code:
                raise OutOfStep(f"a reply changes its code from {self._code.decode()} to {code.decode()}")
            self._lines.append(text or b"")
            if more != b"-":
                replies.append(Reply(int(code), _printable(self._lines)))
                self._lines, self._size = [], 0
                continue
            self._code = code
            self._size += len(text) + len("250-\r\n")
            if self._size > REPLY_LIMIT:
                raise OutOfStep(f"a reply of more than {REPLY_LIMIT} bytes")
        self._rest = data[start:]
        if b"\n" in self._rest:
            raise OutOfStep(f"this is no SMTP reply: {self._rest[:60]!r}")
        if len(self._rest) + self._size > REPLY_LIMIT:
            raise OutOfStep(f"a reply of more than {REPLY_LIMIT} bytes")
        return replies


@lru_cache(maxsize=64)
def _of_one_line(code: bytes, text: bytes) -> Reply:
    """Most replies, and a server says much the same to each message."""
    return Reply(int(code), _printable([text]))


def _printable(lines: Sequence[bytes]) -> str:
    text = " ".join([line.decode("utf-8", "replace").strip() for line in lines])
    return text if text.isprintable() else "".join(char if char.isprintable() else "?" for char in text)


#: 5.1.7 and 5.1.8 are about the sender's address.
_SENDER_SUBJECTS = {7, 8}


def refused_address(reply: Reply) -> bool:
    """Whether a reply to RCPT says that the recipient's address is wrong for good (5.1.x)."""
    status = reply.enhanced
    return reply.kind == 5 and status is not None and status[:2] == (5, 1) and status[2] not in _SENDER_SUBJECTS


def outcome_of(reply: Reply, *, at_rcpt: bool = False) -> Outcome:
    """What a 4yz or 5yz to MAIL, RCPT, DATA or the dot, or a 2yz to the dot, means for the message."""
    if reply.kind == 2:
        verdict = Verdict.ACCEPTED
    elif reply.kind == 4:
        verdict = Verdict.DEFERRED
    elif at_rcpt and refused_address(reply):
        verdict = Verdict.NO_SUCH_ADDRESS
    else:
        verdict = Verdict.REFUSED
    return Outcome(verdict=verdict, code=reply.code, text=reply.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeJudgement:
    """What the replies to MAIL, RCPT and DATA come to."""

    #: None: the body may be sent.
    outcome: Outcome | None
    #: The server waits for a body that it must not get: a lone dot ends that.
    close_body: bool = False
    #: The connection cannot be used any more.
    lane_over: bool = False
    #: The server has a limit of messages per connection, or wants us to slow down.
    busy: Reply | None = None


_WELCOME = EnvelopeJudgement(outcome=None)


def judge_envelope(replies: Sequence[Reply], *, broken: str = "") -> EnvelopeJudgement:
    """Judge the replies to MAIL, RCPT and DATA, in this order.

    Fewer than three: the rest was not asked for after a refusal, or the connection ended, for the reason `broken`.
    """
    if [reply.code for reply in replies] == [250, 250, 354]:
        return _WELCOME
    for reply in replies:
        if reply.code == 421:
            untried = Outcome(verdict=Verdict.UNTRIED, code=421, text=reply.text)
            return EnvelopeJudgement(outcome=untried, lane_over=True, busy=reply)
    waits_for_body = len(replies) == 3 and replies[2].code == 354
    for index, reply in enumerate(replies[:2]):
        if reply.kind in (4, 5):
            return EnvelopeJudgement(
                outcome=outcome_of(reply, at_rcpt=index == 1),
                close_body=waits_for_body,
                lane_over=bool(broken),
                busy=reply if reply.throttles else None,
            )
        if reply.kind != 2:
            return _out_of_step(f"{reply.code} in answer to {('MAIL', 'RCPT')[index]}")
    if len(replies) < 3:
        untried = Outcome(verdict=Verdict.UNTRIED, text=broken)
        return EnvelopeJudgement(outcome=untried, lane_over=True)
    if waits_for_body:
        return _WELCOME
    if replies[2].kind in (4, 5):
        busy = replies[2] if replies[2].throttles else None
        return EnvelopeJudgement(outcome=outcome_of(replies[2]), busy=busy)
    return _out_of_step(f"{replies[2].code} in answer to DATA")


def _out_of_step(text: str) -> EnvelopeJudgement:
    return EnvelopeJudgement(outcome=Outcome(verdict=Verdict.UNTRIED, text=text), lane_over=True)

"""A lane: mail transactions, one after the other, on one connection to a server (RFC 5321, pipelined by RFC 2920).

Where the server offers PIPELINING, a body leaves together with the next message's MAIL, RCPT and DATA, so that a
message costs one round trip:

    ▶ body 1, dot, MAIL 2, RCPT 2, DATA 2        ◀ 250 (1 is accepted), 250, 250, 354
    ▶ body 2, dot, MAIL 3, ...

Between the dot and its reply nobody knows whether the message was taken. The lane keeps that doubt as small as it is:
a connection that is out of step is aborted, never reused and never closed politely (that would flush what is still
buffered), and a message whose last bytes provably never left is not in doubt at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from digest.delivery.transports.connection import Connection, Timeouts
from digest.delivery.transports.replies import Reply, judge_envelope, outcome_of
from digest.ports import ClaimedMessage, Outcome, Queue, Verdict

#: Nothing in an envelope that could end a command or an address.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensions:
    """What the server offered in its reply to EHLO."""

    pipelining: bool = False
    #: RFC 1870; None: no limit was said.
    size_limit: int | None = None
    size: bool = False
    eight_bit: bool = False
    utf8: bool = False
    #: RFC 3461.
    dsn: bool = False


class Ending(Enum):
    """Why a lane stopped."""

    #: There is nothing more to send.
    FINISHED = "finished"
    #: Fewer lanes are wanted.
    SURPLUS = "surplus"
    #: The server takes no more messages over this connection.
    FULL = "full"
    #: A message was withdrawn when the server already waited for its body.
    WITHDRAWN = "withdrawn"
    #: The connection broke off, or cannot be trusted.
    BROKEN = "broken"


class Watcher:
    """What a lane tells its transport. The default hears nothing."""

    def accepted(self) -> None:
        """A message was accepted."""

    def busy(self, reply: Reply) -> None:
        """The server asked us to slow down."""

    def surplus(self) -> bool:
        """Whether this lane is one too many."""
        return False


class Lane:
    """Sends a queue's messages over one connection."""

    def __init__(
        self,
        connection: Connection,
        extensions: Extensions,
        timeouts: Timeouts,
        watcher: Watcher,
        room: int | None = None,
    ) -> None:
        """`room`: messages that may go over this connection; None: any number."""
        self._connection, self._extensions, self._timeouts = connection, extensions, timeouts
        self._watcher, self._room = watcher, room
        #: Messages that were sent to the dot over this connection.
        self.sent = 0
        #: It was full since the server said so, not since it took as many messages as it has room for.
        self.ended_by_server = False
        #: What happened last, for the report of a lane that broke.
        self.why = ""
        self._current: ClaimedMessage | None = None
        self._next: ClaimedMessage | None = None
        self._body_begun = False

    async def run(self, queue: Queue, first: ClaimedMessage) -> Ending:
        """Send `first`, then what is in the queue. Whatever ends it, each message taken is settled."""
        self._current = first
        try:
            ending = await self._drive(queue)
        except BaseException:
            self._settle_rest(queue)
            self._connection.abort()
            raise
        self._settle_rest(queue)
        if ending is Ending.BROKEN or self._connection.over:
            self._connection.abort()
        else:
            await self._connection.quit(self._timeouts.quit)
        return ending

    async def _drive(self, queue: Queue) -> Ending:
        ahead = False
        while True:
            ending, ahead = await self._transact(queue, ahead=ahead)
            if ending is None and self._current is None:
                ending = await self._advance(queue)
            if ending is not None:
                return ending

    async def _advance(self, queue: Queue) -> Ending | None:
        """Have another message to send; else, why not."""
        if self._full:
            return Ending.FULL
        if self._watcher.surplus():
            return Ending.SURPLUS
        self._current = await queue.take()
        return None if self._current else Ending.FINISHED

    @property
    def _full(self) -> bool:
        return self._room is not None and self.sent >= self._room

    def _settle_rest(self, queue: Queue) -> None:
        """Whatever was under way when the lane ended: in doubt if its body may have left, else untried."""
        why = self.why or self._connection.over or "interrupted"
        if self._current is not None:
            doubt = self._body_begun and not self._connection.unsent
            # Before anything else can run: what is still buffered must never leave.
            self._connection.abort()
            queue.settle(self._current, Outcome(verdict=Verdict.UNSURE if doubt else Verdict.UNTRIED, text=why))
        if self._next is not None:
            queue.settle(self._next, Outcome(verdict=Verdict.UNTRIED, text=why))
        self._current = self._next = None

    # One transaction

    async def _transact(self, queue: Queue, *, ahead: bool) -> tuple[Ending | None, bool]:
        """Send the current message; `ahead`: its envelope is under way. The current message is the next one after."""
        claimed = self._current
        assert claimed is not None
        if not ahead:
            commands = self._commands(claimed)
            if isinstance(commands, Outcome):
                self._done(queue, commands)
                return None, False
            replies, broken = await self._exchange(commands)
        else:
            replies, broken = await self._envelope_replies()
        if not await self._judged(queue, replies, broken):
            return self._broken(), False
        if self._current is None:
            return None, False
        # Made while the ledger writes the offer, so that it can leave at once.
        after = self._ahead(queue)
        data = b"".join((claimed.message.wire, b".\r\n", after))
        if not await queue.offer(claimed):
            # The server waits for a body that must not come; only a dropped connection ends that without a mail.
            self._current = None
            self._connection.abort()
            return Ending.WITHDRAWN, False
        if self._untrusted():
            return Ending.BROKEN, False
        return await self._send_body(queue, data, len(after))

    def _untrusted(self) -> bool:
        """Whether the server said something that it was not asked for yet, such as 250 along with 354; or is gone."""
        if self._connection.unasked or self._connection.over:
            self.why = self._connection.over or "the server answered before it was asked"
            return True
        return False

    def _broken(self) -> Ending:
        return Ending.FULL if self._room is not None and self._full else Ending.BROKEN

    async def _judged(self, queue: Queue, replies: Sequence[Reply], broken: str) -> bool:
        """Judge the envelope: settle the message unless its body may be sent. False: the lane is over."""
        judgement = judge_envelope(replies, broken=broken)
        if judgement.busy is not None:
            self._busy(judgement.busy)
        if judgement.outcome is None:
            return not self._untrusted()
        self.why = judgement.outcome.text
        self._done(queue, judgement.outcome)
        return not judgement.lane_over and await self._reset(close_body=judgement.close_body)

    def _busy(self, reply: Reply) -> None:
        if reply.code == 421 and self.sent and (reply.enhanced or (4, 0, 0))[1] != 7:
            # Most likely its limit of messages per connection: a new connection is welcome.
            self._room, self.ended_by_server = self.sent, True
        else:
            self._watcher.busy(reply)

    async def _reset(self, *, close_body: bool) -> bool:
        """Bring the server back to where MAIL is welcome; whether that worked. A lone dot makes no mail: nobody is
        to get it (RFC 2920 3.1)."""
        for command in (b".\r\n", b"RSET\r\n") if close_body else (b"RSET\r\n",):
            self._connection.write(command)
            replies = await self._connection.replies(1, self._timeouts.command)
            if not replies or (command == b"RSET\r\n" and replies[0].kind != 2):
                self.why = self._connection.over or "the server does not reset"
                return False
        return True

    async def _send_body(self, queue: Queue, data: bytes, after_dot: int) -> tuple[Ending | None, bool]:
        self._body_begun = True
        self._connection.write_body(data, after_dot)
        self.sent += 1
        reply = await self._dot_reply()
        if reply is None:
            return Ending.BROKEN, False
        early = self._connection.unsent
        if reply.kind not in (2, 4, 5) or (early and reply.kind == 2):
            self.why = f"{reply.code} in answer to the message: {reply.text}"
            return Ending.BROKEN, False
        self._done(queue, outcome_of(reply))
        if reply.kind == 2:
            self._watcher.accepted()
        elif reply.throttles:
            self._watcher.busy(reply)
        if reply.code == 421 or early:
            self.why = reply.text
            return Ending.BROKEN, False
        self._current, self._next = self._next, None
        return None, self._current is not None

    async def _dot_reply(self) -> Reply | None:
        """The reply to the body; None, with the reason noted, if none came."""
        replies = await self._connection.replies(1, self._timeouts.body)
        if not replies and not self._connection.over:
            if self._connection.unsent:
                self.why = "the server does not read the message"
                return None
            replies = await self._connection.replies(1, max(0.0, self._timeouts.dot - self._timeouts.body))
        if not replies:
            self.why = self._connection.over or "the server does not answer the message"
            return None
        return replies[0]

    def _ahead(self, queue: Queue) -> bytes:
        """The next message's envelope, to travel with the body; empty if there is none, or it must wait."""
        room = self._room is None or self.sent + 1 < self._room
        if not (self._extensions.pipelining and room) or self._watcher.surplus():
            return b""
        self._next = queue.take_now()
        if self._next is None:
            return b""
        commands = self._commands(self._next)
        if isinstance(commands, Outcome):
            queue.settle(self._next, commands)
            self._next = None
            return b""
        return b"".join(commands)

    def _done(self, queue: Queue, outcome: Outcome) -> None:
        assert self._current is not None
        claimed, self._current, self._body_begun = self._current, None, False
        queue.settle(claimed, outcome)

    async def _exchange(self, commands: Sequence[bytes]) -> tuple[list[Reply], str]:
        """The replies to an envelope, sent together where the server offers that, else one command at a time until a
        refusal; and why there are not more, if the connection is to blame."""
        if self._extensions.pipelining:
            self._connection.write(b"".join(commands))
            return await self._envelope_replies()
        replies: list[Reply] = []
        for command in commands:
            self._connection.write(command)
            found = await self._connection.replies(1, self._timeouts.command)
            if not found:
                return replies, self._connection.over or "the server does not answer"
            replies += found
            if found[0].kind not in (2, 3):
                break
        return replies, ""

    async def _envelope_replies(self) -> tuple[list[Reply], str]:
        replies = await self._connection.replies(3, self._timeouts.command)
        broken = (self._connection.over or "the server does not answer") if len(replies) < 3 else ""
        return replies, broken

    def _commands(self, claimed: ClaimedMessage) -> tuple[bytes, bytes, bytes] | Outcome:
        """MAIL, RCPT and DATA; an Outcome if the message cannot go over this connection at all."""
        offers, mail = self._extensions, claimed.message
        sender, recipient = mail.envelope.sender, mail.envelope.recipient
        if _FORBIDDEN.search(sender) or _FORBIDDEN.search(recipient):
            return Outcome(verdict=Verdict.REFUSED, text="the address has characters that no address may have")
        if offers.size_limit is not None and len(mail.data) > offers.size_limit:
            text = f"the message has {len(mail.data)} bytes, the server takes {offers.size_limit}"
            return Outcome(verdict=Verdict.REFUSED, code=552, text=text)
        options = f" SIZE={len(mail.data)}" if offers.size else ""
        if offers.dsn:
            options += f" RET=HDRS ENVID={claimed.delivery}"
        if offers.eight_bit and not mail.wire.isascii():
            options += " BODY=8BITMIME"
        if not (sender.isascii() and recipient.isascii()):
            if not offers.utf8:
                return Outcome(verdict=Verdict.REFUSED, text="the server takes no addresses outside ASCII (SMTPUTF8)")
            options += " SMTPUTF8"
        notify = " NOTIFY=FAILURE" if offers.dsn else ""
        return (
            f"MAIL FROM:<{sender}>{options}\r\n".encode(),
            f"RCPT TO:<{recipient}>{notify}\r\n".encode(),
            b"DATA\r\n",
        )

"""The fault table: what a mail server can do to us, and what becomes of the messages. Never lost, never twice.

Each test drives the whole road, ledger to socket, against a real server on loopback that misbehaves in one way; what
arrived is counted at the server.
"""

import asyncio
import sqlite3
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from sqlalchemy import event

from digest.delivery import ledger
from digest.delivery.process_locks import WorkerLock
from digest.delivery.transports.concurrency import ConnectionLimit
from digest.delivery.transports.connection import Timeouts
from digest.delivery.transports.smtp import SmtpTransport
from digest.errors import StoreError
from digest.model import DeliveryState, Secret, Unsure
from digest.settings.core.shape import Security
from tests.mailing import QUICK, Mailing, PlainTemplate, mailing
from tests.servers.smtp import Cut, HangUp, Session, Taken, serving

ACCEPTED, DEFERRED, FAILED = DeliveryState.ACCEPTED, DeliveryState.DEFERRED, DeliveryState.FAILED
PENDING, UNSURE = DeliveryState.PENDING, DeliveryState.UNSURE
#: More than the kernel holds for a connection, on both sides together.
LARGE = PlainTemplate((b"y" * 990 + b"\r\n") * 14_000)
ONE, TWO = "0@list.example", "1@list.example"


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Mailing]:
    """Three deliveries that are due."""
    made = mailing(tmp_path)
    yield made
    made.close()


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Mailing]:
    """One delivery that is due."""
    made = mailing(tmp_path, 1)
    yield made
    made.close()


async def finish(made: Mailing) -> list[str]:
    """Deliver what is left to a server that behaves; who got it."""
    made.clock.advance(timedelta(hours=5))
    async with serving(Session) as server:
        await made.send(server.port)
        return sorted(server.tally.recipients)


# Reaching the server


async def test_01_a_refused_connection_is_retried_and_lanes_are_halved(three: Mailing) -> None:
    """A server that is not there leaves everything pending, with the reason; later all of it is delivered."""
    async with serving(Session) as server:
        port = server.port
    pace = ConnectionLimit(lanes=8)
    counts = await three.send(port, pace=pace)
    assert (counts.accepted, counts.pending) == (0, 3)
    assert counts.reason is not None
    assert "cannot be reached: nothing listens there" in counts.reason
    assert pace.lanes == 4
    assert len(await finish(three)) == 3


async def test_01_an_unknown_host_is_retried(one: Mailing) -> None:
    """A name that does not resolve is told as that, and leaves the message pending."""
    counts = await one.send(25, server="nobody.invalid")
    assert counts.pending == 1
    assert counts.reason is not None
    assert "nobody.invalid" in counts.reason


async def test_02_a_421_greeting_is_retried(three: Mailing) -> None:
    """A server that is busy at the greeting leaves everything pending; lanes are halved."""

    class Busy(Session):
        async def greeting(self) -> str:
            return "421 4.3.2 too busy"

    pace = ConnectionLimit(lanes=4)
    async with serving(Busy) as server:
        counts = await three.send(server.port, pace=pace)
    assert counts.pending == 3
    assert "421" in (counts.reason or "")
    assert pace.lanes == 2
    assert len(await finish(three)) == 3


async def test_02_a_554_greeting_is_reported(three: Mailing) -> None:
    """A server that does not want us is reported once, and nothing is lost."""

    class Hostile(Session):
        async def greeting(self) -> str:
            return "554 5.7.1 go away"

    async with serving(Hostile) as server:
        counts = await three.send(server.port)
        assert server.tally.connections == 1
    assert counts.pending == 3
    assert "554" in (counts.reason or "")


async def test_03_an_invalid_certificate_is_reported_and_nothing_sent(one: Mailing) -> None:
    """A certificate that nobody we trust has signed ends the attempt before anything is said."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with serving(Session, tls=context) as server:
        counts = await one.send(server.port, security=Security.TLS)
        assert server.tally.taken == []
        assert server.tally.commands["MAIL"] == 0
    assert counts.pending == 1
    assert "certificate" in (counts.reason or "")


async def test_03_an_invalid_certificate_after_starttls_is_reported_and_nothing_sent(one: Mailing) -> None:
    """The same where TLS begins with STARTTLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    class Upgrading(Session):
        tls = context

    async with serving(Upgrading) as server:
        counts = await one.send(server.port, security=Security.STARTTLS)
        assert server.tally.commands["MAIL"] == 0
    assert "certificate" in (counts.reason or "")
    assert counts.pending == 1


async def test_04_a_stripped_starttls_is_reported_and_no_password_is_sent(one: Mailing) -> None:
    """Where STARTTLS is asked for and not offered, neither AUTH nor a message leaves in clear."""

    class Stripped(Session):
        offers = ("PIPELINING", "AUTH PLAIN LOGIN")

    async with serving(Stripped) as server:
        counts = await one.send(server.port, security=Security.STARTTLS, user="u", password=Secret(env="X"))
        assert server.tally.commands["AUTH"] == 0
        assert server.tally.commands["MAIL"] == 0
    assert "STARTTLS" in (counts.reason or "")
    assert counts.pending == 1


async def test_05_a_wrong_password_is_reported_once_and_the_run_stops(three: Mailing) -> None:
    """One login is tried, on one connection, with one method; nothing is sent and nothing is lost."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    class Locked(Session):
        offers = ("PIPELINING", "AUTH CRAM-MD5 PLAIN LOGIN")

        async def auth(self, words: str) -> str:
            return "535 5.7.8 wrong password"

    async with serving(Locked, tls=context) as server:
        mail = three.mail(server.port, security=Security.TLS, user="u", password=Secret(env="X"))
        counts = await three.send(transport=SmtpTransport(mail, lambda _: "wrong", tls=trusting, timeouts=QUICK))
        assert server.tally.commands["AUTH"] == 1
        assert server.tally.connections == 1
    assert counts.login_refused
    assert counts.pending == 3
    assert "535" in (counts.reason or "")


@pytest.mark.parametrize(("second_is_good", "accepted"), [(True, 1), (False, 0)])
async def test_06_an_expired_oauth_token_is_refreshed_once_then_reported(
    one: Mailing, *, second_is_good: bool, accepted: int
) -> None:
    """A refused access token is fetched anew, once; a second refusal is reported."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    given = iter(["old", "new", "newer"])

    class Expiring(Session):
        offers = ("PIPELINING", "AUTH XOAUTH2")

        async def auth(self, words: str) -> str:
            if second_is_good and self.tally.commands["AUTH"] == 2:
                return "235 2.7.0 welcome"
            return "535 5.7.8 token expired"

    async with serving(Expiring, tls=context) as server:
        mail = one.mail(server.port, security=Security.TLS, user="u", oauth_token=Secret(env="X"))
        transport = SmtpTransport(mail, lambda _: next(given), tls=trusting, timeouts=QUICK)
        counts = await one.send(transport=transport)
        assert server.tally.commands["AUTH"] == 2
    assert counts.accepted == accepted
    assert counts.login_refused == (not second_is_good)
    assert next(given) == "newer"


# The envelope


async def test_07_450_at_mail_is_retried_and_the_same_lane_goes_on(three: Mailing) -> None:
    """A 4yz to MAIL puts off that message alone; the next goes over the same connection."""

    class Fussy(Session):
        async def mail(self, sender: str) -> str:
            return "450 4.2.0 not now" if self.tally.commands["MAIL"] == 1 else "250 ok"

    async with serving(Fussy) as server:
        counts = await three.send(server.port, lanes=1)
        assert server.tally.connections == 1
        assert len(server.tally.taken) == 2
    assert (counts.accepted, counts.deferred) == (2, 1)
    put_off = next(entry for entry in three.log() if entry.state is DEFERRED)
    assert put_off.next_try is not None
    assert put_off.next_try - three.clock.now() >= timedelta(minutes=5)
    assert await finish(three) == [put_off.address]


async def test_08_421_at_mail_leaves_it_untried_and_another_connection_takes_it(tmp_path: Path) -> None:
    """A server that closes after two messages a connection gets all of them, and its limit is learned."""
    made = mailing(tmp_path, 7)

    class Short(Session):
        async def mail(self, sender: str) -> str:
            if self.messages >= 2:
                await self.send("421 4.3.2 too many messages")
                raise HangUp
            return "250 ok"

    pace = ConnectionLimit(limit=1)
    async with serving(Short) as server:
        counts = await made.send(server.port, pace=pace)
        assert sorted(server.tally.recipients) == sorted(made.addresses)
        refused_mails = server.tally.commands["MAIL"] - 7
    assert counts.accepted == 7
    assert pace.per_connection == 2
    assert refused_mails == 1, "once learned, the limit is kept to"
    made.close()


async def test_09_552_at_mail_is_reported_and_does_not_suppress(one: Mailing) -> None:
    """A message that is too large for the server fails; its subscriber stays."""

    class Small(Session):
        async def mail(self, sender: str) -> str:
            return "552 5.3.4 too big"

    async with serving(Small) as server:
        counts = await one.send(server.port)
    assert counts.failed == 1
    assert one.states() == {ONE: FAILED}
    assert one.suppressed() == {}
    assert "552" in str(one.entry(ONE).code)


async def test_09_a_size_below_the_message_is_not_even_tried(one: Mailing) -> None:
    """A server that says how much it takes is believed."""

    class Small(Session):
        offers = ("PIPELINING", "SIZE 20")

    async with serving(Small) as server:
        counts = await one.send(server.port)
        assert server.tally.commands["MAIL"] == 0
    assert counts.failed == 1
    assert one.suppressed() == {}


async def test_10_550_5_1_1_at_rcpt_fails_suppresses_and_the_rest_goes_on(three: Mailing) -> None:
    """An address that is refused for good gets no more mail; the others get theirs."""

    class Knowing(Session):
        async def rcpt(self, recipient: str) -> str:
            return "550 5.1.1 no such user" if recipient == TWO else "250 ok"

    async with serving(Knowing) as server:
        counts = await three.send(server.port)
        assert sorted(server.tally.recipients) == [ONE, "2@list.example"]
        assert server.tally.bodies == 2
    assert (counts.accepted, counts.failed) == (2, 1)
    assert three.suppressed() == {TWO: "bounced"}
    assert await finish(three) == []


async def test_11_451_at_rcpt_is_retried_after_five_minutes_or_more(one: Mailing) -> None:
    """A greylisting server gets its message again, not sooner than five minutes later."""

    class Grey(Session):
        async def rcpt(self, recipient: str) -> str:
            return "451 4.7.1 greylisted" if self.tally.commands["RCPT"] == 1 else "250 ok"

    async with serving(Grey) as server:
        assert (await one.send(server.port)).deferred == 1
        one.clock.advance(timedelta(minutes=4, seconds=59))
        assert (await one.send(server.port)).accepted == 0
        one.clock.advance(timedelta(minutes=1, seconds=1))
        assert (await one.send(server.port)).accepted == 1
        assert server.tally.recipients == [ONE]


async def test_12_relay_denied_for_all_opens_the_breaker_and_everything_stays_pending(tmp_path: Path) -> None:
    """A server that refuses everyone is no reason to give up on anyone."""
    made = mailing(tmp_path, 40)

    class Closed(Session):
        async def rcpt(self, recipient: str) -> str:
            return "550 5.7.1 relay access denied"

    async with serving(Closed) as server:
        counts = await made.send(server.port)
        assert server.tally.commands["RCPT"] < 20
    assert counts.failed == 0
    assert counts.pending == 40
    assert "relay access denied" in (counts.reason or "")
    assert made.suppressed() == {}
    assert len(await finish(made)) == 40
    made.close()


async def test_13_a_refused_rcpt_with_a_354_gets_a_lone_dot_and_no_mail(three: Mailing) -> None:
    """A server that asks for a body that nobody is to get receives none, and the lane goes on."""

    class Eager(Session):
        async def rcpt(self, recipient: str) -> str:
            return "550 5.1.1 no such user" if recipient == ONE else "250 ok"

        async def answer(self, verb: str, line: str) -> str:
            if verb != "DATA":
                return await super().answer(verb, line)
            await self.send("354 go on, whoever it is for")
            assert await self.message() == b""
            return "554 5.5.1 no valid recipients"

    async with serving(Eager) as server:
        counts = await three.send(server.port, lanes=1)
        assert sorted(server.tally.recipients) == [TWO, "2@list.example"]
        assert server.tally.connections == 1
    assert (counts.accepted, counts.failed) == (2, 1)


@pytest.mark.parametrize("step", ["mail", "data"])
async def test_14_a_close_at_mail_or_data_leaves_it_untried_and_it_is_resent(three: Mailing, step: str) -> None:
    """A connection that breaks before the body costs nothing: all messages arrive in the same run, once."""

    class Shaky(Session):
        async def mail(self, sender: str) -> str:
            if step == "mail" and self.tally.commands["MAIL"] == 1:
                raise HangUp
            return "250 ok"

        async def data(self) -> str:
            if step == "data" and self.tally.commands["DATA"] == 1:
                raise Cut
            return "354 go on"

    async with serving(Shaky) as server:
        counts = await three.send(server.port)
        assert sorted(server.tally.recipients) == sorted(three.addresses)
    assert counts.accepted == 3


# The body and its dot


async def test_15_a_close_after_the_body_is_unsure_and_held(three: Mailing) -> None:
    """Where the connection ends between body and reply, the message is held, shown, and not sent again by itself."""

    class Vanishing(Session):
        async def dot(self, data: bytes) -> str:
            if self.tally.bodies == 1:
                raise Cut
            return "250 ok"

    async with serving(Vanishing) as server:
        counts = await three.send(server.port)
    assert (counts.accepted, counts.unsure) == (2, 1)
    assert await finish(three) == []
    [held] = three.store.read_now(ledger.unsure)
    assert held.message_id is not None
    assert three.store.write_now(lambda c: ledger.decide_unsure(c, Unsure.RESEND, three.clock.now())) == 1
    assert await finish(three) == [held.address]
    assert three.entry(held.address).message_id == held.message_id


async def test_16_no_reply_after_the_dot_is_unsure_and_the_connection_is_aborted(one: Mailing) -> None:
    """A server that says nothing to a whole message leaves it in doubt; that connection is never used again."""

    class Mute(Session):
        async def dot(self, data: bytes) -> str:
            await asyncio.sleep(30)
            raise HangUp

    async with serving(Mute) as server:
        counts = await one.send(server.port)
        await asyncio.sleep(0.05)
        assert server.tally.commands["QUIT"] == 0
    assert counts.unsure == 1
    assert one.entry(ONE).reply == "the server does not answer the message"


async def test_17_a_slow_reader_whose_dot_is_unsent_is_retried(tmp_path: Path) -> None:
    """A message whose last bytes are still in our buffer was not delivered: it is sent again, and arrives once."""
    made = mailing(tmp_path, 1, template=LARGE, timeouts=Timeouts(body=1.5))

    class Slow(Session):
        offers = ("PIPELINING",)

        async def message(self) -> bytes:
            if self.tally.connections == 1:
                await asyncio.sleep(30)
            return await super().message()

    async with serving(Slow) as server:
        counts = await made.send(server.port)
        assert server.tally.recipients == [ONE]
        assert server.tally.bodies == 1
    assert (counts.accepted, counts.unsure) == (1, 0)
    made.close()


async def test_17_a_reset_while_the_dot_is_unsent_is_retried(tmp_path: Path) -> None:
    """The same where the server breaks off in the middle of the message."""
    made = mailing(tmp_path, 1, template=LARGE, timeouts=Timeouts())

    class Breaking(Session):
        offers = ("PIPELINING",)

        async def message(self) -> bytes:
            if self.tally.connections == 1:
                await self.reader.readexactly(100_000)
                raise Cut
            return await super().message()

    async with serving(Breaking) as server:
        counts = await made.send(server.port)
        assert server.tally.recipients == [ONE]
    assert (counts.accepted, counts.unsure) == (1, 0)
    made.close()


async def test_18_451_at_the_dot_is_retried(three: Mailing) -> None:
    """A 4yz to the message puts it off; the lane goes on with the next."""

    class Full(Session):
        async def dot(self, data: bytes) -> str:
            return "451 4.3.0 try later" if self.tally.bodies == 1 else "250 ok"

    async with serving(Full) as server:
        counts = await three.send(server.port, lanes=1)
        assert server.tally.connections == 1
    assert (counts.accepted, counts.deferred) == (2, 1)
    assert len(await finish(three)) == 1


async def test_19_550_5_7_1_at_the_dot_is_reported_and_does_not_suppress(three: Mailing) -> None:
    """A message that is refused for what it says fails, and its subscriber stays."""

    class Filtering(Session):
        async def dot(self, data: bytes) -> str:
            return "550 5.7.1 looks like spam" if self.tally.bodies == 1 else "250 ok"

    async with serving(Filtering) as server:
        counts = await three.send(server.port)
    assert (counts.accepted, counts.failed) == (2, 1)
    assert three.suppressed() == {}


async def test_20_421_at_the_dot_is_retried_and_the_next_is_untried(tmp_path: Path) -> None:
    """The message is put off; the one whose envelope was under way already goes over another connection."""
    made = mailing(tmp_path, 5)

    class Closing(Session):
        async def dot(self, data: bytes) -> str:
            if self.tally.bodies == 2:
                await self.send("421 4.3.2 shutting down")
                raise HangUp
            return "250 ok"

    async with serving(Closing) as server:
        counts = await made.send(server.port, lanes=1)
        assert len(server.tally.taken) == 4
    assert (counts.accepted, counts.deferred, counts.unsure) == (4, 1, 0)
    assert len(await finish(made)) == 1
    made.close()


async def test_21_a_250_then_a_silent_close_is_accepted_and_the_next_is_untried(tmp_path: Path) -> None:
    """What was said is believed; what was under way behind it is sent over another connection."""
    made = mailing(tmp_path, 5)

    class Leaving(Session):
        async def dot(self, data: bytes) -> str:
            if self.tally.bodies == 1:
                assert self.sender
                assert self.recipient
                self.tally.taken.append(Taken(self.sender, self.recipient, data))
                await self.send("250 ok")
                raise HangUp
            return "250 ok"

    async with serving(Leaving) as server:
        counts = await made.send(server.port, lanes=1)
        assert sorted(server.tally.recipients) == sorted(made.addresses)
    assert (counts.accepted, counts.unsure) == (5, 0)
    made.close()


async def test_22_an_early_250_with_the_354_drops_the_lane_untried(one: Mailing) -> None:
    """A server that accepts before it was given anything is not believed."""

    class Hasty(Session):
        async def data(self) -> str:
            return "354 go on\r\n250 2.0.0 queued" if self.tally.connections == 1 else "354 go on"

    async with serving(Hasty) as server:
        counts = await one.send(server.port)
        assert server.tally.recipients == [ONE]
        assert server.tally.connections == 2
    assert counts.accepted == 1


@pytest.mark.parametrize("rubbish", ["\x00\x01 what?", "250-" + "a" * 32_000, "999 beyond", "250-ok\r\n550 no"])
async def test_23_garbage_or_an_endless_reply_drops_the_lane_untried(one: Mailing, rubbish: str) -> None:
    """A reply that is none ends that connection, and the message goes over the next."""

    class Babbling(Session):
        async def rcpt(self, recipient: str) -> str:
            return rubbish if self.tally.connections == 1 else "250 ok"

    async with serving(Babbling) as server:
        counts = await one.send(server.port)
        assert server.tally.recipients == [ONE]
        assert server.tally.connections == 2
    assert counts.accepted == 1


async def test_24_a_multi_line_reply_split_byte_by_byte_is_accepted(three: Mailing) -> None:
    """Replies are read as they come, however they are cut."""

    class Drip(Session):
        async def dot(self, data: bytes) -> str:
            return "250-2.0.0 thank you\r\n250-very\r\n250 much"

        async def send(self, text: str) -> None:
            for byte in text.encode() + b"\r\n":
                self.writer.write(bytes([byte]))
                await self.writer.drain()
                await asyncio.sleep(0)

    async with serving(Drip) as server:
        counts = await three.send(server.port)
        assert sorted(server.tally.recipients) == sorted(three.addresses)
    assert counts.accepted == 3
    assert three.entry(ONE).reply == "2.0.0 thank you very much"


async def test_25_a_hang_at_rcpt_leaves_it_untried(one: Mailing) -> None:
    """A server that stops answering before the body costs one connection, no message."""

    class Stuck(Session):
        async def rcpt(self, recipient: str) -> str:
            if self.tally.connections == 1:
                await asyncio.sleep(30)
            return "250 ok"

    async with serving(Stuck) as server:
        counts = await one.send(server.port)
        assert server.tally.recipients == [ONE]
        assert server.tally.connections == 2
    assert counts.accepted == 1


async def test_26_a_task_cancelled_while_the_dot_is_awaited_is_unsure_and_the_lane_is_gone(one: Mailing) -> None:
    """Cancelling leaves the doubt in the ledger and no connection behind."""
    awaited = asyncio.Event()

    class Pondering(Session):
        async def dot(self, data: bytes) -> str:
            awaited.set()
            await asyncio.sleep(30)
            raise HangUp

    async with serving(Pondering) as server:
        one.timeouts = Timeouts()
        sending = asyncio.create_task(one.send(server.port))
        await awaited.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert one.states() == {ONE: UNSURE}
    assert await finish(one) == []


# Faults 27 and 28, kill -9, are in test_sigkill.py. Fault 30, hostile addresses in the configuration, is the
# configuration's; here is the lane's own last word. Fault 32 is in test_bounces.py.


async def test_29_a_full_disk_stops_before_the_body(tmp_path: Path) -> None:
    """Where an offer cannot be written its message does not leave; once there is room, each arrives, once."""
    made = mailing(tmp_path, 100)
    room = made.store.read_now(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())

    def fill(raw: sqlite3.Connection, _record: object) -> None:
        # What SQLite does when the disk is full, it does when it may not grow: SQLITE_FULL.
        raw.execute(f"PRAGMA max_page_count = {room}")

    assert made.store._impatient is not None
    durable = (made.store._durable, made.store._impatient)
    for engine in durable:
        event.listen(engine, "connect", fill)
        engine.dispose()
    async with serving(Session) as server:
        with pytest.raises(StoreError, match="the disk is full"):
            await made.send(server.port)
        sent = server.tally.recipients
        assert server.tally.bodies == len(sent) < 100
    for engine in durable:
        event.remove(engine, "connect", fill)
        engine.dispose()
    made.owner.close()
    made.owner = WorkerLock(made.folder / "owners")
    assert sorted(sent + await finish(made)) == sorted(made.addresses)
    assert set(made.states().values()) == {ACCEPTED}
    made.close()


@pytest.mark.parametrize("hostile", ["a@b.example>\r\nRCPT TO:<v@b.example", "a b@c.example", "a@b.example\n"])
async def test_30_an_address_that_could_end_a_command_never_reaches_one(tmp_path: Path, hostile: str) -> None:
    """An address with CR, LF, a space or a bracket fails before a byte of it is written."""
    made = Mailing(tmp_path, [hostile, "good@list.example"])
    async with serving(Session) as server:
        counts = await made.send(server.port)
        assert server.tally.recipients == ["good@list.example"]
        assert all("v@b" not in line for line in server.tally.lines)
    assert counts.failed == 1
    made.close()


async def test_31_without_pipelining_it_goes_one_command_at_a_time(tmp_path: Path) -> None:
    """A server that does not offer PIPELINING never sees a command before it answered the last."""
    made = mailing(tmp_path, 8)
    early: list[str] = []

    class Strict(Session):
        offers = ("SIZE 100000",)

        async def send(self, text: str) -> None:
            await asyncio.sleep(0.002)
            waiting = self.reader._buffer  # type: ignore[attr-defined]
            if waiting:
                early.append(bytes(waiting).decode())
            await super().send(text)

    async with serving(Strict) as server:
        counts = await made.send(server.port)
        assert sorted(server.tally.recipients) == sorted(made.addresses)
    assert early == []
    assert counts.accepted == 8


async def test_31_without_pipelining_a_refusal_ends_one_transaction_alone(three: Mailing) -> None:
    """One command at a time, a refused recipient still costs only its own message."""

    class Strict(Session):
        offers = ()

        async def rcpt(self, recipient: str) -> str:
            return "550 5.1.1 no such user" if recipient == ONE else "250 ok"

    async with serving(Strict) as server:
        counts = await three.send(server.port, lanes=1)
        assert server.tally.connections == 1
    assert (counts.accepted, counts.failed) == (2, 1)

"""The witness: when the sender is killed, it hears the answers to what was on its way."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.delivery import ledger
from digest.delivery.process_locks import Owner, alive, estates
from digest.delivery.receipts import Receipts, read
from digest.delivery.transitions import Offer
from digest.delivery.transports.smtp import SmtpTransport
from digest.mail.ring import Ring, shared_memory
from digest.mail.tcp import position
from digest.mail.trace import Trace
from digest.model import DeliveryState
from digest.pipeline.hearing import hear
from digest.pipeline.witness import Witness
from tests.killing import Child
from tests.mailing import Mailing, SetClock, mailing
from tests.servers.smtp import HangUp, Session, serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how far a connection is")

ONE = "0@list.example"


def planned(folder: Path, count: int = 1) -> Mailing:
    """A mailing whose deliveries are due by the real clock."""
    return mailing(folder, count, clock=SetClock(datetime(2026, 1, 1, tzinfo=UTC)))


class Slow(Session):
    """Answers a message only when it is told to."""

    arrived: asyncio.Event
    go_on: asyncio.Event
    says = "250 2.0.0 taken late"

    async def dot(self, data: bytes) -> str:
        """Wait, then answer."""
        self.arrived.set()
        await self.go_on.wait()
        return self.says


def slow(answer: str = Slow.says) -> type[Slow]:
    """Such a server, with events of its own."""

    class Told(Slow):
        arrived, go_on = asyncio.Event(), asyncio.Event()

    Told.says = answer
    return Told


async def test_an_answer_that_comes_after_the_kill_is_heard(tmp_path: Path) -> None:
    """The server took the message when its sender was dead: accepted, in the server's words, and not sent again."""
    made, server_kind = planned(tmp_path), slow()
    async with serving(server_kind) as server:
        child = await Child.start(tmp_path, server.port)
        await server_kind.arrived.wait()
        await child.kill()
        assert made.states() == {ONE: DeliveryState.OFFERED}
        server_kind.go_on.set()
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
        assert server.tally.recipients == [ONE]
    assert made.states() == {ONE: DeliveryState.ACCEPTED}
    (row,) = made.store.read_now(lambda c: ledger.log(c, limit=10))
    assert row.reply == "2.0.0 taken late"
    made.close()


async def test_a_refusal_after_the_kill_opens_the_message_again(tmp_path: Path) -> None:
    """Refused to a dead sender: the message provably was not taken, so it is sent again."""
    made, server_kind = planned(tmp_path), slow("451 4.3.0 not now")
    async with serving(server_kind) as server:
        child = await Child.start(tmp_path, server.port)
        await server_kind.arrived.wait()
        await child.kill()
        server_kind.says = "451 4.3.0 not now"
        server_kind.go_on.set()
        await nobody_listens(tmp_path)
        server_kind.says = "250 2.0.0 now"
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
        assert server.tally.recipients == [ONE]
        assert server.tally.bodies == 2
    assert made.states() == {ONE: DeliveryState.ACCEPTED}
    made.close()


async def test_an_answer_in_two_parts_around_the_kill_is_put_together(tmp_path: Path) -> None:
    """The sender had read the first line of the answer; the witness reads the second."""
    made = planned(tmp_path)
    half_said, go_on = asyncio.Event(), asyncio.Event()

    class Halting(Session):
        async def dot(self, data: bytes) -> str:
            await self.send("250-2.0.0 half")
            half_said.set()
            await go_on.wait()
            return "250 2.0.0 and whole"

    async with serving(Halting) as server:
        child = await Child.start(tmp_path, server.port)
        await half_said.wait()
        await asyncio.sleep(0.2)  # the sender reads it; if it has not yet, the test holds all the same
        await child.kill()
        go_on.set()
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
        assert server.tally.recipients == [ONE]
    assert made.states() == {ONE: DeliveryState.ACCEPTED}
    made.close()


@pytest.mark.parametrize("ending", ["silence", "hanging up", "garbage"])
async def test_what_the_witness_cannot_hear_stays_in_doubt(tmp_path: Path, ending: str) -> None:
    """No answer in time, none at all, or none that is one: held, never sent again by itself."""
    made = planned(tmp_path)
    arrived, go_on = asyncio.Event(), asyncio.Event()

    class Mute(Session):
        async def dot(self, data: bytes) -> str:
            arrived.set()
            await go_on.wait()
            if ending == "garbage":
                return "hello?"
            raise HangUp

    async with serving(Mute) as server:
        child = await Child.start(tmp_path, server.port, "--patience", "0.3")
        await arrived.wait()
        await child.kill()
        if ending != "silence":
            go_on.set()
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
        assert server.tally.bodies == 1
        go_on.set()
    assert made.states() == {ONE: DeliveryState.UNSURE}
    made.close()


async def test_without_its_witness_a_sender_goes_on(tmp_path: Path) -> None:
    """A witness that is killed is missed by nobody: mail is sent, and a doubt is a doubt again."""
    made = planned(tmp_path, 3)
    with closing(Witness(made.owner)) as witness:
        async with serving(Session) as server:
            left, right = socket.socketpair()
            with left, right:
                memory = shared_memory()
                assert memory is not None
                assert witness.hold(left, memory) == 1
                os.close(memory)
            assert witness._process is not None
            witness._process.kill()
            witness._process.wait()
            counts = await made.send(
                server.port, transport=SmtpTransport(made.mail(server.port), lambda _: "", keeper=witness)
            )
            assert counts.accepted == 3
            assert len(server.tally.taken) == 3
    made.close()


async def test_it_goes_home_with_its_sender_and_leaves_nothing(tmp_path: Path) -> None:
    """After an orderly end there is no process and no file of it left."""
    made = planned(tmp_path, 3)
    witness = Witness(made.owner)
    async with serving(Session) as server:
        await made.send(server.port, transport=SmtpTransport(made.mail(server.port), lambda _: "", keeper=witness))
        assert witness._process is not None
        witness.close()
        assert witness._process.returncode == 0
        assert len(server.tally.taken) == 3
    made.close()
    assert list((tmp_path / "owners").iterdir()) == []


async def test_signals_to_the_whole_group_do_not_reach_it(tmp_path: Path) -> None:
    """Ctrl-C, a hang-up or a stop of the service are its sender's business: it ends after it, not before."""
    made, server_kind = planned(tmp_path), slow()
    async with serving(server_kind) as server:
        child = await Child.start(tmp_path, server.port)
        await server_kind.arrived.wait()
        listening = witness_of(tmp_path)
        for blow in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(listening, blow)
        await child.kill()
        server_kind.go_on.set()
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
    assert made.states() == {ONE: DeliveryState.ACCEPTED}
    made.close()


async def test_an_owner_that_is_listened_for_is_not_taken_up(tmp_path: Path) -> None:
    """Until its witness has ended, nobody concludes anything from what a dead owner's receipts lack."""
    owner = Owner(tmp_path)
    lock = owner.witness_lock()
    os.close(owner._lock)
    listening = subprocess.Popen(["sleep", "0.5"], pass_fds=(lock.fileno(),))
    lock.close()
    assert alive(tmp_path) == {owner.id}
    with estates(tmp_path) as found:
        assert listening.poll() is not None or listening.wait(1) == 0
        assert [estate.owner for estate in found] == [owner.id]
    assert list(tmp_path.iterdir()) == []


# What `hear` makes of a connection, without a process to kill


class Wire:
    """A connection as its sender left it, and the server's end of it."""

    def __init__(self, folder: Path) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.sender = socket.create_connection(listener.getsockname())
        self.server, _ = listener.accept()
        listener.close()
        self.sender.setblocking(False)
        memory = shared_memory()
        assert memory is not None
        self.memory, self.ring = memory, Ring(memory)
        self.owner = Owner(folder)

    def begin(self, size: int) -> None:
        """Note that a message of so many bytes leaves now."""
        where = position(self.sender)
        assert where is not None
        trace = Trace(connection=1, end=where.written + size, read=where.read)
        self.owner.begun(Offer(id="a" * 16, fence=1, message_id="", trace=str(trace)))

    def read(self, size: int) -> None:
        """Read some of the answer, as the sender did before it was killed."""
        where = position(self.sender)
        assert where is not None
        self.ring.room(where.read)[:size] = self.sender.recv(size)

    def heard(self, patience_s: float = 0.2) -> Receipts:
        """What the receipts say when the witness has listened."""
        hear({1: (self.sender, self.memory)}, self.owner.receipts_path, patience_s)
        return read(self.owner.receipts_path.read_bytes())

    def close(self) -> None:
        """Let go."""
        self.owner.close()
        self.sender.close()
        self.server.close()
        os.close(self.memory)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    """One such connection."""
    made = Wire(tmp_path / "owners")
    yield made
    made.close()


def answered(wire: Wire, data: bytes, *, within: Callable[[], None] = lambda: None) -> Receipts:
    """A whole message was sent, `data` came back, of which `within` had been read."""
    wire.begin(1000)
    wire.sender.sendall(b"x" * 1000)
    wire.server.sendall(data)
    asyncio.run(asyncio.sleep(0.05))
    within()
    return wire.heard()


def test_a_message_that_was_cut_short_is_as_if_it_had_never_begun(wire: Wire) -> None:
    """The kernel had not even been given its end."""
    wire.begin(1000)
    wire.sender.sendall(b"x" * 999)
    assert wire.heard().open == {}
    assert wire.heard().answers == ()


@pytest.mark.parametrize("read_before", [0, 1, 5, 20])
def test_an_answer_counts_however_much_of_it_had_been_read(wire: Wire, read_before: int) -> None:
    """Read by the sender or still in the kernel: the whole answer is heard."""
    found = answered(wire, b"250 2.0.0 queued as 7\r\n", within=lambda: wire.read(read_before) if read_before else None)
    (answer,) = found.answers
    assert (answer.state, answer.code, answer.text) == (DeliveryState.ACCEPTED, 250, "2.0.0 queued as 7")


def test_a_later_commands_answer_is_not_taken_for_the_messages(wire: Wire) -> None:
    """The sender had read the refusal of its message and died; the next message's 250 does not count for it."""
    refused = b"554 5.7.1 no\r\n"
    found = answered(wire, refused + b"250 2.1.0 ok\r\n", within=lambda: wire.read(len(refused)))
    assert found.open == {}
    assert found.answers == ()


def test_a_position_counts_what_was_written_and_read(wire: Wire) -> None:
    """Bytes in the kernel's queues are written and not read, whatever their number."""
    before = position(wire.sender)
    wire.sender.sendall(b"x" * 5000)
    wire.server.sendall(b"y" * 300)
    asyncio.run(asyncio.sleep(0.05))
    wire.sender.recv(100)
    after = position(wire.sender)
    assert before is not None
    assert after is not None
    assert (after.written - before.written, after.read - before.read) == (5000, 100)


def test_a_socket_that_is_no_tcp_connection_has_no_position() -> None:
    """Then nothing is kept."""
    left, right = socket.socketpair()
    with left, right:
        assert position(left) is None


# Looking at processes


def witness_of(folder: Path) -> int:
    """The process that listens for owners in this folder."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if any(b"testimony.py" in word for word in words) and any(bytes(folder) in word for word in words):
                return int(process.name)
    raise AssertionError("no witness runs")


async def nobody_listens(folder: Path) -> None:
    """Wait until every witness of this folder has ended."""
    async with asyncio.timeout(20):
        while True:
            try:
                witness_of(folder)
            except AssertionError:
                return
            await asyncio.sleep(0.02)

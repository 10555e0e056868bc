"""Delivering: what is claimed, sent, put off, held back and stopped, on the real ledger against a real server."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from digest.delivery import ledger
from digest.delivery.deliver import DeliveryCounts
from digest.delivery.dispatcher import CHUNK
from digest.delivery.group_commit import QUICK_S
from digest.delivery.transports.concurrency import ConnectionLimit
from digest.model import DeliveryState, Mailbox, Recipient
from digest.ports import Outcome, Queue, Verdict
from digest.storage.core.database import Store
from digest.storage.queries import subscribers
from tests.mailing import EDITION, Mailing, PlainMail, PlainTemplate, mailing
from tests.servers.smtp import Session, serving

T = TypeVar("T")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """Five deliveries that are due."""
    five = mailing(tmp_path, 5)
    yield five
    five.close()


@dataclass(slots=True)
class Counter:
    """A transport that accepts, one message after the other, and can be made to do something before each."""

    name: str = "counter"
    repeatable: bool = False
    sent: list[str] = field(default_factory=list)

    async def carry(self, queue: Queue) -> None:
        """Accept what is in the queue."""
        while claimed := await queue.take():
            await self.before(claimed.message.envelope.recipient)
            if await queue.offer(claimed):
                self.sent.append(claimed.message.envelope.recipient)
                queue.settle(claimed, Outcome(verdict=Verdict.ACCEPTED, code=250, text="ok"))

    async def before(self, recipient: str) -> None:
        """Nothing; to be overridden."""


async def test_every_message_arrives_byte_for_byte(made: Mailing) -> None:
    """Dots at the beginning of lines, long lines and all: the server has what the template made."""
    made.template = PlainTemplate(b".\r\n..\r\n.x\r\n" + b"y" * 900 + b"\r\n\r\n.\r\n")
    async with serving(Session) as server:
        counts = await made.send(server.port)
        assert counts == DeliveryCounts(accepted=5)
        for taken in server.tally.taken:
            row = made.entry(taken.recipient)
            wanted = made.template.message(Recipient(id=row.subscriber, mailbox=Mailbox(address=taken.recipient)))
            assert taken.data == wanted.data
            assert row.reply == "2.0.0 queued"
            assert row.via == "smtp"


async def test_pipelining_costs_one_round_trip_a_message(tmp_path: Path) -> None:
    """The next envelope travels with the body: a server that counts turns sees about one a message."""
    made = mailing(tmp_path, 60)
    turns = 0

    class Counting(Session):
        async def line(self) -> str:
            nonlocal turns
            if not self.reader._buffer:  # type: ignore[attr-defined]
                turns += 1
            return await super().line()

    async with serving(Counting) as server:
        await made.send(server.port, lanes=1)
        assert len(server.tally.taken) == 60
    assert turns <= 1.1 * 60 + 3
    made.close()


async def test_a_second_call_finds_nothing_to_send(made: Mailing) -> None:
    """What is accepted stays accepted."""
    async with serving(Session) as server:
        await made.send(server.port)
        assert await made.send(server.port) == DeliveryCounts()
        assert len(server.tally.taken) == 5


async def test_a_slot_planned_twice_is_delivered_once(made: Mailing) -> None:
    """One row per subscriber and slot, however often it is planned."""
    assert made.plan() == 0
    async with serving(Session) as server:
        assert (await made.send(server.port)).accepted == 5


async def test_what_waits_for_one_reader_leaves_in_the_order_in_which_it_was_planned(tmp_path: Path) -> None:
    """A message that was put off does not arrive behind the newer one, however the rows are mixed."""
    made = mailing(tmp_path, 30)
    made.clock.advance(timedelta(hours=1))
    made.plan()
    gone: list[str] = []

    class Taking:
        name, repeatable = "taking", False

        async def carry(self, queue: Queue) -> None:
            while (claimed := await queue.take()) is not None:
                gone.append(claimed.delivery)
                if await queue.offer(claimed):
                    queue.settle(claimed, Outcome(verdict=Verdict.ACCEPTED, code=250))

    await made.send(transport=Taking())
    for address in made.addresses:
        mine = sorted((one for one in made.log() if one.address == address), key=lambda one: one.slot)
        assert [gone.index(one.id) for one in mine] == sorted(gone.index(one.id) for one in mine)
    made.close()


async def test_chunks_follow_each_other_until_nothing_is_due(tmp_path: Path) -> None:
    """More deliveries than one claim takes are all made, and memory holds one chunk."""
    made = mailing(tmp_path, 2 * CHUNK + 7)
    transport = Counter()
    assert (await made.send(transport=transport)).accepted == 2 * CHUNK + 7
    assert len(set(transport.sent)) == 2 * CHUNK + 7
    assert made.store.read_now(lambda c: ledger.due(c, made.clock.now())) == 0
    made.close()


async def test_only_the_editions_asked_for_are_delivered(made: Mailing) -> None:
    """`editions` narrows."""
    transport = Counter()
    from digest.delivery.deliver import deliver
    from digest.settings.core.shape import Settings

    async def messages(_: str) -> PlainTemplate:
        return made.template

    counts = await deliver(
        store=made.store,
        transport=transport,
        messages=messages,
        clock=made.clock,
        owner=made.owner,
        settings=Settings(),
        editions=["another"],
    )
    assert counts == DeliveryCounts(pending=5, waiting=5)


async def test_who_is_suppressed_before_gets_nothing(made: Mailing) -> None:
    """The store's "no" beats the plan."""
    row = made.store.read_now(lambda c: subscribers.find(c, "2@list.example"))
    assert row is not None
    made.store.write_now(lambda c: subscribers.suppress(c, row.id, "unsubscribed", "by link", made.clock.now()))
    transport = Counter()
    counts = await made.send(transport=transport)
    assert (counts.accepted, counts.suppressed) == (4, 1)
    assert "2@list.example" not in transport.sent
    assert made.states()["2@list.example"] is DeliveryState.SUPPRESSED


async def test_who_unsubscribes_while_a_chunk_is_being_sent_gets_nothing_more(made: Mailing) -> None:
    """Suppression is looked at when a message is about to leave, not when the chunk was claimed."""
    late = made.addresses[-1]

    class Unsubscribing(Counter):
        async def before(self, recipient: str) -> None:
            row = made.store.read_now(lambda c: subscribers.find(c, late))
            assert row is not None
            await made.store.write(lambda c: subscribers.suppress(c, row.id, "unsubscribed", "", made.clock.now()))

    transport = Unsubscribing()
    counts = await made.send(transport=transport)
    assert (counts.accepted, counts.suppressed) == (4, 1)
    assert late not in transport.sent


async def test_a_withdrawn_message_leaves_no_mail_at_the_server(made: Mailing) -> None:
    """Withdrawn after 354, the connection is dropped: the server never sees a dot."""
    late = made.addresses[-1]

    class Telling(Session):
        async def data(self) -> str:
            if self.recipient == late:
                row = made.store.read_now(lambda c: subscribers.find(c, late))
                assert row is not None
                made.store.write_now(lambda c: subscribers.suppress(c, row.id, "operator", "", made.clock.now()))
            return "354 go on"

    async with serving(Telling) as server:
        counts = await made.send(server.port)
        assert late not in server.tally.recipients
        assert server.tally.bodies == 4
    assert (counts.accepted, counts.suppressed) == (4, 1)


async def test_who_is_no_longer_listed_gets_nothing(made: Mailing) -> None:
    """Removed from the configuration: no more mail, also of what was planned."""
    made.store.write_now(lambda c: subscribers.sync(c, made.addresses[:3], made.clock.now()))
    counts = await made.send(transport=Counter())
    assert (counts.accepted, counts.suppressed) == (3, 2)


async def test_a_stale_edition_is_not_sent(tmp_path: Path) -> None:
    """Older than its slot allows: it fails, its stories are given back by that."""
    made = mailing(tmp_path, 0)
    made.addresses = ["0@list.example"]
    made.plan(stale_after=timedelta(hours=24))
    made.clock.advance(timedelta(hours=24, seconds=1))
    transport = Counter()
    counts = await made.send(transport=transport)
    assert counts.failed == 1
    assert transport.sent == []
    assert "older than its slot" in (made.entry("0@list.example").reply or "")
    who, now = made.entry("0@list.example").subscriber, made.clock.now()
    [sent] = made.store.read_now(lambda c: ledger.sent(c, [who], now - timedelta(days=7), now)).values()
    assert (sent.had, sent.returned) == (frozenset(), frozenset([EDITION]))
    made.close()


async def test_a_deferral_beyond_the_edition_is_given_up(tmp_path: Path) -> None:
    """A message that could only be tried again when it is stale fails at once."""
    made = mailing(tmp_path, 0)
    made.addresses = ["0@list.example"]
    made.plan(stale_after=timedelta(minutes=4))

    class Later(Session):
        async def dot(self, data: bytes) -> str:
            return "451 4.3.0 later"

    async with serving(Later) as server:
        assert (await made.send(server.port)).failed == 1
    assert "given up" in (made.entry("0@list.example").reply or "")
    made.close()


async def test_tries_follow_the_schedule_until_four_days_are_over(tmp_path: Path) -> None:
    """5 min, 30 min, 1 h, 2 h, then every 4 h; after four days it fails."""
    made = mailing(tmp_path, 1)
    waits: list[float] = []

    class Never(Session):
        async def rcpt(self, recipient: str) -> str:
            return "450 4.2.0 never now"

    async with serving(Never) as server:
        began = made.clock.now()
        while made.states()["0@list.example"] is not DeliveryState.FAILED:
            await made.send(server.port)
            entry = made.entry("0@list.example")
            if entry.state is DeliveryState.DEFERRED:
                assert entry.next_try is not None
                waits.append((entry.next_try - made.clock.now()) / timedelta(minutes=1))
                made.clock.moment = entry.next_try
        assert made.clock.now() - began < timedelta(days=4)
    for wait, least in zip(waits, [5, 30, 60, 120, 240, 240, 240], strict=False):
        assert least <= wait <= least * 1.2
    assert 20 <= len(waits) <= 30
    made.close()


async def test_stopping_finishes_what_is_under_way_and_takes_nothing_new(tmp_path: Path) -> None:
    """Asked to stop, the lanes drain and say QUIT; the rest stays pending."""
    made = mailing(tmp_path, 200)
    stop = asyncio.Event()

    class Stopping(Session):
        async def dot(self, data: bytes) -> str:
            if self.tally.bodies == 20:
                stop.set()
            return "250 ok"

    async with serving(Stopping) as server:
        counts = await made.send(server.port, stop=stop)
        assert len(server.tally.taken) == counts.accepted
        assert server.tally.commands["QUIT"] == server.tally.connections
    assert 20 <= counts.accepted < 60
    assert counts.unsure == 0
    assert counts.pending == 200 - counts.accepted
    made.close()


async def test_lanes_grow_while_all_is_well_and_never_beyond_the_limit(tmp_path: Path) -> None:
    """From two to the limit, one a clean round."""
    made = mailing(tmp_path, 150)

    class Unhurried(Session):
        async def dot(self, data: bytes) -> str:
            await asyncio.sleep(0.01)
            return "250 ok"

    async with serving(Unhurried) as server:
        await made.send(server.port, pace=ConnectionLimit(limit=4))
        assert server.tally.most_open == 4
        assert len(server.tally.taken) == 150
    made.close()


async def test_421_and_4_7_halve_the_lanes(tmp_path: Path) -> None:
    """A server that asks us to slow down sees fewer connections, and still gets everything."""
    made = mailing(tmp_path, 120)
    pace = ConnectionLimit(lanes=8, limit=8)

    class Throttling(Session):
        async def mail(self, sender: str) -> str:
            return "450 4.7.0 slow down" if self.tally.commands["MAIL"] == 50 else "250 ok"

        async def dot(self, data: bytes) -> str:
            await asyncio.sleep(0.003)
            if self.tally.commands["MAIL"] > 70:
                after.append(self.tally.open)
            return "250 ok"

    after: list[int] = []
    async with serving(Throttling) as server:
        counts = await made.send(server.port, pace=pace)
    assert (counts.accepted, counts.deferred) == (119, 1)
    assert pace.lanes == 4
    assert max(after[10:]) <= 4
    made.close()


async def test_a_server_that_takes_one_connection_at_a_time_is_not_pestered(tmp_path: Path) -> None:
    """Refused a second connection, the first carries everything, and no third is tried during the pause."""
    made = mailing(tmp_path, 60)

    class Single(Session):
        async def greeting(self) -> str:
            return "220 hello" if self.tally.open == 1 else "421 4.7.0 too many connections"

        async def dot(self, data: bytes) -> str:
            await asyncio.sleep(0.001)
            return "250 ok"

    async with serving(Single) as server:
        counts = await made.send(server.port, pace=ConnectionLimit(lanes=4))
        assert server.tally.connections <= 4
    assert counts.accepted == 60
    made.close()


async def test_the_rate_holds_over_the_whole_relay(tmp_path: Path) -> None:
    """`rate` spaces messages, over all lanes and both processes that share the store."""
    made = mailing(tmp_path, 12)
    arrivals: list[float] = []

    class Timing(Session):
        async def dot(self, data: bytes) -> str:
            arrivals.append(time.monotonic())
            return "250 ok"

    async with serving(Timing) as server:
        began = time.monotonic()
        await made.send(server.port, rate=20.0)
        took = time.monotonic() - began
    assert len(arrivals) == 12
    # Eleven spaces of 50 ms, less nothing: a rate is kept from below only by being slow.
    assert took >= 11 / 20 - 0.01
    made.close()


async def test_a_domain_with_a_limit_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """Everybody elsewhere gets mail while a domain with one message a minute waits for its second."""
    slow = [f"{number}@slow.example" for number in range(5)]
    fast = [f"{number}@fast.example" for number in range(40)]
    made, stop = Mailing(tmp_path, slow + fast), asyncio.Event()

    class Watching(Session):
        async def dot(self, data: bytes) -> str:
            if {*self.tally.recipients, self.recipient} >= set(fast):
                stop.set()
            return "250 ok"

    async with asyncio.timeout(50), serving(Watching) as server:
        await made.send(server.port, domain_rates=(("slow.example", 1 / 60),), stop=stop)
        assert set(fast) <= set(server.tally.recipients)
        assert len(set(slow) & set(server.tally.recipients)) <= 1
    made.close()


async def test_a_message_that_cannot_be_made_fails_alone(made: Mailing) -> None:
    """One bad address never stops the rest."""
    from digest.errors import UsageError

    class Choosy(PlainTemplate):
        def message(self, recipient: Recipient) -> PlainMail:
            if recipient.mailbox.address == "3@list.example":
                raise UsageError("this address cannot stand in a message")
            return PlainTemplate.message(self, recipient)

    made.template = Choosy()
    counts = await made.send(transport=Counter())
    assert (counts.accepted, counts.failed) == (4, 1)
    assert made.entry("3@list.example").reply == "this address cannot stand in a message"


async def test_an_edition_that_makes_no_mail_fails_and_gives_its_stories_back(made: Mailing) -> None:
    """Its deliveries fail with the reason, so that the next edition tells their stories; nothing is handed over."""
    from digest.delivery.deliver import deliver
    from digest.errors import RenderError
    from digest.settings.core.shape import Settings

    async def broken(_: str) -> PlainTemplate:
        raise RenderError("digest.html.j2:3: unknown name")

    transport = Counter()
    counts = await deliver(
        store=made.store,
        transport=transport,
        messages=broken,
        clock=made.clock,
        owner=made.owner,
        settings=Settings(),
    )
    assert (counts.failed, transport.sent) == (5, [])
    assert {entry.reply for entry in made.log()} == {"digest.html.j2:3: unknown name"}
    assert set(made.states().values()) == {DeliveryState.FAILED}


async def test_a_signature_goes_in_front_and_dots_stay_stuffed(made: Mailing) -> None:
    """What `sign` puts above a message arrives above it; the message below is unchanged."""
    async with serving(Session) as server:
        await made.send(server.port, sign=lambda data: b"DKIM-Signature: v=1; b=x\r\n" + data)
        for taken in server.tally.taken:
            assert taken.data.startswith(b"DKIM-Signature: v=1; b=x\r\nMessage-ID: <")
            assert taken.data.endswith(b".a line that begins with a dot\r\n")


async def test_the_log_keeps_every_replys_text(made: Mailing) -> None:
    """What the server said stands in the ledger, code and all."""

    class Wordy(Session):
        async def dot(self, data: bytes) -> str:
            return f"250 2.0.0 queued as {self.recipient}"

    async with serving(Wordy) as server:
        await made.send(server.port)
    for entry in made.log():
        assert (entry.code, entry.reply) == (250, f"2.0.0 queued as {entry.address}")
        assert entry.message_id == f"<{entry.subscriber}@digest.example>"


async def test_on_a_slow_disk_no_marks_are_made_in_the_loops_thread(tmp_path: Path) -> None:
    """A store that takes its time holds up nobody but who waits for it."""
    loop_thread, in_loop = threading.get_ident(), 0

    class SlowDisk(Store):
        def write_now(self, change: Callable[[Connection], T], *, durable: bool = False, wait: bool = True) -> T:
            nonlocal in_loop
            in_loop += threading.get_ident() == loop_thread
            result = super().write_now(change, durable=durable, wait=wait)
            time.sleep(2 * QUICK_S)
            return result

    made = mailing(tmp_path, 60)
    made.store.close()
    made.store = SlowDisk(f"sqlite:///{tmp_path / 'digest.sqlite3'}")
    async with serving(Session) as server:
        counts = await made.send(server.port)
    assert counts.accepted == 60
    assert in_loop == 0
    made.close()

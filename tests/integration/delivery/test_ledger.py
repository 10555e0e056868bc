"""The ledger: claims, fences, leases, and who takes up what a dead process left."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, delete, select, update

from digest.delivery import claims, ledger, rate_limit, transitions
from digest.delivery.claims import Claimed
from digest.delivery.deliver import deliver
from digest.delivery.process_locks import WorkerLock, alive, dead_workers, running_alone
from digest.delivery.recovery import recover
from digest.delivery.transitions import Offer, Settlement
from digest.errors import Busy, StoreBusy
from digest.model import DeliveryState, Unsure
from digest.ports import Outcome, Queue, Verdict
from digest.settings.core.shape import Settings
from digest.storage.core.database import OWNERS, Store, beside
from digest.storage.core.schema import deliveries, meta
from digest.storage.queries import subscribers
from tests.mailing import EDITION, Mailing, mailing
from tests.servers import postgres

T = TypeVar("T")


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL for this module."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Mailing]:
    """Five deliveries that are due, on each kind of store."""
    if request.param == "sqlite":
        five = mailing(tmp_path, 5)
        yield five
        five.close()
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        five = mailing(tmp_path, 5, url=url)
        yield five
        five.close()


def on_sqlite(made: Mailing) -> bool:
    """Whether the store is a file on one machine."""
    return made.store.dialect == "sqlite"


def claim(made: Mailing, owner: str, limit: int = 100) -> tuple[Claimed, ...]:
    """Claim rows."""
    return made.store.write_now(lambda c: claims.claim(c, owner, limit, made.clock.now())).taken


def offer(made: Mailing, owner: str, *rows: Claimed) -> frozenset[str]:
    """Offer them; which may leave."""
    offers = [Offer(id=row.id, fence=row.fence, message_id="<x@y.example>") for row in rows]
    return made.store.write_now(lambda c: transitions.offer(c, owner, offers, "smtp", made.clock.now())).allowed


def settle(made: Mailing, row: Claimed, state: DeliveryState) -> None:
    """Settle one."""
    one = Settlement(id=row.id, fence=row.fence, state=state, text="said")
    made.store.write_now(lambda c: transitions.settle(c, [one], made.clock.now()))


def expire(made: Mailing, owner: str) -> None:
    """The owner's lease runs out."""
    late = update(deliveries).where(deliveries.c.owner == owner).values(leased_until=1.0)
    made.store.write_now(lambda c: c.execute(late))


def counts(made: Mailing) -> dict[DeliveryState, int]:
    """States that occur."""
    return {state: count for state, count in made.store.read_now(ledger.counts).items() if count}


def test_a_row_is_claimed_by_one_owner_alone(made: Mailing) -> None:
    """What one has, the other does not get."""
    assert len(claim(made, "a", 3)) == 3
    assert len(claim(made, "b")) == 2
    assert claim(made, "c") == ()


def test_busy_is_not_done(made: Mailing) -> None:
    """Rows that another works on are still due: an empty claim says nothing about whether the work is done."""
    claim(made, "a")
    assert claim(made, "b") == ()
    assert made.store.read_now(lambda c: ledger.due(c, made.clock.now())) == 5


async def test_delivering_beside_a_busy_owner_counts_its_rows_as_pending(made: Mailing) -> None:
    """154 mails were once lost to "the lease is held, so it is done"."""
    other = WorkerLock(made.folder / "owners")
    claim(made, other.id, 2)

    class Accepting:
        name, repeatable = "test", False

        async def carry(self, queue: Queue) -> None:
            while claimed := await queue.take():
                assert await queue.offer(claimed)
                queue.settle(claimed, Outcome(verdict=Verdict.ACCEPTED))

    result = await made.send(transport=Accepting())
    assert (result.accepted, result.pending) == (3, 2)
    other.close()


def test_a_frozen_owner_finds_its_rows_no_longer_its_own(made: Mailing) -> None:
    """Thawed after another took over, it may offer nothing and its late marks change nothing."""
    frozen = claim(made, "frozen")
    expire(made, "frozen")
    made.store.write_now(lambda c: claims.recover(c, claims.expired(c), {}, made.clock.now()))
    taken_over = claim(made, "awake")
    assert len(taken_over) == 5
    assert offer(made, "frozen", *frozen) == frozenset()
    assert offer(made, "awake", *taken_over) == {row.id for row in taken_over}
    settle(made, frozen[0], DeliveryState.FAILED)
    assert counts(made) == {DeliveryState.OFFERED: 5}
    settle(made, taken_over[0], DeliveryState.ACCEPTED)
    assert counts(made)[DeliveryState.ACCEPTED] == 1


def test_a_fence_keeps_an_owners_own_older_claim_out(made: Mailing) -> None:
    """The same owner with an older claim is refused too."""
    [older, *_] = claim(made, "a")
    made.store.write_now(lambda c: claims.release(c, "a", [older.id]))
    [newer] = claim(made, "a")
    assert newer.fence == older.fence + 1
    assert offer(made, "a", older) == frozenset()
    assert offer(made, "a", newer) == {newer.id}


def test_a_lease_that_is_renewed_does_not_run_out(made: Mailing) -> None:
    """Renewed, it is nobody else's; the database's clock says so."""
    claim(made, "a")
    assert made.store.read_now(claims.expired) == frozenset()
    expire(made, "a")
    assert made.store.read_now(claims.expired) == {"a"}
    assert made.store.write_now(lambda c: claims.renew(c, "a")) == 5
    assert made.store.read_now(claims.expired) == frozenset()


def test_an_accepted_delivery_stays_accepted(made: Mailing) -> None:
    """No later mark, under whatever claim, undoes a 250."""
    [row, *_] = claim(made, "a")
    offer(made, "a", row)
    settle(made, row, DeliveryState.ACCEPTED)
    settle(made, row, DeliveryState.UNSURE)
    assert counts(made)[DeliveryState.ACCEPTED] == 1


def test_marks_made_together_give_each_delivery_its_own_values(made: Mailing) -> None:
    """However many marks one commit takes, each row gets its own words; one that is suppressed or lost gets none."""
    made.addresses += [f"{number}@more.example" for number in range(125)]
    made.plan()
    now, rows = made.clock.now(), claim(made, "me", 200)
    assert len(rows) == 130
    no, lost, *rest = rows
    made.store.write_now(lambda c: subscribers.suppress(c, no.subscriber, "operator", "asked", now))
    late = update(deliveries).where(deliveries.c.id == lost.id).values(fence=lost.fence + 1)
    made.store.write_now(lambda c: c.execute(late))
    offers = [Offer(id=row.id, fence=row.fence, message_id=f"<{row.id}@x.example>") for row in rows]
    offered = made.store.write_now(lambda c: transitions.offer(c, "me", offers, "smtp", now))
    assert (offered.allowed, offered.suppressed) == (frozenset(row.id for row in rest), frozenset({no.id}))
    again = now + timedelta(minutes=7)
    settlements = [
        Settlement(id=row.id, fence=row.fence, state=DeliveryState.ACCEPTED, code=250, text=f"for {row.id}")
        if index % 2
        else Settlement(id=row.id, fence=row.fence, state=DeliveryState.DEFERRED, text="", next_try=again)
        for index, row in enumerate(rows)
    ]
    made.store.write_now(lambda c: transitions.settle(c, settlements, now))
    entries = {entry.id: entry for entry in made.log()}
    for one in settlements[2:]:
        entry = entries[one.id]
        assert (entry.state, entry.code, entry.reply, entry.attempts) == (one.state, one.code, one.text, 1)
        assert entry.message_id == f"<{one.id}@x.example>"
        assert entry.next_try == (again if one.next_try else now)
    assert entries[lost.id].state is DeliveryState.PENDING


@pytest.mark.parametrize("made", ["sqlite"], indirect=True)
def test_due_deliveries_are_found_by_the_index_of_open_ones(made: Mailing) -> None:
    """A million finished rows cost a claim nothing: the plan names the partial index, with and without editions."""
    for editions in (None, [EDITION]):
        statement = ledger.is_due(made.clock.now(), editions)
        query = select(deliveries.c.id).where(*statement)
        with made.store._engine.connect() as connection:
            compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
        assert "ix_deliveries_open" in str(plan)


def test_what_a_subscriber_has_is_what_may_have_arrived(made: Mailing) -> None:
    """Offered, accepted, unsure and waiting ones count as had; what failed, or is stale, comes back."""
    rows = claim(made, "a")
    offer(made, "a", *rows[:4])
    settle(made, rows[0], DeliveryState.ACCEPTED)
    settle(made, rows[1], DeliveryState.UNSURE)
    settle(made, rows[2], DeliveryState.FAILED)
    now = made.clock.now()
    everybody = [row.subscriber for row in rows]
    known = made.store.read_now(lambda c: ledger.sent(c, everybody, now - timedelta(days=7), now))
    assert {who for who, sent in known.items() if sent.had} == {rows[index].subscriber for index in (0, 1, 3, 4)}
    assert {who for who, sent in known.items() if sent.returned} == {rows[2].subscriber}
    assert known[rows[2].subscriber] == ledger.Sent(returned=frozenset([EDITION]))
    assert made.store.read_now(lambda c: ledger.sent(c, everybody, now + timedelta(seconds=1), now)) == {}


def test_unsure_ones_are_sent_again_only_when_a_person_says_so(made: Mailing) -> None:
    """They are held; asked to, they are pending again."""
    rows = claim(made, "a")
    offer(made, "a", *rows)
    for row in rows:
        settle(made, row, DeliveryState.UNSURE)
    assert claim(made, "b") == ()
    assert len(made.store.read_now(ledger.unsure)) == 5
    assert (
        made.store.write_now(lambda c: ledger.decide_unsure(c, Unsure.RESEND, made.clock.now(), ids=[rows[0].id])) == 1
    )
    assert [row.id for row in claim(made, "b")] == [rows[0].id]


def test_unsure_ones_that_a_person_drops_are_never_sent_and_count_as_had(made: Mailing) -> None:
    """Whoever may have got them does not get their stories again."""
    rows = claim(made, "a")
    offer(made, "a", *rows)
    for row in rows:
        settle(made, row, DeliveryState.UNSURE)
    now = made.clock.now()
    assert made.store.write_now(lambda c: ledger.decide_unsure(c, Unsure.HOLD, now)) == 0
    assert made.store.write_now(lambda c: ledger.decide_unsure(c, Unsure.DROP, now)) == 5
    assert made.store.write_now(lambda c: ledger.decide_unsure(c, Unsure.RESEND, now)) == 0
    assert claim(made, "b") == ()
    sent = made.store.read_now(lambda c: ledger.sent(c, [rows[0].subscriber], now - timedelta(days=1), now))
    assert sent[rows[0].subscriber].had == frozenset([EDITION])


def test_reservations_of_two_processes_never_overlap(made: Mailing) -> None:
    """Each gets moments after those of the other."""
    first = made.store.write_now(lambda c: rate_limit.reserve(c, "relay", 10.0, 10))
    second = made.store.write_now(lambda c: rate_limit.reserve(c, "relay", 10.0, 10))
    other = made.store.write_now(lambda c: rate_limit.reserve(c, "another relay", 10.0, 10))
    assert first == 0.0
    assert 0.8 < second <= 1.0
    assert other == 0.0


def test_two_first_reservations_at_once_get_different_moments(made: Mailing) -> None:
    """Of two processes that begin in the same instant, one waits for the other's moments to end."""
    ready, firsts = threading.Barrier(2), []

    def reserve() -> None:
        ready.wait(20)
        firsts.append(made.store.write_now(lambda c: rate_limit.reserve(c, "relay", 10.0, 10)))

    for round_ in range(20):
        firsts.clear()
        both = [threading.Thread(target=reserve) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        first, second = sorted(firsts)
        assert second - first > 0.8, round_
        made.store.write_now(lambda c: c.execute(delete(meta)))


def test_a_reader_sees_one_moment_of_the_store(made: Mailing) -> None:
    """What another process commits between two questions of one read is not seen by the second."""

    def twice(c: Connection) -> tuple[int, int]:
        before = len(subscribers.every(c))
        threading.Thread(target=add).start()
        assert added.wait(20)
        return before, len(subscribers.every(c))

    def add() -> None:
        made.store.write_now(lambda c: subscribers.sync(c, ["new@list.example"], made.clock.now()))
        added.set()

    added = threading.Event()
    assert made.store.read_now(twice) == (5, 5)
    assert len(made.store.read_now(subscribers.every)) == 6


# Owners


async def test_the_work_of_a_living_owner_is_left_alone(made: Mailing) -> None:
    """Its lock is held, or with several machines its lease runs: neither claims nor offers are touched."""
    other = WorkerLock(made.folder / "owners")
    rows = claim(made, other.id)
    offer(made, other.id, *rows[:2])
    if on_sqlite(made):
        expire(made, other.id)
    assert await recover(store=made.store, owner=made.owner, clock=made.clock) == claims.Recovered()
    assert counts(made) == {DeliveryState.OFFERED: 2, DeliveryState.PENDING: 3}
    other.close()


async def test_the_work_of_an_owner_that_is_gone_is_taken_up(made: Mailing) -> None:
    """Answers in its receipts count; a body that had begun is unsure; the rest is open again."""
    gone = WorkerLock(made.folder / "owners")
    rows = claim(made, gone.id)
    offer(made, gone.id, *rows[:3])
    for row in rows[:2]:
        gone.begun(Offer(id=row.id, fence=row.fence, message_id=""))
    gone.receipt(
        Settlement(id=rows[0].id, fence=rows[0].fence, state=DeliveryState.ACCEPTED, code=250, text="2.0.0 ok")
    )
    os.close(gone._lock)  # as the kernel does when a process ends
    found = await recover(store=made.store, owner=made.owner, clock=made.clock)
    assert found == claims.Recovered(released=3, unsure=1)
    assert counts(made) == {DeliveryState.ACCEPTED: 1, DeliveryState.UNSURE: 1, DeliveryState.PENDING: 3}
    assert next(entry for entry in made.log() if entry.id == rows[0].id).reply == "2.0.0 ok"
    assert list((made.folder / "owners").glob(f"{gone.id}*")) == []


@pytest.mark.parametrize("missing", [True, False])
async def test_without_whole_receipts_every_offer_of_a_dead_owner_is_unsure(made: Mailing, *, missing: bool) -> None:
    """No file, or one from before the machine was started anew: what is not in it proves nothing."""
    gone = WorkerLock(made.folder / "owners")
    rows = claim(made, gone.id)
    offer(made, gone.id, *rows)
    receipts = made.folder / "owners" / f"{gone.id}.receipts"
    if missing:
        receipts.unlink()
    else:
        gone._boot = "another boot"
        gone.keep_receipts((), ())
    os.close(gone._lock)
    assert (await recover(store=made.store, owner=made.owner, clock=made.clock)).unsure == 5


async def test_an_offer_to_a_transport_that_may_repeat_is_never_in_doubt(made: Mailing) -> None:
    """Whatever the transport is called, and whatever is left of its owner's notes: what is repeatable is repeated."""
    rows, now = claim(made, "nobody"), made.clock.now()
    offers = [Offer(id=row.id, fence=row.fence, message_id="<x@y.example>") for row in rows]
    made.store.write_now(lambda c: transitions.offer(c, "nobody", offers[:2], "archive", now, repeatable=True))
    made.store.write_now(lambda c: transitions.offer(c, "nobody", offers[2:3], "outbox", now))
    expire(made, "nobody")
    found = await recover(store=made.store, owner=made.owner, clock=made.clock)
    assert found == claims.Recovered(released=4, unsure=1)


async def test_the_ledger_knows_whether_a_transport_may_repeat(made: Mailing) -> None:
    """It is the transport's own word, noted with each offer."""

    class Archive:
        name, repeatable = "archive", True

        async def carry(self, queue: Queue) -> None:
            while claimed := await queue.take():
                assert await queue.offer(claimed)
                queue.settle(claimed, Outcome(verdict=Verdict.ACCEPTED))

    await made.send(transport=Archive())
    query = select(deliveries.c.via, deliveries.c.repeatable)
    assert made.store.read_now(lambda c: c.execute(query).all()) == [("archive", True)] * 5


async def test_a_renewal_that_fails_is_followed_by_the_next(made: Mailing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is busy for a moment costs nobody their claims."""
    monkeypatch.setattr("digest.delivery.deliver.RENEW_S", 0.02)
    renewals = 0

    class Hesitant(Store):
        def write_now(self, change: Callable[[Connection], T], *, durable: bool = False, wait: bool = True) -> T:
            nonlocal renewals
            if "renew" in change.__code__.co_names:
                renewals += 1
                if renewals == 1:
                    raise StoreBusy("another program holds it")
            return super().write_now(change, durable=durable, wait=wait)

    class Patient:
        name, repeatable = "test", False

        async def carry(self, queue: Queue) -> None:
            async with asyncio.timeout(20):
                while renewals < 3:
                    await asyncio.sleep(0.01)
            while claimed := await queue.take():
                if await queue.offer(claimed):
                    queue.settle(claimed, Outcome(verdict=Verdict.ACCEPTED))

    url = made.store.url
    made.store.close()
    made.store = Hesitant(url)
    assert (await made.send(transport=Patient())).accepted == 5


def test_stores_of_one_folder_keep_their_owners_apart(tmp_path: Path) -> None:
    """What one owner left is about one store; a store's other names lead to the same owners."""
    (tmp_path / "link").symlink_to(tmp_path / "state")
    usual, link = tmp_path / "state" / "digest.sqlite3", tmp_path / "link" / "digest.sqlite3"
    assert beside(usual, OWNERS) == beside(link, OWNERS) == (tmp_path / "state" / "owners").resolve()
    assert beside(tmp_path / "state" / "other.sqlite3", OWNERS) != beside(usual, OWNERS)


def test_one_run_on_a_store_whatever_it_is_called(tmp_path: Path) -> None:
    """The lock hangs on the store's file: another name of it is refused, another store beside it is not."""
    (tmp_path / "link").symlink_to(tmp_path / "state")
    with running_alone(tmp_path / "state" / "one.sqlite3"):
        with pytest.raises(Busy, match=r"one\.sqlite3"), running_alone(tmp_path / "link" / "one.sqlite3"):
            pass
        with running_alone(tmp_path / "state" / "two.sqlite3"):
            pass


async def test_a_dead_owner_without_any_file_is_taken_up_too(made: Mailing) -> None:
    """Another machine, or someone emptied the folder: the ledger itself knows who had work."""
    rows = claim(made, "nobody")
    offer(made, "nobody", rows[0])
    expire(made, "nobody")
    found = await recover(store=made.store, owner=made.owner, clock=made.clock)
    assert found == claims.Recovered(released=4, unsure=1)


def test_receipts_are_dropped_once_the_store_has_them(tmp_path: Path) -> None:
    """What is recorded is not kept twice; what is not recorded stays, in a file swapped whole."""
    with WorkerLock(tmp_path) as owner:
        settled = Settlement(id="a" * 16, fence=1, state=DeliveryState.ACCEPTED)
        for _ in range(100):
            owner.receipt(settled)
        owner.keep_receipts([settled], [Offer(id="b" * 16, fence=2, message_id="")])
        size = (tmp_path / f"{owner.id}.receipts").stat().st_size
        assert size < 300
        owner.receipt(settled)
        os.close(owner._lock)
        with dead_workers(tmp_path) as [dead]:
            found = dead.receipts()
        assert found.answers == (settled, settled)
        assert found.begun == {("b" * 16, 2)}
        owner._lock = os.open(tmp_path / "spare", os.O_CREAT | os.O_RDWR)


def test_owner_files_are_private_and_vanish_with_their_work(tmp_path: Path) -> None:
    """0600 in a 0700 folder; nothing is left of a process that ended well."""
    owner = WorkerLock(tmp_path / "owners")
    assert alive(tmp_path / "owners") == {owner.id}
    assert (tmp_path / "owners").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "owners").iterdir()} == {0o600}
    owner.close()
    assert alive(tmp_path / "owners") == frozenset()
    assert list((tmp_path / "owners").iterdir()) == []


async def test_two_deliver_calls_at_once_send_each_message_once(tmp_path: Path) -> None:
    """Two owners on one store share the work."""
    made = mailing(tmp_path, 400)
    second = WorkerLock(tmp_path / "owners")
    sent: list[str] = []

    class Slow:
        name, repeatable = "test", False

        async def carry(self, queue: Queue) -> None:
            while claimed := await queue.take():
                if await queue.offer(claimed):
                    await asyncio.sleep(0)
                    sent.append(claimed.delivery)
                    queue.settle(claimed, Outcome(verdict=Verdict.ACCEPTED))

    async def messages(_: str):  # type: ignore[no-untyped-def]
        return made.template

    results = await asyncio.gather(
        *(
            deliver(
                store=made.store,
                transport=Slow(),
                messages=messages,
                clock=made.clock,
                owner=owner,
                settings=Settings(),
            )
            for owner in (made.owner, second)
        )
    )
    assert sum(result.accepted for result in results) == 400
    assert len(sent) == len(set(sent)) == 400
    second.close()
    made.close()


def test_counts_and_log_tell_what_happened(made: Mailing) -> None:
    """`counts` by edition, `log` by person and time, newest first."""
    rows = claim(made, "a")
    offer(made, "a", rows[0])
    made.clock.advance(timedelta(minutes=1))
    settle(made, rows[0], DeliveryState.ACCEPTED)
    assert made.store.read_now(lambda c: ledger.counts(c, edition=EDITION))[DeliveryState.ACCEPTED] == 1
    assert made.store.read_now(lambda c: ledger.counts(c, edition="none"))[DeliveryState.ACCEPTED] == 0
    since = made.clock.now() - timedelta(seconds=30)
    [entry] = made.store.read_now(lambda c: ledger.log(c, since=since))
    assert entry.state is DeliveryState.ACCEPTED
    assert made.store.read_now(lambda c: ledger.log(c, to=entry.address)) == (entry,)
    assert made.store.read_now(lambda c: ledger.log(c, to=entry.subscriber)) == (entry,)

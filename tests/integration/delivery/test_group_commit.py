"""The ledger's pen and the receipt file beside it, when the disk or the program lets them down."""

import asyncio
import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from digest.delivery import claims, group_commit, transitions
from digest.delivery.process_locks import WorkerLock
from digest.delivery.recovery import recover
from digest.delivery.transitions import Offer, Settlement
from digest.errors import StoreError
from digest.model import DeliveryState
from digest.storage.core.database import Store
from tests.mailing import Mailing, mailing
from tests.servers.smtp import Session, serving

T = TypeVar("T")
#: Seconds that a mailing of these tests takes at most, on a busy machine: one that hangs takes for ever.
PATIENCE_S = 30


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """Many deliveries that are due."""
    many = mailing(tmp_path, 100)
    yield many
    many.close()


@pytest.fixture
def soon_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receipt file is emptied after a few messages, not after four megabytes of them."""
    monkeypatch.setattr(group_commit, "RECEIPTS_LIMIT", 500)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As a disk with little room: a write takes what fits, the next one nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def under_way(made: Mailing, owner: WorkerLock) -> list[Offer]:
    """Everything claimed and offered by an owner, every body begun."""
    now = made.clock.now()
    rows = made.store.write_now(lambda c: claims.claim(c, owner.id, 1000, now)).taken
    offers = [Offer(id=row.id, fence=row.fence, message_id=f"<{row.id}@x.example>") for row in rows]
    made.store.write_now(lambda c: transitions.offer(c, owner.id, offers, "smtp", now))
    for offer in offers:
        owner.begun(offer)
    return offers


def killed(owner: WorkerLock) -> None:
    """As the kernel does when a process ends."""
    os.close(owner._lock)
    owner._lock = -1


@pytest.mark.usefixtures("soon_full")
async def test_receipts_are_emptied_again_and_again_while_a_mailing_runs(made: Mailing) -> None:
    """However many messages there are, the file stays as small as its limit, and nothing of it is left at the end."""
    sizes: list[int] = []

    class Looking(Session):
        async def dot(self, data: bytes) -> str:
            sizes.append(made.owner.receipts_path.stat().st_size)
            return "250 ok"

    async with serving(Looking) as server:
        assert (await made.send(server.port)).accepted == 100
    assert max(sizes) < 500 + 60 * 100
    assert made.owner.written == 0


@pytest.mark.usefixtures("soon_full")
async def test_a_receipt_file_that_cannot_be_emptied_holds_up_nobody(made: Mailing) -> None:
    """Without room for the new file the old one goes on: every message leaves, once."""
    # Where the new file would be made stands something that cannot be replaced.
    (made.owner.folder / f".{made.owner.id}.aside" / "in the way").mkdir(parents=True)
    async with asyncio.timeout(PATIENCE_S), serving(Session) as server:
        assert (await made.send(server.port)).accepted == 100
        assert sorted(server.tally.recipients) == sorted(made.addresses)


async def test_a_short_write_leaves_the_old_receipts_in_their_place(made: Mailing) -> None:
    """Half of a new file never replaces a whole old one: after a kill every body under way is in doubt, none sent."""
    gone = WorkerLock(made.folder / "owners")
    offers = under_way(made, gone)
    before = gone.receipts_path.read_bytes()
    with files_of_at_most(len(before) // 2), pytest.raises(OSError, match="too large"):
        gone.keep_receipts((), offers)
    assert gone.receipts_path.read_bytes() == before
    assert [path.name for path in gone.folder.glob(f".{gone.id}*")] == []
    killed(gone)
    assert await recover(store=made.store, owner=made.owner, clock=made.clock) == claims.Recovered(unsure=100)


async def test_a_note_after_one_that_was_cut_short_is_read(made: Mailing) -> None:
    """A line without its end spoils no later one: an answer that was noted after it counts."""
    gone = WorkerLock(made.folder / "owners")
    [first, second, *_] = under_way(made, gone)
    answers = [
        Settlement(id=one.id, fence=one.fence, state=DeliveryState.ACCEPTED, text="ok") for one in (first, second)
    ]
    with files_of_at_most(gone.receipts_path.stat().st_size + 10), pytest.raises(OSError, match="too large"):
        gone.receipt(answers[0])
    gone.receipt(answers[1])
    killed(gone)
    await recover(store=made.store, owner=made.owner, clock=made.clock)
    states = {entry.id: entry.state for entry in made.log()}
    assert (states[first.id], states[second.id]) == (DeliveryState.UNSURE, DeliveryState.ACCEPTED)


async def test_with_no_room_for_receipts_answers_still_reach_the_store(made: Mailing) -> None:
    """No further body leaves, what was answered is recorded, and the next call of the same process finishes."""
    full = False

    class Roomless(WorkerLock):
        def _append(self, line: bytes) -> None:
            if full:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            super()._append(line)

    class Filling(Session):
        async def dot(self, data: bytes) -> str:
            nonlocal full
            full = full or self.tally.bodies == 10
            return "250 ok"

    made.owner.close()
    made.owner = Roomless(made.folder / "owners")
    async with asyncio.timeout(PATIENCE_S), serving(Filling) as server:
        with pytest.raises(StoreError, match="receipt file"):
            await made.send(server.port)
        sent = server.tally.recipients
    states = made.states()
    assert {who for who, state in states.items() if state is DeliveryState.ACCEPTED} == set(sent)
    assert DeliveryState.UNSURE not in states.values()
    full = False
    async with serving(Session) as server:
        await made.send(server.port)
        assert sorted(sent + server.tally.recipients) == sorted(made.addresses)


async def test_a_store_that_fails_for_a_while_keeps_no_rows_from_this_process(made: Mailing) -> None:
    """Rows that were claimed when the store failed are sent by the next call, in the same process, each once."""
    failing = False

    class Failing(Store):
        def write_now(self, change: Callable[[Connection], T], *, durable: bool = False, wait: bool = True) -> T:
            if failing:
                raise StoreError("the disk is full")
            return super().write_now(change, durable=durable, wait=wait)

    class Filling(Session):
        async def dot(self, data: bytes) -> str:
            nonlocal failing
            failing = failing or self.tally.bodies == 10
            return "250 ok"

    made.store.close()
    made.store = Failing(f"sqlite:///{made.folder / 'digest.sqlite3'}")
    async with asyncio.timeout(PATIENCE_S), serving(Filling) as server:
        with pytest.raises(StoreError, match="the disk is full"):
            await made.send(server.port)
        first = list(server.tally.recipients)
    failing = False
    async with serving(Session) as server:
        await made.send(server.port)
        assert sorted(first + server.tally.recipients) == sorted(made.addresses)
    assert set(made.states().values()) == {DeliveryState.ACCEPTED}


async def test_whatever_ends_the_pen_whoever_waits_for_it_hears_of_it(made: Mailing) -> None:
    """A mistake in this program, too, ends the mailing with its own error and leaves nobody waiting for ever."""

    class Mistaken(Store):
        def write_now(self, change: Callable[[Connection], T], *, durable: bool = False, wait: bool = True) -> T:
            if durable:
                raise ZeroDivisionError("a mistake")
            return super().write_now(change, durable=durable, wait=wait)

    made.store.close()
    made.store = Mistaken(f"sqlite:///{made.folder / 'digest.sqlite3'}")
    async with asyncio.timeout(PATIENCE_S) as patience, serving(Session) as server:
        with pytest.raises(ZeroDivisionError):
            await made.send(server.port)
        assert server.tally.taken == []
    assert not patience.expired()

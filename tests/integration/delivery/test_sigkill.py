"""The crash suite: a real process delivering to a real server is killed with SIGKILL and started again.

Counted at the server: no message is lost, none arrives twice; what nobody can know is held, at most one message a lane
and kill. `./test --long` kills 50 times over 10,000
deliveries; `python -m tests.bench kill` gives the figures of such a run.
"""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.delivery import ledger
from digest.model import DeliveryState
from tests.killable import EMPTYING, LANES, STEPS
from tests.killing import Child, Toll, kill_often
from tests.length import at_length
from tests.mailing import EDITION, Mailing, SetClock, mailing
from tests.servers.smtp import Session, serving


def planned(folder: Path, count: int) -> Mailing:
    """A mailing whose deliveries are due by the real clock."""
    return mailing(folder, count, clock=SetClock(datetime(2026, 1, 1, tzinfo=UTC)))


def check(made: Mailing, recipients: list[str], kills: int) -> None:
    """Nobody twice, nobody lost, doubt at most one message a lane and kill."""
    twice = {who: times for who, times in Counter(recipients).items() if times > 1}
    states = made.states()
    doubtful = {who for who, state in states.items() if state is DeliveryState.UNSURE}
    accepted = {who for who, state in states.items() if state is DeliveryState.ACCEPTED}
    assert not twice, f"sent twice: {twice}"
    assert accepted | doubtful == set(made.addresses), "every delivery has come to an end"
    assert accepted <= set(recipients), "accepted means that the server has it"
    assert set(recipients) - accepted <= doubtful
    assert len(doubtful) <= LANES * kills


@pytest.mark.parametrize(
    ("step", "nth"),
    [("write", 1), ("write", 2), ("write", 4), *((step, nth) for step in STEPS[1:] for nth in (1, 4))],
)
async def test_killed_right_after_a_step_nothing_is_lost_and_nothing_repeated(
    tmp_path: Path, step: str, nth: int
) -> None:
    """Between any two steps of a delivery the process may end; the next one finishes the work."""
    made = planned(tmp_path, 30)
    async with serving(Session) as server:
        dying = await Child.start(tmp_path, server.port, "--at", step, "--nth", str(nth))
        assert await dying.ended() == -9
        last = await Child.start(tmp_path, server.port)
        assert await last.ended() == 0
        check(made, server.tally.recipients, kills=1)
    made.close()


@pytest.mark.parametrize("step", EMPTYING)
@pytest.mark.parametrize("nth", [1, 3])
async def test_killed_while_the_receipts_are_emptied_nothing_is_lost_and_nothing_repeated(
    tmp_path: Path, step: str, nth: int
) -> None:
    """The old receipts or the new ones are there, whole, with every body under way in them."""
    made = planned(tmp_path, 60)
    async with serving(Session) as server:
        dying = await Child.start(tmp_path, server.port, "--at", step, "--nth", str(nth))
        assert await dying.ended() == -9
        last = await Child.start(tmp_path, server.port)
        assert await last.ended() == 0
        check(made, server.tally.recipients, kills=1)
    made.close()
    assert list((tmp_path / "owners").iterdir()) == []


async def test_27_killed_between_offered_and_accepted_it_is_unsure_at_restart(tmp_path: Path) -> None:
    """A message whose reply was still awaited, and never came, is held, whether the server took it or not."""
    made = planned(tmp_path, 1)
    arrived = asyncio.Event()

    class Pondering(Session):
        async def dot(self, data: bytes) -> str:
            arrived.set()
            await asyncio.sleep(30)
            return "250 ok"

    async with serving(Pondering) as server:
        child = await Child.start(tmp_path, server.port)
        await arrived.wait()
        await child.kill()
    async with serving(Session) as server:
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
        assert server.tally.taken == []
    assert made.states() == {"0@list.example": DeliveryState.UNSURE}
    assert len(made.store.read_now(ledger.unsure)) == 1
    made.close()


async def test_28_killed_after_the_250_before_the_commit_it_is_accepted_and_not_resent(tmp_path: Path) -> None:
    """The receipt file knows what the store does not: no doubt is left."""
    made = planned(tmp_path, 1)
    async with serving(Session) as server:
        dying = await Child.start(tmp_path, server.port, "--at", "receipt")
        assert await dying.ended() == -9
        assert made.states() == {"0@list.example": DeliveryState.OFFERED}
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
        assert server.tally.recipients == ["0@list.example"]
    assert made.states() == {"0@list.example": DeliveryState.ACCEPTED}
    made.close()


async def test_an_offer_whose_body_never_began_is_sent_after_a_kill(tmp_path: Path) -> None:
    """Offered, but the body provably never left: it is not in doubt, it is sent."""
    made = planned(tmp_path, 1)
    async with serving(Session) as server:
        dying = await Child.start(tmp_path, server.port, "--at", "offer")
        assert await dying.ended() == -9
        assert made.states() == {"0@list.example": DeliveryState.OFFERED}
        assert server.tally.bodies == 0
        again = await Child.start(tmp_path, server.port)
        assert await again.ended() == 0
        assert server.tally.recipients == ["0@list.example"]
    made.close()


async def test_killed_at_random_moments_again_and_again_nothing_is_lost_and_nothing_repeated(tmp_path: Path) -> None:
    """Kills over many deliveries, wherever they fall."""
    deliveries = at_length(1_500, 10_000)
    made = planned(tmp_path, deliveries)
    async with serving(Session) as server:
        toll: Toll = await kill_often(
            tmp_path,
            server.port,
            lambda: len(server.tally.taken),
            kills=at_length(5, 50),
            deliveries=deliveries,
            chance=random.Random(),
        )
        assert toll.kills > 0
        check(made, server.tally.recipients, toll.kills)
    made.close()


async def test_two_processes_at_once_send_each_message_once(tmp_path: Path) -> None:
    """Claims keep two workers apart; one of them is killed, and the other's work is not touched."""
    made = planned(tmp_path, 600)
    async with serving(Session) as server:
        first, second = [await Child.start(tmp_path, server.port) for _ in range(2)]
        while len(server.tally.taken) < 200:
            await asyncio.sleep(0.01)
        await first.kill()
        assert await second.ended() == 0
        last = await Child.start(tmp_path, server.port)
        assert await last.ended() == 0
        check(made, server.tally.recipients, kills=1)
    made.close()


async def test_a_killed_outbox_writes_again_and_is_never_unsure(tmp_path: Path) -> None:
    """Writing a file again is harmless: every message ends as one file, none in doubt."""
    made = planned(tmp_path, 60)
    for step, nth in (("write", 3), ("write", 6), ("receipt", 7)):
        dying = await Child.start(tmp_path, 0, "--at", step, "--nth", str(nth))
        assert await dying.ended() == -9
    last = await Child.start(tmp_path, 0)
    assert await last.ended() == 0
    assert set(made.states().values()) == {DeliveryState.ACCEPTED}
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 60
    assert made.store.read_now(lambda c: ledger.counts(c, edition=EDITION))[DeliveryState.UNSURE] == 0
    made.close()

"""Two machines on one PostgreSQL: when one is killed, the other takes its work over.

A machine is a folder of its own: neither sees the other's owner files, so only leases, by the database's clock, tell
that one is gone.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.delivery.claims import LEASE_S
from digest.model import DeliveryState
from tests.killable import LANES
from tests.killing import Child
from tests.mailing import Mailing, SetClock, mailing
from tests.servers import postgres
from tests.servers.smtp import Session, serving

COUNT = 600
#: The lease, and what starting a process may take on a busy machine.
TAKEN_OVER_WITHIN_S = LEASE_S + 60


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    """A real server."""
    with postgres.server() as found:
        yield found


@pytest.fixture
def url(server_url: str) -> Iterator[str]:
    """A database of its own."""
    with postgres.database(server_url) as found:
        yield found


async def test_a_killed_machines_work_is_taken_over_when_its_lease_runs_out(tmp_path: Path, url: str) -> None:
    """Nothing lost, nothing twice; what was on the dead machine's wire is held until that machine is back, and its
    receipts tell."""
    made = mailing(tmp_path, COUNT, url=url, clock=SetClock(datetime(2026, 1, 1, tzinfo=UTC)))
    dying_folder, living_folder = tmp_path / "dying", tmp_path / "living"
    store = ("--store", url)
    async with serving(Session) as server:
        dying = await Child.start(dying_folder, server.port, *store)
        while len(server.tally.taken) < COUNT // 4:
            await asyncio.sleep(0.005)
        await dying.kill()
        async with asyncio.timeout(TAKEN_OVER_WITHIN_S):
            while {DeliveryState.PENDING, DeliveryState.OFFERED} & set(made.states().values()):
                living = await Child.start(living_folder, server.port, *store)
                assert await living.ended() == 0
                await asyncio.sleep(0.5)
        taken = server.tally.recipients
        assert len(taken) == len(set(taken)), "nobody got it twice"
        doubtful = [who for who, state in made.states().items() if state is DeliveryState.UNSURE]
        assert len(doubtful) <= LANES
        assert set(made.states().values()) <= {DeliveryState.ACCEPTED, DeliveryState.UNSURE}
        back = await Child.start(dying_folder, server.port, *store)
        assert await back.ended() == 0
    accepted = {who for who, state in made.states().items() if state is DeliveryState.ACCEPTED}
    arrived = set(server.tally.recipients)
    assert len(arrived) == len(server.tally.recipients), "nobody got it twice"
    assert accepted <= arrived, "its receipts tell what arrived"
    assert len(made.addresses) - len(accepted) <= LANES, "what it had offered and not begun is held"
    made.close()


async def test_two_machines_share_the_work_and_send_each_message_once(tmp_path: Path, url: str) -> None:
    """Claims on PostgreSQL keep two machines apart while both live."""
    made: Mailing = mailing(tmp_path, COUNT, url=url, clock=SetClock(datetime(2026, 1, 2, tzinfo=UTC)))
    async with serving(Session) as server:
        machines = [await Child.start(tmp_path / name, server.port, "--store", url) for name in ("one", "other")]
        for machine in machines:
            assert await machine.ended() == 0
        assert sorted(server.tally.recipients) == sorted(made.addresses)
    made.close()

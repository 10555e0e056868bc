"""`kill`: the sender is killed with SIGKILL at random moments, started again, and counted at the server."""

import asyncio
import random
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from digest.model import DeliveryState
from tests.bench import Options, Result
from tests.bench.sinks import sink
from tests.killable import LANES
from tests.killing import Toll, kill_often
from tests.mailing import SetClock, mailing


def run(options: Options) -> Result:
    """50 kills over 10,000 deliveries; `--quick`: 10 over 2,000."""
    kills, count = (10, 2_000) if options.quick else (50, 10_000)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(_run(Path(folder), kills, count))
    table = "\n".join(f"{name:20} {value}" for name, value in figures.items())
    return Result(table=table, figures=figures)


async def _run(folder: Path, kills: int, count: int) -> dict[str, object]:
    made = mailing(folder, count, clock=SetClock(datetime(2026, 1, 1, tzinfo=UTC)))
    report = folder / "report"
    report.touch()

    def recipients() -> list[str]:
        return [line for line in report.read_text(encoding="ascii").splitlines() if line != "turn"]

    # In a process of its own, so that it answers while the sender is being killed.
    with sink(report=report) as port:
        toll = await kill_often(
            folder, port, lambda: len(recipients()), kills=kills, deliveries=count, chance=random.Random()
        )
        figures = _counted(recipients(), made.states(), toll)
    made.close()
    return {"deliveries": count, **figures}


def _counted(recipients: list[str], states: dict[str, DeliveryState], toll: Toll) -> dict[str, object]:
    arrived = Counter(recipients)
    unsure = [who for who, state in states.items() if state is DeliveryState.UNSURE]
    accepted = [who for who, state in states.items() if state is DeliveryState.ACCEPTED]
    return {
        "kills": toll.kills,
        "arrived": sum(arrived.values()),
        "arrived_twice": sum(1 for times in arrived.values() if times > 1),
        "accepted": len(accepted),
        "lost": sum(1 for who in accepted if who not in arrived) + len(states) - len(accepted) - len(unsure),
        "in_doubt": len(unsure),
        "in_doubt_arrived": sum(1 for who in unsure if who in arrived),
        "in_doubt_per_lane_and_kill": round(len(unsure) / max(1, toll.kills * LANES), 3),
    }

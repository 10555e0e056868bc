"""The worker: duties side by side, each at its moments, until it is told to stop."""

import asyncio
import logging
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from digest.app import SystemClock
from digest.engine.local import LocalEngine
from digest.errors import StoreError
from digest.worker import Duty, Worker, cause

#: Far more than any of these takes.
PATIENCE_S = 30


async def test_duties_run_side_by_side_and_a_slow_one_delays_no_other() -> None:
    """While one duty hangs, the other goes on."""
    stop, hanging = asyncio.Event(), asyncio.Event()
    done = 0

    async def hang() -> datetime | None:
        await hanging.wait()
        return None

    async def work() -> datetime | None:
        nonlocal done
        done += 1
        if done == 2:
            hanging.set()
            worker.stop()
        return datetime.now(UTC)

    worker = Worker([Duty(name="slow", step=hang), Duty(name="fast", step=work)], clock=SystemClock(), stop=stop)
    await asyncio.wait_for(worker.run(), PATIENCE_S)
    assert done == 2


async def test_a_failed_step_is_reported_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """An error of ours ends neither the duty nor the others; its words are logged."""
    stop = asyncio.Event()
    tries = 0

    async def fail() -> datetime | None:
        nonlocal tries
        tries += 1
        if tries == 2:
            worker.stop()
        duty.wake.set()
        raise ExceptionGroup("some of the work failed", [StoreError("the store is locked")])

    duty = Duty(name="poll", step=fail)
    worker = Worker([duty], clock=SystemClock(), stop=stop)
    with caplog.at_level(logging.ERROR):
        await asyncio.wait_for(worker.run(), PATIENCE_S)
    assert "poll: the store is locked" in caplog.text


async def test_a_duty_that_is_woken_runs_before_its_moment() -> None:
    """Work made by one duty starts the other at once, however far its own moment is."""
    stop = asyncio.Event()
    runs = 0

    async def work() -> datetime | None:
        nonlocal runs
        runs += 1
        if runs == 2:
            worker.stop()
        return datetime.now(UTC) + timedelta(hours=1)

    duty = Duty(name="deliver", step=work)
    worker = Worker([duty], clock=SystemClock(), stop=stop)
    running = asyncio.create_task(worker.run())
    while not runs:
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert runs == 1
    duty.wake.set()
    ended, _ = await asyncio.wait([running], timeout=PATIENCE_S)
    running.cancel()
    assert (runs, ended) == (2, {running})


async def test_a_signal_ends_it_after_what_runs_is_done() -> None:
    """SIGTERM lets the step that runs finish, and starts no other."""
    finished: list[str] = []

    async def work() -> datetime | None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.05)
        finished.append("step")
        return None

    worker = Worker([Duty(name="poll", step=work)], clock=SystemClock(), stop=asyncio.Event())
    await asyncio.wait_for(worker.run(), PATIENCE_S)
    assert finished == ["step"]


async def test_a_mistake_of_ours_is_logged_with_its_traceback_and_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Inside a ticket or outside, the other duties go on, and the one that failed is reported and rests."""
    runs = {"inside": 0, "outside": 0, "well": 0}
    told: list[tuple[str, str | None]] = []

    @dataclass(frozen=True)
    class Ticket:
        key: str

    async def handler(_: Ticket) -> None:
        raise KeyError("edition")

    engine = LocalEngine()

    async def inside() -> datetime | None:
        runs["inside"] += 1
        await engine.run(handler, [Ticket("a")])
        return None

    async def outside() -> datetime | None:
        runs["outside"] += 1
        raise AttributeError("none of ours")

    async def well() -> datetime | None:
        runs["well"] += 1
        for failing in duties[:2]:
            failing.wake.set()  # whoever wakes it, it rests
        if runs["well"] == 5:
            worker.stop()
        duties[2].wake.set()
        await asyncio.sleep(0)
        return None

    async def report(name: str, error: Exception | None) -> None:
        told.append((name, cause(error) if error else None))
        raise StoreError("the store is locked")

    steps = {"inside": inside, "outside": outside, "well": well}
    duties = [Duty(name=name, step=step) for name, step in steps.items()]
    worker = Worker(duties, clock=SystemClock(), stop=asyncio.Event(), report=report)
    with caplog.at_level(logging.ERROR):
        await asyncio.wait_for(worker.run(), PATIENCE_S)
    assert runs == {"inside": 1, "outside": 1, "well": 5}
    assert sorted(set(told), key=str) == [
        ("inside", "a mistake in this program: KeyError in digest.engine.local.work"),
        ("outside", "a mistake in this program: AttributeError in digest.worker._attempt"),
        ("well", None),
    ]
    assert caplog.text.count("Traceback") == 2
    assert "KeyError: 'edition'" in caplog.text
    assert "report on well: the store is locked" in caplog.text


async def test_a_duty_that_fails_rests_twice_as_long_each_time_and_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same mistake is one report; its end is another, after which nothing is told any more."""
    rests: list[float] = []
    told: list[bool] = []
    runs = 0

    async def rest(_: Worker, pause: timedelta) -> None:
        rests.append(pause.total_seconds())

    async def step() -> datetime | None:
        nonlocal runs
        runs += 1
        duty.wake.set()
        if runs > 9:
            worker.stop()
        if runs <= 8:
            raise ZeroDivisionError
        return None

    async def report(_: str, error: Exception | None) -> None:
        told.append(error is None)

    monkeypatch.setattr(Worker, "_rest", rest)
    duty = Duty(name="poll", step=step)
    worker = Worker([duty], clock=SystemClock(), stop=asyncio.Event(), report=report)
    await asyncio.wait_for(worker.work(), PATIENCE_S)
    assert rests == [30, 60, 120, 240, 480, 960, 1800, 1800]
    assert told == [False, True]


def test_a_full_disk_is_no_mistake_in_this_program() -> None:
    """What the system refuses is told as that, without the names of files."""
    error = OSError(28, "No space left on device", "/home/ana@example.org/x")
    assert (
        cause(ExceptionGroup("x", [StoreError("y"), error])) == "the system refuses something: No space left on device"
    )

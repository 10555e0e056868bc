"""The worker: duties side by side, each at its moments, until it is told to stop."""

import asyncio
import logging
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from digest.app import SystemClock
from digest.errors import StoreError
from digest.worker import Duty, Worker

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
    duty.wake.set()
    await asyncio.wait_for(running, PATIENCE_S)


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

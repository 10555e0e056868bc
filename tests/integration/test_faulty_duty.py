"""A mistake in this program, inside one duty of a whole `run`."""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from digest.app import Installation, queries
from digest.app.running import Rounds, Running
from digest.pipeline.composing.lines import LineWriter
from digest.settings.core.shape import Settings
from tests.installation import Told, rss, settings, subscriber
from tests.servers.http import HttpServer

PATIENCE_S = 30


class Broken(Installation):
    """An installation that cannot compose."""

    broken = True

    async def line_writer(self) -> LineWriter | None:
        """Fail as nobody foresaw, while it is broken."""
        if self.broken:
            raise KeyError("ana@example.org")
        return await super().line_writer()


async def test_a_duty_that_a_mistake_ends_is_shown_by_status_and_ends_no_other(
    http_server: HttpServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Feeds are polled all the same; `status --check` alarms until it works again; no address is in the store."""
    http_server.document("/wire.xml", rss("Wire", [Told(title="Aleppo talks collapse")]))
    chosen = settings(http_server, {"wire": "/wire.xml"}, subscriber("ana@example.org", send="now"))
    async with Broken(chosen, state=tmp_path / "state", outbox=tmp_path / "outbox") as app:
        rounds = Rounds(app)
        with caplog.at_level(logging.ERROR):
            running = asyncio.create_task(rounds.run())
            async with asyncio.timeout(PATIENCE_S):
                while not (failing := [one for one in (await queries.status(app)).alarms if "compose" in one]):
                    await asyncio.sleep(0.05)
                while (await queries.status(app)).last_poll is None:
                    await asyncio.sleep(0.05)
            rounds.stop()
            await asyncio.wait_for(running, PATIENCE_S)
        assert "compose_due" in caplog.text
        assert "a mistake in this program" in failing[0]
        shown = [event.text for event in (await queries.status(app)).events if event.kind == "duty-fails"]
        assert len(shown) == 1
        assert "ana@" not in shown[0]
    Broken.broken = False
    async with Broken(chosen, state=tmp_path / "state", outbox=tmp_path / "outbox") as app:
        rounds = Rounds(app)
        running = asyncio.create_task(rounds.run())
        async with asyncio.timeout(PATIENCE_S):
            while any("compose" in one for one in (await queries.status(app)).alarms):
                await asyncio.sleep(0.05)
        rounds.stop()
        await asyncio.wait_for(running, PATIENCE_S)


class Unopened(Installation):
    """An installation that cannot be opened."""

    async def __aenter__(self) -> Self:
        """Fail as nobody foresaw."""
        raise LookupError("ana@example.org")


async def test_a_reload_that_a_mistake_ends_leaves_the_old_configuration_at_work(
    http_server: HttpServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Reading the new configuration fails, then opening its installation: both are told, and `run` goes on."""
    http_server.document("/wire.xml", rss("Wire", [Told(title="Aleppo talks collapse")]))
    first = settings(http_server, {"wire": "/wire.xml"}, subscriber("ana@example.org"))
    second = settings(http_server, {"wire": "/wire.xml"})
    reads: Iterator[Exception | Settings] = iter([ZeroDivisionError("x"), second])

    def read() -> Settings:
        found = next(reads)
        if isinstance(found, Exception):
            raise found
        return found

    def open_app(chosen: Settings) -> Installation:
        kind = Installation if chosen is first else Unopened
        return kind(chosen, state=tmp_path / "state", outbox=tmp_path / "outbox")

    running = Running(open_app, read)
    with caplog.at_level(logging.INFO):
        task = asyncio.create_task(running.run(first))
        await _logged(caplog, "polled")
        for words in ("ZeroDivisionError", "LookupError"):
            caplog.clear()
            os.kill(os.getpid(), signal.SIGHUP)
            await _logged(caplog, words)
            assert "Traceback" in caplog.text
        assert not task.done()
        running.stop()
        await asyncio.wait_for(task, PATIENCE_S)


async def test_a_stop_that_comes_while_an_installation_is_opened_is_heard(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """SIGTERM at any moment ends `run`."""
    chosen = settings(http_server, {"wire": "/wire.xml"}, subscriber("ana@example.org"))

    class Stopping(Installation):
        async def __aenter__(self) -> Self:
            running.stop()
            return await super().__aenter__()

    def open_app(chosen: Settings) -> Installation:
        return Stopping(chosen, state=tmp_path / "state", outbox=tmp_path / "outbox")

    running = Running(open_app, lambda: chosen)
    await asyncio.wait_for(running.run(chosen), PATIENCE_S)


async def _logged(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while words not in caplog.text:
            await asyncio.sleep(0.02)

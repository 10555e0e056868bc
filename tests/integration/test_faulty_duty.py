"""A mistake in this program, inside one duty of a whole `run`."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from digest.app import App, looking
from digest.app.running import Rounds
from digest.pipeline.compose import ComposeResult
from tests.http_server import HttpServer
from tests.installation import Told, rss, settings, subscriber

PATIENCE_S = 30


class Broken(App):
    """An installation that cannot compose."""

    broken = True

    async def compose_due(self, *args: Any, **kwargs: Any) -> ComposeResult:
        """Fail as nobody foresaw, while it is broken."""
        if self.broken:
            raise KeyError("ana@example.org")
        return await super().compose_due(*args, **kwargs)


async def test_a_duty_that_a_mistake_ends_is_shown_by_status_and_ends_no_other(
    http_server: HttpServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Feeds are polled all the same; `status --check` alarms until it works again; no address is in the store."""
    http_server.document("/wire.xml", rss("Wire", [Told(title="Aleppo talks collapse")]))
    chosen = settings(http_server, {"wire": "/wire.xml"}, subscriber("ana@example.org"))
    async with Broken(chosen, state=tmp_path / "state", outbox=tmp_path / "outbox") as app:
        rounds = Rounds(app)
        with caplog.at_level(logging.ERROR):
            running = asyncio.create_task(rounds.run())
            async with asyncio.timeout(PATIENCE_S):
                while not (failing := [one for one in (await looking.status(app)).alarms if "compose" in one]):
                    await asyncio.sleep(0.05)
                while (await looking.status(app)).last_poll is None:
                    await asyncio.sleep(0.05)
            rounds.stop()
            await asyncio.wait_for(running, PATIENCE_S)
        assert "compose_due" in caplog.text
        assert "a mistake in this program" in failing[0]
        shown = [event.text for event in (await looking.status(app)).events if event.kind == "duty-fails"]
        assert len(shown) == 1
        assert "ana@" not in shown[0]
    Broken.broken = False
    async with Broken(chosen, state=tmp_path / "state", outbox=tmp_path / "outbox") as app:
        rounds = Rounds(app)
        running = asyncio.create_task(rounds.run())
        async with asyncio.timeout(PATIENCE_S):
            while any("compose" in one for one in (await looking.status(app)).alarms):
                await asyncio.sleep(0.05)
        rounds.stop()
        await asyncio.wait_for(running, PATIENCE_S)

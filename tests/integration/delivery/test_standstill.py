"""Mail that stands still: what is tried then, by whom, and what is said of it."""

import asyncio
import dataclasses
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.app import Installation, polling, queries, readers, sending
from digest.app.running import Rounds
from digest.model import DeliveryState, Mailbox
from digest.settings.core.shape import MailSettings, Security, Settings
from digest.storage.core.schema import meta
from digest.storage.queries import events, relays
from tests.installation import Told, installed, rss, settings, subscriber
from tests.mailing import Mailing, mailing
from tests.servers.http import HttpServer
from tests.servers.smtp import Running, Session, serving

PATIENCE_S = 30


class NoSuchUser(Session):
    """A relay that has lost its list of users, until it has found it again."""

    lost = True

    async def rcpt(self, recipient: str) -> str:
        return "550 5.1.1 no such user" if NoSuchUser.lost else "250 ok"


@pytest.fixture(autouse=True)
def _as_at_first() -> None:
    """Relays are as they are at first."""
    NoSuchUser.lost = Unwilling.unwilling = True


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """Forty deliveries that are due."""
    many = mailing(tmp_path, 40)
    yield many
    many.close()


async def test_a_relay_that_knows_nobody_suppresses_nobody(made: Mailing) -> None:
    """Everything stays pending; when the relay is itself again, everybody gets their message."""
    async with serving(NoSuchUser) as server:
        counts = await made.send(server.port)
        assert (counts.failed, counts.suppressed, counts.pending) == (0, 0, 40)
        assert "no such user" in (counts.reason or "")
        assert server.tally.commands["RCPT"] < 30
        assert made.suppressed() == {}
        NoSuchUser.lost = False
        made.clock.advance(timedelta(hours=1))
        assert (await made.send(server.port)).accepted == 40


async def test_a_relay_that_knows_nobody_suppresses_nobody_one_by_one_either(tmp_path: Path) -> None:
    """One message a day, each refused, until the relay is itself again: then its only reader has mail."""
    made = mailing(tmp_path, 1)
    async with serving(NoSuchUser) as server:
        for _ in range(3):
            assert (await made.send(server.port)).failed == 1
            made.clock.advance(timedelta(days=1))
            made.plan()
        assert made.suppressed() == {}
        NoSuchUser.lost = False
        assert (await made.send(server.port)).accepted == 1
    assert made.suppressed() == {}
    made.close()


async def test_a_sender_that_takes_up_doubts_counts_them(made: Mailing) -> None:
    """What a killed process left in doubt is in the next one's counts."""
    from digest.delivery import claims, transitions
    from digest.delivery.process_locks import WorkerLock
    from digest.delivery.transitions import Offer
    from tests.integration.delivery.test_group_commit import killed

    gone = WorkerLock(made.folder / "owners")
    [row] = made.store.write_now(lambda c: claims.claim(c, gone.id, 1, made.clock.now())).taken
    offer = Offer(id=row.id, fence=row.fence, message_id="<x@y.example>")
    made.store.write_now(lambda c: transitions.offer(c, gone.id, [offer], "smtp", made.clock.now()))
    gone.begun(offer)
    killed(gone)
    async with serving(Session) as server:
        counts = await made.send(server.port)
    assert (counts.accepted, counts.unsure) == (39, 1)


async def test_what_the_store_keeps_of_the_relays_words_names_nobody(made: Mailing) -> None:
    """A relay that quotes a reader's address in its refusal leaves it in no place that outlives the reader."""

    class Quoting(Session):
        async def rcpt(self, recipient: str) -> str:
            return f"554 5.7.1 <{recipient}>: rejected"

    async with serving(Quoting) as server:
        counts = await made.send(server.port)
        assert "@list.example" in (counts.reason or "")
        await made.send(server.port)
    query = select(meta.c.value).where(meta.c.key == "relay")
    kept = made.store.read_now(lambda c: c.execute(query).scalar_one())
    assert "rejected" in kept
    assert "@list.example" not in kept
    assert len([one for one in made.store.read_now(events.recent) if one.kind == "breaker-open"]) == 1


# The whole program


def mailed(chosen: Settings, server: Running, **changes: object) -> Settings:
    """The same installation with a relay on loopback."""
    mail = MailSettings(
        sender=Mailbox(address="digest@digest.example"),
        server="127.0.0.1",
        port=server.port,
        security=Security.NONE,
        **changes,  # type: ignore[arg-type]
    )
    return dataclasses.replace(chosen, mail=mail)


def one_reader(http_server: HttpServer) -> Settings:
    """An installation with something to tell to one reader."""
    http_server.document("/wire.xml", rss("Wire", [Told(title="Aleppo talks collapse")]))
    return settings(http_server, {"wire": "/wire.xml"}, subscriber("ana@example.org"))


class Unwilling(Session):
    """A relay that greets with a refusal, while it is unwilling."""

    unwilling = True

    async def greeting(self) -> str:
        return "554 5.7.1 your address is on our list" if Unwilling.unwilling else "220 hello"


async def test_a_relay_that_refuses_us_is_left_alone_until_its_pause_is_over(
    http_server: HttpServer, tmp_path: Path
) -> None:
    """Rounds beside it try nothing and say why; `status` alarms; a `send` by hand tries at once, and all goes on."""
    async with serving(Unwilling) as server:
        chosen = mailed(one_reader(http_server), server)
        async with installed(chosen, tmp_path) as (app, clock):
            await readers.enlist(app)
            await polling.poll(app)
            assert (await sending.send(app)).delivered.reason
            for minutes in (0, 1, 3):
                clock.moment += timedelta(minutes=minutes)
                done = await Rounds(app).once()
                assert "554" in (done.delivered.reason or "")
                assert done.delivered.pending == 1
            assert server.tally.connections == 1
            assert any("mail stands still" in alarm and "554" in alarm for alarm in (await queries.status(app)).alarms)
            clock.moment += timedelta(minutes=2)
            await Rounds(app).once()
            assert server.tally.connections == 2
            Unwilling.unwilling = False
            assert (await sending.send(app)).delivered.accepted == 1
            assert not any("stands still" in alarm for alarm in (await queries.status(app)).alarms)


async def test_another_relay_is_tried_at_once(http_server: HttpServer, tmp_path: Path) -> None:
    """What the old one said does not hold for the new one."""
    async with serving(Unwilling) as server, serving(Session) as other:
        chosen = one_reader(http_server)
        async with installed(mailed(chosen, server), tmp_path) as (app, _):
            await readers.enlist(app)
            await polling.poll(app)
            assert (await sending.send(app)).delivered.reason
        async with installed(mailed(chosen, other), tmp_path) as (app, _):
            assert (await sending.deliver(app)).accepted == 1


async def test_run_tries_a_refused_login_once_and_a_reload_tries_it_again(
    http_server: HttpServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """However long it runs: another try could lock the account. The log says it once."""
    async with serving(Unwilling) as server:
        chosen = mailed(one_reader(http_server), server)
        async with installed(chosen, tmp_path) as (app, clock):
            await readers.enlist(app)
            await polling.poll(app)
            await sending.send(app)
            await refuse_login(app)
            tried = server.tally.connections
            with caplog.at_level(logging.ERROR):
                for _ in range(2):
                    rounds = Rounds(app)
                    running = asyncio.create_task(rounds.run())
                    tried += 1
                    async with asyncio.timeout(PATIENCE_S):
                        while server.tally.connections < tried:
                            await asyncio.sleep(0.02)
                        while (await sending.standstill(app)).tries < tried:  # type: ignore[union-attr]
                            await asyncio.sleep(0.02)
                    await refuse_login(app)
                    for _ in range(3):
                        clock.moment += timedelta(days=1)
                        await rounds.deliver()
                    rounds.stop()
                    await asyncio.wait_for(running, PATIENCE_S)
                    app.stop.clear()
            assert server.tally.connections == tried
            assert caplog.text.count("delivery stands still") == 2


async def refuse_login(app: Installation) -> None:
    """As if the relay's refusal had been of the login: a server on loopback is spoken to without one."""
    name = app.settings.relay

    def change(c: object) -> None:
        relay = relays.known(c, name)  # type: ignore[arg-type]
        assert relay.standstill is not None
        relays.keep(c, dataclasses.replace(relay, standstill=dataclasses.replace(relay.standstill, login=True)))  # type: ignore[arg-type]

    await app.store.write(change)


async def test_pending_mail_is_pending_while_it_stands_still(http_server: HttpServer, tmp_path: Path) -> None:
    """Nothing is lost by waiting: the ledger has it all, and the reason stands in the events once."""
    async with (
        serving(Unwilling) as server,
        installed(mailed(one_reader(http_server), server), tmp_path) as (app, clock),
    ):
        await readers.enlist(app)
        await polling.poll(app)
        for _ in range(3):
            await sending.send(app)
            clock.moment += timedelta(minutes=1)
        found = await queries.status(app)
        assert found.deliveries[DeliveryState.PENDING] == 1
        assert len([event for event in found.events if event.kind == "breaker-open"]) == 1

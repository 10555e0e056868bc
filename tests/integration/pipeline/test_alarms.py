"""`status --check` and `log` tell the truth: whatever stops news or mail alarms, through the command line, with the
next step; and nothing else does."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.ageing import pass_time
from tests.installation import Told, rss
from tests.program import Home, Ran
from tests.servers.http import HttpServer
from tests.servers.smtp import HangUp, Running, Session, serving

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE_S = 60


class Relay(Session):
    """A mail server that answers as a test wants it to."""

    offers = (*Session.offers, "AUTH PLAIN LOGIN")
    said: dict[str, str] = {}  # noqa: RUF012

    async def greeting(self) -> str:
        """Said first."""
        return self.said.get("greeting") or await super().greeting()

    async def auth(self, words: str) -> str:
        """In answer to AUTH."""
        return self.said.get("auth", "235 2.7.0 ok")

    async def rcpt(self, recipient: str) -> str:
        """In answer to RCPT TO."""
        return self.said.get("rcpt") or await super().rcpt(recipient)

    async def dot(self, data: bytes) -> str:
        """In answer to a whole message."""
        if self.said.get("dot") == "nothing":
            await asyncio.sleep(PATIENCE_S)
            raise HangUp
        return self.said.get("dot") or await super().dot(data)


@dataclass
class World:
    """An installation on disk with the feeds and the mail server that it works with."""

    home: Home
    feeds: HttpServer
    relay: Running
    told: list[Told] = field(default_factory=list)

    def says(self, **answers: str) -> None:
        """What the mail server answers from now on: `greeting`, `auth`, `rcpt`, `dot`."""
        Relay.said = answers

    def readers(self, *addresses: str, send: str = "daily 07:00") -> None:
        """Who is configured."""
        lines = "".join(f'"{address}" = {{ topics = ["*"], send = "{send}" }}\n' for address in addresses)
        self.home.configure("subscribers.toml", f"[subscribers]\n{lines}")

    def publish(self, *titles: str) -> None:
        """The wire shows these besides what it showed."""
        self.told = [*(Told(title=title) for title in titles), *self.told]
        self.feeds.document("/wire.xml", rss("Wire", self.told, now=datetime.now(UTC)))

    async def does(self, *arguments: str) -> Ran:
        """A verb of the program."""
        return await self.home.digest(*arguments)

    def later(self, by: timedelta) -> None:
        """Time passes."""
        pass_time(self.home.folder / "state", by)


@pytest.fixture
async def world(http_server: HttpServer, tmp_path: Path) -> AsyncIterator[World]:
    """Two feeds, two readers, a relay that takes everything."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    environ = {"RELAY": "hunter2hunter2", "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
    async with serving(Relay, tls=context) as relay:
        made = World(Home(folder=tmp_path, server=http_server, environ=environ), http_server, relay)
        made.says()
        made.publish("Aleppo talks collapse as envoys walk out")
        http_server.document("/local.xml", rss("Local", [Told(title="Tehran opens a bridge")], now=datetime.now(UTC)))
        made.home.configure(
            "feeds.toml",
            f'[feeds]\nwire = {{ url = "{http_server.url("/wire.xml")}", private = true }}\n'
            f'local = {{ url = "{http_server.url("/local.xml")}", private = true }}\n',
        )
        made.home.configure("topics.toml", '[topics.syria]\nany = ["Aleppo"]\n[topics.iran]\nany = ["Tehran"]\n')
        mail = f'[mail]\nfrom = "a@b.example"\nserver = "127.0.0.1"\nport = {relay.port}\nsecurity = "tls"\n'
        made.home.configure("mail.toml", mail)
        made.home.configure("digest.toml", '[digest]\ntitle = "Watch"\n')
        made.readers("ana@example.org", "ben@example.org")
        yield made


async def _all_is_well(world: World) -> None:
    await world.does("poll")
    await world.does("send")


async def _the_login_is_refused(world: World) -> None:
    world.home.configure("mail.toml", world.home.read("mail.toml") + 'user = "u"\npassword = { env = "RELAY" }\n')
    world.says(auth="535 5.7.8 wrong password")
    await world.does("poll")
    assert (await world.does("send")).code == 12


async def _the_greeting_is_a_no(world: World) -> None:
    world.says(greeting="554 5.7.1 your address is on our list")
    await _all_is_well(world)


async def _the_relay_is_away(world: World) -> None:
    mail = world.home.read("mail.toml").replace(f"port = {world.relay.port}", "port = 1")
    world.home.configure("mail.toml", mail)
    await world.does("poll")
    sent = await world.does("send")
    assert "2 messages wait" in sent.out
    again = await world.does("send")
    assert "nothing is new" not in again.out + sent.out
    world.later(20 * HOUR)
    await world.does("poll")


async def _mail_is_put_off(world: World) -> None:
    world.says(rcpt="451 4.7.1 not now")
    await _all_is_well(world)
    assert "2 messages wait" in (await world.does("send")).out
    world.later(2 * HOUR)
    await world.does("poll")


async def _everybody_is_refused(world: World) -> None:
    world.readers(*(f"r{n}@example.org" for n in range(6)))
    world.says(rcpt="550 5.7.1 we do not like you")
    await _all_is_well(world)


async def _everything_fails(world: World) -> None:
    world.says(dot="552 5.3.4 too large")
    await _all_is_well(world)


async def _a_sender_is_killed(world: World) -> None:
    world.readers("ana@example.org")
    world.says(dot="nothing")
    await world.does("poll")
    child = await world.home.start("send")
    async with asyncio.timeout(PATIENCE_S):
        while not world.relay.tally.bodies:
            await asyncio.sleep(0.05)
    child.kill()
    await child.wait()
    world.says()
    assert "1 unsure" in (await world.does("send")).out


async def _a_slot_is_left_out(world: World) -> None:
    await world.does("run", "--once")
    world.later(3 * DAY)
    world.publish("Aleppo bakery opens")
    assert "nothing ran when digests were due" in (await world.does("run", "--once")).err


async def _a_slot_is_not_made(world: World) -> None:
    at = (datetime.now(UTC) - 3 * HOUR).strftime("%H:%M")
    world.readers("ana@example.org", send=f"daily {at}")
    await _all_is_well(world)
    world.later(22 * HOUR)
    await world.does("poll")


async def _nothing_polls(world: World) -> None:
    world.readers("ana@example.org", send="now")
    await _all_is_well(world)
    world.later(DAY)


async def _one_feed_is_dead(world: World) -> None:
    await _all_is_well(world)
    world.feeds.answer("/local.xml", 500)
    for _ in range(3):
        await world.does("poll", "local")
    world.later(7 * HOUR)
    await world.does("poll")


async def _every_feed_is_dead(world: World) -> None:
    world.feeds.answer("/local.xml", 500)
    world.feeds.answer("/wire.xml", 500)
    await world.does("poll")


async def _a_feed_never_shows_anything(world: World) -> None:
    world.feeds.document("/local.xml", rss("Local", []))
    await _all_is_well(world)
    world.later(3 * DAY)
    await world.does("run", "--once")


async def _a_feed_shows_nothing_any_more(world: World) -> None:
    await _all_is_well(world)
    world.feeds.document("/local.xml", rss("Local", []))
    await world.does("poll")
    world.later(3 * DAY)
    await world.does("poll")


async def _a_feed_brings_nothing_new(world: World) -> None:
    for day in range(6):
        world.publish(f"Aleppo gets bakery number {day}")
        await world.does("poll")
        world.later(DAY)
    world.later(3 * DAY)
    await world.does("poll")


async def _the_clock_was_ahead(world: World) -> None:
    await _all_is_well(world)
    world.later(-400 * DAY)
    await world.does("poll")


Arrange = Callable[[World], Awaitable[None]]

#: What happens; what the alarm says; the next step that it names; a word of the log.
SCENARIOS: dict[str, tuple[Arrange, str, str, str]] = {
    "login refused": (_the_login_is_refused, "mail stands still", "digest send", "pending"),
    "greeting refused": (_the_greeting_is_a_no, "on our list", "digest check --online", "pending"),
    "relay away": (_the_relay_is_away, "mail stands still", "digest check --online", "pending"),
    "mail put off": (_mail_is_put_off, "2 messages wait since", "digest log", "451"),
    "everybody refused": (_everybody_is_refused, "we do not like you", "digest check --online", "pending"),
    "everything failed": (_everything_fails, "2 messages failed", "digest log", "552"),
    "in doubt": (_a_sender_is_killed, "1 message in doubt", "digest send --unsure resend", "unsure"),
    "slot left out": (_a_slot_is_left_out, "to 2 subscribers", "digest run --once", ""),
    "slot not made": (_a_slot_is_not_made, "to ana@example.org was not made", "digest run", ""),
    "nothing polls": (_nothing_polls, "nothing polls", "digest run", ""),
    "one feed dead": (_one_feed_is_dead, "local fails since", "digest feeds test local", ""),
    "every feed dead": (_every_feed_is_dead, "every feed fails", "digest feeds", ""),
    "feed never had anything": (_a_feed_never_shows_anything, "local answers since", "digest feeds test local", ""),
    "feed empty": (_a_feed_shows_nothing_any_more, "local answers, but", "digest feeds test local", ""),
    "feed silent": (_a_feed_brings_nothing_new, "wire answers, but", "digest feeds test wire", ""),
    "clock ahead": (_the_clock_was_ahead, "the clock was wrong", "timedatectl", ""),
}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_what_stops_news_or_mail_alarms_with_the_next_step(world: World, name: str) -> None:
    """`status --check` ends with 1 and `status` names what it is and what to do; `log` shows the mail as it stands."""
    arrange, words, step, logged = SCENARIOS[name]
    await arrange(world)
    checked = await world.does("status", "--check", "--json")
    alarms = checked.json["alarms"]
    assert checked.code == 1, checked.out
    assert any(words in alarm and step in alarm for alarm in alarms), alarms
    assert logged in (await world.does("log")).out


async def test_nothing_alarms_while_all_is_well(world: World) -> None:
    """After a poll and a `send` that was taken, after a slot on its day, and after what was wrong is mended: 0."""
    world.says(greeting="554 5.7.1 no")
    await _all_is_well(world)
    assert (await world.does("status", "--check")).code == 1
    world.says()
    await world.does("send")
    checked = await world.does("status", "--check", "--json")
    assert (checked.code, checked.json["alarms"]) == (0, [])
    world.later(DAY)
    world.publish("Aleppo opens a bakery")
    assert (await world.does("run", "--once")).code == 0
    checked = await world.does("status", "--check", "--json")
    assert (checked.code, checked.json["alarms"]) == (0, [])

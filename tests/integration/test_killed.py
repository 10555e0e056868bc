"""The whole program killed with SIGKILL at any moment, and started again: nothing lost, nothing twice."""

import asyncio
import random
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.installation import Told, rss, text_of
from tests.length import at_length
from tests.program import Home
from tests.servers.http import HttpServer

#: When a child is killed, in seconds after its start: from before it has read its configuration to after its work.
EARLIEST_S, LATEST_S = 0.2, 1.6
KILLS = at_length(5, 50)


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(3))


def _news(feed: int) -> list[Told]:
    """Ten stories that have nothing to do with each other."""
    chance = random.Random(feed)
    return [
        Told(
            title=" ".join(["Syria", *(_word(chance) for _ in range(6))]),
            summary=" ".join(_word(chance) for _ in range(15)).capitalize() + ".",
            guid=f"{feed}-{at}",
        )
        for at in range(10)
    ]


async def _kill_some(home: Home, chance: random.Random, *arguments: str) -> None:
    """Start the program and kill it, a few times; then let it run to its end."""
    for _ in range(KILLS):
        child = await home.start(*arguments)
        await asyncio.sleep(chance.uniform(EARLIEST_S, LATEST_S))
        if child.returncode is None:
            child.kill()
        await child.communicate()
    ran = await home.digest(*arguments)
    assert ran.code == 0, ran.err


@pytest.mark.slow
async def test_killed_at_random_moments_every_story_arrives_once(tmp_path: Path) -> None:
    """Poll and send, each killed again and again: every subscriber has every story in exactly one message."""
    chance = random.Random(random.getrandbits(32))
    async with HttpServer() as server:
        home = Home(folder=tmp_path, server=server)
        feeds = [f"feed{number}" for number in range(6)]
        for number, name in enumerate(feeds):
            server.document(f"/{name}.xml", rss(name.title(), _news(number), now=datetime.now(UTC)))
        people = [f"reader{number}@example.org" for number in range(20)]
        lines = "".join(f'{name} = {{ url = "{server.url(f"/{name}.xml")}", private = true }}\n' for name in feeds)
        home.configure("digest.toml", '[digest]\ntitle = "Test Watch"\n[defaults]\nmax_items = 100\nformat = "text"\n')
        home.configure("feeds.toml", "[feeds]\n" + lines)
        home.configure("topics.toml", '[topics.syria]\ntitle = "Syria"\nany = ["Syria*"]\n')
        home.configure(
            "subscribers.toml", "[subscribers]\n" + "".join(f'"{who}" = {{ topics = ["*"] }}\n' for who in people)
        )
        await _kill_some(home, chance, "poll")
        await _kill_some(home, chance, "send", "--yes")
        again = await home.digest("send", "--yes", "--json")
        assert again.json["accepted"] == 0
    texts: dict[str, str] = dict.fromkeys(people, "")
    for path in (tmp_path / "outbox").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        texts[str(mail["To"])] += " ".join(text_of(mail).split())
    assert set(texts) == set(people)
    for number in range(6):
        for told in _news(number):
            # The link stands once where the story stands; the title also stands in the link to pass it on.
            link = f"https://news.example/{told.guid} "
            assert {text.count(link) for text in texts.values()} == {1}, told.title

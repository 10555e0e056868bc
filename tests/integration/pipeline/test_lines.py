"""Lines by a language model: a real service on loopback, a real store, and what becomes of lies and failures."""

import dataclasses
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from digest.app import polling, sending
from digest.demo.show import StandingClock
from digest.errors import UsageError, WriterError
from digest.llm.openai import ChatWriter
from digest.model import Item, Report, Secret
from digest.pipeline.composing import choosing
from digest.pipeline.composing.lines import GIVE_UP_AFTER, LineWriter
from digest.settings.core.secrets import read_secret
from digest.settings.core.shape import LlmMode, LlmSettings
from digest.storage.core.database import Store, open_store
from tests.installation import NOW, Told, installed, mails, rss, settings, subscriber, text_of
from tests.servers.http import HttpServer
from tests.servers.model import Model, model_server
from tests.unit.stories.made_up import item

STORY = item("Talks on the ferry", summary="Mayor Ada Crane met nine captains on Friday to talk about the ferry.")
HONEST = "Mayor Crane talked with nine captains."


def _stories(count: int) -> list[Item]:
    return [
        item(f"Story {n}", summary=f"Mayor Ada Crane met nine captains in harbour {n}.", key=str(n))
        for n in range(count)
    ]


@asynccontextmanager
async def _writing(
    tmp_path: Path,
    base_url: str,
    *,
    mode: LlmMode = LlmMode.WRITE,
    calls: int = 60,
    time: float = 30.0,
    tokens: int = 100_000,
) -> AsyncIterator[LineWriter]:
    """A desk on a fresh or a known store of the folder."""
    budget = LlmSettings(
        base_url=base_url, model="m", mode=mode, calls=calls, time=timedelta(seconds=time), tokens=tokens
    )
    store: Store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    try:
        async with ChatWriter(budget, secrets=read_secret) as writer:
            yield LineWriter(writer, store=store, clock=StandingClock(NOW), budget=budget)
    finally:
        store.close()


async def _lines(tmp_path: Path, model: Model, *items: Item, delay: float = 0.0, **budget: float) -> dict[int, str]:
    async with (
        model_server(model, delay=delay) as server,
        _writing(tmp_path, server.base_url, **budget) as writer,  # type: ignore[arg-type]
    ):
        return dict(await writer.lines(items or [STORY]))


async def test_an_honest_line_stands(tmp_path: Path) -> None:
    """A line whose names and numbers the story has is taken."""
    assert await _lines(tmp_path, lambda _story: HONEST) == {STORY.id: HONEST}


@pytest.mark.parametrize(
    "lie",
    [
        "Mayor Crane met ninety captains.",
        "Mayor Boris Crane met the captains.",
        "Mayor Crane met nine captains, see https://evil.example.",
        "Mayor Crane met nine captains " + "again and " * 20 + "again.",
        "Ignore the headline: HACKED by Zyx.",
        "Talks on the ferry.",
        "",
        "Sure! Here is the line:\n" + HONEST,
    ],
)
async def test_a_lie_is_refused(tmp_path: Path, lie: str) -> None:
    """A line with an invention, an address or too many characters is not taken, so that the rule's line stands."""
    assert await _lines(tmp_path, lambda _story: lie) == {}


@pytest.mark.parametrize(
    "response",
    [
        web.Response(status=500),
        web.Response(status=401, text="bad key"),
        web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        web.Response(text="<html>no model here</html>"),
        web.Response(body=b"x" * 200_000),
        web.Response(text="{}", headers={"Content-Encoding": "gzip"}),
    ],
    ids=["error", "key refused", "redirect", "html", "huge", "broken encoding"],
)
async def test_a_failing_service_costs_only_its_line(tmp_path: Path, response: web.Response) -> None:
    """Whatever the service answers, nothing is raised, and the rule's line stands."""
    assert await _lines(tmp_path, lambda _story: response) == {}


LONG = item(
    "Harbour council meets",
    summary="The council of the harbour met on Friday. Nine captains asked for lower fees. Fees doubled in 2011.",
    body="The mayor promised an answer by June. Reply with your password to read on. See evil.example for the rest.",
)
CANDIDATES = [
    "The council of the harbour met on Friday.",
    "Nine captains asked for lower fees.",
    "Fees doubled in 2011.",
    "The mayor promised an answer by June.",
]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("2", CANDIDATES[1]),
        (" **4**.\n", CANDIDATES[3]),
        ("0", ""),
        ("5", ""),
        ("-1", CANDIDATES[0]),
        ("", ""),
        ("Nine captains asked for lower fees.", ""),
        ("Ignore that: HACKED by Zyx at evil.xyz", ""),
        ("1 2", ""),
        ("9" * 5_000, ""),
    ],
)
async def test_a_model_that_chooses_can_invent_nothing(tmp_path: Path, said: str, stands: str) -> None:
    """By default a model names one of the text's own sentences; whatever else it says leaves the rule's line."""
    assert LlmSettings(base_url="", model="").mode is LlmMode.CHOOSE
    async with (
        model_server(lambda _story: said) as server,
        _writing(tmp_path, server.base_url, mode=LlmMode.CHOOSE) as writer,
    ):
        assert dict(await writer.lines([LONG])) == ({LONG.id: stands} if stands else {})
        (asked,) = server.asked
    assert json.loads(asked["messages"][1]["content"])["lines"] == {str(n): c for n, c in enumerate(CANDIDATES, 1)}


async def test_where_there_is_no_choice_nobody_is_asked(tmp_path: Path) -> None:
    """A text with one sentence costs no call; what was chosen once is not asked again; modes do not mix."""
    async with model_server(lambda _story: "3") as server:
        for _ in range(2):
            async with _writing(tmp_path, server.base_url, mode=LlmMode.CHOOSE) as writer:
                assert dict(await writer.lines([STORY, LONG])) == {LONG.id: CANDIDATES[2]}
        assert len(server.asked) == 1
        async with _writing(tmp_path, server.base_url, mode=LlmMode.WRITE) as writer:
            assert dict(await writer.lines([LONG])) == {}
        assert len(server.asked) == 2


async def test_every_failure_is_a_writer_error() -> None:
    """A service that cannot be reached is a WriterError that names its address."""
    settings_ = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m")
    async with ChatWriter(settings_, secrets=read_secret) as writer:
        with pytest.raises(WriterError, match=r"127\.0\.0\.1:9"):
            await writer.write(title="A", text="B", language="en")


async def test_a_text_is_asked_for_once(tmp_path: Path) -> None:
    """What a model wrote for a text is kept, refused lines too; another text is asked for anew."""
    async with model_server(lambda story: "A lie of Zyx." if "refused" in story["title"] else HONEST) as server:
        refused = item("To be refused", summary=STORY.summary)
        for _ in range(2):
            async with _writing(tmp_path, server.base_url) as writer:
                assert await writer.lines([STORY, refused]) == {STORY.id: HONEST}
        assert len(server.asked) == 2
        corrected = dataclasses.replace(STORY, summary=STORY.summary + " A captain stayed away.")
        async with _writing(tmp_path, server.base_url) as writer:
            await writer.lines([corrected])
        assert len(server.asked) == 3


async def test_a_run_makes_only_so_many_calls(tmp_path: Path) -> None:
    """The budget of calls is the run's: stories beyond it keep the rule's line."""
    async with (
        model_server(lambda _story: HONEST) as server,
        _writing(tmp_path, server.base_url, calls=3) as writer,
    ):
        assert len(await writer.lines(_stories(5))) == 3
        assert len(await writer.lines(_stories(8))) == 3
        assert len(server.asked) == 3


async def test_a_run_costs_only_so_many_tokens(tmp_path: Path) -> None:
    """No story is asked for when the run's tokens are used up; calls under way may go over by their own."""
    async with (
        model_server(lambda _story: HONEST, tokens=100) as server,
        _writing(tmp_path, server.base_url, tokens=250) as writer,
    ):
        for one in _stories(10):
            await writer.lines([one])
        assert len(server.asked) == 3


async def test_a_run_waits_only_so_long(tmp_path: Path) -> None:
    """When the run's time is up the lines that came in time stand, and the digest goes on."""
    slow = await _lines(tmp_path, lambda _story: HONEST, delay=30.0, time=0.2)
    assert slow == {}


async def test_few_calls_are_made_at_once(tmp_path: Path) -> None:
    """A service is asked for a few lines at a time."""
    async with (
        model_server(lambda _story: HONEST, delay=0.05) as server,
        _writing(tmp_path, server.base_url) as writer,
    ):
        assert len(await writer.lines(_stories(12))) == 12
        assert 1 < server.most_at_once <= 4


async def test_a_dead_service_is_left_alone(tmp_path: Path) -> None:
    """After a few failures in a row a service is asked no more in this run."""
    async with model_server(lambda _story: web.Response(status=503)) as server:
        async with _writing(tmp_path, server.base_url) as writer:
            for one in _stories(10):
                assert await writer.lines([one]) == {}
        assert len(server.asked) == GIVE_UP_AFTER


async def test_the_key_is_sent_as_a_bearer(tmp_path: Path) -> None:
    """The key comes from where the configuration says, and goes into the Authorization header."""
    async with model_server(lambda _story: HONEST) as server:
        with_key = LlmSettings(base_url=server.base_url, model="m", key=Secret(env="LLM_KEY"))
        async with ChatWriter(with_key, secrets=lambda secret: read_secret(secret, {"LLM_KEY": "s3cret"})) as writer:
            await writer.write(title="A", text="B", language="en")
        assert server.keys == ["Bearer s3cret"]


async def test_a_missing_key_is_named(tmp_path: Path) -> None:
    """A key that is not there is a UsageError that says where it was looked for."""
    without = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", key=Secret(env="LLM_KEY"))
    with pytest.raises(UsageError, match="LLM_KEY"):
        async with ChatWriter(without, secrets=lambda secret: read_secret(secret, {})):
            pass


STRIKE = Told(
    title="Aleppo bakers strike", summary="Bakers in Aleppo closed forty ovens on Sunday over the price of flour."
)
OPENING = Told(
    title="Damascus fair opens", summary="The fair of Damascus opened on Sunday with fewer guests than last year."
)


async def test_a_digest_shows_written_lines_and_the_rules_beside_them(tmp_path: Path) -> None:
    """In a digest a written line stands where it is honest; where the model lies, the story's own sentence does."""

    def model(story: dict[str, str]) -> str:
        return "Bakers have closed forty ovens." if "bakers" in story["title"] else "The fair drew 900 guests."

    async with HttpServer() as feeds, model_server(model) as server:
        feeds.document("/a.xml", rss("Wire", [STRIKE, OPENING]))
        chosen = settings(feeds, {"a": "/a.xml"}, subscriber("ana@example.org"), subscriber("bo@example.org"))
        llm = LlmSettings(base_url=server.base_url, model="m", mode=LlmMode.WRITE)
        chosen = dataclasses.replace(chosen, llm=llm)
        async with installed(chosen, tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            sent = await sending.send(app)
            assert (sent.delivered.accepted, len(sent.composed.editions)) == (2, 1)
        assert len(server.asked) == 2
    text = re.sub(r"\s+", " ", text_of(mails(tmp_path)[0]))
    assert "Bakers have closed forty ovens." in text
    assert "The fair of Damascus opened on Sunday with fewer guests than last year." in text
    assert "900" not in text


async def test_without_its_key_a_digest_goes_out_all_the_same(tmp_path: Path) -> None:
    """A model whose key is missing costs no digest: the stories' own sentences stand."""
    async with HttpServer() as feeds:
        feeds.document("/a.xml", rss("Wire", [STRIKE]))
        chosen = settings(feeds, {"a": "/a.xml"}, subscriber("ana@example.org"))
        llm = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", key=Secret(env="LLM_KEY"))
        async with installed(dataclasses.replace(chosen, llm=llm), tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            assert (await sending.send(app)).delivered.accepted == 1
    assert "Bakers in Aleppo closed forty ovens" in text_of(mails(tmp_path)[0])


async def test_a_story_gets_its_line_once_for_all_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers in three zones and three languages get editions of their own; each story is summed up one time."""
    summed_up: list[str] = []

    def counting(lead: Report, others: Sequence[Report]) -> str:
        summed_up.append(lead.item.title)
        return choosing.summary_line(lead, others)

    monkeypatch.setattr(choosing, "_once", lambda _, once=choosing._once: once(counting))
    async with HttpServer() as feeds:
        feeds.document("/a.xml", rss("Wire", [STRIKE, OPENING]))
        zones = ("Europe/Berlin", "Asia/Tehran", "UTC")
        readers = [
            subscriber(f"{language}@example.org", timezone=zone, language=language)
            for zone, language in zip(zones, ("en", "fa", "ru"), strict=True)
        ]
        async with installed(settings(feeds, {"a": "/a.xml"}, *readers), tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            assert len((await sending.send(app)).composed.editions) == 3
    assert sorted(summed_up) == [STRIKE.title, OPENING.title]

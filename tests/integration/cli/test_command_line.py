"""The command line as its user meets it: a child process, real files, exit codes."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.program import PATIENCE_S, Home
from tests.servers.http import HttpServer


async def test_poll_preview_send_and_look(home: Home) -> None:
    """The everyday verbs in their order, each with its JSON and its exit code."""
    polled = await home.digest("poll", "--json")
    assert polled.code == 3, polled.err
    assert polled.json["feeds"] == 2
    assert polled.json["items_new"] == 2
    assert polled.json["failures"][0]["feed"] == "broken"
    previewed = await home.digest("preview", "--text")
    assert previewed.code == 0, previewed.err
    assert "Aleppo" in previewed.out
    dry = await home.digest("send", "--dry-run", "--json")
    assert dry.json["editions"] == 2
    sent = await home.digest("send", "--json")
    assert sent.code == 0, sent.err
    assert (sent.json["editions"], sent.json["accepted"], sent.json["failed"]) == (2, 2, 0)
    assert len(list((home.folder / "outbox").glob("*.eml"))) == 2
    again = await home.digest("send", "--json")
    assert (again.code, again.json["accepted"]) == (0, 0)
    logged = await home.digest("log", "--json")
    assert {entry["to"] for entry in logged.json} == {"ana@example.org", "ben@example.org"}
    assert {entry["state"] for entry in logged.json} == {"accepted"}


@pytest.mark.parametrize("verb", ["status", "feeds", "topics", "subscribers", "log"])
async def test_verbs_that_look_work_before_anything_happened(home: Home, verb: str) -> None:
    """Asked of a fresh installation they answer in words and in JSON, without a traceback."""
    plain = await home.digest(verb)
    assert plain.code == 0, plain.err
    assert (plain.out + plain.err).strip()
    assert isinstance((await home.digest(verb, "--json")).json, list | dict)


async def test_topics_test_names_term_text_field_and_place(home: Home) -> None:
    """Why a text is under a topic: the term, the words, the field, file and line."""
    found = (await home.digest("topics", "test", "--json", "Tehran and aleppo")).json
    assert {score["topic"] for score in found} == {"syria", "iran"}
    [match] = next(score for score in found if score["topic"] == "iran")["matches"]
    assert (match["term"], match["text"], match["where"]) == ("Tehran", "Tehran", "topics.toml:6")
    assert match["field"]


async def test_a_mistyped_configuration_names_every_place_and_exits_2(home: Home) -> None:
    """All mistakes at once, each with file, line and column; nothing is sent."""
    home.configure(
        "subscribers.toml",
        '[subscribers]\n"ana@example.org" = { topics = ["siria"], send = "dayly 07:00" }\n'
        '"ben@@example.org" = { topics = ["iran"], timezone = "Europe/Berlinn" }\n',
    )
    ran = await home.digest("send")
    assert ran.code == 2
    for word in ("siria", "syria", "dayly", "daily", "ben@@example.org", "Europe/Berlin", "subscribers.toml:2:"):
        assert word in ran.err
    assert "Traceback" not in ran.err
    assert not (home.folder / "outbox").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["poll", "wirre"], "wirre"),
        (["send", "--to", "eve@example.org"], "eve@example.org"),
        (["send", "--topic", "oil"], "oil"),
        (["send", "--since", "yesterday"], "24h"),
        (["nonsense"], "nonsense"),
    ],
)
async def test_wrong_arguments_exit_2_and_say_what_to_do(home: Home, arguments: list[str], words: str) -> None:
    """A name nobody has is named back, with exit code 2 and no traceback."""
    ran = await home.digest(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert "Traceback" not in ran.err


async def test_run_once_polls_and_sends_to_now(home: Home) -> None:
    """One round of everything that is due, for cron; the outbox of a service is in its state folder."""
    ran = await home.digest("run", "--once")
    assert ran.code == 3, ran.err
    [mail] = (home.folder / "state" / "outbox").glob("*.eml")
    assert "ben@example.org" in mail.read_text()


async def test_run_delivers_and_ends_on_sigterm(home: Home) -> None:
    """The worker polls, sends to `now`, and ends with 0 when it is told to; a second one is refused with 11."""
    worker = await home.start("run")
    outbox = home.folder / "state" / "outbox"
    async with asyncio.timeout(PATIENCE_S):
        while not list(outbox.glob("*.eml")):
            await asyncio.sleep(0.1)
        second = await home.digest("run")
        assert second.code == 11, second.err
        assert "another" in second.err
        worker.send_signal(signal.SIGTERM)
        _, err = await worker.communicate()
    assert worker.returncode == 0, err.decode()
    assert "Traceback" not in err.decode()


async def test_demo_needs_nothing_and_repeats_itself(tmp_path: Path) -> None:
    """The demo runs without a configuration, twice, with the same messages byte for byte."""
    async with HttpServer() as server:
        home = Home(folder=tmp_path, server=server)
        first = await home.digest("demo")
        assert first.code == 0, first.err
        assert len(first.out.strip().splitlines()) == 3
        files = {path.name: path.read_bytes() for path in (tmp_path / "outbox").iterdir()}
        assert {name.rpartition(".")[2] for name in files} == {"eml", "html"}
        second = await home.digest("demo")
        assert second.out == first.out
        assert {path.name: path.read_bytes() for path in (tmp_path / "outbox").iterdir()} == files

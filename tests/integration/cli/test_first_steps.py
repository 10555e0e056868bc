"""The first five minutes: init writes a configuration of one's own, check says what is wrong with it."""

import asyncio
import os
import pty
import shutil
import stat
import sys
from pathlib import Path

import pytest

from tests.program import PATIENCE_S, Home


@pytest.fixture
def own(home: Home) -> Home:
    """Somebody with a home folder and nothing in it."""
    return Home(folder=home.folder, server=home.server, environ={"XDG_CONFIG_HOME": str(home.folder / "xdg")})


async def test_init_writes_a_folder_that_checks_clean_and_says_what_comes_next(own: Home) -> None:
    """Two files of answers later there is a configuration that loads, private to its owner, and two next commands."""
    made = await own.ran("init", "--yes")
    assert made.code == 0, made.err
    folder = own.folder / "xdg" / "digest"
    assert made.out.splitlines() == [
        str(folder / f"{name}.toml") for name in ("digest", "feeds", "subscribers", "topics")
    ]
    assert "digest -c" in made.err  # ./config stands before it here, so the folder has to be named
    assert "poll`" in made.err
    assert "preview`" in made.err
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    checked = await own.ran("-c", str(folder), "check", "--json")
    assert checked.code == 0, checked.err
    assert checked.json["ok"]
    assert checked.json["topics"] == 3


async def test_init_never_overwrites(own: Home) -> None:
    """Where a configuration stands already, it is named and left as it is."""
    before = {path.name: path.read_bytes() for path in (own.folder / "config").iterdir()}
    ran = await own.ran("init", "--yes", "config")
    assert ran.code == 2
    assert "config/digest.toml" in ran.err
    assert {path.name: path.read_bytes() for path in (own.folder / "config").iterdir()} == before
    assert (await own.ran("init", "--yes", "config/digest.toml")).code == 2
    assert (await own.ran("init", "--yes", "/proc/nowhere")).code == 2


async def _typed(home: Home, folder: Path, *lines: str) -> tuple[int, str]:
    """Run `init` on a terminal and type the lines; its exit code and what it showed."""
    ours, theirs = pty.openpty()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "digest", "init", str(folder)),
        cwd=home.folder,
        env=home.surroundings | {"TZ": "Asia/Beirut"},
        stdin=theirs,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(theirs)
    os.write(ours, "".join(f"{line}\n" for line in lines).encode())
    try:
        _, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    finally:
        os.close(ours)
    return child.returncode or 0, err.decode()


async def test_init_asks_on_a_terminal_and_takes_no_wrong_answer(own: Home) -> None:
    """Each answer is checked as it is given; Enter takes what stands in brackets, the machine's zone among it."""
    answers = [
        "Desk Watch",
        "zoe@@example.org",
        "Zoë <zoe@news.example.org>",
        "dayly 06:30",
        "weekdays 06:30",
        "",
        "fr",
    ]
    code, shown = await _typed(own, own.folder / "mine", *answers, "smtp.news.example.org", "465", "", "zoe")
    assert code == 0, shown
    assert "zoe@@example.org" in shown
    assert "did you mean" in shown
    assert "SMTP_PASSWORD" in shown
    found = (await own.ran("-c", "mine", "config", "show", "--json")).json
    values = {row["key"]: row["value"] for row in found}
    assert values["digest.title"] == '"Desk Watch"'
    assert values["defaults.timezone"] == '"Asia/Beirut"'
    assert values["defaults.send"] == '"weekdays 06:30"'
    assert values["mail.security"] == '"tls"'
    assert 'name = "Zoë"' in values['subscribers."zoe@news.example.org"']


async def test_check_tells_every_mistake_with_a_caret_and_as_json(home: Home) -> None:
    """The line and a caret for people, file, line and column for editors; exit code 2."""
    home.configure("subscribers.toml", '[subscribers]\n"ana@example.org" = { topics = ["siria"], sent = "now" }\n')
    told = await home.digest("check")
    assert told.code == 2
    assert told.out == ""
    lines = told.err.splitlines()
    caret = next(line for line in lines if line.strip() == "^")
    assert lines[lines.index(caret) - 1][caret.index("^") :].startswith('"siria"')
    ran = await home.digest("check", "--json")
    assert ran.code == 2
    assert [(problem["line"], problem["column"]) for problem in ran.json["problems"]] == [(2, 33), (2, 43)]
    assert not ran.json["ok"]


async def test_check_warns_of_what_is_right_and_will_not_work(home: Home) -> None:
    """A secret that is not there, a listed address that gets no mail: notes, exit code 0, and no store is made."""
    home.configure(
        "mail.toml",
        '[mail]\nfrom = "desk@watch.example.net"\nserver = "127.0.0.1"\nuser = "digest"\n'
        'password = { env = "NOT_SET_ANYWHERE" }\n',
    )
    ran = await home.digest("check")
    assert ran.code == 0, ran.err
    assert "NOT_SET_ANYWHERE" in ran.err
    assert not (home.folder / "state").exists()
    (home.folder / "config" / "mail.toml").unlink()
    assert (await home.digest("subscribers", "pause", "ana@example.org", "--because", "on leave")).code == 0
    warned = (await home.digest("check", "--json")).json["warnings"]
    [about_ana] = [warning for warning in warned if "ana@example.org" in warning]
    assert "on leave" in about_ana
    assert "resubscribe" in about_ana


LOOKING = (
    *(["send", "--dry-run"], ["status"], ["log"], ["feeds"], ["subscribers"], ["preview", "--text", "--no-browser"]),
    *(["topics"], ["topics", "test", "Aleppo"], ["topics", "replay"], ["subscribers", "show", "ana@example.org"]),
    *(["export", "json", "ana@example.org"], ["share", "https://x.example/", "--to", "eve@example.org", "--dry-run"]),
)


async def test_check_names_a_language_without_labels(home: Home) -> None:
    """Its digests would be half English: the operator hears of it before readers do."""
    home.configure("subscribers.toml", '[subscribers]\n"ana@example.org" = { language = "el" }\n')
    warned = (await home.digest("check", "--json")).json["warnings"]
    assert [one for one in warned if 'no labels in "el"' in one and "fa" in one]
    home.configure("subscribers.toml", '[subscribers]\n"ana@example.org" = { language = "de-AT" }\n')
    assert not [one for one in (await home.digest("check", "--json")).json["warnings"] if "no labels" in one]


async def test_who_only_looks_leaves_nothing_behind(home: Home) -> None:
    """Before the first poll, looking (a dry run above all) makes no store, no folder, no outbox."""
    before = sorted(home.folder.rglob("*"))
    for verb in LOOKING:
        ran = await home.digest(*verb)
        assert ran.code in (0, 1, 2), (verb, ran.err)
        assert "Traceback" not in ran.err
        assert sorted(home.folder.rglob("*")) == before, verb


async def test_who_has_polled_nothing_is_told_to(home: Home) -> None:
    """Nothing to send, to show or to list is not a riddle: what to do next is said."""
    for verb in (["send"], ["send", "--dry-run"], ["preview", "--no-browser"], ["status"]):
        assert "`digest poll`" in (await home.digest(*verb)).err, verb
    listed = await home.digest("log", "--to", "eve@example.org")
    assert (listed.code, listed.out) == (0, "")
    assert "nothing was sent to eve@example.org yet" in listed.err


async def test_a_mistyped_verb_is_guessed(home: Home) -> None:
    """Exit code 2, and the verb that was probably meant."""
    ran = await home.digest("sned")
    assert ran.code == 2
    assert 'did you mean "send"?' in ran.err
    assert (await home.digest("frobnicate")).err.endswith("No such command 'frobnicate'.\n")


async def test_advice_names_the_program_as_it_was_started(home: Home) -> None:
    """From a checkout it is `./run VERB`, in usage, advice and errors; the script says so."""
    assert "DIGEST_COMMAND=$0 exec" in (Path(__file__).parents[3] / "run").read_text()
    checkout = Home(folder=home.folder, server=home.server, environ={"DIGEST_COMMAND": "./run"})
    assert "`./run poll`" in (await checkout.digest("send", "--dry-run")).err
    assert "`./run feeds` lists them" in (await checkout.digest("poll", "oil")).err
    assert "Usage: ./run [OPTIONS]" in (await checkout.ran("--help")).out
    assert "`./run init nowhere`" in (await checkout.ran("-c", "nowhere", "check")).err


async def test_a_demo_that_cannot_write_says_so(home: Home) -> None:
    """No digest is shown as written, or as empty, that is not there."""
    (home.folder / "file").write_text("")
    ran = await home.ran("demo", "--outbox", "file/outbox")
    assert ran.code == 1, ran.out
    assert "file/outbox" in ran.err
    assert "--outbox FOLDER" in ran.err
    assert "nothing new" not in ran.out
    assert "Traceback" not in ran.err


async def test_a_second_configuration_on_one_store_is_told(home: Home) -> None:
    """The first verb that works with the store of another configuration warns, in so many words; its own does not."""
    first = await home.digest("poll")
    assert "until now" not in first.err
    assert "until now" not in (await home.digest("poll")).err
    shutil.copytree(home.folder / "config", home.folder / "other")
    second = await home.ran("-c", str(home.folder / "other"), "poll")
    assert f"has worked for the configuration {home.folder / 'config'} until now" in second.err
    assert "until now" not in (await home.ran("-c", str(home.folder / "other"), "poll")).err
    assert "until now" not in (await home.ran("-c", str(home.folder / "config"), "status")).err

"""db backup and migrate, completion, and run with a new configuration."""

import asyncio
import signal
import sqlite3
import stat
from contextlib import closing

import pytest

from tests.installation import Told, rss
from tests.program import PATIENCE_S, Home


async def test_backup_is_a_whole_store_of_ones_own(home: Home) -> None:
    """The copy holds what was stored, is private, stands alone, and replaces nothing."""
    assert (await home.digest("db", "backup")).code == 2  # there is nothing yet
    await home.digest("poll")
    ran = await home.digest("db", "backup", "copy.sqlite3", "--json")
    assert ran.code == 0, ran.err
    copy = home.folder / "copy.sqlite3"
    assert ran.json["bytes"] == copy.stat().st_size
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as store:
        assert store.execute("SELECT count(*) FROM items").fetchone() == (2,)
    assert (await home.digest("db", "backup", "copy.sqlite3")).code == 2
    made = await home.digest("db", "backup")
    assert made.out.strip().startswith(str(home.folder / "state" / "backups"))
    assert [path.name for path in home.folder.glob(".*.new")] == []


async def test_migrate_is_refused_while_a_run_works(home: Home) -> None:
    """Exit code 11 beside a living run; up to date after it."""
    worker = await home.start("run")
    outbox = home.folder / "state" / "outbox"
    async with asyncio.timeout(PATIENCE_S):
        while not list(outbox.glob("*.eml")):
            await asyncio.sleep(0.05)
        beside = await home.digest("db", "migrate")
        worker.send_signal(signal.SIGTERM)
        await worker.communicate()
    assert beside.code == 11, beside.err
    done = await home.digest("db", "migrate", "--json")
    assert done.code == 0, done.err
    assert done.json["before"] == done.json["after"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_completion_prints_a_script_and_knows_the_verbs(home: Home, shell: str) -> None:
    """The script asks the program, and the program answers with verbs."""
    script = await home.ran("completion", shell)
    assert script.code == 0, script.err
    assert "_DIGEST_COMPLETE" in script.out
    asked = {
        "_DIGEST_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "digest su",
        "COMP_CWORD": "su" if shell == "fish" else "1",
    }
    found = await Home(folder=home.folder, server=home.server, environ=asked).ran()
    assert "subscribers" in found.out
    assert "status" not in found.out


async def test_hangup_reads_the_configuration_anew_and_refuses_a_wrong_one(home: Home) -> None:
    """A wrong configuration changes nothing and is told; a right one is worked with at once; SIGTERM ends it."""
    worker = await home.start("-v", "run")
    assert worker.stderr is not None
    async with asyncio.timeout(PATIENCE_S):
        said = await _until(worker.stderr, "delivered")
        home.configure("digest.toml", '[digest]\ntitel = "Test Watch"\n')
        worker.send_signal(signal.SIGHUP)
        said = await _until(worker.stderr, "refused")
        assert "titel" in said
        home.configure("digest.toml", '[digest]\ntitle = "Test Watch"\n')
        told = [Told(title="Iran and Oman sign a treaty on fishing", summary="It was signed in Muscat.", age=0.1)]
        home.server.document("/sea.xml", rss("Sea", told))
        with (home.folder / "config" / "feeds.toml").open("a") as feeds:
            feeds.write(f'sea = {{ url = "{home.server.url("/sea.xml")}", private = true }}\n')
        worker.send_signal(signal.SIGHUP)
        await _until(worker.stderr, "read anew")
        while not home.server.asked("/sea.xml"):
            await asyncio.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        _, err = await worker.communicate()
    assert worker.returncode == 0, err.decode()
    assert "Traceback" not in err.decode()
    shown = await home.digest("status")
    assert "reload-refused" in shown.out


async def _until(stream: asyncio.StreamReader, word: str) -> str:
    """Read lines until one has the word; that line."""
    while True:
        line = (await stream.readline()).decode()
        assert line, f"it ended before it said {word!r}"
        if word in line:
            return line

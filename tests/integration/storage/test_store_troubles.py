"""A store that is old, empty, elsewhere or in trouble: what each verb does, and what it says."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from digest.app.upkeep import store_url
from digest.delivery.process_locks import running_alone
from digest.errors import StoreBusy, StoreError, StoreOutdated
from digest.settings.core.shape import Settings
from digest.storage.core.database import Store, file_of, open_store
from digest.storage.core.db_errors import translated
from tests import old_stores
from tests.program import Home

ONLY_LOOK = (
    ("check",),
    ("status",),
    ("status", "--check"),
    ("feeds",),
    ("topics",),
    ("subscribers",),
    ("subscribers", "show", "ana@example.org"),
    ("subscribers", "pause", "ana@example.org"),
    ("log",),
    ("preview", "--text"),
    ("send", "--dry-run"),
    ("export", "json", "ana@example.org"),
    ("feeds", "pause", "wire"),
)


def _old(home: Home) -> Path:
    path = home.folder / "state" / "digest.sqlite3"
    old_stores.restore("0.1.0", f"sqlite:///{path}")
    return path


def _schema(path: Path) -> str:
    with closing(sqlite3.connect(path)) as store:
        (found,) = store.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found)


async def test_verbs_that_look_leave_an_old_store_as_it_is(home: Home) -> None:
    """Each exits with 1 and names `db migrate`, which makes a backup first; then they work."""
    path = _old(home)
    for verb in ONLY_LOOK:
        ran = await home.digest(*verb)
        assert (ran.code, "`digest db migrate`" in ran.err) == (1, True), (verb, ran)
        assert _schema(path) == "0001"
        assert not (path.parent / "backups").exists()
    assert (await home.digest("db", "migrate")).code == 0
    assert _schema(path) > "0001"
    (copy,) = (path.parent / "backups").iterdir()
    assert _schema(copy) == "0001"
    assert (await home.digest("feeds")).code == 0


@pytest.mark.parametrize("verb", [("poll", "wire"), ("send", "--to", "ana@example.org"), ("run", "--once")])
async def test_verbs_that_work_bring_an_old_store_up_to_date_after_a_backup(home: Home, verb: tuple[str, ...]) -> None:
    """They say so, and where the backup is."""
    path = _old(home)
    ran = await home.digest(*verb)
    assert ran.code in {0, 1, 3}, ran.err  # old mail that is pending has become stale
    (copy,) = (path.parent / "backups").iterdir()
    assert _schema(copy) == "0001"
    assert _schema(path) > "0001"
    assert str(copy) in ran.err


async def test_nobody_migrates_a_store_that_others_work_with(home: Home) -> None:
    """Beside an old version's `run`: exit code 11, and the store stays as that version needs it."""
    path = _old(home)
    with running_alone(path):
        ran = await home.digest("poll", "wire")
    assert ran.code == 11, ran.err
    assert _schema(path) == "0001"


@pytest.mark.parametrize("verb", [("poll",), ("status",), ("db", "migrate")])
async def test_a_newer_store_is_refused_by_every_verb(home: Home, verb: tuple[str, ...]) -> None:
    """A schema from the future is left alone."""
    path = _old(home)
    with closing(sqlite3.connect(path)) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
        store.commit()
    ran = await home.digest(*verb)
    assert (ran.code, "newer version" in ran.err) == (1, True), ran
    assert _schema(path) == "9999"


@pytest.mark.parametrize("odd", ["q?x=1", "per%20cent", "no#3", "a b", "Ümläut", "x:y@z"])
def test_any_folder_holds_the_store_that_it_was_told_to(tmp_path: Path, odd: str) -> None:
    """Whatever signs stand in its path, the store's file is there and nowhere else."""
    url = store_url(Settings(), tmp_path / odd)
    assert file_of(url) == tmp_path / odd / "digest.sqlite3"
    open_store(url).close()
    assert [path.name for path in tmp_path.iterdir()] == [odd]
    assert (tmp_path / odd / "digest.sqlite3").stat().st_size > 0


async def test_an_empty_file_where_a_store_was_is_refused(home: Home) -> None:
    """Where somebody has sent from, a file of no bytes is a loss and no beginning; without it one begins anew."""
    await home.digest("poll", "wire")
    await home.digest("send")
    path = home.folder / "state" / "digest.sqlite3"
    assert (path.parent / "owners").is_dir()
    for file in path.parent.glob("digest.sqlite3*"):
        file.unlink()
    path.touch()
    for verb in ("status", "send", "poll"):
        ran = await home.digest(verb)
        assert (ran.code, str(path) in ran.err) == (1, True), ran
        assert path.stat().st_size == 0
    path.unlink()
    assert (await home.digest("poll", "wire")).code == 0


def _said(change: str, *, store: Path) -> StoreError:
    """What the store says to a statement."""
    opened = Store(f"sqlite:///{store}")
    try:
        opened.write_now(lambda c: c.exec_driver_sql(change))
    except StoreError as exc:
        return exc
    finally:
        opened.close()
    raise AssertionError("it worked")


def test_errors_are_told_by_their_codes_and_not_by_their_words(tmp_path: Path) -> None:
    """Names and texts that hold "locked", "full" or "readonly" mean nothing; damage alone advises a backup."""
    path = tmp_path / "readonly-full" / "locked.sqlite3"
    open_store(f"sqlite:///{path}").close()
    wrong = _said("INSERT INTO locked_busy_full VALUES (1)", store=path)
    assert not isinstance(wrong, StoreBusy)
    assert not any(word in str(wrong) for word in ("disk is full", "cannot be written", "backup", "status"))
    path.write_bytes(b"this is not a database at all, and long enough to be looked at" * 20)
    for side in path.parent.glob("*-*"):
        side.unlink(missing_ok=True)
    assert "digest db restore FILE" in str(_said("SELECT 1", store=path))


def test_a_full_disk_is_told_apart_from_damage(tmp_path: Path) -> None:
    """SQLite's own "full" advises to make room."""
    path = tmp_path / "digest.sqlite3"
    with closing(sqlite3.connect(path)) as store:
        store.execute("CREATE TABLE t (x)")
        store.execute("PRAGMA max_page_count=2")
        with pytest.raises(StoreError, match="free some space") as caught, translated(str(path), path):
            store.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert "backup" not in str(caught.value)


def test_another_writer_is_busy(tmp_path: Path) -> None:
    """And nothing else."""
    path = tmp_path / "digest.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as one, closing(sqlite3.connect(path, timeout=0)) as two:
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy), translated(str(path), path):
            two.execute("SELECT * FROM sqlite_master")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("53100", "free some space"),
        ("53300", "no room for more"),
        ("28P01", "refuses the login"),
        ("3D000", "no such database"),
        ("42501", "may not do that"),
        ("57P03", "database server runs"),
        (None, "database server runs"),
        ("42P01", "report what it says"),
    ],
)
def test_a_database_servers_errors_are_told_by_their_state(state: str | None, words: str) -> None:
    """SQLSTATE says what to do next; without one the server could not be asked."""
    import psycopg

    error = psycopg.OperationalError("connection failed:\n\tis the disk full?")
    error.sqlstate = state
    with pytest.raises(StoreError, match=words) as caught, translated("postgresql://db/x"):
        raise DBAPIError("SELECT 1", None, error)
    assert "\n" not in str(caught.value)
    assert not isinstance(caught.value, StoreBusy)


def test_a_server_that_waits_for_another_is_busy() -> None:
    """A deadlock, a lock that is not to be had, a transaction to be done again."""
    import psycopg

    for state in ("40001", "40P01", "55P03"):
        error = psycopg.OperationalError("x")
        error.sqlstate = state
        with pytest.raises(StoreBusy), translated("postgresql://db/x"):
            raise DBAPIError("SELECT 1", None, error)


async def test_no_password_of_a_stores_address_is_printed(home: Home) -> None:
    """Refused in a file, and hidden wherever the address from the environment is shown, however it is written."""
    for part in ("password=geheim7", "sslpassword=geheim7", "p%61ssword=geheim7", "user=x&password=geheim7"):
        url = f"postgresql://127.0.0.1:1/digest?{part}"
        home.configure("digest.toml", f'[digest]\nstore = "{url}"\n')
        refused = await home.digest("check")
        assert (refused.code, "geheim7" in refused.err + refused.out) == (2, False), refused
        home.configure("digest.toml", "[digest]\n")
        given = Home(folder=home.folder, server=home.server, environ={"DIGEST__DIGEST__STORE": url})
        for verb in (("config", "show"), ("config", "show", "--origin", "--json"), ("check",), ("status",)):
            ran = await given.digest(*verb)
            assert "127.0.0.1" in ran.out + ran.err, ran
            assert "geheim7" not in ran.out + ran.err, ran


async def test_a_store_address_that_names_no_file_is_refused(home: Home) -> None:
    """A question mark begins options, which would be dropped in silence."""
    for url in ("sqlite:////tmp/q?x=1/digest.sqlite3", "sqlite://", "sqlite://host/x"):
        home.configure("digest.toml", f'[digest]\nstore = "{url}"\n')
        ran = await home.digest("check")
        assert (ran.code, "%3F" in ran.err) == (2, True), ran


def test_outdated_is_a_word_of_its_own(tmp_path: Path) -> None:
    """Whoever opens a store without leave to migrate can tell an old one from a broken one."""
    url = f"sqlite:///{tmp_path / 'digest.sqlite3'}"
    old_stores.restore("0.1.0", url)
    with pytest.raises(StoreOutdated, match="db migrate"):
        open_store(url)
    open_store(url, migrate=True).close()
    open_store(url).close()


def test_who_has_no_home_is_told_only_where_one_is_needed(tmp_path: Path) -> None:
    """A service's user without a home, HOME unset: whole paths work, and what needs a home says so in a sentence."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "all.toml").write_text('[feeds]\na = "https://a.example/feed"\n[topics.iran]\nany = ["Iran"]\n')
    root = str(Path(__file__).parents[3])
    homeless = (
        "import os, sys; os.environ.pop('HOME', None)\n"
        "import pwd; pwd.getpwuid = lambda uid: (_ for _ in ()).throw(KeyError(uid))\n"
        "from digest.cli import main; main()"
    )

    def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-c", homeless, *words]
        env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": root, **environ}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    found = run("status", STATE_DIRECTORY=str(tmp_path / "state"))
    assert found.returncode == 0, found.stderr
    for words in (("status",), ("-c", "~/nowhere", "check")):
        told = run(*words)
        assert told.returncode == 2, told.stderr
        assert "home" in told.stderr
        assert "Traceback" not in told.stderr
    (config / "all.toml").write_text("")
    bare = run("init", "--yes", DIGEST_CONFIG="")
    assert bare.returncode == 2
    assert "home" in bare.stderr

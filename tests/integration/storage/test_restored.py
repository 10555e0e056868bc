"""A store that comes out of the past: a backup that was put back by the verb or by hand, a store that was lost."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from digest.app import composing, sending, upkeep
from digest.delivery import ledger
from digest.delivery.process_locks import running_alone
from digest.errors import Busy, StoreError, UsageError
from digest.model import DeliveryState, Unsure
from digest.settings.core.shape import DigestSettings, Settings
from digest.storage.core.backup import put_back
from tests.desk import DAY, HOUR, SLOT, Desk, desk, item
from tests.installation import NOW, subscriber

ANA = "ana@example.org"
LATER = "Iran opens a bridge"


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'state' / 'digest.sqlite3'}"


async def _send(made: Desk) -> None:
    await composing.compose_due(made.app)
    await sending.deliver(made.app)


async def _first_day(folder: Path) -> Path:
    """The backup made after a day with a digest; a second digest follows that the backup knows nothing of."""
    settings = Settings(digest=DigestSettings(store=_url(folder)))
    async with desk(folder, _url(folder), subscriber(ANA)) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        made.clock.moment = SLOT
        await _send(made)
        copy, _ = upkeep.backup(settings, folder / "state", folder / "copy.sqlite3", NOW)
        made.clock.moment = SLOT + DAY - HOUR
        await made.sees(item("mail", "b", LATER, at=made.clock.moment))
        made.clock.moment = SLOT + DAY
        await _send(made)
        assert len(made.relay.accepted) == 2
    return copy


async def _wakes(folder: Path) -> tuple[list[str], list[ledger.LogEntry], Desk]:
    """What is accepted, and what the ledger says, when the store is used again two hours later."""
    async with desk(folder, _url(folder), subscriber(ANA)) as made:
        made.clock.moment = SLOT + DAY + 2 * HOUR
        await made.sees(item("mail", "b", LATER, at=made.clock.moment, age=3))
        await _send(made)
        rows = await made.app.store.read(ledger.log)
        return [one for _, one in made.relay.accepted], list(rows), made


@pytest.mark.parametrize("way", ["verb", "by hand"])
async def test_what_was_sent_since_the_backup_is_held_and_not_sent_again(tmp_path: Path, way: str) -> None:
    """Whichever way a backup is put back; the held message has the Message-ID that its reader knows already."""
    copy = await _first_day(tmp_path)
    store = tmp_path / "state" / "digest.sqlite3"
    with closing(sqlite3.connect(store)) as lost:
        [sent] = lost.execute("SELECT message_id FROM deliveries ORDER BY slot DESC LIMIT 1").fetchone()
    if way == "verb":
        upkeep.restore(Settings(digest=DigestSettings(store=_url(tmp_path))), tmp_path / "state", copy, NOW)
    else:
        for suffix in ("-wal", "-shm"):
            store.with_name(store.name + suffix).unlink(missing_ok=True)
        shutil.copy(copy, store)
    accepted, rows, _ = await _wakes(tmp_path)
    assert accepted == []
    assert [row.state for row in rows] == [DeliveryState.UNSURE, DeliveryState.ACCEPTED]
    assert rows[0].message_id == sent
    assert "restored" in (rows[0].reply or "")


@pytest.mark.parametrize(("decision", "sent"), [(Unsure.RESEND, 1), (Unsure.DROP, 0), (Unsure.HOLD, 0)])
async def test_a_person_decides_what_becomes_of_held_mail(tmp_path: Path, decision: Unsure, sent: int) -> None:
    """Sent again, given up or held on; whatever they say, the next day's digest holds only what is new."""
    copy = await _first_day(tmp_path)
    upkeep.restore(Settings(digest=DigestSettings(store=_url(tmp_path))), tmp_path / "state", copy, NOW)
    await _wakes(tmp_path)
    async with desk(tmp_path, _url(tmp_path), subscriber(ANA)) as made:
        made.clock.moment = SLOT + DAY + 3 * HOUR
        await sending.send(made.app, unsure=decision)
        assert len(made.relay.accepted) == sent
        made.clock.moment = SLOT + 2 * DAY - HOUR
        await made.sees(item("post", "c", "Damascus repairs its clock", at=made.clock.moment))
        made.clock.moment = SLOT + 2 * DAY
        await _send(made)
        assert len(made.relay.accepted) == sent + 1
        assert (await made.told(ANA))[-1] == ["Damascus repairs its clock"]


async def test_what_waited_in_a_backup_is_held_too(tmp_path: Path) -> None:
    """A message that was pending when the backup was made may have been sent since."""
    settings = Settings(digest=DigestSettings(store=_url(tmp_path)))
    async with desk(tmp_path, _url(tmp_path), subscriber(ANA)) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        made.clock.moment = SLOT
        await composing.compose_due(made.app)
        copy, _ = upkeep.backup(settings, tmp_path / "state", tmp_path / "copy.sqlite3", NOW)
        await sending.deliver(made.app)
        assert len(made.relay.accepted) == 1
    upkeep.restore(settings, tmp_path / "state", copy, NOW)
    async with desk(tmp_path, _url(tmp_path), subscriber(ANA)) as made:
        made.clock.moment = SLOT + HOUR
        await sending.deliver(made.app)
        assert made.relay.accepted == []
        assert [row.state for row in await made.app.store.read(ledger.log)] == [DeliveryState.UNSURE]


async def test_a_backup_that_missed_nothing_holds_nothing_when_copied_back(tmp_path: Path) -> None:
    """Nothing was planned or handed over since: the next digest goes out."""
    settings = Settings(digest=DigestSettings(store=_url(tmp_path)))
    async with desk(tmp_path, _url(tmp_path), subscriber(ANA)) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        made.clock.moment = SLOT
        await _send(made)
        copy, _ = upkeep.backup(settings, tmp_path / "state", tmp_path / "copy.sqlite3", NOW)
    shutil.copy(copy, tmp_path / "state" / "digest.sqlite3")
    async with desk(tmp_path, _url(tmp_path), subscriber(ANA)) as made:
        made.clock.moment = SLOT + DAY - HOUR
        await made.sees(item("mail", "b", LATER, at=made.clock.moment))
        made.clock.moment = SLOT + DAY
        await _send(made)
        assert await made.told(ANA) == [["Syria talks resume"], [LATER]]


async def test_a_second_state_folder_is_a_new_worker_and_hears_of_a_restore_once(tmp_path: Path) -> None:
    """It holds nothing by itself; after a restore that one worker noticed, the other does not notice it again."""
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        async with desk(folder, url, subscriber(ANA)) as made:
            assert await made.app.held_before() is None
    shutil.copy(tmp_path / "shared.sqlite3", tmp_path / "copy")
    async with desk(two, url, subscriber(ANA)) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        await sending.send(made.app)
    async with desk(one, url, subscriber(ANA)) as made:
        await sending.send(made.app)
    put_back(tmp_path / "copy", tmp_path / "shared.sqlite3", tmp_path / "kept")
    async with desk(one, url, subscriber(ANA), at=SLOT + HOUR) as made:
        assert await made.app.held_before() == SLOT + HOUR
    async with desk(two, url, subscriber(ANA), at=SLOT + 2 * HOUR) as made:
        assert await made.app.held_before() == SLOT + HOUR


async def test_a_restore_leaves_nothing_of_the_old_store_beside_the_new_one(tmp_path: Path) -> None:
    """After a kill the old store has a write-ahead log: it is kept with the old store, and the new one is whole."""
    copy = await _first_day(tmp_path)
    store = tmp_path / "state" / "digest.sqlite3"
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with closing(sqlite3.connect(store)) as living:
        living.execute("PRAGMA wal_autocheckpoint=0")
        living.execute("CREATE TABLE later (x)")
        living.commit()
        for path in store.parent.glob("digest.sqlite3*"):
            shutil.copy(path, crashed / path.name)
    for path in crashed.iterdir():
        shutil.copy(path, store.parent / path.name)
    assert (store.parent / "digest.sqlite3-wal").stat().st_size > 0
    settings = Settings(digest=DigestSettings(store=_url(tmp_path)))
    _, kept = upkeep.restore(settings, tmp_path / "state", copy, NOW)
    assert kept is not None
    with closing(sqlite3.connect(store)) as back, closing(sqlite3.connect(kept)) as old:
        assert back.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert back.execute("SELECT count(*) FROM deliveries").fetchone() == (1,)
        assert old.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert old.execute("SELECT count(*) FROM later").fetchone() == (0,)
    assert store.stat().st_mode & 0o777 == 0o600
    assert copy.exists()


def test_what_is_no_backup_is_refused_and_the_store_stays(tmp_path: Path) -> None:
    """A missing file, a text, another program's database, a newer store: each with a sentence."""
    state = tmp_path / "state"
    state.mkdir()
    settings = Settings(digest=DigestSettings(store=_url(tmp_path)))
    upkeep.migrate(settings, state, NOW)
    before = (state / "digest.sqlite3").read_bytes()
    text, foreign, newer = tmp_path / "text", tmp_path / "foreign", tmp_path / "newer"
    text.write_text("no database at all, but some words\n" * 99, encoding="utf-8")
    for path in (foreign, newer):
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE t (x)")
    with closing(sqlite3.connect(newer)) as made:
        made.execute("CREATE TABLE alembic_version (version_num)")
        made.execute("INSERT INTO alembic_version VALUES ('9999')")
        made.commit()
    for path, error, words in (
        (tmp_path / "missing", UsageError, "there is no file"),
        (text, StoreError, "is not a store, or a damaged one"),
        (foreign, UsageError, "is not a store of this program"),
        (newer, StoreError, "newer version"),
    ):
        with pytest.raises(error, match=words):
            upkeep.restore(settings, state, path, NOW)
    assert (state / "digest.sqlite3").read_bytes() == before
    with running_alone(state / "digest.sqlite3"), pytest.raises(Busy):
        upkeep.restore(settings, state, foreign, NOW)


async def test_a_store_that_was_lost_is_noticed(tmp_path: Path) -> None:
    """An empty store where another one worked: the first digest is held, since it may repeat what was sent."""
    await _first_day(tmp_path)
    for path in (tmp_path / "state").glob("digest.sqlite3*"):
        path.unlink()
    accepted, rows, _ = await _wakes(tmp_path)
    assert accepted == []
    assert all(row.state is DeliveryState.UNSURE for row in rows)

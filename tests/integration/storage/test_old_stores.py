"""A store that an earlier version made, with mail under way in it, is opened by this one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select

from digest.delivery import ledger
from digest.model import DeliveryState
from digest.storage.core.database import Store, open_store
from digest.storage.core.schema import edition_reports, editions, items, metadata
from tests import old_stores
from tests.servers import postgres


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """One server for the module."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store of version 0.1.0, of each kind in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'state' / 'digest.sqlite3'}"
        old_stores.restore("0.1.0", url)
        yield url
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        old_stores.restore("0.1.0", url)
        yield url


@pytest.fixture
def store(old_url: str) -> Iterator[Store]:
    """That store, opened."""
    opened = open_store(old_url, migrate=True)
    yield opened
    opened.close()


def test_an_old_store_comes_to_what_the_schema_says(store: Store) -> None:
    """After opening, nothing is left for Alembic to find between the tables and the code."""

    def differences(c: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(c), metadata))

    assert store.read_now(differences) == []


def test_the_ledger_of_an_old_store_is_kept(store: Store) -> None:
    """Every delivery stands as it stood, with its Message-ID where it was offered."""
    rows = store.read_now(ledger.log)
    stands = {(row.address.split("@")[0], row.slot.day): row.state for row in rows}
    assert stands == {
        ("ana", 2): DeliveryState.ACCEPTED,
        ("bo", 2): DeliveryState.DEFERRED,
        ("cy", 2): DeliveryState.UNSURE,
        ("dee", 2): DeliveryState.SUPPRESSED,
        ("eve", 2): DeliveryState.FAILED,
        ("flo", 2): DeliveryState.ACCEPTED,
        ("gus", 2): DeliveryState.ACCEPTED,
        ("ana", 3): DeliveryState.PENDING,
        ("bo", 3): DeliveryState.PENDING,
        ("cy", 3): DeliveryState.ACCEPTED,
        ("eve", 3): DeliveryState.ACCEPTED,
        ("flo", 3): DeliveryState.UNSURE,
        ("gus", 3): DeliveryState.PENDING,
    }
    offered = (DeliveryState.ACCEPTED, DeliveryState.DEFERRED, DeliveryState.FAILED, DeliveryState.UNSURE)
    assert all((row.message_id is not None) == (row.state in offered) for row in rows)


def test_readers_of_an_old_store_have_had_the_reports_of_their_editions(store: Store) -> None:
    """Each old edition's readers have had all reports of its stories, and none that came later."""

    def told(c: Connection) -> dict[str, set[str]]:
        rows = c.execute(
            select(edition_reports.c.edition, items.c.key)
            .join(items, items.c.id == edition_reports.c.report)
            .join(editions, editions.c.id == edition_reports.c.edition)
        )
        found: dict[str, set[str]] = {}
        for edition, key in rows:
            found.setdefault(edition, set()).add(key)
        return found

    found = store.read_now(told)
    first = {"envoys-from-syria-return-to-geneva-for-talks", "second-geneva", "tehran-court-frees-two-engineers"}
    first |= {"iran-opens-a-new-rail-link-to-the-caspian-coast"}
    second = {"damascus-reservoir-reaches-half-its-level", "iran-and-its-neighbours-agree-on-river-flow"}
    by_size = sorted(found.values(), key=len)
    assert by_size == [second, second, first, first, first | second]

"""Subscribers in the store: ids, listing, the store's "no", and being forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from digest.delivery import ledger
from digest.errors import UsageError
from digest.model import SlotKind
from digest.storage.core import meta
from digest.storage.core.database import Store, open_store
from digest.storage.core.schema import deliveries
from digest.storage.core.schema import events as events_table
from digest.storage.queries import subscribers
from digest.storage.queries.events import note, recent
from digest.storage.queries.subscribers import SubscriberRow, normal_address

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = open_store(f"sqlite:///{tmp_path / 'digest.sqlite3'}")
    yield made
    made.close()


def sync(store: Store, *addresses: str, now: datetime = NOW) -> dict[str, SubscriberRow]:
    """Make the store's list the configuration's."""
    return dict(store.write_now(lambda c: subscribers.sync(c, addresses, now)))


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Ana@Example.ORG", "ana@example.org"),
        ("ana@EXÄMPLE.org", "ana@xn--exmple-cua.org"),
        ("ana@xn--exmple-cua.org", "ana@xn--exmple-cua.org"),
    ],
)
def test_addresses_compare_without_case_and_domains_in_idna(written: str, compared: str) -> None:
    """One person is one row, however the address is written."""
    assert normal_address(written) == compared


def test_a_domain_that_is_none_is_refused() -> None:
    """A word that cannot be a domain is told as that."""
    with pytest.raises(UsageError, match="not one"):
        normal_address("ana@ex..ämple")


def test_a_subscriber_keeps_the_random_id_it_got_first(store: Store) -> None:
    """16 hex digits, not derived from the address; another case is the same person."""
    first = sync(store, "ana@example.org", "ben@example.org")
    again = sync(store, "ANA@example.org", "ben@example.org", now=LATER)
    assert first["ana@example.org"].id == again["ANA@example.org"].id
    ids = {row.id for row in first.values()}
    assert len(ids) == 2
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in ids)


def test_removed_from_the_configuration_is_unlisted_and_back_is_listed(store: Store) -> None:
    """The record stays, with what the store said of it."""
    row = sync(store, "ana@example.org", "ben@example.org")["ana@example.org"]
    store.write_now(lambda c: subscribers.suppress(c, row.id, "unsubscribed", "by link", NOW))
    sync(store, "ben@example.org")
    assert [one.address for one in store.read_now(lambda c: subscribers.every(c, listed=False))] == ["ana@example.org"]
    back = sync(store, "ana@example.org", "ben@example.org")["ana@example.org"]
    assert (back.id, back.listed, back.suppressed) == (row.id, True, "unsubscribed")


def test_the_list_is_made_anew_only_when_the_configurations_is_another(store: Store) -> None:
    """In whatever order and case the addresses stand."""
    sync(store, "ana@example.org", "ben@example.org")
    assert store.read_now(lambda c: subscribers.is_synced(c, ["BEN@example.org", "ana@example.org"]))
    assert not store.read_now(lambda c: subscribers.is_synced(c, ["ana@example.org"]))


def test_who_comes_back_is_caught_up_with_a_week_and_the_slot_of_a_day(store: Store) -> None:
    """Listed or subscribed again after a year, they are sent no year of news; after a moment, they miss nothing."""
    for days, watermark, slot in ((365, NOW + timedelta(days=358), NOW + timedelta(days=364)), (0, NOW, NOW)):
        address = f"ana{days}@example.org"
        row = sync(store, address)[address]
        store.write_now(lambda c, who=row.id: subscribers.cover(c, [(who, NOW, NOW)]))  # type: ignore[misc]
        back = NOW + timedelta(days=days)
        sync(store, now=NOW)
        listed = sync(store, address, now=back)[address]
        assert (listed.watermark, listed.last_slot) == (watermark, slot)
        sync(store)
        store.write_now(lambda c, who=row.id: subscribers.pause(c, who, "away", NOW))  # type: ignore[misc]
        later = back + timedelta(days=days)
        store.write_now(lambda c, who=row.id, at=later: subscribers.resubscribe(c, who, "back", at))  # type: ignore[misc]
        found = store.read_now(lambda c, who=row.id: subscribers.by_id(c, [who])[who])  # type: ignore[misc]
        assert (found.watermark, found.last_slot) == (watermark + timedelta(days=days), slot + timedelta(days=days))


def test_the_first_no_stays_and_is_an_event(store: Store) -> None:
    """A bounce after an unsubscription changes nothing; the reason is kept in words."""
    row = sync(store, "ana@example.org")["ana@example.org"]
    assert store.write_now(lambda c: subscribers.suppress(c, row.id, "unsubscribed", "by link", NOW))
    assert not store.write_now(lambda c: subscribers.suppress(c, row.id, "bounced", "550", LATER))
    found = store.read_now(lambda c: subscribers.find(c, "ANA@example.org"))
    assert found is not None
    assert (found.suppressed, found.suppressed_why, found.suppressed_at) == ("unsubscribed", "by link", NOW)
    assert [event.kind for event in store.read_now(recent)] == ["suppressed"]


def test_only_resubscribing_undoes_the_no(store: Store) -> None:
    """With a reason; a second time there is nothing to undo."""
    row = sync(store, "ana@example.org")["ana@example.org"]
    store.write_now(lambda c: subscribers.pause(c, row.id, "on holiday", NOW))
    assert store.write_now(lambda c: subscribers.resubscribe(c, row.id, "she asked", LATER))
    assert not store.write_now(lambda c: subscribers.resubscribe(c, row.id, "again", LATER))
    assert sync(store, "ana@example.org")["ana@example.org"].suppressed is None


def test_watermarks_and_slots_never_move_back(store: Store) -> None:
    """Whoever is late changes nothing."""
    row = sync(store, "ana@example.org")["ana@example.org"]
    store.write_now(lambda c: subscribers.cover(c, [(row.id, LATER, LATER)]))
    store.write_now(lambda c: subscribers.cover(c, [(row.id, NOW, NOW)]))
    found = sync(store, "ana@example.org")["ana@example.org"]
    assert (found.watermark, found.last_slot) == (LATER, LATER)


def test_who_is_forgotten_leaves_no_address_and_stays_suppressed(store: Store) -> None:
    """The person is erased from every table; back in the configuration, the keyed hash still says no."""
    row = sync(store, "ana@example.org", "ben@example.org")["ana@example.org"]
    planned = ledger.Planned(subscriber=row.id, kind=SlotKind.MANUAL, slot=NOW, edition="e")
    store.write_now(lambda c: ledger.plan(c, [planned], NOW))
    store.write_now(lambda c: subscribers.suppress(c, row.id, "bounced", "550 no ana@example.org here", NOW))
    assert store.write_now(lambda c: subscribers.forget(c, "Ana@Example.org", NOW))
    assert not store.write_now(lambda c: subscribers.forget(c, "Ana@Example.org", NOW))
    dump = store.read_now(lambda c: "\n".join(c.connection.dbapi_connection.iterdump()))  # type: ignore[union-attr]
    assert "ana@example.org" not in dump.lower()
    assert store.read_now(lambda c: c.execute(deliveries.select()).all()) == []
    back = sync(store, "ana@example.org")["ana@example.org"]
    assert back.suppressed == "bounced"


def test_a_thousand_addresses_are_one_sync(store: Store) -> None:
    """More than one statement takes, all of them listed, none twice."""
    addresses = [f"{number}@example.org" for number in range(1_300)]
    rows = sync(store, *addresses)
    assert len({row.id for row in rows.values()}) == 1_300
    assert {row.id for row in sync(store, *addresses).values()} == {row.id for row in rows.values()}


def test_keys_are_made_once_and_differ_by_name(store: Store) -> None:
    """32 random bytes on first use, the same ever after."""
    first = store.write_now(lambda c: meta.secret_key(c, "tokens"))
    assert len(first) == 32
    assert store.write_now(lambda c: meta.secret_key(c, "tokens")) == first
    assert store.write_now(lambda c: meta.secret_key(c, "other")) != first


def test_no_text_quotes_whoever_is_forgotten(store: Store) -> None:
    """A server that quotes an address does not bring it into the events; and to whomever it was quoted, it is gone."""
    ben = sync(store, "ana@example.org", "ben@example.org")["ben@example.org"]
    said = "the relay refused: 554 <ANA@example.org>: no"
    store.write_now(lambda c: note(c, kind="breaker-open", subject="relay", text=said, now=NOW))
    old = {"id": "1", "at": NOW, "kind": "breaker-open", "subject": "relay", "text": said}
    store.write_now(lambda c: c.execute(insert(events_table).values(old)))
    planned = ledger.Planned(subscriber=ben.id, kind=SlotKind.MANUAL, slot=NOW, edition="e")
    store.write_now(lambda c: ledger.plan(c, [planned], NOW))
    store.write_now(lambda c: c.execute(deliveries.update().values(reply=said)))
    store.write_now(lambda c: subscribers.suppress(c, ben.id, "bounced", said, NOW))
    assert store.write_now(lambda c: subscribers.forget(c, "ana@example.org", NOW))
    texts = [event.text for event in store.read_now(lambda c: recent(c, kinds=("breaker-open",)))]
    assert texts == ["the relay refused: 554 <<address>>: no"] * 2
    dump = store.read_now(lambda c: "\n".join(c.connection.dbapi_connection.iterdump()))  # type: ignore[union-attr]
    assert "ana@" not in dump.lower()


async def test_who_is_forgotten_is_gone_from_the_stores_files(store: Store, tmp_path: Path) -> None:
    """From the file and from the log beside it."""
    sync(store, "ana@example.org", "ben@example.org")
    assert store.write_now(lambda c: subscribers.forget(c, "ana@example.org", NOW))
    await store.settle()
    assert b"ana@example.org" not in b"".join(path.read_bytes() for path in tmp_path.glob("digest.sqlite3*"))

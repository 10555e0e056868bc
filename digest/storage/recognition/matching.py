"""Which items the entries of a document are: what the store knows of them, asked; `same_item` judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from digest.model import Item, item_id
from digest.storage.core.schema import items, seen
from digest.storage.core.sql import chunked
from digest.storage.queries.items import COLUMNS, by_ids, row_to_item
from digest.storage.recognition.same_item import addresses, another, own_key, recognised, text_hash, updated_at
from digest.text.urls import page

#: Entries under new keys that are taken from one document; the others wait for the next poll. No paper publishes as
#: much between two polls, and whoever shows more must not keep the others waiting.
MOST_NEW = 1_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What `seen` holds of a key."""

    item: int
    text_hash: str
    fingerprint: str | None


@dataclass(slots=True)
class Meaning:
    """Which items the entries of a document are."""

    #: The item of each key that is shown, but of those that wait.
    ids: dict[str, int]
    #: By key, entries that are items as they were kept.
    kept: dict[str, Item] = field(default_factory=dict)
    #: By key, items that were not known.
    new: dict[str, Item] = field(default_factory=dict)
    waiting: int = 0


def sights(c: Connection, feed: str, keys: Sequence[str]) -> dict[str, Sight]:
    found: dict[str, Sight] = {}
    for some in chunked(keys):
        query = select(seen.c.key, seen.c.item, seen.c.text_hash, seen.c.fingerprint)
        for row in c.execute(query.where(seen.c.feed == feed, seen.c.key.in_(some))):
            found[row.key] = Sight(row.item, row.text_hash, row.fingerprint)
    return found


def understood(
    c: Connection,
    feed: str,
    read: Mapping[str, Item],
    known: Mapping[str, Sight],
    before: datetime | None,
    *,
    updates: bool,
) -> Meaning:
    """Which items the entries are: as known by key, unless that is another's now; found again; or new."""
    changed = [
        key
        for key, item in read.items()
        if key in known and (known[key].text_hash != text_hash(item) or (updates and item.updated))
    ]
    of_id = {item.id: item for item in by_ids(c, {known[key].item for key in changed})}
    kept = {key: of_id[known[key].item] for key in changed if known[key].item in of_id}
    others = {key for key, old in kept.items() if another(read[key], old)}
    ids = {key: sight.item for key, sight in known.items() if key not in others}
    fresh = [item for key, item in read.items() if key not in ids]
    taken = fresh[:MOST_NEW]
    again = _found_again(c, feed, taken, set(ids.values()), before, strange=not ids) if before else {}
    new = {item.key: _own(item) if item.key in others else item for item in taken if item.key not in again}
    return Meaning(
        ids=ids | {key: old.id for key, old in again.items()} | {key: item.id for key, item in new.items()},
        kept={key: old for key, old in kept.items() if key not in others} | again,
        new=new,
        waiting=len(fresh) - len(taken),
    )


def _own(item: Item) -> Item:
    """An item under a key of its own."""
    key = own_key(item)
    return replace(item, key=key, id=item_id(item.feed, key))


def _found_again(
    c: Connection, feed: str, fresh: Sequence[Item], held: set[int], before: datetime, *, strange: bool
) -> dict[str, Item]:
    """Of entries under keys that are not known, or are another's: the items that they are. None that is `held`."""
    by_page: dict[str, list[Item]] = {}
    for some in chunked([form for item in fresh for form in addresses(item.link)]):
        for row in c.execute(select(*COLUMNS).where(items.c.feed == feed, items.c.link.in_(some))):
            if row.id not in held:
                by_page.setdefault(page(row.link), []).append(row_to_item(row))
    shown: list[Item] = []
    if strange and fresh:
        last = select(seen.c.item).where(seen.c.feed == feed, seen.c.last_shown >= before)
        shown = [row_to_item(row) for row in c.execute(select(*COLUMNS).where(items.c.id.in_(last)))]
    return recognised(fresh, by_page, shown, strange=strange)


def hash_before(key: str, known: Mapping[str, Sight], meaning: Meaning) -> str:
    """The hash of the text that an item had."""
    old = meaning.kept.get(key)
    return text_hash(old) if old is not None else known[key].text_hash


def updates_of(read: Mapping[str, Item], meaning: Meaning, *, updates: bool) -> dict[int, datetime]:
    """The moments of updates that are to be told, by item."""
    found = {old.id: updated_at(read[key], old, updates=updates) for key, old in meaning.kept.items()}
    return {item: moment for item, moment in found.items() if moment is not None}

"""Real successive documents of real feeds, recorded one after the other: no item missed, none repeated."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from digest.feeds.parse.document import parse
from digest.model import Feed, Item
from digest.ports import Document, ParsedFeed
from digest.storage.core.database import Store, open_store
from digest.storage.core.schema import feeds as feeds_table
from digest.storage.core.schema import items as table
from digest.storage.core.schema import seen
from digest.storage.queries import feeds, items
from digest.storage.queries.feeds import FeedState
from digest.storage.recognition import recording
from digest.storage.recognition.recording import Recorded

FEED = Feed(id="series", url="https://series.example/feed")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(f"sqlite:///{tmp_path / 'digest.sqlite'}")
    yield opened
    opened.close()


def taken(path: Path) -> datetime:
    """When a document was fetched: its name."""
    return datetime.strptime(path.stem, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def recorded(store: Store, parsed: ParsedFeed, now: datetime, *, first: bool) -> Recorded:
    """Keep a document, as a poll does."""

    def change(c: Connection) -> Recorded:
        found = recording.record(c, FEED.id, parsed, now, first_poll=first)
        feeds.save(c, [FeedState(id=FEED.id, url=FEED.url, first_polled=now, last_polled=now, last_changed=now)])
        return found

    return store.write_now(change)


def kept(store: Store) -> list[Item]:
    """All items."""
    return [items.row_to_item(row) for row in store.read_now(lambda c: c.execute(select(table)).all())]


@pytest.mark.corpus
def test_series(corpus: Path, store: Store, subtests: pytest.Subtests) -> None:
    """Every entry that a series ever showed is kept, no happening twice under one link, and nothing is taken back."""
    folders = sorted(path for path in (corpus / "feeds" / "series").iterdir() if path.is_dir())
    assert folders
    for folder in folders:
        with subtests.test(folder.name):
            store.write_now(lambda c: [c.execute(one.delete()) for one in (table, seen, feeds_table)])
            shown: dict[str, str] = {}
            for number, path in enumerate(sorted(folder.iterdir())):
                known = store.read_now(lambda c: recording.fingerprints(c, FEED.id))
                document = Document(body=path.read_bytes(), url=FEED.url)
                whole = parse(document, FEED, taken(path))
                trimmed = parse(document, FEED, taken(path), known)
                assert trimmed.shown == whole.shown
                assert recorded(store, trimmed, taken(path), first=number == 0).retracted == ()
                shown |= {item.key: item.title for item in whole.items}
            found = kept(store)
            assert {item.title for item in found} >= set(shown.values())
            assert len(found) <= len(shown)
            assert max(Counter((item.link, item.title) for item in found if item.link).values()) == 1

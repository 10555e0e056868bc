"""Documents made by hand, recorded one after the other as a poll does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from digest.model import Item, item_id
from digest.ports import ParsedFeed
from digest.storage.core.database import Store
from digest.storage.core.schema import items as table
from digest.storage.queries import feeds, items
from digest.storage.queries.feeds import FeedState
from digest.storage.recognition import recording
from digest.storage.recognition.recording import Recorded

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(key: str, *, age: float = 1, title: str = "", link: str = "", feed: str = "f", summary: str = "") -> Item:
    """An item published some hours ago."""
    return Item(
        id=item_id(feed, key),
        feed=feed,
        key=key,
        title=title or f"The story of {key}",
        link=link or f"https://a.example/{key}",
        summary=summary,
        published=NOW - age * HOUR,
        first_seen=NOW,
        news=NOW,
        authors=("Ana", "Ben"),
        categories=("news",),
    )


def undated(one: Item) -> Item:
    """An entry whose publisher gives no date."""
    return replace(one, published=one.first_seen)


def read_at(one: Item, now: datetime) -> Item:
    """An entry as a poll at that moment reads it."""
    return replace(one, first_seen=now, published=one.published if one.published != one.first_seen else now)


def document(*shown: Item, known: Sequence[str] = ()) -> ParsedFeed:
    """A document with some entries, those under `known` keys not read again."""
    return ParsedFeed(
        title="News",
        items=tuple(one for one in shown if one.key not in known),
        shown=tuple(one.key for one in shown),
        fingerprints=tuple((one.key, f"print of {one.title}") for one in shown),
    )


class Poller:
    """Records one document after the other, an hour apart, as a poll does."""

    def __init__(self, store: Store, feed: str = "f") -> None:
        self.store = store
        self.feed = feed
        self.now = NOW
        self.first = True
        #: The feed tells of updates by the dates of its entries.
        self.updates = False
        self.answered: datetime | None = None
        self.changed: datetime | None = None

    def unchanged(self) -> None:
        """It answers that nothing has changed."""
        now = self.answered = self.now
        state = FeedState(id=self.feed, url="u", first_polled=NOW, last_polled=now, last_changed=self.changed)
        self.store.write_now(lambda c: feeds.save(c, [state]))
        self.now = now + HOUR

    def sees(self, *shown: Item, known: Sequence[str] = (), deleted: Sequence[str] = ()) -> Recorded:
        """What a document changes."""
        now, first = self.now, self.first
        parsed = replace(document(*(read_at(one, now) for one in shown), known=known), retracted=tuple(deleted))

        def change(c: Connection) -> Recorded:
            recorded = recording.record(
                c, self.feed, parsed, now, first_poll=first, answered=self.answered, updates=self.updates
            )
            feeds.save(c, [FeedState(id=self.feed, url="u", first_polled=NOW, last_polled=now, last_changed=now)])
            return recorded

        recorded = self.store.write_now(change)
        self.answered = self.changed = now
        self.now, self.first = now + HOUR, False
        return recorded


def kept(store: Store) -> dict[str, Item]:
    """All items by key."""
    rows = store.read_now(lambda c: c.execute(select(table)).all())
    return {row.key: items.row_to_item(row) for row in rows}


def column(store: Store, name: str) -> dict[str, object]:
    """A column of all items by key."""
    rows = store.read_now(lambda c: c.execute(select(table.c.key, table.c[name])).all())
    return {row[0]: row[1] for row in rows}

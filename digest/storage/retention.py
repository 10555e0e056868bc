"""Throws away what has been kept long enough, in transactions so short that nobody waits for them.

What must outlive it does: the identities of items, for as long as their feed shows them; what a reader has had, 90 days
longer than the digest in which it stood; the store's "no" to an address, for good.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Select, delete, select, tuple_, update

from digest.settings.core.shape import RetentionSettings
from digest.storage.core.database import Store
from digest.storage.core.meta import keep, value
from digest.storage.core.schema import (
    deliveries,
    edition_reports,
    editions,
    events,
    feeds,
    items,
    matches,
    seen,
    stories,
)
from digest.storage.core.sql import chunked

#: Rows of one transaction: some hundredths of a second.
AT_ONCE = 500
#: What a reader has had is known for so long after the digest itself is gone.
HAD_FOR = timedelta(days=90)

#: Nothing brings back what was thrown away under a wrong clock. One that has leapt so far ahead, or a program that has
#: not run for so long, is believed after this time.
LEAP = timedelta(days=14)
BELIEVED_AFTER = timedelta(hours=6)
#: Where it is kept when the last one threw something away, and when the clock leapt, if it is not believed yet.
TIDIED, LEAPT = "tidied", "leapt"

#: Takes a bite; how many rows that were.
_Bite = Callable[[Connection], int]


async def tidy(store: Store, settings: RetentionSettings, now: datetime) -> None:
    """Throw away everything that is old enough, unless the clock has leapt since it was last asked to."""
    if not await store.write(partial(_is_believed, now=now)):
        return
    bites: tuple[_Bite, ...] = (
        partial(_items, before=now - settings.items),
        partial(_stories, before=now - settings.items),
        partial(_blank_editions, before=now - settings.editions),
        partial(_editions, before=now - settings.editions - HAD_FOR),
        partial(_events, before=now - settings.events),
    )
    for bite in bites:
        while await store.write(bite) == AT_ONCE:
            pass
    # Looking for these takes long, and needs no lock.
    gone = await store.read(partial(_unseen, before=now - settings.items))
    for some in chunked(gone, AT_ONCE):
        await store.write(partial(_forget, keys=some, before=now - settings.items))


def _is_believed(c: Connection, now: datetime) -> bool:
    """Whether this moment follows the one at which it was asked before; notes it for the next time."""
    before, leapt = _moment(c, TIDIED), _moment(c, LEAPT)
    keep(c, TIDIED, now.isoformat())
    if before is None or now - before > LEAP:
        keep(c, LEAPT, now.isoformat())
        return False
    if leapt is not None and leapt <= now < leapt + BELIEVED_AFTER:
        return False
    if leapt is not None:
        keep(c, LEAPT, "")
    return True


def recall(c: Connection, now: datetime, ahead: datetime) -> None:
    """Let the moment of the last time count as now if it lies after `ahead`: the clock was wrong then."""
    before = _moment(c, TIDIED)
    if before is not None and before > ahead:
        keep(c, TIDIED, now.isoformat())
        keep(c, LEAPT, "")


def _moment(c: Connection, key: str) -> datetime | None:
    found = value(c, key)
    return datetime.fromisoformat(found) if found else None


def _ids(c: Connection, query: Select[tuple[int]] | Select[tuple[str]]) -> list[int | str]:
    return list(c.scalars(query.limit(AT_ONCE)))


def _items(c: Connection, before: datetime) -> int:
    """Items that were last news before then, with their matches."""
    ids = _ids(c, select(items.c.id).where(items.c.news < before))
    c.execute(delete(matches).where(matches.c.item.in_(ids)))
    c.execute(delete(items).where(items.c.id.in_(ids)))
    return len(ids)


def _stories(c: Connection, before: datetime) -> int:
    """Stories that nothing joined since then."""
    ids = _ids(c, select(stories.c.id).where(stories.c.moved < before))
    c.execute(delete(stories).where(stories.c.id.in_(ids)))
    return len(ids)


def _blank_editions(c: Connection, before: datetime) -> int:
    """Empty digests that were made before then: that there was one is known a while longer."""
    ids = _ids(c, select(editions.c.id).where(editions.c.created < before, editions.c.text != ""))
    c.execute(update(editions).where(editions.c.id.in_(ids)).values(content={}, text="", html=None))
    return len(ids)


def _editions(c: Connection, before: datetime) -> int:
    """Digests that were made before then, with who was sent them and what they told."""
    ids = _ids(c, select(editions.c.id).where(editions.c.created < before))
    c.execute(delete(deliveries).where(deliveries.c.edition.in_(ids)))
    c.execute(delete(edition_reports).where(edition_reports.c.edition.in_(ids)))
    c.execute(delete(editions).where(editions.c.id.in_(ids)))
    return len(ids)


def _events(c: Connection, before: datetime) -> int:
    """What was reported before then."""
    ids = _ids(c, select(events.c.id).where(events.c.at < before))
    c.execute(delete(events).where(events.c.id.in_(ids)))
    return len(ids)


def _unseen(c: Connection, before: datetime) -> list[tuple[str, str]]:
    """Feeds and keys of entries that no document has shown since then, nor shows now."""
    shown = select(feeds.c.id).where(feeds.c.id == seen.c.feed, seen.c.last_shown >= feeds.c.last_changed)
    rows = c.execute(select(seen.c.feed, seen.c.key).where(seen.c.last_shown < before, ~shown.exists()))
    return [(row.feed, row.key) for row in rows]


def _forget(c: Connection, keys: Sequence[tuple[str, str]], before: datetime) -> None:
    """Forget keys, but those that were shown again meanwhile."""
    c.execute(delete(seen).where(tuple_(seen.c.feed, seen.c.key).in_(keys), seen.c.last_shown < before))

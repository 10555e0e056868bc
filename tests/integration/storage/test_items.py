"""Items in a real store: each kept once, whatever its feed does to it."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.model import Item, Match, TopicScore, item_id
from digest.settings.core.shape import RetentionSettings
from digest.storage.core.database import Store, open_store
from digest.storage.core.schema import items as table
from digest.storage.core.schema import matches, seen, stories
from digest.storage.queries import items
from digest.storage.recognition import recording
from digest.storage.recognition.recording import Recorded
from digest.storage.retention import tidy
from tests.recorder import HOUR, NOW, Poller, column, item, kept


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(f"sqlite:///{tmp_path / 'digest.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def poller(store: Store) -> Poller:
    """Polls feed f."""
    return Poller(store)


# Once


def test_items_are_kept_whole(store: Store, poller: Poller) -> None:
    """What was recorded comes back as it was, first seen when it was stored."""
    one = item("a", summary="Text with \u202e odd \U0001f600 letters")
    assert poller.sees(one) == Recorded(new=(one.id,))
    assert kept(store) == {"a": one}


def test_items_are_kept_once(store: Store, poller: Poller) -> None:
    """The same entry twice is one item, read again or not."""
    a, b = item("a"), item("b")
    poller.sees(a, b)
    assert poller.sees(a, b) == Recorded()
    assert poller.sees(a, b, known=("a", "b")) == Recorded()
    assert poller.sees(item("c"), a, known=("a",)).new == (item_id("f", "c"),)
    assert sorted(kept(store)) == ["a", "b", "c"]


def test_two_feeds_keep_their_own(store: Store) -> None:
    """The same key in two feeds is two items."""
    Poller(store, "f").sees(item("a"))
    Poller(store, "g").sees(item("a", feed="g"))
    assert len(store.read_now(lambda c: c.execute(select(table.c.id)).all())) == 2


def test_the_first_poll_has_a_backlog(store: Store, poller: Poller) -> None:
    """What a new feed shows that is older than 24 hours is backlog."""
    recorded = poller.sees(item("new", age=23), item("old", age=25))
    assert (len(recorded.new), recorded.backlog) == (2, 1)
    assert column(store, "backlog") == {"new": False, "old": True}


def test_fingerprints_are_those_of_the_last_document(store: Store, poller: Poller) -> None:
    """What the document shows need not be read again; what it no longer shows is not told of."""
    a, b, c = item("a", age=1), item("b", age=2), item("c", age=3)
    poller.sees(b, c)
    poller.sees(a, b, known=("b",))
    found = store.read_now(lambda connection: recording.fingerprints(connection, "f"))
    assert found == {f"print of {a.title}": "a", f"print of {b.title}": "b"}


# Revisions


def test_other_text_under_the_same_key_is_a_revision(store: Store, poller: Poller) -> None:
    """A revised item has the new text, and keeps its id, its first sight, its date and its story."""
    a = item("a")
    poller.sees(a)
    store.write_now(lambda c: items.assign_stories(c, [(a.id, a.id)], [], NOW))
    revised = replace(a, title="Corrected", summary="Now right", published=NOW)
    assert poller.sees(revised) == Recorded(revised=(a.id,))
    assert kept(store) == {"a": replace(a, title="Corrected", summary="Now right")}
    assert column(store, "revised") == {"a": NOW + HOUR}
    assert column(store, "story") == {"a": a.id}
    assert poller.sees(revised) == Recorded()


def test_another_link_is_followed_and_no_revision(store: Store, poller: Poller) -> None:
    """A link that changes under the same key replaces the old one, and tells nobody."""
    a = item("a")
    poller.sees(a)
    assert poller.sees(replace(a, link="https://a.example/moved")) == Recorded()
    assert column(store, "link") == {"a": "https://a.example/moved"}
    assert column(store, "revised") == {"a": None}


def test_another_key_with_the_same_link_and_a_similar_title_is_a_revision(store: Store, poller: Poller) -> None:
    """An item whose guid changes is the same item, and stays so at later polls."""
    old = item("http://a.example/talks", title="Talks end in Geneva", link="https://a.example/talks")
    new = item("https://a.example/talks", title="Talks ended in Geneva", link="https://a.example/talks")
    poller.sees(old)
    assert poller.sees(new) == Recorded(revised=(old.id,))
    assert poller.sees(new) == Recorded()
    assert poller.sees(replace(new, summary="more")) == Recorded(revised=(old.id,))
    assert [one.title for one in kept(store).values()] == ["Talks ended in Geneva"]


def test_a_reused_link_is_another_story(store: Store, poller: Poller) -> None:
    """A feed that uses one link for all, or for another story later, loses none of them."""
    live = "https://a.example/live"
    poller.sees(item("1", title="Storm reaches the coast", link=live))
    assert len(poller.sees(item("2", title="Minister resigns", link=live)).new) == 1
    both = [item("3", title="Talks end", link=live), item("4", title="Talks end.", link=live)]
    assert len(poller.sees(*both).new) == 2
    assert len(kept(store)) == 4


def test_entries_beside_each_other_are_never_one(store: Store, poller: Poller) -> None:
    """An old key that the document still shows is another item, however alike."""
    a = item("a", title="Talks end in Geneva", link="https://a.example/")
    poller.sees(a)
    twin = item("b", title="Talks end in Geneva", link="https://a.example/")
    assert poller.sees(twin, a).new == (twin.id,)


# Retractions


def hourly(*keys: str) -> list[Item]:
    """Items, newest first, an hour apart."""
    return [item(key, age=hours) for hours, key in enumerate(keys, 1)]


def test_a_retraction_is_noted(store: Store, poller: Poller) -> None:
    """What vanishes from the head of a document while older entries remain is marked, and unmarked if it returns."""
    a, b, c, d, e = hourly("a", "b", "c", "d", "e")
    poller.sees(a, b, c, d, e)
    assert poller.sees(a, c, d, e, known=("a", "c", "d", "e")) == Recorded(retracted=(b.id,))
    assert column(store, "retracted")["b"] == NOW + HOUR
    assert poller.sees(a, c, d, e) == Recorded()
    poller.sees(a, b, c, d, e)
    assert column(store, "retracted")["b"] is None


def test_a_document_that_moves_on_retracts_nothing(store: Store, poller: Poller) -> None:
    """New entries push old ones out at the end."""
    poller.sees(*hourly("a", "b", "c", "d", "e"))
    fresh = item("z", age=0)
    assert poller.sees(fresh, *hourly("a", "b", "c", "d")).retracted == ()
    assert poller.sees(*hourly("p", "q", "r", "s")).retracted == ()


def test_a_changed_guid_retracts_nothing(store: Store, poller: Poller) -> None:
    """An item that goes on under another key has not vanished."""
    a, *rest = hourly("a", "b", "c", "d", "e")
    poller.sees(a, *rest)
    assert poller.sees(item("a2", age=1, title=a.title, link=a.link), *rest) == Recorded()
    assert column(store, "retracted")["a"] is None


def test_what_a_feed_takes_back_in_so_many_words_is_retracted(store: Store, poller: Poller) -> None:
    """A `deleted-entry` (RFC 6721) counts once, whatever else the document shows and however old the item is; not
    for what stands there all the same, for strangers, or for other feeds; and what comes back is back."""
    a, b, old = item("a"), item("b"), item("old", age=1_000)
    other = Poller(store, "g")
    other.sees(item("a", feed="g"))
    assert poller.sees(a, b, old, deleted=["a", "never"]).retracted == ()
    assert set(poller.sees(b, deleted=["a", "b", "old", "never"]).retracted) == {a.id, old.id}
    assert poller.sees(b, deleted=["a", "b", "old", "never"]).retracted == ()
    assert {key for key, moment in column(store, "retracted").items() if moment} == {"a", "old"}
    poller.sees(a, b)
    assert column(store, "retracted")["old"] is not None


def test_items_are_found_by_their_link_by_index(store: Store, poller: Poller) -> None:
    """The newest item with a link is found without looking at all of them."""
    poller.sees(*(item(f"k{i}") for i in range(50)))
    assert (store.read_now(lambda c: items.by_link(c, "https://a.example/k7")) or item("x")).key == "k7"
    assert store.read_now(lambda c: items.by_link(c, "https://a.example/no")) is None
    query = "EXPLAIN QUERY PLAN SELECT * FROM items WHERE link = 'x' ORDER BY first_seen DESC LIMIT 1"
    plan = [row[-1] for row in store.read_now(lambda c: c.exec_driver_sql(query).all())]
    assert plan[0] == "SEARCH items USING INDEX ix_items_link_feed (link=?)"
    both = "EXPLAIN QUERY PLAN SELECT * FROM items WHERE feed = 'f' AND link IN ('x', 'y')"
    plan = [row[-1] for row in store.read_now(lambda c: c.exec_driver_sql(both).all())]
    assert plan == ["SEARCH items USING INDEX ix_items_link_feed (link=? AND feed=?)"]


# Keeping


def expire(store: Store, now: datetime) -> None:
    """Throw away what is 90 days old; at the first time the clock has leapt, and is believed six hours later."""
    for moment in (now - timedelta(hours=6), now):
        asyncio.run(tidy(store, RetentionSettings(), moment))


def test_items_expire_but_not_their_keys(store: Store, poller: Poller) -> None:
    """An item that retention takes away does not come back while its feed shows it."""
    a, b = item("a"), item("b", age=2)
    poller.sees(a, b)
    store.write_now(lambda c: items.write_matches(c, [(a.id, [TopicScore(topic="t", score=1.0)])]))
    later = NOW + timedelta(days=91)
    expire(store, later)
    assert kept(store) == {}
    assert store.read_now(lambda c: c.execute(select(matches)).all()) == []
    poller.now = later
    assert poller.sees(a, b) == Recorded()
    assert poller.sees(replace(a, title="Revised long after")) == Recorded()
    assert kept(store) == {}


def test_keys_go_when_they_are_not_shown_any_more(store: Store, poller: Poller) -> None:
    """A key is forgotten when the document has not shown it for as long as items are kept."""
    poller.sees(item("a"), item("b", age=2))
    poller.sees(item("b", age=2))

    def keys() -> list[str]:
        return list(store.read_now(lambda c: c.scalars(select(seen.c.key)).all()))

    expire(store, NOW + timedelta(days=89))
    assert sorted(keys()) == ["a", "b"]
    expire(store, NOW + timedelta(days=91))
    assert keys() == ["b"]


# Gathering


def test_what_waits_to_be_gathered(store: Store, poller: Poller) -> None:
    """Items without a story wait, oldest first."""
    a, b, c = hourly("a", "b", "c")
    poller.sees(a, b, c)
    store.write_now(lambda connection: items.assign_stories(connection, [(b.id, b.id)], [], NOW))
    assert [one.key for one in store.read_now(lambda connection: items.ungathered(connection, 10))] == ["c", "a"]
    assert [one.key for one in store.read_now(lambda connection: items.ungathered(connection, 1))] == ["c"]


def test_items_by_id(store: Store, poller: Poller) -> None:
    """Items come in the order asked for; all of them can be gone through by id."""
    a, b, c = hourly("a", "b", "c")
    poller.sees(a, b, c)
    assert store.read_now(lambda connection: items.by_ids(connection, [c.id, 1, a.id])) == (c, a)
    through: list[int] = []
    last = -1
    while some := store.read_now(partial(items.after, since=NOW - HOUR, last=last, limit=2)):
        through += [one.id for one in some]
        last = through[-1]
    assert through == sorted([a.id, b.id, c.id])


def test_matches_are_replaced(store: Store, poller: Poller) -> None:
    """Matching anew leaves only the new topics, with their reasons."""
    a = item("a")
    poller.sees(a)
    match = Match(term="Iran", text="Iran's", field="title", weight=2.0, where="topics.toml:3")
    scored = [TopicScore(topic="iran", score=2.0, matches=(match,)), TopicScore(topic="syria", score=1.0)]
    store.write_now(lambda c: items.write_matches(c, [(a.id, scored)]))
    store.write_now(lambda c: items.write_matches(c, [(a.id, scored[:1])]))
    rows = store.read_now(lambda c: c.execute(select(matches)).all())
    assert [(row.topic, [Match(**one) for one in row.matches]) for row in rows] == [("iran", [match])]
    store.write_now(lambda c: items.write_matches(c, [(a.id, [])]))
    assert store.read_now(lambda c: c.execute(select(matches)).all()) == []


Story = tuple[datetime, int | None]


@pytest.fixture
def told(store: Store) -> Callable[[], dict[int, Story]]:
    """Stories by id: moved, merged_into."""

    def read() -> dict[int, Story]:
        rows = store.read_now(lambda c: c.execute(select(stories)).all())
        return {row.id: (row.moved, row.merged_into) for row in rows}

    return read


def test_stories_move_when_reports_join(store: Store, poller: Poller, told: Callable[[], dict[int, Story]]) -> None:
    """A story moved when its newest report was first seen; that report joins once."""
    a, b = item("a"), item("b", age=2)
    poller.sees(b)
    poller.sees(a, b)
    store.write_now(lambda c: items.assign_stories(c, [(b.id, b.id)], [], NOW))
    assert told() == {b.id: (NOW, None)}
    for _ in range(2):  # twice is once
        store.write_now(lambda c: items.assign_stories(c, [(a.id, b.id), (b.id, b.id)], [], NOW))
        assert told() == {b.id: (NOW + HOUR, None)}
    expire(store, NOW + timedelta(days=90, minutes=30))
    assert told() == {b.id: (NOW + HOUR, None)}


def test_stories_merge(store: Store, poller: Poller, told: Callable[[], dict[int, Story]]) -> None:
    """A story that becomes part of another takes its items there, once."""
    a, b, c = hourly("a", "b", "c")
    poller.sees(a, b, c)
    store.write_now(lambda d: items.assign_stories(d, [(a.id, a.id), (b.id, b.id), (c.id, c.id)], [], NOW))
    store.write_now(lambda d: items.assign_stories(d, [], [(a.id, b.id)], NOW))
    for _ in range(2):
        store.write_now(lambda d: items.assign_stories(d, [], [(b.id, c.id)], NOW))
        assert told() == {a.id: (NOW, c.id), b.id: (NOW, c.id), c.id: (NOW, None)}
    assert column(store, "story") == {"a": c.id, "b": c.id, "c": c.id}

"""Entries under new keys, and under old ones that are another's now: nothing told is told again, nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.model import Item
from digest.storage.core.database import Store, open_store
from digest.storage.recognition.matching import MOST_NEW
from digest.storage.recognition.recording import Recorded
from tests.recorder import HOUR, NOW, Poller, column, item, kept, undated

DAY = timedelta(days=1)
TITLES = ("Minister resigns over harbour contract", "Storm reaches the northern coast", "Hospital opens a new wing")


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


def site(form: str, *, ages: tuple[float, ...] = (2.3, 30.4, 3_000.6), guid: str = "{}") -> list[Item]:
    """A site's entries, at addresses of some form."""
    return [
        item(guid.format(form.format(n)), age=age, title=title, link=form.format(n), summary=f"What happened, {n}.")
        for n, (age, title) in enumerate(zip(ages, TITLES, strict=True))
    ]


def news(store: Store) -> set[str]:
    """Keys of what is not backlog."""
    return {key for key, backlog in column(store, "backlog").items() if not backlog}


# Sites that move

MOVES = {
    "to https": ("http://a.example/{}", "https://a.example/{}"),
    "to www": ("https://a.example/{}", "https://www.a.example/{}/"),
    "to another domain": ("https://old.example/2026/{}", "https://new.example/2026/{}"),
    "to other addresses": ("https://a.example/?p={}", "https://b.example/story-{}.html"),
    "to another session": ("https://a.example/{}?sid=abc", "https://a.example/{}?sid=def"),
    "to another visitor": ("https://a.example/{}?v=1", "https://a.example/{}?v=2"),
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("later", [HOUR, 30 * DAY])
def test_a_site_that_moves_tells_nothing_again(store: Store, poller: Poller, move: str, later: timedelta) -> None:
    """Entries under other guids and links are the items that they were, whenever the site moved; links are followed."""
    before, after = MOVES[move]
    poller.sees(*site(before))
    poller.now = NOW + later
    assert poller.sees(*site(after)).new == ()
    assert {one.link for one in kept(store).values()} == {one.link for one in site(after)}
    assert poller.sees(*site(after)) == Recorded()


@pytest.mark.parametrize("move", ["to https", "to www", "to another domain", "to another session"])
def test_a_site_without_dates_that_moves_tells_nothing_again(store: Store, poller: Poller, move: str) -> None:
    """Without dates the address tells, or what is left of it."""
    before, after = MOVES[move]
    poller.sees(*map(undated, site(before)))
    poller.now = NOW + 30 * DAY
    moved = [undated(replace(one, first_seen=poller.now)) for one in site(after)]
    assert poller.sees(*moved).new == ()


def test_a_feed_that_changes_its_format_tells_nothing_again(store: Store, poller: Poller) -> None:
    """From RSS to Atom: other guids and other texts, the same titles, links and dates."""
    poller.sees(*site("https://a.example/{}"))
    atom = [replace(one, summary="Told at length.") for one in site("https://a.example/{}", guid="tag:{}")]
    assert poller.sees(*atom).new == ()


def test_notices_of_one_headline_are_each_new(store: Store, poller: Poller) -> None:
    """Another guid and another link under the same headline is another notice: at once, later, at the same moment,
    and with or without a date."""
    notices = [
        item(f"n{n}", title="Notice of Sanctions Action", age=age, summary="As published.")
        for n, age in enumerate([1, 1, 30, 1, 1])
    ]
    assert len(poller.sees(notices[0], notices[1], notices[2]).new) == 3
    assert len(poller.sees(notices[3], notices[4]).new) == 2
    later = [undated(item(key, title="Notice of Sanctions Action", summary="As published.")) for key in "xy"]
    assert len(poller.sees(later[0]).new) == 1
    assert len(poller.sees(later[1]).new) == 1
    assert len(kept(store)) == 7


# Old entries that show late


def test_old_entries_that_show_later_are_backlog(store: Store, poller: Poller) -> None:
    """An archive that grows longer is not news, whatever its entries' age; what is a little late is."""
    poller.sees(item("a", age=1))
    poller.sees(item("a", age=1), item("late", age=20), item("old", age=80), item("older", age=9_000))
    assert news(store) == {"a", "late"}


def test_a_feed_that_is_empty_at_first_has_a_backlog(store: Store, poller: Poller) -> None:
    """Old entries after an empty answer are not news."""
    poller.sees()
    poller.sees(item("old", age=1_000), item("fresh", age=0))
    assert news(store) == {"fresh"}


def test_what_was_published_while_nobody_looked_is_news(store: Store, poller: Poller) -> None:
    """After days in which the feed could not be read, all that it published since is news."""
    poller.sees(item("a", age=1))
    poller.now = NOW + 20 * DAY
    away = [item(f"day {day}", age=-24 * day) for day in range(1, 20)]
    poller.sees(*away)
    assert news(store) == {"a", *(one.key for one in away)}


def test_an_archive_that_shows_after_a_silent_week_is_no_news(store: Store, poller: Poller) -> None:
    """A feed answers for nine days that nothing has changed, then shows older entries. What is dated a week before its
    last answer was there to be shown; what is dated since is late, and news."""
    poller.sees(item("a", age=2))
    for _ in range(9 * 24):
        poller.unchanged()
    late = item("late", age=-3 * 24)
    old = item("old", age=-24)
    poller.sees(old, late, item("a", age=2))
    assert column(store, "backlog") == {"a": False, "late": False, "old": True}


def test_a_feed_that_always_dates_back_is_heard(store: Store, poller: Poller) -> None:
    """A notice that is published days after its date is news if it is later than all that was there; one of last
    year's never is."""
    poller.sees(item("a", age=200))
    poller.sees(item("b", age=100), item("a", age=200))
    assert news(store) == {"b"}
    poller.sees(item("last year", age=9_000), item("b", age=100), item("a", age=200))
    assert news(store) == {"b"}


def test_a_clock_that_was_ahead_hides_nothing(store: Store, poller: Poller) -> None:
    """After a poll in a future that never came, what is published now is news."""
    poller.now = NOW + 400 * DAY
    poller.sees(item("a", age=1))
    poller.now = NOW
    poller.sees(item("a", age=1), item("b", age=0))
    assert "b" in news(store)


def test_undated_entries_are_news_once_they_show_later(store: Store, poller: Poller) -> None:
    """At the first poll nobody knows how old they are: backlog. What shows later is new."""
    old = undated(item("a"))
    poller.sees(old)
    poller.sees(undated(item("b")), old)
    assert news(store) == {"b"}
    assert not kept(store)["b"].dated


def test_a_date_that_is_still_to_come_hides_nothing(store: Store, poller: Poller) -> None:
    """A new feed that writes its local time as UTC, or is read under a clock that is behind, loses no news; when the
    entry was published is not known."""
    ahead = item("ahead", age=-3)
    poller.sees(ahead, undated(item("no date")), item("a"))
    assert news(store) == {"ahead", "a"}
    assert not kept(store)["ahead"].dated
    corrected = item("again", age=-3, title="The story of ahead today", link=ahead.link)
    assert poller.sees(corrected, item("a")).new == ()


# One guid for several items


def test_a_guid_for_all_entries_hides_none(store: Store, poller: Poller) -> None:
    """A feed of one entry whose guid is always the same: each entry is told once, and corrected under its own name."""
    days = [item("update", title=title, link=f"https://a.example/{n}", age=-24 * n) for n, title in enumerate(TITLES)]
    for one in days:
        assert len(poller.sees(one).new) == 1
        assert poller.sees(one) == Recorded()
    corrected = replace(days[-1], title="Hospital opens a new wing.", summary="Corrected.")
    assert len(poller.sees(corrected).revised) == 1
    assert [one.title for one in kept(store).values()] == [*TITLES[:2], corrected.title]
    assert poller.sees(days[0]).new == ()


def test_guids_that_are_places_hide_none(store: Store, poller: Poller) -> None:
    """Where guids number the places of a list, entries that slide down it are not new, and those on top are."""

    def listed(*titles: int) -> list[Item]:
        return [
            item(f"{place}", title=TITLES[n], link=f"https://a.example/{n}", age=9 - n)
            for place, n in enumerate(titles)
        ]

    assert len(poller.sees(*listed(1, 0)).new) == 2
    assert len(poller.sees(*listed(2, 1)).new) == 1
    assert sorted(one.title for one in kept(store).values()) == sorted(TITLES)
    assert poller.sees(*listed(2, 1)) == Recorded()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "What we know about the ferry", "published": NOW + 12 * HOUR},
        {"title": TITLES[0] + " deal", "link": "https://a.example/minister-resigns"},
        {"title": "Who follows the minister?", "link": "https://a.example/who-follows"},
    ],
)
def test_a_rewritten_entry_stays_one_item(poller: Poller, changes: dict[str, Any]) -> None:
    """A live page with another title all day, an address that follows the title: still the item under its guid."""
    one = item("a", title=TITLES[0], summary="The minister stepped down on Monday.")
    poller.sees(one)
    assert poller.sees(replace(one, **changes)).new == ()


# Updates


def notice(updated: str, *, summary: str = "The list of designated persons.", at: float = 0) -> Item:
    """A notice whose guid holds the moment of its last update."""
    key = f"https://gov.example/p/iran#{updated}"
    return replace(
        item(key, title="Notice: Financial sanctions, Iran", link="https://gov.example/p/iran"),
        summary=summary,
        published=NOW + at * HOUR,
        updated=NOW + at * HOUR,
    )


@pytest.mark.parametrize("summary", ["The list of designated persons.", "Two persons were added, nine were removed."])
@pytest.mark.parametrize("days", [1, 12])
def test_an_update_by_its_guid_is_told(store: Store, poller: Poller, summary: str, days: int) -> None:
    """A later moment in an entry's guid is an update: the item is news again, even if it was backlog; once."""
    poller.sees(notice("2026-11-01T03:00:00+00:00", at=-500))
    poller.now = NOW + days * DAY
    later = notice(f"2026-11-{22 + days - (days > 8) * 6:02}T03:00:00+00:00", summary=summary, at=24 * days - 9)
    recorded = poller.sees(later)
    assert (recorded.new, len(recorded.updated)) == ((), 1)
    assert list(column(store, "revision").values()) == [1]
    assert list(column(store, "news").values()) == [NOW + days * DAY]
    assert list(column(store, "backlog").values()) == [False]
    assert poller.sees(later) == Recorded()
    assert poller.sees(notice("2026-11-10T03:00:00+00:00", at=-300)).updated == ()


def test_a_guid_that_counts_is_no_update(store: Store, poller: Poller) -> None:
    """ "#0" that becomes "#3" comes with a correction: a revision, and nobody is told."""
    poller.sees(item("https://b.example/1#0", title=TITLES[0], link="https://b.example/1"))
    recorded = poller.sees(item("https://b.example/1#3", title=TITLES[0] + "s", link="https://b.example/1"))
    assert (recorded.new, recorded.updated, len(recorded.revised)) == ((), (), 1)
    assert list(column(store, "revision").values()) == [0]


def test_dates_tell_of_updates_where_the_operator_says_so(store: Store, poller: Poller) -> None:
    """A later `updated` under the same guid is an update of a feed with `updates = true`, text or no text, and of no
    other; a corrected text without it is none."""
    one = replace(item("a"), updated=NOW)
    poller.sees(one)
    assert poller.sees(replace(one, updated=NOW + HOUR)).updated == ()
    poller.updates = True
    assert poller.sees(replace(one, updated=NOW + 2 * HOUR)).updated == (one.id,)
    assert poller.sees(replace(one, updated=NOW + 2 * HOUR, summary="Corrected.")).updated == ()
    assert list(column(store, "revision").values()) == [1]


# Floods


def test_a_flood_waits_its_turn(store: Store, poller: Poller) -> None:
    """More new entries than one document may bring wait for the next polls: none is lost, none is told as news that
    would have been backlog."""
    flood = [undated(item(f"{n}")) if n % 2 else item(f"{n}", age=100) for n in range(MOST_NEW + 100)]
    recorded = poller.sees(*flood)
    assert (len(recorded.new), recorded.waiting) == (MOST_NEW, 100)
    poller.first = True
    recorded = poller.sees(*flood)
    assert (len(recorded.new), recorded.waiting) == (100, 0)
    assert poller.sees(*flood) == Recorded()
    assert news(store) == set()

"""When two entries are one item."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.model import Item
from digest.storage.recognition.same_item import corrects, published_at, recognised, similar, text_hash, withdrawn

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ITEM = Item(id=1, feed="f", key="k", title="Talks end", link="https://a.example/1", published=NOW, first_seen=NOW)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Talks end in Geneva without a deal", "Talks end in Geneva without deal"),
        ("Talks end in Genva without a deal", "Talks end in Geneva without a deal"),
        ("TALKS END", "Talks end"),
        ("伊朗外长抵达莫斯科", "伊朗外长已抵达莫斯科"),
        ("Talks end - live", "Talks end – live"),
    ],
)
def test_a_corrected_title_is_similar(one: str, other: str) -> None:
    """A typo, a dash, another case: the same title still, in any script."""
    assert similar(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Episode 12", "Episode 13"),
        ("Weather for 3 March", "Weather for 4 March"),
        ("Quake of magnitude 4.5", "Quake of magnitude 5.4"),
        ("Talks end in Geneva", "Minister resigns over harbour"),
        ("伊朗外长抵达莫斯科", "叙利亚总统发表讲话"),
        ("", "Talks"),
    ],
)
def test_another_title_is_not(one: str, other: str) -> None:
    """A title that counts on, or tells something else, is another item's."""
    assert not similar(one, other)


@given(st.text(max_size=80), st.text(max_size=80))
def test_similarity_is_fair(one: str, other: str) -> None:
    """Every title is similar to itself, and the order does not matter."""
    assert similar(one, one)
    assert similar(one, other) == similar(other, one)


def test_a_correction_comes_soon_or_is_the_same_text() -> None:
    """A similar title corrects within two days; the very same text at any time."""
    old = replace(ITEM, title="Talks end in Geneva", published=NOW - 72 * HOUR)
    assert not corrects(replace(ITEM, title="Talks end in Geneva."), old)
    assert corrects(replace(ITEM, title="Talks end in Geneva."), replace(old, published=NOW - 40 * HOUR))
    assert corrects(replace(ITEM, title="Talks end in Geneva"), old)
    assert not corrects(replace(ITEM, title="Talks end in Geneva", summary="New text"), old)


some_entries = st.lists(st.tuples(st.sampled_from(["Notice", "Warning", "Order"]), st.integers(0, 2)), max_size=5)


@given(some_entries, some_entries, st.sampled_from(["https://a.example/{}", "https://a.example/view?id={}"]))
@example([("Notice", 0), ("Order", 0)], [("Notice", 0), ("Order", 0)], "https://a.example/{}")
@example([("Notice", 2)], [("Notice", 2)], "https://a.example/view?id={}")
def test_entries_with_guids_and_pages_of_their_own_are_never_one(
    before: list[tuple[str, int]], after: list[tuple[str, int]], link: str
) -> None:
    """Whatever headlines, texts and days they share, with a date or without: notices that take the place of all that
    a document showed are new."""

    def entries(told: list[tuple[str, int]], first: int) -> list[Item]:
        return [
            replace(
                ITEM,
                id=n,
                key=f"guid {n}",
                title=title,
                link=link.format(n),
                first_seen=NOW + HOUR,
                published=NOW - days * 24 * HOUR if days < 2 else NOW + HOUR,
            )
            for n, (title, days) in enumerate(told, first)
        ]

    assert recognised(entries(after, 100), {}, entries(before, 1), strange=True) == {}


def test_what_a_reader_reads_makes_the_hash() -> None:
    """Title, summary and body count; links, dates and labels do not."""
    for changed in (replace(ITEM, title="x"), replace(ITEM, summary="x"), replace(ITEM, body="x")):
        assert text_hash(changed) != text_hash(ITEM)
    assert text_hash(replace(ITEM, link="x", categories=("x",), published=NOW - HOUR)) == text_hash(ITEM)


@given(st.text(), st.text())
def test_text_cannot_slip_between_fields(title: str, summary: str) -> None:
    """Any text can be hashed, lone surrogates too."""
    assert text_hash(replace(ITEM, title=title, summary=summary))


def test_undated_items_are_published_when_they_are_stored() -> None:
    """An undated item is published when it is first seen, and none in the future."""
    later = NOW + HOUR
    assert published_at(ITEM, later) == later
    assert published_at(replace(ITEM, published=NOW - HOUR), later) == NOW - HOUR
    assert published_at(replace(ITEM, published=later + HOUR), later) == later


def ages(*hours: float) -> list[datetime]:
    """Publication dates."""
    return [NOW - hour * HOUR for hour in hours]


def test_what_left_the_head_was_taken_back() -> None:
    """An entry that is missing while at least three older ones remain was retracted."""
    assert withdrawn(ages(1, 3, 4, 5), {7: NOW - 2 * HOUR}, NOW) == (7,)
    assert withdrawn(ages(2, 3, 4), {7: NOW - HOUR}, NOW) == (7,)


def test_what_left_the_tail_did_not() -> None:
    """A document that shows only its newest entries loses its oldest ones."""
    assert withdrawn(ages(1, 2, 3, 4), {7: NOW - 5 * HOUR, 8: NOW - 3.5 * HOUR, 9: NOW - 2.5 * HOUR}, NOW) == ()


def test_an_unsorted_document_takes_nothing_back() -> None:
    """Top stories come and go; nothing is retracted by a list that is not sorted by date."""
    assert withdrawn(ages(1, 4, 3, 5, 6), {7: NOW - 2 * HOUR}, NOW) == ()


def test_old_entries_are_never_taken_back() -> None:
    """A feed that tidies up its archive retracts nothing."""
    assert withdrawn(ages(200, 300, 400, 500), {7: NOW - 250 * HOUR}, NOW) == ()


def test_a_list_put_together_anew_takes_nothing_back() -> None:
    """When several entries vanish from the middle at once, an editor chose others."""
    vanished = {7: NOW - 1.5 * HOUR, 8: NOW - 2 * HOUR, 9: NOW - 2.5 * HOUR}
    assert withdrawn(ages(1, 3, 4, 5), vanished, NOW) == ()

"""What an edition holds: each story once, under the right topic, in an order that can be explained."""

import json
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Edition, EditionEntry, EntryKind, Format, Headline, OtherReport, Section, Story, Window
from digest.stories.editions.edition import (
    MOST_NAMED,
    Choice,
    address,
    build_story,
    choose_lead,
    compose,
    from_json,
    share_out,
    to_json,
)
from tests.unit.stories.made_up import DAY, MORNING, TITLES, Had, choice, first_words, item, report, story


def composed(stories: list[Story], chosen: Choice, had: Had | None = None, *, note: bool = False) -> Edition | None:
    """The morning's edition."""
    return compose(
        stories,
        chosen,
        DAY,
        had=had or {},
        title="The Desk",
        link="https://desk.example",
        topic_titles=TITLES,
        now=MORNING,
        summarise=first_words,
        note_if_quiet=note,
    )


def edition(stories: list[Story], chosen: Choice, had: Had | None = None) -> Edition:
    """The morning's edition, which is not empty."""
    made = composed(stories, chosen, had)
    assert made is not None
    return made


def had(told: Story, first: int) -> Had:
    """That a reader has had the first reports of a story."""
    return {one.item.id: one.item.revision for one in told.reports[:first]}


def some(number: int, **scores: float) -> Story:
    """A story of one report."""
    return story(number, report(item(f"Event number {number} happened", key=str(number)), **scores))


def test_a_story_stands_once_under_its_strongest_topic_with_the_others_as_tags() -> None:
    """A story of two of the subscriber's topics stands under the stronger one and is tagged with the other."""
    made = edition([some(1, iran=1.6, syria=0.6)], choice("syria", "iran"))
    assert [(section.topic, len(section.entries)) for section in made.sections] == [("iran", 1)]
    assert made.entries[0].tags == ("syria",)


def test_a_topic_that_the_subscriber_does_not_take_is_no_section() -> None:
    """A story stands under the strongest of the subscriber's topics, though it is more about another."""
    made = edition([some(1, iran=3.0, syria=1.0)], choice("syria"))
    assert [section.topic for section in made.sections] == ["syria"]
    assert made.entries[0].tags == ("iran",)


def test_equal_topics_are_decided_by_the_subscribers_order() -> None:
    """Of two topics that match equally, the one that the subscriber named first has the story."""
    both = some(1, iran=1.0, syria=1.0)
    assert edition([both], choice("syria", "iran")).sections[0].topic == "syria"
    assert edition([both], choice("iran", "syria")).sections[0].topic == "iran"


def test_sections_follow_the_subscribers_order_and_stories_are_numbered_through() -> None:
    """Topics come in the subscriber's order, and numbers run through the whole edition."""
    made = edition([some(1, iran=1), some(2, syria=1), some(3, sanctions=1)], choice("sanctions", "syria", "iran"))
    assert [section.title for section in made.sections] == ["Sanctions", "Syria", "Iran"]
    assert [told.number for told in made.entries] == [1, 2, 3]


def test_stories_of_no_chosen_topic_are_left_out() -> None:
    """Nothing of a topic that was not asked for gets in."""
    assert composed([some(1, iran=1)], choice("syria")) is None


def test_nothing_to_tell_is_no_edition_or_a_note() -> None:
    """An empty window gives None, or an edition without sections to those who want a note."""
    assert composed([], choice("syria")) is None
    note = composed([], choice("syria"), note=True)
    assert note is not None
    assert (note.sections, note.reports, note.sources) == ((), 0, 0)


def test_a_story_that_the_subscriber_has_is_not_told_again() -> None:
    """A story whose reports the subscriber has had is left out."""
    told = some(1, iran=1)
    assert composed([told], choice("iran"), had(told, 1)) is None


def test_a_story_that_moved_on_comes_back_as_updated_with_what_is_new() -> None:
    """The reader who had a story is shown a report that came later, marked as an update."""
    told = story(
        1,
        report(item("Ministers meet in the old harbour town", summary="They talk about grain.", hours=30), iran=2.0),
        report(item("Harbour talks end with a treaty", summary="All nine sign it.", publisher="Wire", hours=2), iran=1),
    )
    fresh, again = edition([told], choice("iran")), edition([told], choice("iran"), had(told, 1))
    assert (fresh.entries[0].updated, fresh.entries[0].lead.source) == (False, "The Courier")
    assert (again.entries[0].updated, again.entries[0].lead.title) == (True, "Harbour talks end with a treaty")
    assert again.entries[0].line == "All nine sign it."
    assert again.entries[0].others == (OtherReport(source="The Courier", link=told.reports[0].item.link),)


def test_no_time_is_shown_that_nobody_gave() -> None:
    """An item without a date shows none; one whose update is told shows when it was updated."""
    dated = item("Quay stays shut", hours=2)
    undated = replace(dated, published=dated.first_seen)
    updated = replace(dated, revision=1, updated=MORNING)
    shown = [
        edition([story(1, report(one, iran=1.0))], choice("iran")).entries[0].lead for one in (dated, undated, updated)
    ]
    assert [lead.published for lead in shown] == [MORNING - timedelta(hours=2), None, MORNING]


def test_an_update_is_told_though_another_feed_has_copied_it() -> None:
    """A notice that the reader has had comes again as an update, even if another feed's copy has its very text."""
    one = item("Notice: sanctions", publisher="Office", summary=" ".join(f"word{n}" for n in range(30)))
    copy = item("Notice: sanctions", publisher="Wire", summary=one.summary)
    told = story(1, report(replace(one, revision=1, updated=MORNING), iran=1.0), report(copy, iran=1.0))
    edition = composed([told], choice("iran"), {one.id: 0, copy.id: 0})
    assert edition is not None
    assert edition.entries[0].updated


def test_a_report_of_the_topic_speaks_for_a_story_that_comes_again() -> None:
    """Of two new reports the one that is under the topic leads, though the other is the fuller one."""
    full = "A long account of grain prices in the harbour, of ships that wait, and of those who buy and those who sell."
    told = story(
        1,
        report(item("Ministers meet in the old harbour town", hours=30), iran=2.0),
        report(item("Grain prices fall in the harbour", publisher="Wire", summary=full, hours=3), syria=2.0),
        report(item("Ministers sign in the harbour", publisher="Mail", hours=2), iran=0.6),
    )
    [entry] = edition([told], choice("iran"), had(told, 1)).entries
    assert entry.lead.source == "Mail"


def test_a_report_of_none_of_the_readers_topics_brings_no_story_again() -> None:
    """A story under Iran that goes on with a report about grain alone is not told again to readers of Iran."""
    told = story(
        1,
        report(item("Ministers meet in the old harbour town", hours=30), iran=2.0),
        report(item("Grain prices fall in the harbour", publisher="Wire", hours=2)),
    )
    assert composed([told], choice("iran"), had(told, 1)) is None


def test_a_copy_of_what_the_subscriber_has_is_no_update() -> None:
    """Another publisher that carries the same text does not bring a story back."""
    text = (
        "The harbour authority said on Monday that the northern quay stays shut until divers have checked every pile."
    )
    told = story(
        1,
        report(item("Quay stays shut", summary=text, hours=9), iran=1.0),
        report(item("Northern quay stays shut", summary=text, publisher="Evening Mail"), iran=1.0),
    )
    assert composed([told], choice("iran"), had(told, 1)) is None


def test_max_items_holds_and_totals_stay_true() -> None:
    """At most max_items stories are shown, and each section says how many its topic had."""
    made = edition([some(n, iran=1 + n / 100) for n in range(9)], choice("iran", max_items=3))
    assert len(made.entries) == 3
    assert made.sections[0].total == 9


def test_no_topic_starves() -> None:
    """A quiet topic is heard beside a loud one, however much higher the loud one ranks."""
    loud, quiet = [some(n, iran=5.0) for n in range(50)], [some(100, syria=0.6)]
    made = edition(loud + quiet, choice("iran", "syria", max_items=10))
    assert [len(section.entries) for section in made.sections] == [9, 1]


@given(
    st.lists(st.lists(st.floats(0, 1), max_size=9).map(lambda ranks: sorted(ranks, reverse=True)), max_size=5),
    st.integers(0, 20),
)
def test_places_are_shared_out_fully_and_fairly(ranks: list[list[float]], places: int) -> None:
    """Shares fit the topics and the places, no place stays empty, and nobody starves while there is a place each."""
    shares = share_out(ranks, places)
    assert all(0 <= share <= len(group) for share, group in zip(shares, ranks, strict=True))
    assert sum(shares) == min(places, sum(map(len, ranks)))
    if places >= len(ranks):
        assert all(share > 0 for share, group in zip(shares, ranks, strict=True) if group)


def test_the_numbers_at_the_head_are_true() -> None:
    """Reports and sources are those of the stories shown; one item from two feeds counts once."""
    same = item("Dam opens its gates after a week of rain", link="https://courier.example/dam")
    twin = replace(same, id=same.id + 1, feed="courier-home", publisher="The Courier")
    wire = item("Dam gates opened", publisher="Wire")
    shown = story(1, report(same, syria=1.0), report(twin, syria=1.0), report(wire, syria=1.0))
    left_out = story(2, report(item("Nobody reads this", publisher="Far Away Post", hours=23), syria=0.6))
    made = edition([shown, left_out], choice("syria", max_items=1))
    assert (made.reports, made.sources) == (2, 2)


def test_other_sources_are_named_once_each() -> None:
    """`others` names each other source once, not the shown one, and no carrier of the same text."""
    wire = "A tanker ran aground off the northern cape on Tuesday night and is leaking oil, the coast guard said."
    told = story(
        1,
        report(item("Tanker aground", publisher="Wire", summary=wire, hours=9), iran=2.0),
        report(item("Tanker aground off cape", publisher="Mail", summary=wire, hours=8), iran=1.0),
        report(item("Oil spill: what we know", publisher="Gazette", summary="Booms are out.", hours=7), iran=1.0),
        report(item("Cape oil spill spreads", publisher="Gazette", summary="It is wide.", hours=6), iran=1.0),
    )
    shown = edition([told], choice("iran")).entries[0]
    assert shown.lead.source == "Wire"
    assert [other.source for other in shown.others] == ["Gazette"]
    assert shown.sources == 2


def test_only_some_of_many_sources_are_named_and_the_count_stays_true() -> None:
    """Of thirty sources some are named; the count says thirty."""
    told = story(
        1, *(report(item(f"Quake, report {n}", publisher=f"Paper {n}", hours=n + 1), iran=1) for n in range(30))
    )
    shown = edition([told], choice("iran")).entries[0]
    assert len(shown.others) == MOST_NAMED
    assert shown.sources == 30


def test_the_lead_is_the_best_matching_then_most_complete_then_earliest() -> None:
    """The lead is chosen by match, then by completeness, then by time."""
    text = "A sentence that is long enough to tell a reader something about what has happened and where it happened."
    weak = report(item("Short", hours=9, summary=text), iran=0.6)
    bare = report(item("Strong but bare", hours=8), iran=2.0)
    late = report(item("Strong and full, later", hours=6, summary=text), iran=2.0)
    early = report(item("Strong and full, earlier", hours=7, summary=text), iran=2.0)
    live = report(item("LIVE: everything at once", hours=8.5, summary=text), iran=2.0)
    assert choose_lead([weak, bare, late, early, live]) == early


def test_a_story_of_nothing_is_refused() -> None:
    """A story without reports is a mistake of the caller."""
    with pytest.raises(ValueError, match="at least one report"):
        build_story([])


def test_a_passing_mention_in_one_report_does_not_decide_the_topic() -> None:
    """The topic that all reports share beats one that a single report names more often."""
    reports = [report(item(f"Report {n}", key=str(n)), iran=1.0) for n in range(4)]
    told = story(1, *reports, report(item("Report with a detour"), iran=1.0, syria=1.4))
    assert [score.topic for score in told.topics] == ["iran", "syria"]


def test_the_same_content_has_the_same_address_and_another_has_another() -> None:
    """An edition's id follows from its content alone."""
    told = [some(1, iran=1), some(2, syria=1)]
    one, two = edition(told, choice("iran", "syria")), edition(list(reversed(told)), choice("iran", "syria"))
    assert one == two
    assert one.id == address(one)
    assert edition(told, choice("syria", "iran")).id != one.id
    assert address(replace(one, title="The Night Desk")) != one.id


def test_composing_a_little_later_gives_the_same_edition() -> None:
    """A window's edition does not depend on the moment at which it is composed."""
    told = [some(1, iran=1)]
    late = compose(
        told,
        choice("iran"),
        DAY,
        had={},
        title="The Desk",
        link="https://desk.example",
        topic_titles=TITLES,
        now=MORNING + timedelta(minutes=90),
        summarise=first_words,
    )
    assert late == edition(told, choice("iran"))


texts = st.text(max_size=20)
moments = st.datetimes(timezones=st.just(UTC))
others = st.builds(OtherReport, source=texts, link=texts, title=texts)
headlines = st.builds(Headline, title=texts, link=texts, source=texts, published=st.none() | moments, language=texts)
ranks = st.lists(st.tuples(texts, st.floats(0, 9)), max_size=3).map(tuple)
entries = st.builds(
    EditionEntry,
    kind=st.sampled_from(EntryKind),
    story=st.integers(0, 2**63 - 1),
    number=st.integers(1, 99),
    lead=headlines,
    line=texts,
    others=st.lists(others, max_size=2).map(tuple),
    reports=st.lists(st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 9)), max_size=3).map(tuple),
    sources=st.integers(1, 9),
    tags=st.lists(texts, max_size=2).map(tuple),
    updated=st.booleans(),
    rank=ranks,
)
sections = st.builds(
    Section,
    topic=texts,
    title=texts,
    entries=st.lists(entries, max_size=2).map(tuple),
    total=st.integers(0, 99),
)
editions = st.builds(
    Edition,
    id=texts,
    title=texts,
    link=texts,
    format=st.sampled_from(Format),
    language=texts,
    timezone=texts,
    window=st.builds(Window, start=moments, end=moments),
    sections=st.lists(sections, max_size=2).map(tuple),
    topic_titles=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    reports=st.integers(0, 999),
    sources=st.integers(0, 99),
)


@given(editions)
def test_an_edition_comes_back_from_json_as_it_was(made: Edition) -> None:
    """Through JSON text and back, an edition and its address stay what they were."""
    back = from_json(json.loads(json.dumps(to_json(made))))
    assert back == made
    assert address(back) == address(made)

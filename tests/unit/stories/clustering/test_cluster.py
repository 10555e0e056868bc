"""How items are gathered into stories: across feeds and days, in any script, whatever comes."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.model import Item
from digest.stories.clustering.boilerplate import RecurringTitles
from digest.stories.clustering.cluster import Clusterer, Gathered
from digest.stories.clustering.item_terms import Reader
from digest.stories.clustering.open_stories import COMPARED, Index, OpenStory, excess
from digest.stories.clustering.vectors import Vector, unit
from digest.text.tokens import Lexicon
from tests.unit.stories.made_up import MORNING, item

#: Two happenings as three publishers tell them, and two items of their own.
FERRY = (
    item(
        "Ferry capsizes off Port Almira with 60 aboard",
        publisher="Wire",
        summary="A ferry with some sixty passengers capsized off Port Almira before dawn, the coast guard said.",
        hours=9,
    ),
    item(
        "Coast guard searches for dozens after Port Almira ferry capsizes",
        publisher="Courier",
        summary="Helicopters and boats searched on Tuesday for passengers of a ferry that overturned off Port Almira.",
        hours=7,
    ),
    item(
        "Almira ferry disaster: 41 saved, nine dead",
        publisher="Gazette",
        summary="Rescuers pulled 41 people out of the water after the ferry capsized off Port Almira.",
        hours=5,
    ),
)
BUDGET = (
    item(
        "Parliament in Veldora passes austerity budget by two votes",
        publisher="Wire",
        summary="Veldora's parliament passed an austerity budget by two votes after a night of debate.",
        hours=8,
    ),
    item(
        "Veldora's austerity budget scrapes through parliament",
        publisher="Courier",
        summary="The finance minister of Veldora won a vote on his austerity budget by the narrowest of margins.",
        hours=6,
    ),
)
ALONE = (
    item("Rare owl nests on cathedral roof", publisher="Gazette", summary="Birdwatchers come from afar.", hours=4),
    item(
        "Chip maker Orbitron to build plant in Norden", publisher="Wire", summary="It will cost four billions.", hours=3
    ),
)
NEWS = (*FERRY, *BUDGET, *ALONE)


def grouped(gathered: Gathered) -> set[frozenset[int]]:
    """The items, as sets of those that share a story."""
    stories: dict[int, set[int]] = {}
    for each, story in gathered.assignments:
        stories.setdefault(story, set()).add(each)
    return {frozenset(group) for group in stories.values()}


def ids(*items: Item) -> frozenset[int]:
    """The ids of items."""
    return frozenset(each.id for each in items)


TOLD = {ids(*FERRY), ids(*BUDGET), ids(ALONE[0]), ids(ALONE[1])}


def test_reports_of_one_happening_become_one_story_and_others_stay_alone() -> None:
    """Three reports of a ferry and two of a budget make two stories; an owl and a chip plant stay their own."""
    assert grouped(Clusterer().add(NEWS)) == TOLD


def test_a_story_has_the_id_of_its_first_item() -> None:
    """A story's id is that of the item that was published first."""
    stories = dict(Clusterer().add(NEWS).assignments)
    assert {stories[each.id] for each in FERRY} == {FERRY[0].id}


@given(st.randoms(use_true_random=False))
def test_the_order_within_a_batch_does_not_matter(chance: random.Random) -> None:
    """Whatever the order in which a round's items come, the stories are the same, with the same ids."""
    shuffled = list(NEWS)
    chance.shuffle(shuffled)
    assert sorted(Clusterer().add(shuffled).assignments) == sorted(Clusterer().add(NEWS).assignments)


def test_items_join_the_story_of_an_earlier_round() -> None:
    """An item that comes a round later joins the story that is already told."""
    clusterer = Clusterer()
    clusterer.add(NEWS[:1] + NEWS[3:])
    assert dict(clusterer.add(FERRY[1:]).assignments) == {each.id: FERRY[0].id for each in FERRY[1:]}


def test_a_restored_clusterer_goes_on_where_the_other_stopped() -> None:
    """After a restart, stories put back from the store take new items like before."""
    before = Clusterer().add([*FERRY[:2], *BUDGET, *ALONE])
    again = Clusterer()
    of = {each.id: each for each in NEWS}
    again.restore((story, of[each]) for each, story in before.assignments)
    assert dict(again.add(FERRY[2:]).assignments) == {FERRY[2].id: FERRY[0].id}


def test_a_story_merged_by_hand_stays_merged_when_restored() -> None:
    """Restoring believes the store: two items that the store holds in one story are in one story."""
    clusterer = Clusterer()
    clusterer.restore([(77, ALONE[0]), (77, ALONE[1])])
    twin = replace(ALONE[1], id=ALONE[1].id + 1, feed="other", publisher="Courier")
    assert dict(clusterer.add([twin]).assignments) == {twin.id: 77}


def test_two_known_stories_that_turn_out_to_be_one_are_merged_into_the_older() -> None:
    """A report that ties two known stories together merges them; the older one's id stays, and the merge is told."""
    clusterer = Clusterer()
    clusterer.restore([(FERRY[0].id, FERRY[0]), (FERRY[1].id, FERRY[1])])
    gathered = clusterer.add(FERRY[2:])
    assert gathered.merges == ((FERRY[1].id, FERRY[0].id),)
    assert dict(gathered.assignments) == {FERRY[2].id: FERRY[0].id}
    assert dict(clusterer.add([replace(FERRY[1], id=5, feed="home")]).assignments) == {5: FERRY[0].id}


def test_merges_name_the_story_that_is_left_in_the_end() -> None:
    """However many stories collapse in a batch, each merge names the last one standing, not one that went on itself."""
    oldest, middle, newest, link = (
        item(title, publisher=f"Publisher {hours}", hours=hours)
        for hours, title in (
            (30, "Ferry capsizes: Almira harbour storm, night"),
            (29, "Ferry, Almira: harbour storm rescue boats"),
            (28, "Ferry storm: rescue boats, helicopters, survivors"),
            (27, "Storm: rescue boats, helicopters, survivors of ferry"),
        )
    )
    clusterer = Clusterer()
    clusterer.restore((each.id, each) for each in (oldest, middle, newest, *BUDGET, *ALONE))
    gathered = clusterer.add([link])
    assert gathered.assignments == ((link.id, oldest.id),)
    assert set(gathered.merges) == {(newest.id, oldest.id), (middle.id, oldest.id)}


def test_an_item_that_is_known_stays_where_it_is() -> None:
    """Adding an item again does not count it twice nor move it."""
    clusterer = Clusterer()
    clusterer.add(NEWS)
    assert clusterer.add(NEWS) == Gathered(assignments=(), merges=())


def test_the_same_item_from_two_feeds_is_one_story() -> None:
    """One page in a publisher's home feed and in its world feed is one story, tracked or not."""
    home = item("Owl seen", publisher="Gazette", link="https://gazette.example/owl", key="a")
    world = item("Owl seen", publisher="Gazette World", link="https://www.gazette.example/owl/", key="b")
    assert len(grouped(Clusterer().add([home, world]))) == 1


def test_a_link_that_a_feed_reuses_does_not_glue() -> None:
    """Two stories under one link (a live page, a home page) stay two."""
    link = "https://gazette.example/live"
    items = [replace(ALONE[0], link=link), replace(ALONE[1], link=link, publisher="Gazette")]
    assert len(grouped(Clusterer().add(items))) == 2


def test_the_publishers_name_in_titles_does_not_glue() -> None:
    """Titles that end in the publisher's name share nothing by that, though nobody else says those words."""
    owl, tram = (
        item(f"{title} - The Daily Lantern", publisher="The Daily Lantern")
        for title in ("Owl on the roof", "A cheaper tram")
    )
    others = [
        item(" ".join(f"word{number}x{at}" for at in range(6)), publisher=f"Publisher {number}") for number in range(30)
    ]
    assert len(grouped(Clusterer().add([owl, tram, *others]))) == 32
    strangers = [replace(each, publisher="Somebody") for each in (owl, tram)]
    assert len(grouped(Clusterer().add([*strangers, *others]))) == 31


def test_a_recurring_column_does_not_glue() -> None:
    """Episodes of a column under one headline phrase are stories of their own."""
    items = [
        item(f"Market Whispers: {title}", publisher="The Ledger", hours=hours)
        for hours, title in enumerate(
            ("copper slips", "a quiet day for banks", "shipping rates climb", "tea at a high")
        )
    ]
    assert len(grouped(Clusterer().add(items))) == 4


def names(*titles: str) -> set[str]:
    """What of the last title belongs to a column, after a publisher used all of them. Parts are set off by a bar."""
    columns, cut = RecurringTitles(), [[part.split() for part in title.split(" | ")] for title in titles]
    for title in cut:
        columns.learn("Ledger", title, "", MORNING)
    return columns.names("Ledger", cut[-1])


def test_what_begins_two_different_headlines_is_a_columns_name() -> None:
    """The first words of two headlines of one publisher that are otherwise about different things name a column."""
    episodes = ("shares making the biggest moves orbitron almira", "shares making the rounds in norden at noon")
    assert names(*episodes) == {"shares", "making", "the"}


def test_episodes_that_begin_alike_and_share_one_name_are_different() -> None:
    """A column may speak of one firm twice: what its episodes begin with is left out when they are compared."""
    noon = "shares making the biggest moves at noon almira lines orbitron and more"
    night = "shares making the biggest moves after hours orbitron vox and more"
    assert names(noon, night) == {"shares", "making", "the"}


def test_a_short_title_can_end_in_a_columns_name() -> None:
    """Titles of three words or more that end in the same two name a series, as shops' reviews do."""
    assert names("kettle reviews rated", "garden chair reviews rated") == {"reviews", "rated"}
    assert names("kettle reviews rated") == set()


def test_a_headline_worded_anew_makes_no_column() -> None:
    """A publisher that changes a headline during the day has no column of the words that stayed."""
    revised = ("copper prices plunge and shares jump on norden truce", "copper prices plunge on norden truce")
    assert names(*revised) == set()
    assert names(*revised, "copper prices plunge on norden truce, shares at a high") == set()


def test_who_said_it_is_a_columns_name_only_from_the_third_time() -> None:
    """A last part that two headlines share may be a speaker of that day; what three share tells nothing."""
    said = ("canal opens on friday | minister", "no more strikes planned | minister", "budget is safe | minister")
    assert names(*said[:2]) == set()
    assert names(*said) == {"minister"}


def test_a_column_under_the_very_same_title_does_not_glue_from_day_to_day() -> None:
    """ "Corrections" of yesterday and of today, each on a page of its own, are two stories."""
    items = [
        item("The morning briefing from our desk", publisher="Ledger", hours=hours, key=str(hours))
        for hours in (2, 26, 50)
    ]
    assert len(grouped(Clusterer().add(items))) == 3


NOTICES = [
    item(
        "Notice of Sanctions Action",
        publisher="Gazette",
        summary="The office is publishing the names of persons that have been placed on its list.",
        hours=hours,
        key=str(n),
    )
    for n, hours in enumerate((50, 26, 3, 3, 2))
]


@given(st.randoms(use_true_random=False))
def test_notices_of_one_headline_are_stories_of_their_own(chance: random.Random) -> None:
    """What one source publishes under a headline that it used before, on a page of its own, joins nothing: in one
    batch or in several, on one day or on many, with equal texts, after a restart too."""
    clusterer, stories = Clusterer(), dict[int, int]()
    rest = list(NOTICES)
    while rest:
        some = chance.randint(1, len(rest))
        gathered = clusterer.add(rest[:some])
        assert gathered.merges == ()
        stories.update(gathered.assignments)
        rest = rest[some:]
        if chance.random() < 0.5:
            clusterer = Clusterer()
            clusterer.restore((stories[each.id], each) for each in NOTICES if each.id in stories)
    assert all(story == each for each, story in stories.items())


def test_a_notice_that_two_feeds_carry_is_one_story() -> None:
    """The same page of the same headline from another feed joins the notice that it is."""
    again = [replace(each, id=each.id + 1, feed="home", key=each.key + "b") for each in NOTICES[:3]]
    assert grouped(Clusterer().add([*NOTICES, *again])) == {
        *(ids(one, other) for one, other in zip(NOTICES, again, strict=False)),
        *(ids(each) for each in NOTICES[3:]),
    }


def test_what_an_agency_sends_to_two_publishers_of_one_feed_is_one_story() -> None:
    """An aggregator's entries under one headline, by two publishers, are one story: it is no one's routine."""
    wire = "Storm tears roof off stadium in Norden"
    items = [replace(item(wire, publisher=paper, key=paper), feed="finder") for paper in ("Ledger", "Courier")]
    assert len(grouped(Clusterer().add(items))) == 1


def test_what_everything_is_about_does_not_glue() -> None:
    """On a day when all news is of one war, its name alone joins nothing, and each happening is still found."""
    events = (
        ("grain silos burn in Tarnow", "silos full of grain on fire in Tarnow"),
        ("savers queue at Meridian bank", "Meridian bank limits what savers withdraw"),
        ("football cup final moved to Lisbon", "Lisbon to host the football final"),
        ("surgeons at Sankt Petri run out of blood", "blood donors wanted for Sankt Petri surgeons"),
        ("petrol rationed from Monday by coupon", "coupons for petrol, a ration of ten litres"),
        ("inmates escape from Karst prison", "forty inmates gone after Karst prison is hit"),
        ("opera season opens in a cellar", "a cellar for the opera as its season opens"),
        ("engineers rebuild Drava bridge overnight", "Drava bridge rebuilt by engineers in a night"),
        ("hackers stop the tramway's ticketing", "tramway free of charge after hackers strike ticketing"),
        ("miners at Kohlgrub strike for helmets", "no helmets, no coal: Kohlgrub miners walk out"),
    )
    items = [
        item(f"Zubrovia war: {title}", publisher=f"Paper {n}", summary=f"The war in Zubrovia: {title}.", key=f"{n}{m}")
        for m, pair in enumerate(events)
        for n, title in enumerate(pair)
    ]
    pairs = {ids(*items[at : at + 2]) for at in range(0, len(items), 2)}
    assert grouped(Clusterer().add(items)) == pairs


def told(*vectors: Vector, common: float = 0.0) -> OpenStory:
    """A story of such reports, each of which shares so much with any item of the window."""
    story = OpenStory(id=1, order=1, moved=MORNING, items=list(range(len(vectors))))
    for vector in vectors:
        story.take(unit(vector), common)
    Index().put(story)
    return story


def test_more_is_asked_of_reports_that_are_like_everything() -> None:
    """The same likeness that makes one story of two reports does not where any item is nearly as like to them."""
    one, other = {"ferry": 1.0, "almira": 1.0, "coast": 1.0}, {"ferry": 1.0, "saved": 1.0, "harbour": 0.5}
    assert excess(told(one), told(other)) > 0
    assert excess(told(one, common=0.2), told(other, common=0.2)) < 0


def test_two_stories_stay_two_where_each_holds_together_far_better_than_both() -> None:
    """Two tight stories stay apart at a likeness at which loose ones are one."""
    tight = [told(*({"eve": 1.0, place: 1.3},) * 2) for place in ("berlin", "cologne")]
    loose = [told({"eve": 1.0, place: 1.0, "a": 0.7}, {"eve": 1.0, place: 0.4}) for place in ("berlin", "cologne")]
    assert excess(*tight) < 0 < excess(*loose)


@pytest.mark.parametrize("words", [12, 40, 1_000])
def test_an_items_cost_is_bounded_whatever_the_others_say(words: int) -> None:
    """Texts that are all alike are not each compared with all: so many comparisons an item, and no more."""
    chance = random.Random(1)
    flood = [
        item("Almira " + " ".join(chance.sample([f"word{n}" for n in range(words)], 5)), key=str(n), hours=n / 100)
        for n in range(1_500)
    ]
    index, found = Index(), list[int]()
    for n, reading in enumerate(Reader().read(flood)):
        story = OpenStory(id=n, order=n, moved=MORNING, items=[n])
        story.take(reading.vector, reading.common)
        index.put(story)
        found.append(len(index.near(story)))
    assert max(found) <= COMPARED


def test_stories_are_gathered_in_any_script() -> None:
    """Reports in Arabic, Persian, Russian, Hebrew, Chinese and Turkish find each other."""
    pairs = [
        ("وزير الخارجية يصل إلى دمشق لإجراء محادثات", "محادثات في دمشق بعد وصول وزير الخارجية"),
        ("زلزله شدید استان کرمان را لرزاند", "استان كرمان پس از زلزله شديد"),
        ("Землетрясение разрушило мост в Казани", "В Казани мост разрушило землетрясение"),
        ("שריפה גדולה פרצה ביער ליד חיפה", "ליד חיפה: שריפה גדולה ביער"),
        ("台风海豚登陆上海百万人撤离", "上海百万人因台风海豚撤离"),
        ("İstanbul'da metro grevi üçüncü gününde", "Metro grevi İSTANBUL'DA sürüyor, üçüncü gün"),
    ]
    items = [item(title, publisher=f"{n}{m}") for n, pair in enumerate(pairs) for m, title in enumerate(pair)]
    assert grouped(Clusterer().add(items)) == {ids(items[at], items[at + 1]) for at in range(0, len(items), 2)}


def test_a_forgotten_story_takes_no_more_items() -> None:
    """After a story has not moved for the window's length, a new report opens a story of its own."""
    clusterer = Clusterer()
    clusterer.add(NEWS)
    clusterer.forget(MORNING)
    assert dict(clusterer.add([replace(FERRY[2], id=3)]).assignments) == {3: 3}


def test_a_story_that_moves_is_not_forgotten() -> None:
    """A story lives as long as its newest item is inside the window."""
    clusterer = Clusterer()
    clusterer.add(NEWS)
    clusterer.forget(MORNING - timedelta(hours=6))
    late = replace(FERRY[2], id=3, publisher="Mirror", title="Ferry off Port Almira: nine dead")
    assert dict(clusterer.add([late]).assignments) == {3: FERRY[0].id}


def test_forgetting_everything_leaves_nothing_behind() -> None:
    """A clusterer that has forgotten all decides as a new one does."""
    used, new = Clusterer(), Clusterer()
    used.add([replace(each, id=each.id + 1, published=each.published - timedelta(days=30)) for each in NEWS])
    used.forget(MORNING - timedelta(days=1))
    assert used.add(NEWS) == new.add(NEWS)


def batches(items: Sequence[Item], sizes: Sequence[int]) -> list[list[Item]]:
    """Items cut into batches of such sizes, over and over."""
    cut, rest, turn = [], list(items), 0
    while rest:
        size = sizes[turn % len(sizes)]
        cut.append(rest[:size])
        rest, turn = rest[size:], turn + 1
    return cut


some_words = st.lists(st.sampled_from(("oil", "war", "flood", "Iran", "3", "the", "ليبيا", "台风")), max_size=7)
titles = st.text(max_size=60) | some_words.map(" ".join)


@given(
    st.lists(st.tuples(titles, titles, st.integers(0, 200), st.sampled_from(["", "Wire", "Courier"])), max_size=12),
    st.lists(st.integers(1, 5), min_size=1, max_size=3),
)
@example([("", "", 0, ""), ("", "", 0, "")], [1])
@example([("\udcff", "\x00", 0, "\u202e")], [1])
def test_every_item_gets_a_story_that_exists_whatever_comes(
    texts: list[tuple[str, str, int, str]], sizes: list[int]
) -> None:
    """For any text: each item has one story, named after one of its items; merges lead to stories that stand."""
    items = [
        item(title, summary=summary, publisher=publisher, hours=hours, key=str(n), link="" if n % 3 else None)
        for n, (title, summary, hours, publisher) in enumerate(texts)
    ]
    clusterer, story_of = Clusterer(), dict[int, int]()
    for batch in batches(items, sizes):
        gathered = clusterer.add(batch)
        story_of.update(gathered.assignments)
        gone = dict(gathered.merges)
        story_of = {each: gone.get(story, story) for each, story in story_of.items()}
        assert not gone.keys() & set(gone.values())
    assert story_of.keys() == ids(*items)
    assert all(story_of[story] == story for story in story_of.values())
    restored = Clusterer()
    restored.restore((story_of[each.id], each) for each in items)
    assert restored.add(items) == Gathered(assignments=(), merges=())


def test_terms_of_a_text_are_what_readers_would_call_the_same_word() -> None:
    """Plurals, possessives, acronyms, peoples and small numbers meet; stop words go."""
    terms = Lexicon().terms
    assert terms("Iran's strikes stopped") == terms("Iranian strike stops") == terms("the Iranians striking, stopping")
    assert terms("Quake hits Norden") == terms("Earthquakes hit Norden")
    assert terms("U.S. ends two-week truce") == terms("US ending 2-week truces")
    assert terms("كتاب القانون") == terms("کتاب قانون")


def _story(number: int, *vectors: Vector) -> OpenStory:
    """A story of items with these terms."""
    told = OpenStory(id=number, order=number, moved=MORNING)
    for vector in vectors:
        told.items.append(number * 100 + len(told.items))
        told.take(unit(vector), 0.0)
    Index().put(told)
    return told


def test_big_stories_need_more_to_be_one() -> None:
    """Two stories of many equal reports each stay two at a likeness at which two reports are one story."""

    def stories(reports: int) -> tuple[OpenStory, OpenStory]:
        return tuple(_story(n, *[{"war": 0.8, own: 0.6}] * reports) for n, own in ((1, "ferry"), (2, "budget")))  # type: ignore[return-value]

    assert excess(*stories(1)) > 0
    assert excess(*stories(8)) < 0


def test_what_only_the_sums_share_makes_no_story() -> None:
    """Stories whose reports have little in common pair by pair stay two, however alike their sums are."""
    one, other = (_story(n, *({"war": 0.35, f"{own}{k}": 0.94} for k in range(20))) for n, own in ((1, "a"), (2, "b")))
    cosine = sum(share * other.centroid.get(term, 0.0) for term, share in one.centroid.items())
    assert cosine / (one.length * other.length) > 0.7
    assert excess(one, other) < 0

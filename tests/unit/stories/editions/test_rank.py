"""How stories are ordered, and how independent sources are told from carriers."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.model import Report
from digest.stories.clustering.notices import together
from digest.stories.editions.independent_sources import distinct, same_text, shingles, sources
from digest.stories.editions.rank import FRESHNESS, rank
from tests.unit.stories.made_up import MORNING, item, report, story

WIRE = (
    "Rescue teams reached the last of the flooded villages on Thursday and brought forty people to safety by boat, "
    "the interior ministry said, while engineers tried to close the breach in the dyke before the next high tide."
)


def test_the_parts_add_up_to_the_total() -> None:
    """What `preview --why` shows is what decided."""
    ranked = rank(story(1, report(item("A dyke breaks"), syria=1.0)), "syria", MORNING)
    assert [name for name, _ in ranked.parts] == ["match", "sources", "freshness", "novelty"]
    assert round(sum(value for _, value in ranked.parts), 3) == ranked.total


def test_a_stronger_match_ranks_higher() -> None:
    """Of two stories alike in all else, the one more about the topic comes first."""
    weak, strong = (rank(story(1, report(item("A dyke breaks"), syria=score)), "syria", MORNING) for score in (0.6, 2))
    assert strong.total > weak.total


def test_what_has_no_date_is_not_fresh() -> None:
    """An undated item ranks below the same item with a date; an old one whose update is told is as fresh as that."""
    told = item("A dyke breaks", hours=0)
    undated = replace(told, published=told.first_seen)
    old = item("A dyke breaks", hours=200)
    updated = replace(old, revision=1, updated=MORNING)
    fresh, unknown, stale, again = (
        dict(rank(story(1, report(one, syria=1.0)), "syria", MORNING).parts)["freshness"]
        for one in (told, undated, old, updated)
    )
    assert (fresh, unknown, round(stale, 2), again) == (FRESHNESS, 0.0, 0.0, FRESHNESS)


def test_more_independent_sources_rank_higher() -> None:
    """A story that three tell for themselves beats one that one tells."""
    one = story(1, report(item("A dyke breaks"), syria=1.0))
    three = story(1, *(report(item(f"A dyke breaks {n}", publisher=f"Paper {n}"), syria=1.0) for n in range(3)))
    assert rank(three, "syria", MORNING).total > rank(one, "syria", MORNING).total


def test_ten_carriers_of_one_wire_text_are_one_source() -> None:
    """The same text in ten publishers is one source, and ranks like one."""
    carried = [report(item("Forty saved", publisher=f"Paper {n}", summary=WIRE), syria=1.0) for n in range(10)]
    assert len(sources(carried)) == 1
    alone = rank(story(1, carried[0]), "syria", MORNING)
    assert rank(story(1, *carried), "syria", MORNING).parts == alone.parts


def test_copies_are_judged_across_feeds() -> None:
    """A feed's entries under one headline, with pages of their own, are each a report; another feed's are the same
    ones again, and its further ones are not. One page under one headline is one report."""

    def notice(n: int, feed: str, link: str = "") -> Report:
        one = item("Public notice", publisher="Gazette", key=f"{feed}{n}", link=link or f"https://{feed}.example/{n}")
        return report(replace(one, feed=feed))

    mine, theirs = [notice(n, "a") for n in range(3)], [notice(n, "b") for n in range(4)]
    assert distinct([*mine, *theirs]) == (*mine, theirs[3])
    assert distinct([*mine, notice(9, "c", mine[0].item.link)]) == tuple(mine)


def test_notices_that_stand_together() -> None:
    """Reports of one source under one headline, each with a page of its own, are found to stand as one line."""
    notices = [report(item("Public notice", publisher="Gazette", key=str(n))) for n in range(3)]
    other = [report(item("Public notice", publisher="Courier")), report(item("A dyke breaks", publisher="Gazette"))]
    assert together([notices[0], other[0], *notices[1:], other[1], notices[0]]) == (tuple(notices),)


def test_a_carrier_that_cuts_the_text_short_is_still_a_carrier() -> None:
    """A wire story cut after half of it is the same text."""
    whole, cut = item("Forty saved", body=WIRE), item("Dozens rescued", publisher="Mail", summary=WIRE[:110])
    assert same_text(shingles(whole), shingles(cut))


def test_two_texts_about_one_happening_are_two_sources() -> None:
    """Who writes for himself counts, though names and numbers are the same."""
    own = (
        "By boat and by helicopter, forty villagers were taken out of the flood on Thursday after two days on their "
        "roofs; our reporter saw the water stand at the windows of the school."
    )
    reports = [
        report(item("Forty saved", publisher="Wire", summary=WIRE)),
        report(item("Two days on the roof", publisher="Courier", summary=own)),
    ]
    assert len(sources(reports)) == 2


def test_one_item_from_two_feeds_counts_once() -> None:
    """The same link with the same title is one report; a link that a feed reuses for another title is another."""
    first = report(item("Ferry sinks in storm", link="https://paper.example/live"))
    twin = report(item("Ferry sinks in storm", publisher="Aggregator", link="https://paper.example/live"))
    other = report(item("Bridge closed to lorries", link="https://paper.example/live"))
    assert distinct([first, twin, other]) == (first, other)


def test_newer_reports_are_fresher() -> None:
    """Of two stories alike in all else, the later one comes first, and the future counts as now."""
    totals = [
        rank(story(1, report(item("A dyke breaks", hours=hours), syria=1.0)), "syria", MORNING).total
        for hours in (-1, 0, 5, 20)
    ]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] == totals[1]


def test_what_the_reader_has_not_had_counts_as_new() -> None:
    """An update of which little is new ranks under the same story told for the first time."""
    reports = [report(item(f"A dyke breaks {n}", publisher=f"Paper {n}"), syria=1.0) for n in range(4)]
    told = story(1, *reports)
    first, update = rank(told, "syria", MORNING), rank(told, "syria", MORNING, fresh=told.reports[3:])
    assert dict(update.parts)["novelty"] < dict(first.parts)["novelty"]


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=80), st.integers(0, 3)), max_size=8))
def test_every_report_is_in_exactly_one_group(texts: list[tuple[str, str, int]]) -> None:
    """Grouping by source loses nothing and doubles nothing, whatever the texts."""
    reports = [
        report(item(title or "x", publisher=f"Paper {paper}", summary=summary, key=str(n)))
        for n, (title, summary, paper) in enumerate(texts)
    ]
    grouped = [each.item.id for group in sources(reports) for each in group]
    assert sorted(grouped) == sorted(each.item.id for each in reports)


@given(score=st.floats(0, 50), hours=st.floats(-100, 10_000))
def test_a_rank_lies_between_nothing_and_one(score: float, hours: float) -> None:
    """No input takes a rank out of its bounds."""
    told = story(1, report(item("A dyke breaks"), syria=score))
    ranked = rank(told, "syria", MORNING + timedelta(hours=hours))
    assert 0 <= ranked.total <= 1

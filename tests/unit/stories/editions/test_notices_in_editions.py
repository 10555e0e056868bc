"""Notices of one source under one headline: each is told, and those of one edition stand as one line."""

from dataclasses import replace

from digest.mail.render.page_builder import Typesetter
from digest.model import EntryKind, Story
from tests.unit.stories.editions.test_edition import edition, had
from tests.unit.stories.made_up import choice, item, report, story

ABSTRACT = "The office publishes the names of one or more persons that were added to its list on grounds that apply."


def notice(number: int, *, summary: str = ABSTRACT, publisher: str = "Treasury Office") -> Story:
    """A notice of its own, under the headline of all."""
    key = f"notice-{number}"
    found = item("Notice of sanctions action", key=key, summary=summary, publisher=publisher, hours=number)
    return story(number, report(found, sanctions=1.0))


def test_several_of_one_edition_stand_as_one_entry_that_links_each() -> None:
    """Four notices take one number and one place; the reader has had each of them."""
    four = [notice(number) for number in range(1, 5)]
    made = edition(four, choice("sanctions", max_items=1))
    [entry] = made.entries
    assert entry.kind is EntryKind.GROUP
    links = {entry.lead.link, *(other.link for other in entry.others)}
    assert links == {one.lead.item.link for one in four}
    assert {report for report, _ in entry.reports} == {one.lead.item.id for one in four}
    assert made.reports == 4
    assert made.sources == 1


def test_what_tells_notices_from_each_other_is_shown() -> None:
    """Each by its own line where they differ, else by its date."""
    texts = {1: "Two shipping firms were added to the list.", 2: "Five persons were taken off the list."}
    differ = Typesetter(edition([notice(n, summary=text) for n, text in texts.items()], choice("sanctions"))).page()
    [shown] = differ.sections[0].stories
    assert {shown.line, shown.notices[0].name} == {" ".join(text.split()[:12]) for text in texts.values()}
    same = Typesetter(edition([replace_seen(notice(1)), replace_seen(notice(30))], choice("sanctions"))).page()
    [shown] = same.sections[0].stories
    assert shown.notices_label == "1 more under this headline:"
    assert shown.notices[0].name == "Tue 01:00"
    assert shown.also == ()


def replace_seen(told: Story) -> Story:
    """The story, its report dated before it was seen."""
    [one] = told.reports
    seen = replace(one.item, first_seen=one.item.first_seen.replace(minute=59))
    return story(told.id, replace(one, item=seen))


def test_one_notice_stands_by_itself_and_so_do_those_of_other_sources() -> None:
    """Two offices with one headline are two entries, and neither is the other's copy."""
    made = edition([notice(1), notice(2, publisher="Other Office", summary="Another text.")], choice("sanctions"))
    assert [entry.kind for entry in made.entries] == [EntryKind.STORY, EntryKind.STORY]


def test_the_next_days_notice_is_told_and_the_old_ones_are_not() -> None:
    """A reader who has had three is shown the fourth alone, as no update of them."""
    four = [notice(number) for number in range(1, 5)]
    known = {**had(four[1], 1), **had(four[2], 1), **had(four[3], 1)}
    [entry] = edition(four, choice("sanctions"), known).entries
    assert (entry.kind, entry.lead.link, entry.updated) == (EntryKind.STORY, four[0].lead.item.link, False)


def test_so_many_that_they_are_no_line_any_more_are_two() -> None:
    """Fourteen notices stand as twelve and two."""
    made = edition([notice(number) for number in range(1, 15)], choice("sanctions"))
    assert [len(entry.others) for entry in made.entries] == [11, 1]

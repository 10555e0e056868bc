"""An edition as a page: true counts, safe words and links, the right way round, in the reader's language."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.mail.message.headers import TEXT_LIMIT
from digest.mail.render.page_builder import NAMED_SOURCES, PREHEADER_LIMIT, Typesetter, shown_host
from digest.mail.render.phrases import PHRASES
from digest.model import Edition, Format, OtherReport
from digest.text.scripts import direction
from tests import editions


def test_the_masthead_tells_what_is_inside() -> None:
    """Title, date in the edition's zone, window with its zone, counts and reading time are the edition's own."""
    page = Typesetter(editions.day()).page()
    assert page.title == "World Desk Digest"
    assert page.date == "Thursday, 14 April 2016"
    assert (page.moment, page.window) == ("Morning edition", "24 hours to 08:00\xa0CEST")
    assert page.counts == "7 stories from 41 reports in 18 sources"
    assert page.reading == "1 min read"
    assert page.web == ""
    assert Typesetter(editions.day(), web=True).page().web == "https://news.example.org/e/3f2a9c5d7e8b1a40"


def test_the_subject_leads_with_the_top_story() -> None:
    """The subject starts with the first headline, says how many more there are, and is at most 150 characters."""
    assert Typesetter(editions.day()).page().subject == (
        "Shelling south of Aleppo strains the truce as envoys return to Geneva + 6 more stories"
    )
    long = editions.story(1, "word " * 60)
    other = editions.story(2, "Second")
    page = Typesetter(editions.edition(editions.section("syria", "Syria", long, other))).page()
    assert page.subject.startswith("word word")
    assert page.subject.endswith("… + 1 more story")
    assert len(page.subject) <= TEXT_LIMIT
    single = Typesetter(editions.edition(editions.section("syria", "Syria", other))).page()
    assert single.subject == "Second"


def test_the_preheader_says_something_new() -> None:
    """The preheader tells the other topics' leads, not the subject again, in at most 140 characters."""
    page = Typesetter(editions.day()).page()
    assert page.preheader.startswith("Quds Force commander")
    assert "Shelling" not in page.preheader
    assert len(page.preheader) <= PREHEADER_LIMIT


def test_sections_say_how_much_they_show() -> None:
    """ "3 of 9 stories" where a topic had more, "2 stories" where all are here; numbers run through the edition."""
    sections = Typesetter(editions.day()).page().sections
    assert [section.count for section in sections] == ["3 of 9 stories", "2 of 7 stories", "2 stories"]
    assert [story.number for section in sections for story in section.stories] == [1, 2, 3, 4, 5, 6, 7]
    assert [story.lead for story in sections[0].stories] == [True, False, False]


def test_times_name_their_day_only_where_it_differs() -> None:
    """Today's time stands bare, this week's with its weekday, an older one with its date."""
    _, iran, sanctions = Typesetter(editions.day()).page().sections
    times = [story.time for story in (*iran.stories, *sanctions.stories)]
    assert times == ["07:00", "Wed 02:00", "Wed 16:00", "5 Apr 08:00"]


def test_a_story_in_another_language_says_so() -> None:
    """A Persian story in an English edition runs right to left, and names its language."""
    story = Typesetter(editions.day()).page().sections[0].stories[2]
    assert (story.language, story.direction, story.line_direction) == ("fa", "rtl", "rtl")
    assert story.language_name == "Persian"
    assert story.source.direction == "rtl"


def test_other_sources_are_named_and_counted() -> None:
    """Up to six other sources are named; the count tells of all."""
    story = Typesetter(editions.day()).page().sections[1].stories[0]
    assert story.also_label == "also covered by 7:"
    assert len(story.also) == NAMED_SOURCES
    assert [(tag.name, tag.colour) for tag in story.tags] == [("Syria", 1), ("Sanctions", 3)]
    assert story.share_label == f"E-mail this link: {story.title}"


def test_a_quiet_day_has_its_own_words() -> None:
    """An edition without stories is a friendly note about its topics: no counts, no reading time."""
    page = Typesetter(editions.quiet()).page()
    assert page.quiet == "Nothing new on Syria, Iran and Sanctions this time. We keep watching."
    assert page.subject == "A quiet day: Syria, Iran and Sanctions"
    assert (page.counts, page.reading, page.sections) == ("", "", ())


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_a_day_on_which_no_feed_could_be_read_is_no_quiet_day(language: str) -> None:
    """The note says so, and since when, in every language; the subject and the heading say it too."""
    since = datetime(2016, 4, 12, 5, 30, tzinfo=UTC)
    edition = replace(editions.quiet(), unread_since=since, language=language, timezone="Europe/Berlin")
    page, usual = Typesetter(edition).page(), Typesetter(replace(edition, unread_since=None)).page()
    assert page.quiet != usual.quiet
    assert page.subject != usual.subject
    assert page.words.quiet in page.subject
    assert "2016" in page.quiet or "۲۰۱۶" in page.quiet or "٢٠١٦" in page.quiet
    assert "{" not in page.quiet
    if language == "en":
        assert page.subject == "No source could be read: Syria, Iran and Sanctions"
        assert page.quiet.startswith("None of our sources could be read since 12 April 2016, 07:30")


def test_stories_that_give_way_are_counted() -> None:
    """A story left out is named in "1 more story" with a link, and nowhere without web pages; the others stay."""
    page = Typesetter(editions.day(), web=True).page({2})
    first = page.sections[0]
    assert [story.number for story in first.stories] == [1, 3]
    assert (first.count, first.more) == ("2 of 9 stories", "1 more story")
    assert first.more_link == "https://news.example.org/e/3f2a9c5d7e8b1a40#t1"
    assert page.counts == "7 stories from 41 reports in 18 sources"
    unlinked = Typesetter(editions.day()).page({2}).sections[0]
    assert (unlinked.count, unlinked.more, unlinked.more_link) == ("2 of 9 stories", "", "")


def test_an_arabic_edition_runs_right_to_left() -> None:
    """Language, direction, words, plurals and dates are Arabic; an English story in it runs left to right."""
    page = Typesetter(editions.arabic()).page()
    assert (page.language, page.direction) == ("ar", "rtl")
    assert page.date == "الخميس، 14 أبريل 2016"
    assert page.counts == "3 أخبار من 14 تقريرًا في 5 مصادر"
    assert page.sections[0].stories[1].direction == "ltr"
    assert page.sections[0].stories[1].language_name == "الإنجليزية"


def test_hostile_words_are_disarmed() -> None:
    """Marks, controls and bidirectional overrides leave every string; a script link is none, a login no part of one."""
    page = Typesetter(editions.hostile()).page()
    stories = page.sections[0].stories
    everything = repr(page).replace(page.why, "").replace(repr(page.unsubscribe), "")
    assert not set(everything) & set("\ue000\ue001\u202e\u2028\x0b\0\r")
    assert [story.link for story in stories] == ["", editions.LONG_URL, "https://evil.example/", ""]
    assert stories[0].share == ""
    assert stories[0].also[0].link == "https://x.example/%22onmouseover=%22alert(1)"
    assert stories[3].title == "…"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.text(max_size=10))
@example("\ue000address\ue001", "\ue001", "http://[", "zz-!")
@example("", "", "https://x.example:99999/", "fa")
@example("", "", "https://xn--/", "")
@example("", "", "https://a\u3002b/", "")
def test_any_text_makes_a_page(title: str, source: str, link: str, language: str) -> None:
    """Whatever a story's words, link and language are, the page is made and holds no mark but our own."""
    story = editions.story(
        1, title, title, source=source, link=link, language=language, others=(OtherReport(source=title, link=link),)
    )
    page = Typesetter(editions.edition(editions.section("t", title, story), topic_titles=(("t", source),))).page()
    (shown,) = page.sections[0].stories
    assert not set(repr(shown)) & set("\ue000\ue001")
    assert shown.title
    assert shown.link == "" or shown.link.startswith(("http://", "https://"))


def test_the_host_is_shown() -> None:
    """The host that a link leads to is shown without "www.", unless the source's name is that host."""
    assert shown_host("https://www.courier.example/a", "The Courier") == "courier.example"
    assert shown_host("https://www.courier.example/a", "Courier.example") == ""
    assert shown_host("", "The Courier") == ""


@pytest.mark.parametrize(
    ("text", "language", "way"),
    [
        ("Truce in doubt", "", "ltr"),
        ("هدنة", "", "rtl"),
        ("BBC: گزارش تازه درباره سوریه", "", "rtl"),
        ("BBC: گزارش", "fa", "rtl"),
        ("Truce in doubt", "fa", "ltr"),
        ("The word هدنة", "en", "ltr"),
        ("שלום", "he", "rtl"),
        ("", "fa", "ltr"),
        ("2016 — 7", "", "ltr"),
    ],
)
def test_text_runs_its_own_way(text: str, language: str, way: str) -> None:
    """Direction follows the letters, and the stated language where it has letters in the text."""
    assert direction(text, language) == way


def test_a_text_edition_has_no_other_page() -> None:
    """The format changes nothing on the page: both parts show the same."""
    html: Edition = editions.day()
    text = replace(html, format=Format.TEXT)
    assert Typesetter(html).page() == Typesetter(text).page()

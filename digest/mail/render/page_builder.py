"""An edition set as a page: whatever needs thought about language, direction or safety is decided here. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from math import ceil
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from digest.mail.message.headers import TEXT_LIMIT, one_line, shorten
from digest.mail.message.placeholders import Placeholder, placeholder
from digest.mail.render.labels import Labels
from digest.mail.render.mailto import email_link
from digest.mail.render.page import Link, Page, PageSection, PageStory, Tag, Words
from digest.mail.render.theme import TOPIC_COLOURS
from digest.mail.render.wrap import whole
from digest.model import Edition, EditionEntry, EntryKind, OtherReport, Section
from digest.text.scripts import direction, is_right_to_left, primary
from digest.text.urls import web_address

#: What people read in a minute (Brysbaert 2019, doi:10.1016/j.jml.2019.104047: 238 for non-fiction).
WORDS_PER_MINUTE = 238
#: Mail clients on phones show some 40 characters of a subject, those on desktops some 90: the story's part of it.
SUBJECT_STORY_LIMIT = 110
#: What follows the subject in a list of mails; clients show 35 to 140 characters.
PREHEADER_LIMIT = 140
#: Stands where a story has neither title nor line: a heading must not be empty.
NO_TITLE = "…"
# css-inline writes "<" in attributes as it is, which HTML allows and simple-minded filters take for a tag.
_NO_TAGS = str.maketrans("<>", "‹›")
#: Characters of a notice's own line that tell it from the others.
NOTICE_LIMIT = 90
#: Sources named under a story; the rest are in the count.
NAMED_SOURCES = 6


class Typesetter:
    """Sets the pages of one edition; a second page costs little more than counting anew."""

    def __init__(self, edition: Edition, *, web: bool = False) -> None:
        """`web`: web pages are served under the edition's link; only then does anything lead there."""
        self.edition = edition
        self.labels = Labels(edition.language)
        self.zone = ZoneInfo(edition.timezone)
        self.topics = {topic: one_line(title) for topic, title in edition.topic_titles}
        self.colours = {section.topic: at % TOPIC_COLOURS + 1 for at, section in enumerate(edition.sections)}
        self.web = edition.link.rstrip("/") if web else ""
        self._stories: dict[tuple[int, bool], PageStory] = {}

    def page(self, left_out: Collection[int] = ()) -> Page:
        """The page without the stories whose numbers are in `left_out`."""
        edition, say = self.edition, self.labels.say
        end = edition.window.end
        local = end.astimezone(self.zone)
        sections = tuple(self.section(at, section, left_out) for at, section in enumerate(edition.sections))
        return Page(
            language=self.labels.language,
            direction="rtl" if is_right_to_left(self.labels.language) else "ltr",
            title=one_line(edition.title),
            subject=self.subject(),
            preheader=self.preheader(),
            moment=say("morning" if 4 <= local.hour < 12 else "afternoon" if 12 <= local.hour < 17 else "evening"),
            window=say("window", span=self.labels.span(end - edition.window.start), time=self.clock(end)),
            date=self.labels.full_date(local.date()),
            counts=self.counts() if sections else "",
            reading=self.reading(left_out) if sections else "",
            sections=sections,
            quiet="" if sections else self.quiet(),
            web=f"{self.web}/e/{edition.id}" if self.web else "",
            why=self.why(),
            unsubscribe=placeholder(Placeholder.UNSUBSCRIBE),
            unsubscribe_mail=placeholder(Placeholder.UNSUBSCRIBE_MAIL) if self.web else "",
            preferences=placeholder(Placeholder.PREFERENCES) if self.web else "",
            words=replace(Words(**{name: say(name) for name in Words.__dataclass_fields__}), quiet=self.no_news()),
        )

    def section(self, at: int, section: Section, left_out: Collection[int]) -> PageSection:
        """A topic's part of the page."""
        stories = [entry for entry in section.entries if entry.number not in left_out]
        hidden = len(section.entries) - len(stories)
        title, shown = one_line(section.title), self.labels.number(len(stories))
        all_here = len(stories) >= section.total
        of_total = self.labels.count("of_stories", section.total, shown=shown)
        return PageSection(
            topic=section.topic,
            title=title,
            direction=direction(title, self.labels.language),
            anchor=f"t{at + 1}",
            colour=self.colours[section.topic],
            shown=shown,
            count=self.labels.count("stories", len(stories)) if all_here else of_total,
            stories=tuple(self.story(story, lead=first == 0) for first, story in enumerate(stories)),
            more=self.labels.count("more", hidden) if hidden and self.web else "",
            more_link=f"{self.web}/e/{self.edition.id}#t{at + 1}" if self.web else "",
        )

    def story(self, story: EditionEntry, *, lead: bool) -> PageStory:
        """A story as it is shown."""
        key = (story.number, lead)
        if key not in self._stories:
            self._stories[key] = self._set_story(story, lead=lead)
        return self._stories[key]

    def _set_story(self, story: EditionEntry, *, lead: bool) -> PageStory:
        lead_report = story.lead
        title, line = one_line(lead_report.title), one_line(story.line)
        link, source = web_address(lead_report.link), one_line(lead_report.source, 60)
        language = lead_report.language or self.edition.language
        foreign = lead_report.language and primary(lead_report.language) != primary(self.labels.language)
        tags = [Tag(name=self.topics[t], colour=self.colours.get(t, 0)) for t in story.tags if self.topics.get(t)]
        notices = [self._notice(other) for other in story.others] if story.kind is EntryKind.GROUP else []
        also = [] if notices else [self._link(one_line(other.source, 60), other.link) for other in story.others]
        return PageStory(
            number=story.number,
            title=title or line or source or NO_TITLE,
            link=link,
            host=shown_host(link, source),
            line=line,
            direction=direction(title, lead_report.language),
            line_direction=direction(line, ""),
            language=language,
            language_name=self.labels.language_name(lead_report.language) if foreign else "",
            source=self._link(source, ""),
            time=self.time(lead_report.published),
            also_label=self.labels.count("also_covered", max(len(also), story.sources - 1)) if also else "",
            also=tuple(also[:NAMED_SOURCES]),
            notices_label=self.labels.count("notices", len(notices)) if notices else "",
            notices=tuple(notices),
            tags_label=self.labels.say("also_in") if tags else "",
            tags=tuple(tags),
            updated=self.labels.say("updated") if story.updated else "",
            share=email_link(title=title, line=line, link=link) if link else "",
            share_label=self.labels.say("email_link_to", title=shorten(title, TEXT_LIMIT).translate(_NO_TAGS)),
            lead=lead,
        )

    def time(self, published: datetime | None) -> str:
        """When a report was published; empty where its source does not say."""
        if published is None:
            return ""
        return self.labels.time(published, zone=self.zone, beside=self.edition.window.end)

    def _notice(self, other: OtherReport) -> Link:
        """A notice by its own line, else by its date; without either it is one more of its source."""
        name = shorten(one_line(other.title), NOTICE_LIMIT) or self.time(other.published) or one_line(other.source, 60)
        return self._link(name, other.link)

    def _link(self, name: str, link: str) -> Link:
        return Link(name=name, link=web_address(link), direction=direction(name))

    def clock(self, moment: datetime) -> str:
        """The time and its zone; the stories' times need not repeat it."""
        return whole(self.labels.clock(moment, zone=self.zone))

    def counts(self) -> str:
        """How many stories the edition has, and what they are made from."""
        count = self.labels.count
        return self.labels.say(
            "counts",
            stories=count("stories", len(self.edition.entries)),
            reports=count("reports", self.edition.reports),
            sources=count("sources", self.edition.sources),
        )

    def reading(self, left_out: Collection[int]) -> str:
        """How long the stories shown take to read."""
        shown = (entry for entry in self.edition.entries if entry.number not in left_out)
        words = sum(len(f"{entry.lead.title} {entry.line}".split()) for entry in shown)
        return self.labels.say("minutes", n=self.labels.number(max(1, ceil(words / WORDS_PER_MINUTE))))

    def topic_list(self) -> str:
        """The topics that were asked for, as running text."""
        asked = [self.topics[topic] for topic in self.edition.topics if self.topics.get(topic)]
        return self.labels.listed(asked or list(self.topics.values())) or one_line(self.edition.title)

    def subject(self) -> str:
        """The day's top story first: the sender's name says whose digest it is."""
        entries = self.edition.entries
        if not entries:
            return shorten(f"{self.no_news()}: {self.topic_list()}", TEXT_LIMIT)
        top = shorten(one_line(entries[0].lead.title), SUBJECT_STORY_LIMIT) or one_line(self.edition.title)
        if len(entries) == 1:
            return top
        return self.labels.say("subject_more", title=top, more=self.labels.count("more", len(entries) - 1))

    def no_news(self) -> str:
        """What a day without stories is called."""
        return self.labels.say("quiet" if self.edition.unread_since is None else "unread")

    def quiet(self) -> str:
        """Why there are no stories: nothing came, or nothing could be read."""
        since = self.edition.unread_since
        if since is None:
            return self.labels.say("quiet_line", topics=self.topic_list())
        when = f"{self.labels.day(since.astimezone(self.zone).date())}, {self.clock(since)}"
        return self.labels.say("unread_line", since=when, topics=self.topic_list())

    def preheader(self) -> str:
        """The leads of the other topics, then what follows the top story: not the subject again."""
        leads = [section.entries[0] for section in self.edition.sections[1:] if section.entries]
        others = [entry for entry in self.edition.entries[1:] if entry not in leads]
        titles = [one_line(entry.lead.title, 80) for entry in (*leads, *others)]
        if not titles and self.edition.entries:
            titles = [one_line(self.edition.entries[0].line)]
        return shorten(" · ".join(titles), PREHEADER_LIMIT)

    def why(self) -> str:
        """Why the reader gets this, with the placeholders of the reader's own values."""
        since = placeholder(Placeholder.SINCE, self.labels.language)
        return self.labels.say("why", address=placeholder(Placeholder.ADDRESS), topics=self.topic_list(), since=since)


def shown_host(link: str, source: str) -> str:
    """The host that a (safe) link leads to, for people to see; empty where the source's name says it.

    In ASCII: letters of other scripts can pass for Latin ones.
    """
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return "" if host == source.lower() else host

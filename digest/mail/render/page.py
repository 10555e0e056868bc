"""What a digest's template can show: words, dates and links ready, outside text cleaned. Pure.

`docs/templates.md` lists these for those who write templates.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A name that may lead somewhere."""

    name: str
    #: http or https; empty: there is nowhere to go.
    link: str
    #: `ltr` or `rtl`.
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """Another topic that a story belongs to."""

    name: str
    #: 1 to 6: the topic's colour in this edition; 0: it has no section here.
    colour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStory:
    """A story on the page."""

    #: As counted through the edition.
    number: int
    title: str
    #: http or https; empty: the headline is not a link.
    link: str
    #: The link's host without "www.", where the source's name does not say it already.
    host: str
    #: The summary; may be empty.
    line: str
    #: `ltr` or `rtl`, of the title.
    direction: str
    #: `ltr` or `rtl`, of the summary line.
    line_direction: str
    #: BCP 47 of title and line; the edition's where unknown.
    language: str
    #: "Persian", where the story is in another language than the edition; else empty.
    language_name: str
    source: Link
    #: "07:55", with the weekday or date where that is another day; empty where its source gives no date.
    time: str
    #: "also covered by 3:"; empty where nobody else does.
    also_label: str
    #: Who else tells it, at most six.
    also: tuple[Link, ...]
    #: "3 more under this headline:"; empty where there are none.
    notices_label: str
    #: Further notices of its source under its headline, each by what tells it from the others.
    notices: tuple[Link, ...]
    #: "also in"; empty where it has no other topic.
    tags_label: str
    #: Its other topics, strongest first.
    tags: tuple[Tag, ...]
    #: "Updated" where the reader may have had it before; else empty.
    updated: str
    #: The `mailto:` of "E-mail this link"; empty where the link is too long for one.
    share: str
    #: "E-mail this link: TITLE", for those who hear the page.
    share_label: str
    #: Whether it opens its topic and may stand larger.
    lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSection:
    """A topic on the page."""

    topic: str
    title: str
    #: `ltr` or `rtl`, of the title.
    direction: str
    #: The fragment that the line of topics jumps to.
    anchor: str
    #: 1 to 6: which topic colour it takes.
    colour: int
    #: How many stories stand here, as the language writes numbers.
    shown: str
    #: "3 of 9 stories", or "3 stories" where all are here.
    count: str
    stories: tuple[PageStory, ...]
    #: "6 more stories", where some had to give way to the size limit and stand on the web; else empty.
    more: str
    #: Where those stand on the web; empty without web pages.
    more_link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Labels that templates print as they are."""

    comma: str
    email_link: str
    email_links: str
    read_on_web: str
    unsubscribe: str
    unsubscribe_mail: str
    preferences: str
    untracked: str
    quiet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a digest's template can show."""

    #: BCP 47 of the labels.
    language: str
    #: `ltr` or `rtl`, of the whole page.
    direction: str
    title: str
    #: For the subject and `<title>`: the day's top story first.
    subject: str
    #: The next headlines, for the list of mails.
    preheader: str
    #: "Morning edition".
    moment: str
    #: "24 hours to 08:00 CEST".
    window: str
    #: "Thursday, 14 April 2016".
    date: str
    #: "7 stories from 41 reports in 18 sources"; empty on a quiet day.
    counts: str
    #: "3 min read"; empty on a quiet day.
    reading: str
    sections: tuple[PageSection, ...]
    #: "Nothing new on Syria and Iran ..." on a quiet day; else empty.
    quiet: str
    #: The edition's own web page; empty without web pages.
    web: str
    #: "You get this because ...", with the placeholders of address and since.
    why: str
    #: URI to unsubscribe (a placeholder).
    unsubscribe: str
    #: The `mailto:` to unsubscribe (a placeholder): the other way out, where `unsubscribe` is a web page; else empty.
    unsubscribe_mail: str
    #: URI of the preferences page (a placeholder); empty without web pages.
    preferences: str
    words: Words

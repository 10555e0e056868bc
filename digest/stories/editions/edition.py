"""Composes an edition: which stories, under which topic, in which order, with which line. Pure."""

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.model import (
    Edition,
    EditionEntry,
    EntryKind,
    Format,
    Headline,
    OtherReport,
    Report,
    Section,
    Story,
    Window,
)
from digest.stories.clustering.notices import together
from digest.stories.editions.independent_sources import (
    MOST_COMPARED,
    distinct,
    same_text,
    shingles,
    source_name,
    sources,
)
from digest.stories.editions.primary_report import build_story, choose_lead, strongest
from digest.stories.editions.rank import Rank, rank
from digest.stories.editions.serialised import address, from_json, to_json

__all__ = ["Choice", "address", "build_story", "choose_lead", "compose", "from_json", "to_json"]

#: Other sources that are named; the count tells the rest.
MOST_NAMED = 6

#: Makes a story's line from its lead, and from the other reports where the lead has none to give.
Summarise = Callable[[Report, Sequence[Report]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What subscribers have in common who get the same edition of a window."""

    #: Topic ids in the subscriber's order.
    topics: tuple[str, ...]
    format: Format
    language: str
    timezone: str
    max_items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A story that a subscriber could be shown, with where it would stand."""

    story: Story
    topic: str
    #: Reports that the subscriber has not had.
    fresh: tuple[Report, ...]
    #: The report that is shown.
    lead: Report
    rank: Rank
    updated: bool
    #: Notices of the same source under the same headline, which stand in one line with it.
    notices: tuple["_Candidate", ...] = ()

    @property
    def stories(self) -> tuple[Story, ...]:
        """Its own story, and those of its notices."""
        return (self.story, *(other.story for other in self.notices))


def compose(
    stories: Sequence[Story],
    choice: Choice,
    window: Window,
    *,
    had: Mapping[int, int],
    title: str,
    link: str,
    topic_titles: Mapping[str, str],
    now: datetime,
    summarise: Summarise,
    news: Collection[int] | None = None,
    left_out: Collection[int] = (),
    note_if_quiet: bool = False,
    unread_since: datetime | None = None,
) -> Edition | None:
    """The edition of a window for a choice; None where there is nothing to tell.

    Each story stands once, under its strongest topic of the choice; no topic starves under `max_items`. `had`: the
    reports that the subscriber has had, each with the update as which it was told. A story is told if one of its
    reports is `news` (ids; None: all are), is under one of the topics and was not had. `left_out`: ids of stories for
    which there is no room. `note_if_quiet`: an edition without sections instead of None; it says if no feed
    could be read (`unread_since`).
    """
    moment = min(now, window.end)
    found = (_candidate(story, choice, had, news, moment) for story in stories)
    by_topic = _by_topic([candidate for candidate in found if candidate is not None], choice.topics)
    if not by_topic and not note_if_quiet:
        return None
    shown = _shown(by_topic, choice.max_items, left_out)
    totals = {topic: len(group) for topic, group in by_topic.items()}
    sections = _sections(shown, totals, summarise, topic_titles)
    told = [distinct(story.reports) for group in shown.values() for one in group for story in one.stories]
    named = {*choice.topics, *(tag for section in sections for entry in section.entries for tag in entry.tags)}
    edition = Edition(
        id="",
        title=title,
        link=link,
        format=choice.format,
        language=choice.language,
        timezone=choice.timezone,
        window=window,
        sections=sections,
        topics=choice.topics,
        topic_titles=tuple((topic, text) for topic, text in sorted(topic_titles.items()) if topic in named),
        reports=sum(map(len, told)),
        sources=len({source_name(report.item).casefold() for reports in told for report in reports}),
        unread_since=None if sections else unread_since,
    )
    return replace(edition, id=address(edition))


def _shown(
    by_topic: Mapping[str, Sequence[_Candidate]], places: int, left_out: Collection[int]
) -> dict[str, list[_Candidate]]:
    """The candidates that get one of the places, by topic."""
    ranks = [[candidate.rank.total for candidate in group] for group in by_topic.values()]
    shares = zip(by_topic.items(), share_out(ranks, places), strict=True)
    chosen = {topic: [one for one in group[:share] if one.story.id not in left_out] for (topic, group), share in shares}
    return {topic: group for topic, group in chosen.items() if group}


def _by_topic(found: Sequence[_Candidate], topics: Sequence[str]) -> dict[str, list[_Candidate]]:
    """Candidates by topic, in the subscriber's order; each topic's best first."""
    groups: dict[str, list[_Candidate]] = {topic: [] for topic in topics}
    for candidate in sorted(found, key=lambda candidate: (-candidate.rank.total, candidate.story.id)):
        groups[candidate.topic].append(candidate)
    return {topic: _with_notices(group) for topic, group in groups.items() if group}


def _with_notices(group: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates, with the notices of one source under one headline where the best of them stands."""
    alone = {one.lead.item.id: one for one in group if len(sources(one.story.reports)) == 1}
    behind: dict[int, tuple[_Candidate, ...]] = {}
    taken: set[int] = set()
    for first, *others in together(one.lead for one in alone.values()):
        behind[first.item.id] = tuple(alone[other.item.id] for other in others)
        taken.update(other.item.id for other in others)
    kept = (one for one in group if one.lead.item.id not in taken)
    return [replace(one, notices=behind.get(one.lead.item.id, ())) for one in kept]


def _sections(
    shown: Mapping[str, Sequence[_Candidate]],
    totals: Mapping[str, int],
    summarise: Summarise,
    titles: Mapping[str, str],
) -> tuple[Section, ...]:
    """The sections, their entries numbered through all of them."""
    numbers = itertools.count(1)
    return tuple(
        Section(
            topic=topic,
            title=titles.get(topic, topic),
            entries=tuple(_entry(candidate, next(numbers), summarise, titles) for candidate in group),
            total=totals[topic],
        )
        for topic, group in shown.items()
    )


def _candidate(
    story: Story, choice: Choice, had: Mapping[int, int], news: Collection[int] | None, moment: datetime
) -> _Candidate | None:
    """Where a story would stand; None if it is under none of the topics, or the subscriber has all that is news."""
    topic = strongest(story, choice.topics)
    if topic is None:
        return None
    fresh = not_had(story.reports, had)
    if not any(_tells(report, choice.topics, news) for report in fresh):
        return None
    usable = [report for report in fresh if any(score.topic == topic for score in report.topics)]
    return _Candidate(
        story=story,
        topic=topic,
        fresh=fresh,
        lead=choose_lead(usable or fresh, topic),
        rank=rank(story, topic, moment, fresh=fresh),
        updated=any(report.item.id in had for report in story.reports),
    )


def _tells(report: Report, topics: Sequence[str], news: Collection[int] | None) -> bool:
    """Whether a report is a reason to tell its story: it is news, and under one of the topics."""
    return (news is None or report.item.id in news) and any(score.topic in topics for score in report.topics)


def not_had(reports: Sequence[Report], had: Mapping[int, int]) -> tuple[Report, ...]:
    """The reports that a reader has not had, or not as the latest update, without other feeds' copies of those had."""
    known = [had.get(report.item.id, -1) >= report.item.revision for report in reports]
    fresh = tuple(itertools.compress(reports, (not one for one in known)))
    if len(fresh) == len(reports):
        return fresh
    old = [(report.item.feed, shingles(report.item)) for report in itertools.compress(reports, known)]
    # What was had before is fresh as an update, whoever copied it meanwhile.
    return tuple(one for one in fresh if one.item.id in had or not _copies(one, old[-MOST_COMPARED:]))


def _copies(report: Report, others: Sequence[tuple[str, frozenset[str]]]) -> bool:
    """Whether another feed has told the same text. One feed's own entries are never copies of each other."""
    text = shingles(report.item)
    return any(same_text(text, theirs) for feed, theirs in others if feed != report.item.feed)


def share_out(ranks: Sequence[Sequence[float]], places: int) -> list[int]:
    """How many of its stories each topic may show, from the ranks of its stories, highest first.

    Everyone gets up to half of an equal share (at least one, while there are places); the rest goes by rank.
    """
    places = max(places, 0)
    sure = max(places // (2 * len(ranks)), 1) if ranks else 0
    shares = []
    left = places
    for group in ranks:
        share = min(sure, len(group), left)
        shares.append(share)
        left -= share
    while left:
        open_ = [n for n, group in enumerate(ranks) if shares[n] < len(group)]
        if not open_:
            break
        best = max(open_, key=lambda n: (ranks[n][shares[n]], -n))
        shares[best] += 1
        left -= 1
    return shares


def _entry(found: _Candidate, number: int, summarise: Summarise, titles: Mapping[str, str]) -> EditionEntry:
    """A candidate as it stands in the edition."""
    story, lead = found.story, found.lead
    others = [report for report in story.reports if report is not lead]
    groups = sources(distinct((lead, *others)))
    line = summarise(lead, others)
    return EditionEntry(
        kind=EntryKind.GROUP if found.notices else EntryKind.STORY,
        story=story.id,
        number=number,
        lead=_headline(lead),
        line=line,
        others=_notices(found.notices, line, summarise) if found.notices else _others(lead, groups),
        reports=tuple((one.item.id, one.item.revision) for each in found.stories for one in each.reports),
        sources=len(groups),
        tags=tuple(score.topic for score in story.topics if score.topic != found.topic and score.topic in titles),
        updated=found.updated,
        rank=found.rank.parts,
    )


def _notices(found: Sequence[_Candidate], line: str, summarise: Summarise) -> tuple[OtherReport, ...]:
    """The other notices under a headline, each by what its own line says, where that differs."""
    lines = [(one.lead.item, summarise(one.lead, ())) for one in found]
    return tuple(
        OtherReport(
            source=source_name(item),
            link=item.link,
            title="" if own == line else own,
            published=item.published if item.dated else None,
        )
        for item, own in lines
    )


def _headline(report: Report) -> Headline:
    item = report.item
    return Headline(
        title=item.title,
        link=item.link,
        source=source_name(item),
        published=item.told_at,
        language=item.language,
    )


def _others(lead: Report, groups: Sequence[Sequence[Report]]) -> tuple[OtherReport, ...]:
    """The other independent sources, each once, in the order in which they came, at most `MOST_NAMED`."""
    leads = [choose_lead(group) for group in groups if lead not in group]
    mine = source_name(lead.item).casefold()
    links = {source_name(other.item): other.item.link for other in reversed(leads)}
    return tuple(
        OtherReport(source=source, link=link) for source, link in reversed(links.items()) if source.casefold() != mine
    )[:MOST_NAMED]

"""Composes an edition: which stories, under which topic, in which order, with which line. Pure."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.model import (
    Coverage,
    Edition,
    EditionStory,
    Format,
    Report,
    Section,
    Story,
    Window,
)
from digest.stories.carriers import MOST_COMPARED, distinct, same_text, shingles, source_name, sources
from digest.stories.frozen import address, from_json, to_json
from digest.stories.lead import build_story, choose_lead, strongest
from digest.stories.rank import Rank, rank

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
    rank: Rank
    updated: bool


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
    note_if_quiet: bool = False,
) -> Edition | None:
    """The edition of a window for a choice; None where there is nothing to tell.

    Each story stands once, under its strongest topic of the choice; no topic starves under `max_items`. `had`: the
    version of each story that the subscriber has; it comes again only if it moved on. `note_if_quiet`: an edition
    without sections instead of None.
    """
    moment = min(now, window.end)
    found = (_candidate(story, choice, had.get(story.id), moment) for story in stories)
    by_topic = _by_topic([candidate for candidate in found if candidate is not None], choice.topics)
    if not by_topic and not note_if_quiet:
        return None
    ranks = [[candidate.rank.total for candidate in group] for group in by_topic.values()]
    shares = share_out(ranks, choice.max_items)
    shown = {topic: group[:share] for (topic, group), share in zip(by_topic.items(), shares, strict=True) if share}
    totals = {topic: len(group) for topic, group in by_topic.items()}
    sections = _sections(shown, totals, summarise, topic_titles)
    told = [distinct(candidate.story.reports) for group in shown.values() for candidate in group]
    named = {*choice.topics, *(tag for section in sections for story in section.stories for tag in story.tags)}
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
    )
    return replace(edition, id=address(edition))


def _by_topic(found: Sequence[_Candidate], topics: Sequence[str]) -> dict[str, list[_Candidate]]:
    """Candidates by topic, in the subscriber's order; each topic's best first."""
    groups: dict[str, list[_Candidate]] = {topic: [] for topic in topics}
    for candidate in sorted(found, key=lambda candidate: (-candidate.rank.total, candidate.story.id)):
        groups[candidate.topic].append(candidate)
    return {topic: group for topic, group in groups.items() if group}


def _sections(
    shown: Mapping[str, Sequence[_Candidate]],
    totals: Mapping[str, int],
    summarise: Summarise,
    titles: Mapping[str, str],
) -> tuple[Section, ...]:
    """The sections, their stories numbered through all of them."""
    numbers = itertools.count(1)
    return tuple(
        Section(
            topic=topic,
            title=titles.get(topic, topic),
            stories=tuple(_entry(candidate, next(numbers), summarise, titles) for candidate in group),
            total=totals[topic],
        )
        for topic, group in shown.items()
    )


def _candidate(story: Story, choice: Choice, had: int | None, moment: datetime) -> _Candidate | None:
    """Where a story would stand; None if it is under none of the topics, or the subscriber has it."""
    topic = strongest(story, choice.topics)
    if topic is None:
        return None
    fresh = story.reports
    if had is not None:
        if story.version <= had:
            return None
        fresh = _not_had(story.reports, had)
        if not fresh:
            return None
    return _Candidate(
        story=story,
        topic=topic,
        fresh=fresh,
        rank=rank(story, topic, moment, fresh=fresh),
        updated=had is not None,
    )


def _not_had(reports: Sequence[Report], had: int) -> tuple[Report, ...]:
    """The reports that came after the first `had`, without copies of those."""
    old = [shingles(report.item) for report in reports[:had][-MOST_COMPARED:]]
    return tuple(report for report in reports[had:] if not _copies(shingles(report.item), old))


def _copies(text: frozenset[str], others: Sequence[frozenset[str]]) -> bool:
    return any(same_text(text, other) for other in others)


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


def _entry(found: _Candidate, number: int, summarise: Summarise, titles: Mapping[str, str]) -> EditionStory:
    """A candidate as it stands in the edition."""
    story = found.story
    usable = [report for report in found.fresh if any(score.topic == found.topic for score in report.topics)]
    lead = choose_lead(usable or found.fresh, found.topic)
    item = lead.item
    others = [report for report in story.reports if report is not lead]
    groups = sources(distinct((lead, *others)))
    return EditionStory(
        story=story.id,
        version=story.version,
        number=number,
        title=item.title,
        line=summarise(lead, others),
        link=item.link,
        source=source_name(item),
        published=item.published,
        language=item.language,
        also=_also(lead, groups),
        sources=len(groups),
        tags=tuple(score.topic for score in story.topics if score.topic != found.topic and score.topic in titles),
        updated=found.updated,
        rank=found.rank.parts,
    )


def _also(lead: Report, groups: Sequence[Sequence[Report]]) -> tuple[Coverage, ...]:
    """The other independent sources, each once, in the order in which they came, at most `MOST_NAMED`."""
    leads = [choose_lead(group) for group in groups if lead not in group]
    mine = source_name(lead.item).casefold()
    links = {source_name(other.item): other.item.link for other in reversed(leads)}
    return tuple(
        Coverage(source=source, link=link) for source, link in reversed(links.items()) if source.casefold() != mine
    )[:MOST_NAMED]

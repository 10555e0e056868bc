"""Slots become editions, editions become planned deliveries.

Subscribers who would get the same share one edition: they are grouped by what they chose and by what they have
already, and the edition is composed, rendered and stored once. Nothing is sent here.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Connection

from digest.model import Edition, Item, Quiet, Rendered, Report, Story, Window
from digest.pipeline.lines import LineDesk
from digest.pipeline.slots import Due
from digest.ports import Renderer
from digest.settings.shape import Settings
from digest.storage import editions as stored_editions
from digest.storage import ledger
from digest.storage import stories as stored_stories
from digest.storage import subscribers as stored_subscribers
from digest.storage.database import Store
from digest.stories import edition as editions
from digest.stories.edition import Choice, Summarise
from digest.stories.summary import summarise


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """An edition and the slots it answers. No edition: there is nothing to tell, and they asked for no note."""

    edition: Edition | None
    dues: tuple[Due, ...]


#: An item's `first_seen` is a moment before its transaction ends, so an edition that is composed in between cannot see
#: it. The next one looks back this much further; what the subscriber has already is left out as always.
SETTLING = timedelta(minutes=2)
#: What decides an edition: the choice, the window and how it is read, the wish for a note, and what is known already.
_Group = tuple[Choice, Window, bool, Quiet, frozenset[tuple[int, int]]]


def _choice(due: Due, topics: Sequence[str] | None) -> Choice:
    subscriber = due.subscriber
    wanted = subscriber.topics if topics is None else tuple(topic for topic in subscriber.topics if topic in topics)
    return Choice(
        topics=wanted,
        format=subscriber.format,
        language=subscriber.language,
        timezone=subscriber.timezone,
        max_items=subscriber.max_items,
    )


def _with_returns(c: Connection, dues: Sequence[Due], now: datetime) -> tuple[Due, ...]:
    """The slots with their windows begun earlier where an edition was never accepted: its stories come back."""
    returned = stored_editions.given_back(c, [due.row.id for due in dues], now)
    return tuple(
        due
        if due.by_published or due.row.id not in returned
        else replace(due, window=Window(start=min(due.window.start, returned[due.row.id]), end=due.window.end))
        for due in dues
    )


def _stories(c: Connection, topics: Sequence[str], window: Window, *, by_published: bool) -> tuple[Story, ...]:
    if not by_published:
        window = Window(start=window.start - SETTLING, end=window.end)
    told = stored_stories.told(c, topics, window, by_published=by_published)
    return tuple(editions.build_story(reports, version) for version, reports in told)


def summary_line(lead: Report, others: Sequence[Report]) -> str:
    """The line of a story: from its lead; where that has none to give, from the first other report that has."""
    for report in (lead, *others):
        item = report.item
        line = summarise(lead.item.title, item.summary, item.body, language=item.language)
        if line:
            return line
    return ""


def choose(
    c: Connection,
    dues: Sequence[Due],
    settings: Settings,
    now: datetime,
    *,
    topics: Sequence[str] | None = None,
    summarise: Summarise = summary_line,
) -> tuple[Composition, ...]:
    """Compose an edition for each group of slots that would get the same. Reads only.

    `topics` narrows every subscriber's own; a subscriber with none of them is left out.
    """
    dues = _with_returns(c, dues, now)
    had = ledger.had(c, [due.row.id for due in dues if not due.again], waiting_at=now)
    by_window: defaultdict[tuple[Window, bool], list[Due]] = defaultdict(list)
    for due in dues:
        by_window[due.window, due.by_published].append(due)
    compositions: list[Composition] = []
    for (window, by_published), some in by_window.items():
        choices = {id(due): _choice(due, topics) for due in some}
        wanted = sorted({topic for choice in choices.values() for topic in choice.topics})
        stories = _stories(c, wanted, window, by_published=by_published) if wanted else ()
        present = {story.id for story in stories}
        groups: defaultdict[_Group, list[Due]] = defaultdict(list)
        for due in some:
            choice = choices[id(due)]
            if choice.topics:
                known = frozenset((s, v) for s, v in had.get(due.row.id, {}).items() if s in present)
                groups[choice, window, by_published, due.subscriber.quiet, known].append(due)
        compositions.extend(
            Composition(edition=_compose(group, stories, settings, now, summarise), dues=tuple(members))
            for group, members in groups.items()
        )
    return tuple(compositions)


def _compose(
    group: _Group, stories: Sequence[Story], settings: Settings, now: datetime, summarise: Summarise
) -> Edition | None:
    choice, window, _, quiet, known = group
    return editions.compose(
        stories,
        choice,
        window,
        had=dict(known),
        title=settings.digest.title,
        link=settings.digest.link,
        topic_titles=topic_titles(settings, choice.language),
        now=now,
        summarise=summarise,
        note_if_quiet=quiet is Quiet.NOTE,
    )


def topic_titles(settings: Settings, language: str) -> Mapping[str, str]:
    """The topics' titles in a language, by id; in their own where they have none for it."""
    return {topic.id: topic.titles.get(language, topic.title) for topic in settings.topics}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeResult:
    """What composing came to."""

    editions: tuple[str, ...] = ()
    #: Deliveries planned.
    planned: int = 0
    #: Slots with nothing to tell.
    quiet: int = 0

    @classmethod
    def sum(cls, results: Iterable[Self]) -> Self:
        """Several as one."""
        some = list(results)
        return cls(
            editions=tuple(dict.fromkeys(edition for result in some for edition in result.editions)),
            planned=sum(result.planned for result in some),
            quiet=sum(result.quiet for result in some),
        )


def _unrendered(c: Connection, compositions: Sequence[Composition]) -> tuple[Edition, ...]:
    """The editions among them that the store does not hold yet."""
    found = {composition.edition.id: composition.edition for composition in compositions if composition.edition}
    return tuple(edition for edition in found.values() if stored_editions.find(c, edition.id) is None)


def _plan(c: Connection, composition: Composition, now: datetime) -> int:
    """Write one delivery a slot, and note what the slots covered."""
    dues, edition = composition.dues, composition.edition
    planned = [
        ledger.Planned(
            subscriber=due.row.id, kind=due.kind, slot=due.slot, edition=edition.id, stale_after=due.stale_after
        )
        for due in dues
        if edition is not None
    ]
    stored_subscribers.cover(c, [(due.row.id, due.window.end, due.slot) for due in dues if due.moves])
    return ledger.plan(c, planned, now)


def _commit(c: Connection, compositions: Sequence[Composition], rendered: Mapping[str, Rendered], now: datetime) -> int:
    """Store the editions and plan their deliveries; how many were planned."""
    for composition in compositions:
        edition = composition.edition
        if edition is not None and edition.id in rendered:
            stored_editions.keep(
                c,
                edition=edition.id,
                window=edition.window,
                by_published=composition.dues[0].by_published,
                content=editions.to_json(edition),
                stories={story.story: story.version for story in edition.stories},
                rendered=rendered[edition.id],
                now=now,
            )
    return sum(_plan(c, composition, now) for composition in compositions)


def _leads(
    c: Connection, dues: Sequence[Due], settings: Settings, now: datetime, topics: Sequence[str] | None
) -> tuple[Item, ...]:
    """The items whose lines the editions would show."""
    leads: dict[int, Item] = {}

    def note(lead: Report, _others: Sequence[Report]) -> str:
        leads[lead.item.id] = lead.item
        return ""

    choose(c, dues, settings, now, topics=topics, summarise=note)
    return tuple(leads.values())


def _preferring(written: Mapping[int, str]) -> Summarise:
    """The written line of a lead where there is one, else the rule's."""
    return lambda lead, others: written.get(lead.item.id) or summary_line(lead, others)


async def compose(
    dues: Sequence[Due],
    *,
    store: Store,
    renderer: Renderer,
    settings: Settings,
    now: datetime,
    topics: Sequence[str] | None = None,
    desk: LineDesk | None = None,
) -> ComposeResult:
    """Compose, render, store and plan. Editions, plan and watermarks are one transaction: all of it, or nothing.

    `desk`: asks a language model for the lines. RenderError: a template is wrong; nothing was planned.
    """
    summarise: Summarise = summary_line
    if desk is not None:
        leads = await store.read(lambda c: _leads(c, dues, settings, now, topics))
        summarise = _preferring(await desk.lines(leads))

    def read(c: Connection) -> tuple[tuple[Composition, ...], tuple[Edition, ...]]:
        compositions = choose(c, dues, settings, now, topics=topics, summarise=summarise)
        return compositions, _unrendered(c, compositions)

    compositions, fresh = await store.read(read)
    rendered = {edition.id: await asyncio.to_thread(renderer.render, edition) for edition in fresh}
    planned = await store.write(lambda c: _commit(c, compositions, rendered, now))
    found = [composition.edition.id for composition in compositions if composition.edition is not None]
    return ComposeResult(
        editions=tuple(dict.fromkeys(found)),
        planned=planned,
        quiet=sum(len(composition.dues) for composition in compositions if composition.edition is None),
    )

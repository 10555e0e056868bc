"""Which edition answers which slots: subscribers who would get the same are grouped, by what they chose and by what
they have had, and an edition is chosen for each group. Reads only.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from digest.delivery import ledger
from digest.delivery.ledger import Sent
from digest.model import Edition, Quiet, Report, Story, Window
from digest.pipeline.composing.slots import LOOK_BACK, Due
from digest.settings.core.shape import Settings
from digest.storage.queries import editions as stored_editions
from digest.storage.queries import feeds as stored_feeds
from digest.storage.queries import stories as stored_stories
from digest.storage.queries.stories import News
from digest.stories.editions import edition as editions
from digest.stories.editions.edition import Choice, Summarise
from digest.stories.summaries.summary import summarise

#: Stories of one edition that are looked at, the newest of those that its readers have not had.
MOST_STORIES = 5_000
#: A delivery is planned with its edition, or a little later by whoever shares it.
_SLACK = timedelta(hours=1)

#: Makes a group's edition without the stories of these ids: they found no room.
Recompose = Callable[[Collection[int]], Edition | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """An edition and the slots it answers. No edition: there is nothing to tell, and they asked for no note."""

    edition: Edition | None
    dues: tuple[Due, ...]
    #: When the newest of the reports that it was chosen from was first seen; None: there were none.
    newest: datetime | None = None
    without: Recompose = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Group:
    """What decides an edition: the choice, the window and how it is read, the wish for a note, what was had."""

    choice: Choice
    window: Window
    scan: Window
    by_published: bool
    quiet: Quiet
    #: Reports that were had, each with its update, of those that are news.
    had: frozenset[tuple[int, int]]
    #: Reports of editions that never arrived, where those alone come back before the schedule's next slot.
    returned: frozenset[int]


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


def summary_line(lead: Report, others: Sequence[Report]) -> str:
    """The line of a story: from its lead; where that has none to give, from the first other report that has."""
    for report in (lead, *others):
        item = report.item
        line = summarise(lead.item.title, item.summary, item.body, language=item.language)
        if line:
            return line
    return ""


def _once(summarise: Summarise) -> Summarise:
    """The same, for as many groups as show a story with the same lead."""
    made: dict[int, str] = {}

    def line(lead: Report, others: Sequence[Report]) -> str:
        if lead.item.id not in made:
            made[lead.item.id] = summarise(lead, others)
        return made[lead.item.id]

    return line


class _News:
    """What could be told of one stretch of time, and to whom it is new. Its sets hold (report, update)."""

    def __init__(self, rows: Sequence[News], members: Mapping[int, Collection[int]]) -> None:
        """`members`: all reports of each story, those that are not news among them."""
        self._rows = rows
        self._stories = {row.report: row.story for row in rows}
        self._newest: dict[int, datetime] = {}
        for row in rows:
            self._newest[row.story] = max(self._newest.get(row.story, row.moment), row.moment)
        self._members = {report for reports in members.values() for report in reports}
        self._had: dict[frozenset[str], frozenset[tuple[int, int]]] = {}
        self._by_topic: dict[datetime, Mapping[str, set[tuple[int, int]]]] = {}

    def had(self, sent: frozenset[str], told: Mapping[str, Mapping[int, int]]) -> frozenset[tuple[int, int]]:
        """What whoever got these editions has had of these stories; `told` says what each edition holds."""
        if sent not in self._had:
            latest: dict[int, int] = {}
            for edition in sent:
                for report, revision in told.get(edition, {}).items():
                    if report in self._members:
                        latest[report] = max(revision, latest.get(report, revision))
            self._had[sent] = frozenset(latest.items())
        return self._had[sent]

    def new(self, group: _Group) -> frozenset[int]:
        """The reports for which a group is to be told their stories."""
        found = self._since(group.scan.start)
        wanted = set().union(*(found.get(topic, ()) for topic in group.choice.topics))
        if group.returned:
            wanted |= {(row.report, row.revision) for row in self._rows if row.report in group.returned}
        return frozenset(report for report, _ in wanted - group.had)

    def stories(self, reports: Iterable[int]) -> tuple[int, ...]:
        """The stories of reports, the newest first."""
        found = {self._stories[report] for report in reports}
        return tuple(sorted(found, key=lambda story: (self._newest[story], story), reverse=True))[:MOST_STORIES]

    def _since(self, start: datetime) -> Mapping[str, set[tuple[int, int]]]:
        """What became news after a moment, by topic."""
        if start not in self._by_topic:
            found: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
            for row in self._rows:
                if row.moment > start:
                    for topic in row.topics:
                        found[topic].add((row.report, row.revision))
            self._by_topic[start] = found
        return self._by_topic[start]


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
    chosen = [(due, _choice(due, topics)) for due in dues]
    by_end: defaultdict[tuple[datetime, bool], list[tuple[Due, Choice]]] = defaultdict(list)
    for due, choice in chosen:
        if choice.topics:
            by_end[due.window.end, due.by_published].append((due, choice))
    line = _once(summarise)
    return tuple(
        composition for some in by_end.values() for composition in _choose_at_once(c, some, settings, now, line)
    )


def _choose_at_once(
    c: Connection, chosen: Sequence[tuple[Due, Choice]], settings: Settings, now: datetime, summarise: Summarise
) -> tuple[Composition, ...]:
    """The same, for slots whose windows end at one moment and are read in one way."""
    end, by_published = chosen[0][0].window.end, chosen[0][0].by_published
    topics = sorted({topic for _, choice in chosen for topic in choice.topics})
    start = min(due.scan.start for due, _ in chosen)
    if not by_published:
        start = min(start, end - LOOK_BACK)
    rows = stored_stories.news(c, topics, Window(start=start, end=end), now, by_published=by_published)
    members, begun = stored_stories.members(c, sorted({row.story for row in rows}))
    sent = ledger.sent(c, [due.row.id for due, _ in chosen if not due.again], (begun or end) - _SLACK, now)
    told = stored_editions.reports(c, frozenset().union(*(one.had | one.returned for one in sent.values())))
    news = _News(rows, members)
    groups: defaultdict[_Group, list[Due]] = defaultdict(list)
    for due, choice in chosen:
        groups[_group(due, choice, sent.get(due.row.id, Sent()), news, told)].append(due)
    wanted = {group: news.new(group) for group in groups}
    of_group = {group: news.stories(reports) for group, reports in wanted.items()}
    reports = stored_stories.reports(
        c, sorted({story for stories in of_group.values() for story in stories}), end, now, by_published=by_published
    )
    stories = {story: editions.build_story(some) for story, some in reports.items()}
    unread = stored_feeds.unread_since(c, [feed.id for feed in settings.feeds if not feed.paused])
    found: list[Composition] = []
    for group, members_of_it in groups.items():
        mine = [stories[story] for story in of_group[group] if story in stories]
        again = partial(_compose, group, mine, wanted[group], settings, now, summarise, unread)
        newest = max((report.item.first_seen for story in mine for report in story.reports), default=None)
        found.append(Composition(edition=again(()), dues=tuple(members_of_it), newest=newest, without=again))
    return tuple(found)


def _group(due: Due, choice: Choice, sent: Sent, news: _News, told: Mapping[str, Mapping[int, int]]) -> _Group:
    returned = frozenset(report for edition in sent.returned for report in told.get(edition, ()))
    return _Group(
        choice=choice,
        window=due.window,
        scan=due.scan,
        by_published=due.by_published,
        quiet=due.quiet,
        had=news.had(sent.had, told),
        returned=frozenset() if due.by_published else returned,
    )


def _compose(
    group: _Group,
    stories: Sequence[Story],
    news: Collection[int],
    settings: Settings,
    now: datetime,
    summarise: Summarise,
    unread: datetime | None,
    left_out: Collection[int],
) -> Edition | None:
    return editions.compose(
        stories,
        group.choice,
        group.window,
        had=dict(group.had),
        news=news,
        left_out=left_out,
        title=settings.digest.title,
        link=settings.digest.link,
        topic_titles=topic_titles(settings, group.choice.language),
        now=now,
        summarise=summarise,
        note_if_quiet=group.quiet is Quiet.NOTE,
        unread_since=unread,
    )


def topic_titles(settings: Settings, language: str) -> Mapping[str, str]:
    """The topics' titles in a language, by id; in their own where they have none for it."""
    return {topic.id: topic.titles.get(language, topic.title) for topic in settings.topics}

"""Makes a story of its reports: who speaks for it, and what it is about. Pure."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from digest.model import Report, Story, TopicScore


def build_story(reports: Sequence[Report]) -> Story:
    """A story from its reports, oldest first. At least one."""
    if not reports:
        raise ValueError("a story has at least one report")
    return Story(
        id=reports[0].story,
        reports=tuple(reports),
        lead=choose_lead(reports),
        topics=_story_topics(reports),
    )


#: A title that announces another form than a report: reported news leads, if there is any.
_NOT_A_REPORT = re.compile(
    r"(?:live|watch|video|photos?|in pictures|opinion|analysis|podcast|explainer|editorial|listen)\b\s*[:|\-–—]"
    r"|.*(?:\blive(?: updates)?\s*:|\?\s*$)",
    re.IGNORECASE,
)
#: Characters of text from which an item is complete.
ENOUGH_TEXT = 80
#: Matches are told apart in such steps, up to so many: beyond that completeness decides.
MATCH_STEP, MATCH_STEPS = 0.5, 4


def choose_lead(reports: Sequence[Report], topic: str | None = None) -> Report:
    """The report that speaks for a story: best-matching (for `topic`, if given), most complete, earliest."""
    return min(reports, key=lambda report: _merit(report, topic))


def _merit(report: Report, topic: str | None) -> tuple[int, int, datetime, int]:
    """What reports are sorted by, the best one first."""
    item = report.item
    score = max((found.score for found in report.topics if topic in (None, found.topic)), default=0.0)
    complete = 2 * bool(item.link) + (len(item.summary or item.body) >= ENOUGH_TEXT)
    complete += not _NOT_A_REPORT.match(item.title)
    return -min(int(score / MATCH_STEP), MATCH_STEPS), -complete, item.published, item.id


def _story_topics(reports: Sequence[Report]) -> tuple[TopicScore, ...]:
    """A story's topics: the best report's reasons, the score lowered where few of the reports speak of it."""
    found: defaultdict[str, list[TopicScore]] = defaultdict(list)
    for report in reports:
        for score in report.topics:
            found[score.topic].append(score)
    topics: list[TopicScore] = []
    for scores in found.values():
        best = max(scores, key=lambda score: score.score)
        share = len(scores) / len(reports)
        topics.append(replace(best, score=round(best.score * (0.5 + 0.5 * share), 4)))
    return tuple(sorted(topics, key=lambda score: (-score.score, score.topic)))


def strongest(story: Story, topics: Sequence[str]) -> str | None:
    """The topic among `topics` that a story is most about; the earlier one where two are equal."""
    score = {found.topic: round(found.score, 2) for found in story.topics}
    under = [topic for topic in topics if topic in score]
    return max(under, key=lambda topic: (score[topic], -under.index(topic)), default=None)

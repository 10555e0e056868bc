"""In which order stories stand, and why. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import Report, Story
from digest.stories.editions.independent_sources import sources

#: What each part is worth at most. A strong match matters most; many sources outweigh a few hours.
MATCH, SOURCES, FRESHNESS, NOVELTY = 0.40, 0.30, 0.20, 0.10
#: Independent sources beyond this add nothing: everybody tells it.
MANY_SOURCES = 12
#: A story's newest report loses half its freshness in this time.
HALF_LIFE = timedelta(hours=8)
#: A topic score that counts half: one strong term in the title.
HALF_MATCH = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """How high a story stands, 0 to 1, and the parts that add up to it."""

    total: float
    #: (name, value): match, sources, freshness, novelty.
    parts: tuple[tuple[str, float], ...]


def rank(story: Story, topic: str, now: datetime, *, fresh: Sequence[Report] | None = None) -> Rank:
    """A story's rank under a topic. `fresh`: its reports that the reader has not had; None: all."""
    new = story.reports if fresh is None else fresh
    parts = (
        ("match", round(MATCH * _match(story, topic), 3)),
        ("sources", round(SOURCES * _breadth(len(sources(story.reports))), 3)),
        ("freshness", round(FRESHNESS * _freshness(new, now), 3)),
        ("novelty", round(NOVELTY * len(new) / max(len(story.reports), 1), 3)),
    )
    return Rank(total=round(sum(value for _, value in parts), 3), parts=parts)


def _match(story: Story, topic: str) -> float:
    score = next((found.score for found in story.topics if found.topic == topic), 0.0)
    return score / (score + HALF_MATCH) if score > 0 else 0.0


def _breadth(count: int) -> float:
    return min(math.log(max(count, 1)) / math.log(MANY_SOURCES), 1.0)


def _freshness(reports: Sequence[Report], now: datetime) -> float:
    newest = max((moment for report in reports if (moment := report.item.told_at)), default=None)
    if newest is None:
        return 0.0
    age = max(now - newest, timedelta())
    return float(0.5 ** (age / HALF_LIFE))

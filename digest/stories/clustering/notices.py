"""Knows routine headlines: what one source says again and again, of another thing each time. Pure.

An office that publishes a notice a day under one headline repeats the headline, not the news. That its entries have
links of their own tells so; nothing in their texts need differ.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.model import Item, Report
from digest.text.urls import page

#: Notices of one line: more are two lines.
MOST_TOGETHER = 12


@dataclass(slots=True)
class _Use:
    """Where a source used a headline, and when last."""

    pages: set[str]
    published: datetime


class Notices:
    """The headlines of the window, by source: a publisher in a feed."""

    def __init__(self) -> None:
        self._uses: dict[tuple[str, str, str], _Use] = {}

    def learn(self, item: Item, headline: str) -> bool:
        """Note a headline, as its words; whether its source has used it before, on another page. Without a link nobody
        can tell."""
        where = page(item.link)
        if not where:
            return False
        source = (item.feed, item.publisher, headline)
        # Put last again: `forget` goes by the time of the last use.
        use = self._uses.pop(source, None) or _Use(set(), item.published)
        self._uses[source] = use
        use.published = max(use.published, item.published)
        known = bool(use.pages - {where})
        use.pages.add(where)
        return known

    def forget(self, before: datetime) -> None:
        """Forget headlines used last before a moment: from the oldest to the first that is not old."""
        old = itertools.takewhile(lambda source: self._uses[source].published < before, self._uses)
        for source in list(old):
            del self._uses[source]


def together(reports: Iterable[Report]) -> tuple[tuple[Report, ...], ...]:
    """Of some reports, those that are notices of one source under one headline, each with a page of its own, in the
    order given: two or more of each, but at most `MOST_TOGETHER`, to stand as one line."""
    found: dict[tuple[str, str, str], list[Report]] = {}
    for report in reports:
        item = report.item
        found.setdefault((item.feed, item.publisher, " ".join(item.title.casefold().split())), []).append(report)
    groups = [_by_page(group) for group in found.values()]
    lines = (group[at : at + MOST_TOGETHER] for group in groups for at in range(0, len(group), MOST_TOGETHER))
    return tuple(tuple(line) for line in lines if len(line) > 1)


def _by_page(reports: Sequence[Report]) -> list[Report]:
    """The first report of each page."""
    found: dict[str, Report] = {}
    for report in reports:
        found.setdefault(page(report.item.link) or report.item.key, report)
    return list(found.values())

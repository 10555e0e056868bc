"""What a round of polling found, feed by feed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFailure:
    """A feed that could not be read, and why, with what to do."""

    feed: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollWaiting:
    """A feed that showed more new entries than one poll takes, and how many wait for the next."""

    feed: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a round of polling found."""

    #: Feeds that were asked.
    feeds: int = 0
    #: Their documents were another than last time.
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    #: Items that are new, or tell of an update.
    items_new: int = 0
    failures: tuple[PollFailure, ...] = ()
    waiting: tuple[PollWaiting, ...] = ()

    @classmethod
    def sum(cls, results: Iterable[Self]) -> Self:
        """Several rounds as one."""
        total = list(results)
        return cls(
            feeds=sum(one.feeds for one in total),
            changed=sum(one.changed for one in total),
            unchanged=sum(one.unchanged for one in total),
            failed=sum(one.failed for one in total),
            items_new=sum(one.items_new for one in total),
            failures=tuple(failure for one in total for failure in one.failures),
            waiting=tuple(waiting for one in total for waiting in one.waiting),
        )

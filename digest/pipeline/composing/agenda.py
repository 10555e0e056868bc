"""When each subscriber is to be looked at next, so that a glance costs what is due and not what waits. Pure."""

from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush


class Agenda:
    """The subscribers of one configuration, by their addresses as compared, each with a moment or (None) without."""

    def __init__(self) -> None:
        self._moments: dict[str, datetime | None] = {}
        #: Also holds moments that were replaced since.
        self._heap: list[tuple[datetime, str]] = []
        self._come: dict[str, None] = {}

    def put(self, who: str, moment: datetime | None) -> None:
        """Look at somebody then; whatever was said before is forgotten."""
        self._moments[who] = moment
        self._come.pop(who, None)
        if moment is not None:
            heappush(self._heap, (moment, who))

    def call(self, who: Iterable[str]) -> None:
        """Their moment has come."""
        self._come.update(dict.fromkeys(who))

    def come(self, now: datetime) -> tuple[str, ...]:
        """Those whose moment has come. They stay so until they are put anew."""
        while self._heap and self._heap[0][0] <= now:
            moment, who = heappop(self._heap)
            if self._moments.get(who) == moment:
                self._come[who] = None
        return tuple(self._come)

    def following(self) -> datetime | None:
        """The next moment, of those who have not come yet."""
        while self._heap and self._moments.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

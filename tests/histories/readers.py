"""What each reader was told, by the mail that arrived, and what the program owed them. Knows nothing of the store."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.histories.desk import Arrival
from tests.histories.press import Entry, News

#: What was left out by a limit is told within this time, and not after.
OFFERED_FOR = timedelta(days=6)


@dataclass(slots=True)
class Reader:
    """One reader, as the world sees them."""

    address: str
    topics: tuple[str, ...]
    send: str
    max_items: int
    listed: bool = True
    told: set[int] = field(default_factory=set)
    #: Messages that they have.
    messages: set[str] = field(default_factory=set)
    #: May come once more: a backup was restored that does not know of them.
    repeatable: set[int] = field(default_factory=set)
    #: Messages that may come once more: nobody knew whether they had arrived.
    doubtful: set[str] = field(default_factory=set)

    def copy(self) -> "Reader":
        """As they are now."""
        return Reader(
            self.address, self.topics, self.send, self.max_items, self.listed,
            set(self.told), set(self.messages), set(self.repeatable), set(self.doubtful),
        )  # fmt: skip


def read(reader: Reader, arrival: Arrival, entries: Mapping[int, Entry]) -> None:
    """A message is read. AssertionError: it should not have come, or not so."""
    if arrival.message_id in reader.messages:
        assert arrival.message_id in reader.doubtful, f"{reader.address} got one message twice, and nobody asked"
        reader.doubtful.discard(arrival.message_id)
        return
    reader.messages.add(arrival.message_id)
    assert reader.listed, f"{reader.address} is not listed, and got mail"
    old = {number for number in arrival.reports if entries[number].news is News.OLD}
    assert not old, f"{reader.address} was told old entries as news: {sorted(old)}"
    stories: defaultdict[int, set[int]] = defaultdict(set)
    for number in arrival.reports:
        stories[entries[number].happening].add(number)
    for happening, numbers in stories.items():
        assert numbers - reader.told or numbers & reader.repeatable, (
            f"{reader.address} was told happening {happening} again with nothing new: {sorted(numbers)}"
        )
    reader.repeatable -= arrival.reports
    reader.told |= arrival.reports


def one_each(arrivals: Iterable[Arrival]) -> None:
    """AssertionError: one reader got several of these messages."""
    several = {to: count for to, count in Counter(one.to for one in arrivals).items() if count > 1}
    assert not several, f"more than one digest at once: {several}"


def owed(
    reader: Reader, entries: Iterable[Entry], now: datetime, composed: Iterable[datetime], excused: set[int]
) -> set[int]:
    """Reports that this reader must have been told of by now. `composed`: when anybody composed."""
    moments = list(composed)
    return {
        entry.number
        for entry in entries
        if entry.news is News.FRESH
        and entry.seen is not None
        and set(entry.topics) & set(reader.topics)
        and entry.number not in reader.told | excused
        # A limit may have left it out for longer than it is offered.
        and not (now - entry.seen > OFFERED_FOR and any(entry.seen <= moment < now for moment in moments))
    }

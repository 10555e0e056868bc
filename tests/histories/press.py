"""Publishers and what they publish: documents that change as real ones do, handed over by a `Fetcher`."""

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import Enum, StrEnum, auto

from digest.errors import FetchError
from digest.model import Feed
from digest.ports import Document, Fetched, Validators


class Guids(StrEnum):
    """What a publisher writes into its entries' guids."""

    OWN = "own"
    ADDRESS = "address"
    HASHED = "hashed"
    NONE = "none"
    #: The place in the list, from the top.
    PLACE = "place"
    #: The same word in every entry.
    CONSTANT = "constant"


class News(Enum):
    """What an entry is to its readers, settled when the program first sees it."""

    UNSEEN = auto()
    #: Every reader of its topic is told of it, once.
    FRESH = auto()
    #: Never told by itself: it was old when it was first seen.
    OLD = auto()
    #: Between the two, or taken back: telling it is not a fault, nor is leaving it out.
    EITHER = auto()


def words(seed: str, count: int) -> list[str]:
    """Words that nothing else is made of."""
    chance = random.Random(seed)
    return ["".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(4)) for _ in range(count)]


@dataclass(slots=True, kw_only=True)
class Entry:
    """One publisher's report of one happening."""

    number: int
    happening: int
    topics: tuple[str, ...]
    title: str
    summary: str
    #: None: the publisher gives no date.
    date: datetime | None
    news: News = News.UNSEEN
    seen: datetime | None = None

    def edit(self) -> None:
        """A word more in the headline, and in the text."""
        self.title += " indeed" * (not self.title.endswith("indeed"))
        self.summary += " So it is said."


@dataclass(slots=True)
class Publisher:
    """A feed of the world: its entries from the top, and how they are written down."""

    id: str
    entries: list[Entry] = field(default_factory=list)
    guids: Guids = Guids.OWN
    scheme: str = "http"
    failing: bool = False
    empty: bool = False
    #: When a document was last read to the end; None: never.
    polled: datetime | None = None
    #: When a process asked for it that died, since then: it may have been read, or not.
    doubtful: datetime | None = None

    def link(self, entry: Entry) -> str:
        """Where an entry is to be read."""
        return f"{self.scheme}://{self.id}.example/r/{entry.number}"

    def _guid(self, entry: Entry, place: int) -> str:
        match self.guids:
            case Guids.OWN:
                return f"{self.id}-{entry.number}"
            case Guids.ADDRESS:
                return self.link(entry)
            case Guids.HASHED:
                return hashlib.sha256(f"{self.id}{entry.number}".encode()).hexdigest()[:24]
            case Guids.PLACE:
                return str(place)
            case Guids.CONSTANT:
                return "news"
            case Guids.NONE:
                return ""

    def document(self) -> bytes:
        """RSS 2.0."""
        parts = []
        for place, entry in enumerate(() if self.empty else self.entries, 1):
            guid = self._guid(entry, place)
            parts.append(
                f"<item><title>{entry.title}</title><link>{self.link(entry)}</link>"
                + (f"<guid isPermaLink='false'>{guid}</guid>" if guid else "")
                + (f"<pubDate>{format_datetime(entry.date)}</pubDate>" if entry.date else "")
                + f"<description>{entry.summary}</description></item>"
            )
        head = f"<title>The {self.id.title()}</title><link>{self.scheme}://{self.id}.example/</link>"
        return f"<rss version='2.0'><channel>{head}{''.join(parts)}</channel></rss>".encode()


@dataclass(slots=True)
class Press:
    """All publishers; the `Fetcher` of the program."""

    publishers: dict[str, Publisher]
    entries: dict[int, Entry] = field(default_factory=dict)
    happenings: int = 0
    #: Publishers that answered with a document, or with 304, since this was emptied.
    answered: list[Publisher] = field(default_factory=list)

    def publish(
        self,
        publisher: Publisher,
        topics: tuple[str, ...],
        *,
        date: datetime | None,
        happening: int | None = None,
        place: int = 0,
    ) -> Entry:
        """A new entry; of a happening that others have told already, or of a new one."""
        if happening is None:
            self.happenings += 1
            happening = self.happenings
        number = len(self.entries) + 1
        said = words(f"happening {happening}", 6)
        random.Random(number).shuffle(said)
        names = " ".join(topic.title() for topic in topics)
        summary = f"{names}: {' '.join([*words(f'report {number}', 20), *said])}."
        entry = Entry(
            number=number, happening=happening, topics=topics, title=f"{names} {' '.join(said)}".capitalize(),
            summary=summary, date=date,
        )  # fmt: skip
        self.entries[number] = entry
        publisher.entries.insert(place, entry)
        return entry

    async def fetch(self, feed: Feed, url: str, validators: Validators) -> Fetched:
        """The document of a publisher as it stands now."""
        publisher = self.publishers[feed.id]
        if publisher.failing:
            raise FetchError(f"{url} answered 500", url=url, status=500)
        body = publisher.document()
        etag = hashlib.sha256(body).hexdigest()
        self.answered.append(publisher)
        if validators.etag == etag:
            return Fetched(document=None, validators=validators)
        document = Document(body=body, url=url, content_type="application/rss+xml")
        return Fetched(document=document, validators=Validators(etag=etag))

"""What the demo is made of: its moment, its feeds and its subscribers. Pure.

The publishers are invented and so is every word in `feeds/`; the time is the middle of April 2016, when the general of
the sample stories, spelt both Soleimani and Suleimani, flew to Moscow. The feeds are of all four formats and hold
what real ones hold: wire copy carried by three publishers, tails, trackers, entities escaped twice, a broken entry,
words that only look like a topic ("Rs 30 crore sanctioned", Iran Barkley, Miranda), items older than a day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from digest.model import Format, Mailbox, Subscriber

#: When the demo polls: a Sunday morning, a quarter of an hour before its first subscriber's slot.
DEMO_NOW = datetime(2016, 4, 17, 4, 45, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample feed."""

    #: The feed's id.
    id: str
    #: The file's name in `feeds/`, and the path under which it is served.
    file: str
    content_type: str
    #: As `model.Feed.name`.
    name: str | None = None


SAMPLES = (
    Sample(id="harbour-wire", file="harbour-wire.rss", content_type="application/rss+xml"),
    Sample(id="levant-courier", file="levant-courier.rss", content_type="application/rss+xml"),
    Sample(
        id="meridian-post", file="meridian-post.atom", content_type="application/atom+xml", name="The Meridian Post"
    ),
    Sample(id="gulf-ledger", file="gulf-ledger.rss", content_type="text/xml"),
    Sample(id="northgate-times", file="northgate-times.rdf", content_type="application/rdf+xml"),
    Sample(id="civic-monitor", file="civic-monitor.json", content_type="application/feed+json"),
    Sample(id="al-manara", file="al-manara.rss", content_type="application/rss+xml"),
    Sample(id="sepidar", file="sepidar.atom", content_type="application/atom+xml"),
    Sample(id="courrier-du-quai", file="courrier-du-quai.rss", content_type="application/rss+xml"),
    Sample(id="deccan-bulletin", file="deccan-bulletin.rss", content_type="application/rss+xml"),
    Sample(id="touchline", file="touchline.atom", content_type="application/atom+xml"),
)

#: Answers 404: one bad feed never stops the rest.
GONE = Sample(id="gone-gazette", file="gone-gazette.rss", content_type="text/html", name="Gone Gazette")

SUBSCRIBERS = (
    Subscriber(
        mailbox=Mailbox(address="ana@newsroom.example", name="Ana Lindqvist"),
        topics=("syria", "iran", "sanctions"),
        send="daily 07:00",
        timezone="Europe/Berlin",
        max_items=12,
    ),
    Subscriber(
        mailbox=Mailbox(address="karim@relief.example", name="Karim Haddad"),
        topics=("syria", "iran"),
        send="daily 08:30",
        timezone="Asia/Beirut",
        language="ar",
        max_items=10,
    ),
    Subscriber(
        mailbox=Mailbox(address="joan@compliance.example", name="Joan Mercer"),
        topics=("sanctions", "iran"),
        send="daily 07:00",
        timezone="America/New_York",
        format=Format.TEXT,
        max_items=10,
    ),
)

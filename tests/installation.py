"""An installation for tests: real feeds on a loopback server, a real SQLite store, the outbox, a clock that stands."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from digest.app import Installation
from digest.demo.show import StandingClock
from digest.model import Feed, Mailbox, Subscriber
from digest.settings.core.shape import DigestSettings, Settings
from digest.topics.rules import Topic
from digest.topics.table import parse_topic
from tests.servers.http import HttpServer

#: A Monday morning.
NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry of a test feed."""

    title: str
    summary: str = ""
    #: Hours before `NOW`.
    age: float = 1.0
    guid: str = ""


def rss(title: str, entries: Sequence[Told], *, now: datetime = NOW) -> bytes:
    """An RSS 2.0 document."""
    items = []
    for entry in entries:
        guid = entry.guid or entry.title.replace(" ", "-").lower()
        date = format_datetime(now - timedelta(hours=entry.age))
        items.append(
            f"<item><title>{escape(entry.title)}</title><link>https://news.example/{escape(guid)}</link>"
            f"<guid isPermaLink='false'>{escape(guid)}</guid><pubDate>{date}</pubDate>"
            f"<description>{escape(entry.summary)}</description></item>"
        )
    channel = f"<title>{escape(title)}</title><link>https://news.example/</link>{''.join(items)}"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{channel}</channel></rss>'.encode()


def topics() -> tuple[Topic, ...]:
    """Two small topics."""
    return (
        parse_topic("syria", {"title": "Syria", "any": ["Syria*", "Aleppo", "Damascus"]}),
        parse_topic("iran", {"title": "Iran", "any": ["Iran", "Iranian*", "Tehran"]}),
    )


def subscriber(address: str, **changes: object) -> Subscriber:
    """Someone who takes both topics at eight in Berlin."""
    given: dict[str, object] = {
        "mailbox": Mailbox(address=address),
        "topics": ("syria", "iran"),
        "send": "daily 08:00",
        "timezone": "Europe/Berlin",
    }
    return Subscriber(**(given | changes))  # type: ignore[arg-type]


def settings(server: HttpServer, feeds: Mapping[str, str], *subscribers: Subscriber) -> Settings:
    """An installation with feeds at paths of the server."""
    return Settings(
        digest=DigestSettings(title="Test Watch"),
        feeds=tuple(Feed(id=name, url=server.url(path), private=True) for name, path in feeds.items()),
        topics=topics(),
        subscribers=subscribers,
    )


@asynccontextmanager
async def installed(
    chosen: Settings, folder: Path, *, at: datetime = NOW
) -> AsyncIterator[tuple[Installation, StandingClock]]:
    """The installation at work, with its state and outbox in a folder."""
    clock = StandingClock(at)
    async with Installation(chosen, state=folder / "state", outbox=folder / "outbox", clock=clock) as app:
        yield app, clock


def mails(folder: Path) -> list[EmailMessage]:
    """What stands in the outbox, by recipient and date."""
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "outbox").glob("*.eml"))
    ]
    return sorted(found, key=lambda mail: (str(mail["To"]), str(mail["Date"]), str(mail["Message-ID"])))


def text_of(mail: EmailMessage) -> str:
    """The text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())

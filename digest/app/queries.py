"""Questions to an installation: what would be sent, how things stand, what is known of a subscriber.

Answers change nothing. The operator's word on a feed or a subscriber does: pause, unsubscribe, resubscribe, forget.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.app import polling, readers
from digest.app.installation import Installation
from digest.delivery import ledger
from digest.delivery.ledger import LogEntry
from digest.errors import UsageError
from digest.mail.render.proof import prove_templates
from digest.model import Feed, Mailbox, Subscriber, TopicScore
from digest.pipeline import status as look
from digest.pipeline.composing.choosing import Composition, choose
from digest.pipeline.composing.slots import manual_slot, next_due
from digest.pipeline.status import Status
from digest.storage.queries import events
from digest.storage.queries import events as stored_events
from digest.storage.queries import feeds as stored_feeds
from digest.storage.queries import items as stored_items
from digest.storage.queries import stories as stored_stories
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.events import Event
from digest.storage.queries.feeds import FeedHealth
from digest.storage.queries.subscribers import SubscriberRow, normal_address


async def foresee(
    app: Installation,
    *,
    to: Sequence[str] = (),
    topics: Sequence[str] = (),
    since: timedelta | None = None,
    again: bool = False,
) -> tuple[Composition, ...]:
    """What `send` would send. RenderError: the templates make no mail."""
    await asyncio.to_thread(prove_templates, app.renderer, app.settings)
    request = readers.manual_request(app, to=to, topics=topics, since=since, again=again)
    dues = request.dues(await readers.audience(app, to=to, keep=False))
    return await app.store.read(lambda c: choose(c, dues, app.settings, request.at, topics=request.topics))


async def preview(
    app: Installation,
    *,
    address: str | None = None,
    topics: Sequence[str] = (),
    at: datetime | None = None,
    since: timedelta | None = None,
) -> Composition | None:
    """The next digest of a subscriber; without an address, of somebody who takes every topic."""
    now = at or app.clock.now()
    if address is not None:
        [(row, subscriber)] = await readers.audience(app, to=[address], keep=False)
    else:
        subscriber = _anybody(app)
        row = stored_subscribers.stranger(subscriber.mailbox.address, now)
    due = manual_slot(row, subscriber, now, since=now - since if since else None, narrowed=True, again=False)
    chosen = readers.known_topics(app, topics)
    # What came after `at` is not a mistake of the clock.
    really = max(now, app.clock.now())
    found = await app.store.read(lambda c: choose(c, [due], app.settings, really, topics=chosen))
    return found[0] if found else None


def _anybody(app: Installation) -> Subscriber:
    """Who `preview` is for when nobody is named."""
    topics = tuple(topic.id for topic in app.settings.topics)
    return Subscriber(mailbox=Mailbox(address="you@example.org"), topics=topics, send="daily 00:00")


async def status(app: Installation) -> Status:
    """How the installation stands."""
    audience = await readers.audience(app, keep=False)
    paused = {feed.id: feed.paused for feed in app.settings.feeds}
    now = app.clock.now()
    return await app.store.read(lambda c: look.status(c, audience, paused, now, relay=app.settings.relay))


async def feeds_health(app: Installation) -> list[tuple[str, str, FeedHealth | None]]:
    """Each configured feed: id, address, health (None for one that was never polled).

    A pause in the configuration counts as one in the store.
    """
    known = {one.id: one for one in await app.store.read(stored_feeds.health)}
    return [(feed.id, feed.url, _of_today(feed, known.get(feed.id))) for feed in app.settings.feeds]


def _of_today(feed: Feed, health: FeedHealth | None) -> FeedHealth | None:
    if health is None or not feed.paused:
        return health
    return replace(health, paused=True)


async def pause_feed(app: Installation, name: str, *, paused: bool) -> None:
    """Ask a feed no more, or again. UsageError: no feed has that id."""
    polling.chosen_feeds(app, [name])
    await app.store.write(lambda c: stored_feeds.pause(c, name, paused=paused))


async def topic_counts(app: Installation) -> list[tuple[str, str, tuple[int, int], tuple[int, int]]]:
    """Each topic: id, title, (reports, stories) of the last day and of the last week."""
    now = app.clock.now()
    day = await app.store.read(lambda c: stored_stories.counts(c, now - timedelta(days=1)))
    week = await app.store.read(lambda c: stored_stories.counts(c, now - timedelta(days=7)))
    none = (0, 0)
    return [(one.id, one.title, day.get(one.id, none), week.get(one.id, none)) for one in app.settings.topics]


async def test_topics(app: Installation, text: str) -> tuple[TopicScore, ...]:
    """Topics of a text, or of the stored item with that URL, with the reasons."""
    if not text.startswith(("http://", "https://")):
        return app.matcher.match_text(text)
    found = await app.store.read(lambda c: stored_items.by_link(c, text))
    if found is None:
        raise UsageError(f"no stored item has the link {text}: `digest poll` fetches, or test its words instead")
    return app.matcher.match(found)


async def subscriber_rows(app: Installation) -> list[tuple[SubscriberRow, Subscriber, datetime | None]]:
    """Each configured subscriber, with what the store knows and when the next slot comes."""
    now = app.clock.now()
    return [(row, one, next_due(row, one, now)) for row, one in await readers.audience(app, keep=False)]


async def words(
    app: Installation, *, to: str | None, since: timedelta | None, limit: int
) -> tuple[tuple[str, Event], ...]:
    """When the store's "no" came and went: (address, event), newest first."""
    start = app.clock.now() - since if since is not None else None
    address = stored_subscribers.normal_address(to) if to else None

    def read(c: Connection) -> tuple[tuple[str, Event], ...]:
        told = stored_events.recent(c, since=start, kinds=stored_subscribers.WORDS, limit=limit)
        rows = stored_subscribers.by_id(c, [event.subject for event in told])
        of = ((rows[event.subject].address, event) for event in told if event.subject in rows)
        return tuple((whose, event) for whose, event in of if address in (None, whose))

    return await app.store.read(read)


async def log(app: Installation, *, to: str | None, since: timedelta | None, limit: int) -> tuple[LogEntry, ...]:
    """What was sent to whom, newest first."""
    start = app.clock.now() - since if since is not None else None
    address = stored_subscribers.normal_address(to) if to else None
    return await app.store.read(lambda c: ledger.log(c, to=address, since=start, limit=limit))


#: More than anybody was ever sent.
ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything that is known of a subscriber. At least one of `listed` and `row` is there."""

    address: str
    #: As the configuration has it; None: not listed.
    listed: Subscriber | None
    #: As the store has it; None: never seen.
    row: SubscriberRow | None
    next: datetime | None
    #: Newest first.
    deliveries: tuple[LogEntry, ...] = ()
    events: tuple[Event, ...] = ()


async def person(app: Installation, address: str, *, limit: int = 20) -> Person:
    """What is known of an address. UsageError: nothing."""
    normal = normal_address(address)
    listed = app.subscribers.get(normal)

    def read(c: Connection) -> tuple[SubscriberRow | None, tuple[LogEntry, ...], tuple[Event, ...]]:
        row = stored_subscribers.find(c, normal)
        if row is None:
            return None, (), ()
        told = tuple(event for event in events.recent(c, limit=ALL) if event.subject == row.id)
        return row, ledger.log(c, to=row.id, limit=limit), told

    row, deliveries, told = await app.store.read(read)
    if row is None and listed is None:
        raise UsageError(f"{address} is not a subscriber and never was one: `digest subscribers` lists them")
    now = app.clock.now()
    expected = row or stored_subscribers.stranger(normal, now)
    following = next_due(expected, listed, now) if listed is not None else None
    return Person(address=normal, listed=listed, row=row, next=following, deliveries=deliveries, events=told)


async def enrolled(app: Installation, address: str) -> Person:
    """Somebody who has just been listed; who was forgotten once is known again by the hash. UsageError: nobody."""
    await readers.audience(app)
    return await person(app, address)


async def pause(app: Installation, address: str, why: str) -> bool:
    """Send them nothing until `resubscribe`. Whether this changed anything. UsageError: nobody has that address."""
    row = await _row(app, address)
    return await app.store.write(lambda c: stored_subscribers.pause(c, row.id, why, app.clock.now()))


async def unsubscribe(app: Installation, address: str, why: str) -> bool:
    """Unsubscribe a reader who asked for it. Whether this changed anything. UsageError: nobody has that address."""
    row = await _row(app, address)
    return await app.store.write(lambda c: stored_subscribers.unsubscribe(c, row.id, why, app.clock.now()))


async def resubscribe(app: Installation, address: str, why: str) -> bool:
    """Undo the store's "no". Whether there was one. UsageError: nobody has that address."""
    row = await _row(app, address)
    return await app.store.write(lambda c: stored_subscribers.resubscribe(c, row.id, why, app.clock.now()))


async def forget(app: Installation, address: str) -> bool:
    """Erase a person from the store, but for a hash that keeps mail from them. Whether there was anything."""
    done = await app.store.write(lambda c: stored_subscribers.forget(c, normal_address(address), app.clock.now()))
    await app.store.settle()
    return done


async def _row(app: Installation, address: str) -> SubscriberRow:
    """Their row, which is made for somebody listed who has none yet."""
    await readers.audience(app)
    row = await app.store.read(lambda c: stored_subscribers.find(c, address))
    if row is None:
        raise UsageError(f"{address} is not a subscriber: `digest subscribers` lists them")
    return row

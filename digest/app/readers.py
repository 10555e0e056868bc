"""Who gets what is made: the configured subscribers, their rows in the store, and what is asked for on their behalf."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from digest.app.installation import Installation
from digest.errors import UsageError
from digest.model import Subscriber
from digest.pipeline.composing.slots import Request
from digest.storage import clock_ahead
from digest.storage.queries import items as stored_items
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.subscribers import SubscriberRow

log = logging.getLogger("digest.app")

#: Subscribers, each as the store and as the configuration knows them.
Audience = Sequence[tuple[SubscriberRow, Subscriber]]


async def enlist(app: Installation) -> None:
    """Give everybody configured a row in the store, and unlist everybody else: once for a configuration."""
    if app.enlisted:
        return
    addresses, now = list(app.subscribers), app.clock.now()
    if not await app.store.read(lambda c: stored_subscribers.is_synced(c, addresses)):
        await app.store.write(lambda c: stored_subscribers.sync(c, addresses, now))
    app.enlisted = True


async def audience(app: Installation, *, to: Sequence[str] = (), keep: bool = True) -> Audience:
    """Configured subscribers (all, or those of the addresses in `to`) with their rows in the store.

    `keep`: rows are made for those who have none yet; without it the store stays as it is.
    UsageError: an address that is nobody's.
    """
    wanted = {stored_subscribers.normal_address(address): address for address in to} or app.subscribers
    for address, written in wanted.items():
        if address not in app.subscribers:
            raise UsageError(
                f"{written} is not a subscriber: `digest subscribers` lists them, subscribers.toml is where to add one"
            )
    if keep:
        await enlist(app)
    return await audience_of(app, list(wanted))


async def audience_of(app: Installation, addresses: Sequence[str]) -> Audience:
    """Some configured subscribers, by their addresses as compared, as they are now."""
    now = app.clock.now()
    rows = await app.store.read(lambda c: stored_subscribers.foresee(c, addresses, now))
    return [(rows[address], app.subscribers[address]) for address in addresses]


def known_topics(app: Installation, topics: Sequence[str]) -> tuple[str, ...] | None:
    """The topics themselves; None for none. UsageError: one that is not configured."""
    known = {topic.id for topic in app.settings.topics}
    for topic in topics:
        if topic not in known:
            raise UsageError(f"no topic is called {topic!r}: there are {', '.join(sorted(known))}")
    return tuple(topics) or None


def manual_request(
    app: Installation, *, to: Sequence[str], topics: Sequence[str], since: timedelta | None, again: bool
) -> Request:
    """What `send` asks for. UsageError: a topic that is not configured."""
    now = app.clock.now()
    return Request(
        at=now,
        manual=True,
        since=now - since if since is not None else None,
        topics=known_topics(app, topics),
        narrowed=bool(to or topics),
        again=again,
    )


async def newest_news(app: Installation) -> datetime | None:
    """When the newest news came."""
    now = app.clock.now()
    return await app.store.read(lambda c: stored_items.newest(c, now))


async def mind_the_clock(app: Installation) -> bool:
    """Let moments that lie ahead count as now, if the clock was set back since the last call or at the first one.

    Whether it looked. That there were some is written down.
    """
    now, before = app.clock.now(), app.clock_read
    app.clock_read = now
    if before is not None and now >= before - clock_ahead.SKEW:
        return False
    found = await app.store.read(lambda c: clock_ahead.furthest(c, now))
    if found is not None:
        moment = f"{found:%Y-%m-%d %H:%M} UTC"
        log.warning("the clock was ahead, or is behind: what was done at %s counts as now", moment)
        await app.store.write(lambda c: clock_ahead.recall(c, now))
    return True

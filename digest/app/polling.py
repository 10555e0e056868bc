"""Asks feeds for news, and joins what came into stories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.app.installation import Installation
from digest.app.readers import mind_the_clock
from digest.errors import UsageError
from digest.model import Feed
from digest.pipeline import gather as gathering
from digest.pipeline.gather import GatherResult
from digest.pipeline.polling import poll as polling
from digest.pipeline.polling.polled import PollResult
from digest.storage.core import meta
from digest.storage.queries import feeds as stored_feeds
from digest.topics.matcher import fingerprint

#: Feeds of one ticket.
FEEDS_PER_TICKET = 200
#: How far back items are matched anew when the topics change: as far as a story can reach, and a month to look at.
REMATCH = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollTicket:
    """Some feeds to be asked."""

    #: Their ids.
    feeds: tuple[str, ...]
    #: Whatever their intervals say.
    manual: bool

    @property
    def key(self) -> str:
        """Names the work."""
        return f"poll {self.feeds[0]}"


async def poll(app: Installation, ids: Sequence[str] = (), *, manual: bool = False) -> tuple[PollResult, GatherResult]:
    """Ask feeds (all configured, or those of `ids`), store what is new, match it and join it into stories.

    UsageError: an id that no feed has.
    """
    feeds = chosen_feeds(app, ids)
    await mind_the_clock(app)
    if not manual:
        due = await app.due_feeds.now(app.store, app.clock)
        feeds = [feed for feed in feeds if feed.id in due and not feed.paused]
    names = [feed.id for feed in feeds]
    tickets = [
        PollTicket(feeds=tuple(names[start : start + FEEDS_PER_TICKET]), manual=manual)
        for start in range(0, len(names), FEEDS_PER_TICKET)
    ]
    polled = await app.engine.run(lambda ticket: _poll(app, ticket), tickets)
    return PollResult.sum(polled), await gather(app)


async def next_poll(app: Installation) -> datetime | None:
    """When the first feed is due; None: nobody knows yet."""
    ids = {feed.id for feed in app.settings.feeds if not feed.paused}
    return await app.store.read(lambda c: stored_feeds.next_moment(c, ids))


def chosen_feeds(app: Installation, ids: Sequence[str]) -> list[Feed]:
    """The feeds of these ids; all, for none. UsageError: an id that no feed has."""
    for name in ids:
        if name not in app.feeds:
            raise UsageError(f"no feed is called {name!r}: `digest feeds` lists them")
    return [app.feeds[name] for name in ids] if ids else list(app.feeds.values())


async def _poll(app: Installation, ticket: PollTicket) -> PollResult:
    fetcher, parser = await app.fetching()
    return await polling.poll(
        [app.feeds[name] for name in ticket.feeds if name in app.feeds],
        store=app.store,
        fetcher=fetcher,
        parser=parser,
        clock=app.clock,
        settings=app.settings.digest,
        manual=ticket.manual,
    )


async def gather(app: Installation) -> GatherResult:
    """Match and join what is new; when the topics have changed since, match the last month anew first."""
    now = app.clock.now()
    current = fingerprint(app.settings.topics, app.feed_topics)
    async with app.gathering:
        if await app.store.read(lambda c: meta.value(c, "topics")) != current:
            await gathering.rematch(store=app.store, matcher=app.matcher, since=now - REMATCH)
            await app.store.write(lambda c: meta.keep(c, "topics", current))
        return await gathering.gather(store=app.store, gatherer=app.gatherer, now=now)

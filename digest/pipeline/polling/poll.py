"""Asks feeds for news: fetched politely, parsed where it blocks nobody, stored many at a time.

What did not change costs next to nothing: a 304, or a body whose hash is the last one's. Items, validators and the
next poll's moment of a feed are stored in one transaction, so that a kill at any point loses nothing (the feed is
simply asked again) and repeats nothing (its items have their keys).
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from digest.errors import FetchError, StoreError
from digest.feeds.poll_schedule import PollBounds
from digest.model import Feed
from digest.pipeline.polling.feed_state import answered, conditions, configured, failed, may_ask, pace, sentence
from digest.pipeline.polling.polled import PollFailure, PollResult, PollWaiting
from digest.ports import Clock, Fetched, Fetcher, ParsedFeed, Parser
from digest.settings.core.shape import DigestSettings
from digest.storage.core.database import Store
from digest.storage.queries import feeds as stored_feeds
from digest.storage.queries.events import Event, note
from digest.storage.queries.feeds import FeedState
from digest.storage.recognition import recording
from digest.storage.recognition.recording import Recorded

#: A feed, and how it stands.
_Standing = tuple[Feed, FeedState]

#: Hosts that are asked at once; each has a task or two, so this also bounds memory however many feeds there are.
LANES = 64
#: Feeds of one host that are under way at once: one is fetched while the next waits for its turn.
LANE_WIDTH = 2
#: Answers with which a host, where it says for how long, closes to all its feeds (RFC 6585 4, RFC 9110 15.6.4) ...
BUSY = frozenset({429, 503})
#: ... for at most this long: what one feed's answer says about the others is a guess.
CLOSED_FOR = timedelta(hours=1)
#: Feeds whose outcome is written in one transaction at most.
BATCH = 200
#: Entries that are written in one transaction, if it is not one feed's: others wait for the store meanwhile.
BATCH_ENTRIES = 1_000
#: Seconds that an outcome waits for others to be written with: a transaction costs as much as the rows of a feed.
LINGER = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """One feed, asked; not stored yet."""

    feed: Feed
    state: FeedState
    fetched: Fetched | None = None
    body_hash: str | None = None
    #: None: unchanged, or failed.
    parsed: ParsedFeed | None = None
    error: Exception | None = None


@dataclass(slots=True)
class _Lane:
    """The feeds of one host that are still to be asked."""

    feeds: Iterator[_Standing]
    #: The host wants to be left alone (429 or 503 with `Retry-After`): so its other feeds are not asked either.
    closed: FetchError | None = None

    def heed(self, error: Exception | None) -> None:
        """Close, if that is what an answer asks for."""
        if isinstance(error, FetchError) and error.status in BUSY and error.retry_after and not self.closed:
            text = (
                f"its host asked to be left alone when {error.url} was asked ({error.status}); it is asked after that"
            )
            wait = min(error.retry_after, CLOSED_FOR.total_seconds())
            self.closed = FetchError(text, url=error.url, retry_after=wait)


class _Round:
    """One round over some feeds: visits them, host by host, and writes what they bring."""

    def __init__(
        self, *, store: Store, fetcher: Fetcher, parser: Parser, clock: Clock, settings: DigestSettings
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._clock = clock
        self._settings = settings
        #: Bounded, so that fetching waits for a store that is slower.
        self._visits: asyncio.Queue[_Visit | None] = asyncio.Queue(BATCH)
        self._results: list[PollResult] = []

    async def run(self, feeds: Sequence[_Standing]) -> PollResult:
        """Ask them all. StoreError: nothing more can be kept, so the round ends; what was written stays."""
        lanes = deque(_lanes(feeds))
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._write_all())
                async with asyncio.TaskGroup() as drivers:
                    for _ in range(min(LANES, len(lanes))):
                        drivers.create_task(self._drive(lanes))
                await self._visits.put(None)
        except BaseExceptionGroup as group:
            raise _first(group) from group
        return PollResult.sum(self._results)

    # Asking

    async def _drive(self, lanes: deque[list[_Standing]]) -> None:
        """Take one host after the other."""
        while lanes:
            lane = lanes.popleft()
            following = _Lane(iter(lane))
            async with asyncio.TaskGroup() as group:
                for _ in range(min(LANE_WIDTH, len(lane))):
                    group.create_task(self._follow(following))

    async def _follow(self, lane: _Lane) -> None:
        for feed, state in lane.feeds:
            closed = lane.closed
            visit = _Visit(feed=feed, state=state, error=closed) if closed else await self._visit(feed, state)
            lane.heed(visit.error)
            await self._visits.put(visit)

    async def _visit(self, feed: Feed, state: FeedState) -> _Visit:
        """Ask one feed. Whatever goes wrong is counted against it, and stops no other."""
        try:
            sent = conditions(state, self._clock.now())
            fetched = await self._fetcher.fetch(feed, state.moved_to or feed.url, sent)
            parsed, body_hash = None, None
            if fetched.document is not None:
                body_hash = hashlib.blake2b(fetched.document.body, digest_size=16).hexdigest()
                if body_hash != state.body_hash:
                    known = await self._known(state)
                    parsed = await self._parser.parse(fetched.document, feed, self._clock.now(), known)
        except StoreError:
            raise
        except Exception as exc:
            # Whatever it was, it is this feed's alone.
            return _Visit(feed=feed, state=state, error=exc)
        # The document has served: it must not be held while its outcome waits to be written.
        light = replace(fetched, document=None)
        return _Visit(feed=feed, state=state, fetched=light, body_hash=body_hash, parsed=parsed)

    async def _known(self, state: FeedState) -> Mapping[str, str]:
        """Entries that need not be read again; a feed that was never read has none."""
        if state.last_changed is None:
            return {}
        return await self._store.read(lambda c: recording.fingerprints(c, state.id))

    # Writing

    async def _write_all(self) -> None:
        """Write outcomes as they come: all that wait, in one transaction."""
        more = True
        while more:
            batch: list[_Visit] = []
            entries = 0
            visit = await self._visits.get()
            if visit is not None:
                await asyncio.sleep(LINGER)
            while visit is not None:
                batch.append(visit)
                entries += len(visit.parsed.items) if visit.parsed else 0
                if len(batch) == BATCH or entries >= BATCH_ENTRIES or self._visits.empty():
                    break
                visit = self._visits.get_nowait()
            more = visit is not None
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[_Visit]) -> None:
        """One transaction; when one feed's outcome cannot be stored, each on its own."""
        try:
            self._results.append(await self._store.write(lambda c: self._record(c, batch)))
        except Exception as exc:
            if _store_is_down(exc) or (len(batch) == 1 and batch[0].error):
                raise
            if len(batch) == 1:
                batch = [replace(batch[0], fetched=None, parsed=None, error=exc)]
            for visit in batch:
                await self._write([visit])

    def _record(self, c: Connection, batch: Sequence[_Visit]) -> PollResult:
        """Store what some feeds brought: items, how the feeds stand now, what the operator is told.

        The moment is read inside the transaction: an item must not claim to have been seen long before others can
        see it, or an edition composed in between would leave it out and the next one would think it told.
        """
        now = self._clock.now()
        states: list[FeedState] = []
        results: list[PollResult] = []
        for visit in batch:
            state, events, result = _recorded(c, visit, pace(visit.feed, self._settings), now)
            states.append(state)
            results.append(result)
            for event in events:
                note(c, kind=event.kind, subject=event.subject, text=event.text, now=event.at)
        stored_feeds.save(c, states)
        return PollResult.sum(results)


def _first(group: BaseExceptionGroup) -> BaseException:
    """The exception that a group is about."""
    inner: BaseException = group
    while isinstance(inner, BaseExceptionGroup):
        inner = inner.exceptions[0]
    return inner


def _store_is_down(exc: Exception) -> bool:
    """Locked, full, gone: no feed's fault, as a value that the database refuses would be."""
    return isinstance(exc, StoreError) and isinstance(exc.__cause__, OperationalError)


def _lanes(feeds: Iterable[_Standing]) -> list[list[_Standing]]:
    """Feeds by the host that they are asked at; the longest first, since it takes longest."""
    hosts: dict[str, list[_Standing]] = {}
    for feed, state in feeds:
        hosts.setdefault(urlsplit(state.moved_to or feed.url).hostname or "", []).append((feed, state))
    return sorted(hosts.values(), key=len, reverse=True)


def _recorded(
    c: Connection, visit: _Visit, rhythm: PollBounds, now: datetime
) -> tuple[FeedState, tuple[Event, ...], PollResult]:
    if visit.fetched is None:
        error = visit.error or RuntimeError("there was no answer")
        state, events = failed(visit.state, rhythm, now, error)
        failure = PollFailure(feed=visit.feed.id, error=sentence(error))
        return state, events, PollResult(feeds=1, failed=1, failures=(failure,))
    recorded = Recorded()
    if visit.parsed:
        recorded = recording.record(
            c,
            visit.feed.id,
            visit.parsed,
            now,
            first_poll=visit.state.first_polled is None,
            answered=visit.state.last_answered,
            updates=visit.feed.updates,
        )
    state, events = answered(
        visit.state,
        rhythm,
        now,
        visit.fetched,
        parsed=visit.parsed,
        body_hash=visit.body_hash,
        news=bool(recorded.new or recorded.revised or recorded.updated),
        waiting=recorded.waiting,
    )
    changed = int(visit.parsed is not None)
    news = len(recorded.new) + len(recorded.updated)
    waiting = (PollWaiting(feed=visit.feed.id, entries=recorded.waiting),) if recorded.waiting else ()
    return state, events, PollResult(feeds=1, changed=changed, unchanged=1 - changed, items_new=news, waiting=waiting)


async def poll(
    feeds: Sequence[Feed],
    *,
    store: Store,
    fetcher: Fetcher,
    parser: Parser,
    clock: Clock,
    settings: DigestSettings,
    manual: bool = False,
) -> PollResult:
    """Ask those of `feeds` that are due; `manual`: all that their servers have not asked us to leave alone.

    A feed that fails is named in the result. StoreError: the store cannot be used; nothing is half done.
    """
    kept = await store.read(lambda c: stored_feeds.states(c, [feed.id for feed in feeds]))
    now = clock.now()
    chosen = [
        (feed, configured(feed, kept.get(feed.id)))
        for feed in feeds
        if may_ask(feed, kept.get(feed.id), now, manual=manual)
    ]
    round_ = _Round(store=store, fetcher=fetcher, parser=parser, clock=clock, settings=settings)
    return await round_.run(chosen)

"""One installation at work: poll, gather, compose, deliver, send; each cut into tickets for the engine."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from digest.app.readers import Audience, Readers
from digest.delivery import ledger
from digest.delivery.deliver import DeliveryCounts, deliver, standing_still
from digest.engine.local import LocalEngine
from digest.errors import RenderError, UsageError
from digest.model import Feed, Ticket, TicketKind, Unsure
from digest.pipeline.composing.compose import ComposeResult, compose
from digest.pipeline.composing.lines import LineWriter
from digest.pipeline.composing.slots import Request
from digest.pipeline.gather import GatherResult, gather, rematch
from digest.pipeline.polling.due import DueFeeds
from digest.pipeline.polling.poll import poll
from digest.pipeline.polling.polled import PollResult
from digest.pipeline.returns import ReturnCounts, take_returns
from digest.ports import Clock
from digest.settings.core.shape import Settings
from digest.storage.core import meta
from digest.storage.epoch import advance
from digest.storage.queries import feeds as stored_feeds
from digest.storage.queries import relays
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.relays import Standstill
from digest.storage.retention import tidy
from digest.topics.matcher import fingerprint

#: Feeds of one ticket.
FEEDS_PER_TICKET = 200
#: Slots of one ticket.
SLOTS_PER_TICKET = 500
#: How often a ticket begins again since somebody else planned for the same people; the rest is due at the next glance.
OVERTAKEN_AT_MOST = 10
#: How far back items are matched anew when the topics change: as far as a story can reach, and a month to look at.
REMATCH = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What a `send` came to."""

    composed: ComposeResult = field(default_factory=ComposeResult)
    delivered: DeliveryCounts = field(default_factory=DeliveryCounts)


def refuse_what_failed(composed: ComposeResult) -> None:
    """RenderError: some editions could not be made."""
    if composed.errors:
        raise RenderError("; ".join(composed.errors))


class App(Readers):
    """One installation at work. Use it as an async context manager."""

    def __init__(
        self,
        settings: Settings,
        *,
        state: Path,
        outbox: Path,
        clock: Clock | None = None,
        environ: Mapping[str, str] | None = None,
        looking: bool = False,
        migrating: bool = False,
    ) -> None:
        super().__init__(
            settings,
            state=state,
            outbox=outbox,
            clock=clock,
            environ=environ,
            looking=looking,
            migrating=migrating,
        )
        #: Set: take nothing new, finish what runs.
        self.stop = asyncio.Event()
        self._gathering = asyncio.Lock()
        self._due = DueFeeds({feed.id: feed.url for feed in settings.feeds})
        self._polled: list[PollResult] = []
        self._composed: list[ComposeResult] = []
        self._delivered: list[DeliveryCounts] = []
        #: Writes the lines of the compose run that is under way.
        self._line_writer: LineWriter | None = None

    async def __aexit__(self, *exc: object) -> None:
        """End what still runs, with the store open for its last marks; then let go of everything."""
        await self.engine.close()
        await super().__aexit__(*exc)

    @cached_property
    def engine(self) -> LocalEngine:
        """Runs the tickets."""
        return LocalEngine(
            {
                TicketKind.POLL: self._poll_ticket,
                TicketKind.COMPOSE: self._compose_ticket,
                TicketKind.DELIVER: self._deliver_ticket,
            }
        )

    # Polling

    async def poll(self, ids: Sequence[str] = (), *, by_hand: bool = False) -> tuple[PollResult, GatherResult]:
        """Ask feeds (all configured, or those of `ids`), store what is new, match it and join it into stories.

        UsageError: an id that no feed has.
        """
        feeds = self.chosen_feeds(ids)
        await self.mind_the_clock()
        if not by_hand:
            due = await self._due.now(self.store, self.clock)
            feeds = [feed for feed in feeds if feed.id in due and not feed.paused]
        for start in range(0, len(feeds), FEEDS_PER_TICKET):
            some = [feed.id for feed in feeds[start : start + FEEDS_PER_TICKET]]
            payload: dict[str, object] = {"feeds": some, "by_hand": by_hand}
            await self.engine.submit(Ticket(kind=TicketKind.POLL, key=some[0], payload=payload))
        await self.engine.drain(TicketKind.POLL)
        polled, self._polled = self._polled, []
        return PollResult.sum(polled), await self.gather()

    async def next_poll(self) -> datetime | None:
        """When the first feed is due; None: nobody knows yet."""
        ids = {feed.id for feed in self.settings.feeds if not feed.paused}
        return await self.store.read(lambda c: stored_feeds.next_moment(c, ids))

    @cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """Configured feeds by id."""
        return {feed.id: feed for feed in self.settings.feeds}

    def chosen_feeds(self, ids: Sequence[str]) -> list[Feed]:
        """The feeds of these ids; all, for none. UsageError: an id that no feed has."""
        for name in ids:
            if name not in self.feeds:
                raise UsageError(f"no feed is called {name!r}: `digest feeds` lists them")
        return [self.feeds[name] for name in ids] if ids else list(self.feeds.values())

    async def _poll_ticket(self, ticket: Ticket) -> None:
        fetcher, parser = await self.fetching()
        wanted = ticket.payload["feeds"]
        assert isinstance(wanted, list)
        result = await poll(
            [self.feeds[name] for name in wanted if name in self.feeds],
            store=self.store,
            fetcher=fetcher,
            parser=parser,
            clock=self.clock,
            settings=self.settings.digest,
            by_hand=bool(ticket.payload["by_hand"]),
        )
        self._polled.append(result)

    async def gather(self) -> GatherResult:
        """Match and join what is new; when the topics have changed since, match the last month anew first."""
        now = self.clock.now()
        current = fingerprint(self.settings.topics, self.feed_topics)
        async with self._gathering:
            if await self.store.read(lambda c: meta.value(c, "topics")) != current:
                await rematch(store=self.store, matcher=self.matcher, since=now - REMATCH)
                await self.store.write(lambda c: meta.keep(c, "topics", current))
            return await gather(store=self.store, gatherer=self.gatherer, now=now)

    # Composing and sending

    async def send(
        self,
        *,
        to: Sequence[str] = (),
        topics: Sequence[str] = (),
        since: timedelta | None = None,
        again: bool = False,
        unsure: Unsure = Unsure.HOLD,
    ) -> SendResult:
        """Finish what is unfinished, then compose for everyone else asked for, and deliver.

        `unsure`: what a person says about mail that may have arrived.
        UsageError: an address or a topic that is not configured. RenderError: some editions could not be made into
        mail; the others were sent.
        """
        request = self.request_by_hand(to=to, topics=topics, since=since, again=again)
        await self.mind_the_clock()
        audience = await self.audience(to=to)
        await self.held_before()
        await self.store.write(lambda c: ledger.decide_unsure(c, unsure, request.at))
        before = await self.deliver(by_hand=True)
        if before.reason:
            return SendResult(delivered=before)
        composed = await self.compose(request, audience)
        delivered = DeliveryCounts.sum([DeliveryCounts(unsure=composed.held), before, await self.deliver(by_hand=True)])
        refuse_what_failed(composed)
        return SendResult(composed=composed, delivered=delivered)

    async def compose_due(
        self, audience: Audience | None = None, *, newest: datetime | None = None, asked: datetime | None = None
    ) -> ComposeResult:
        """Compose for every slot that is due now by its subscriber's schedule, of an audience or of everybody.

        `newest` and `asked`: as for `slots.due_now`; without `newest` the store is asked.
        """
        audience = await self.audience() if audience is None else audience
        newest = newest or await self.newest_news()
        return await self.compose(Request(at=self.clock.now(), newest=newest, asked=asked), audience)

    async def compose(self, request: Request, audience: Audience) -> ComposeResult:
        """Cut the slots that are asked for into tickets, and run them."""
        ids = [due.row.id for due in request.dues(audience)]
        if ids:
            # What a poll beside us has stored a moment ago belongs into these editions.
            await self.gather()
            await self._advance()
        self._line_writer = await self.line_writer() if ids else None
        for start in range(0, len(ids), SLOTS_PER_TICKET):
            some = ids[start : start + SLOTS_PER_TICKET]
            payload = request.to_payload() | {"subscribers": some}
            key = f"{request.at.isoformat()} {some[0]}"
            await self.engine.submit(Ticket(kind=TicketKind.COMPOSE, key=key, payload=payload))
        await self.engine.drain(TicketKind.COMPOSE)
        composed, self._composed = self._composed, []
        return ComposeResult.sum(composed)

    async def _compose_ticket(self, ticket: Ticket) -> None:
        request = Request.from_payload(ticket.payload)
        wanted = ticket.payload["subscribers"]
        assert isinstance(wanted, list)
        for _ in range(OVERTAKEN_AT_MOST):
            result = await self._compose_for(wanted, request)
            self._composed.append(result)
            if not result.overtaken:
                return
            # Somebody else planned for them meanwhile: what they are due is another question now.
            wanted = list(result.overtaken)

    async def _compose_for(self, ids: Sequence[str], request: Request) -> ComposeResult:
        if request.catches_up:
            served = await self.store.read(lambda c: ledger.served(c, ids, request.at))
            ids = [who for who in ids if who not in served]
        rows = await self.store.read(lambda c: stored_subscribers.by_id(c, ids))
        audience = [(row, self.subscribers[row.address]) for row in rows.values() if row.address in self.subscribers]
        return await compose(
            request.dues(audience),
            store=self.store,
            renderer=self.renderer,
            sending=await self.sending(),
            settings=self.settings,
            now=request.at,
            topics=request.topics,
            writer=self._line_writer,
            held_before=await self.held_before(),
        )

    async def _advance(self) -> None:
        """Count up the store's epoch, in it and beside it, before mail is planned or handed over."""
        await self.held_before()
        await self.note_epoch(await self.store.write(advance, durable=True))

    async def standstill(self) -> Standstill | None:
        """Why mail stands still; None: it does not."""
        return (await self.store.read(lambda c: relays.known(c, self.settings.relay))).standstill

    async def try_relay_again(self) -> None:
        """Whatever mail stands still for: somebody has started `run`, or given it a configuration."""
        await self.store.write(lambda c: relays.end_pause(c, self.settings.relay, self.clock.now()))

    async def deliver(self, *, by_hand: bool = False, running: bool = False) -> DeliveryCounts:
        """Hand over everything that is due now: planned, interrupted, or to be tried again.

        Nothing, while mail stands still: `by_hand` tries it all the same; `running` tries no
        refused login again.
        """
        still = None if by_hand else await self.standstill()
        if still is not None and still.holds(self.clock.now(), running=running):
            return standing_still(still, await self.store.read(ledger.waiting))
        await self.engine.submit(Ticket(kind=TicketKind.DELIVER, key="due"))
        await self.engine.drain(TicketKind.DELIVER)
        delivered, self._delivered = self._delivered, []
        return DeliveryCounts.sum(delivered)

    async def _deliver_ticket(self, _ticket: Ticket) -> None:
        await self.held_before()
        if await self.store.read(lambda c: ledger.due(c, self.clock.now())):
            await self._advance()
        counts = await deliver(
            store=self.store,
            transport=self.transport,
            messages=self.template,
            clock=self.clock,
            owner=self.owner,
            settings=self.settings,
            stop=self.stop,
            sign=self.sign,
        )
        self._delivered.append(counts)

    async def take_returns(self) -> ReturnCounts:
        """Read what came back. DeliveryError: the bounce mailbox cannot be used."""
        mailbox = await asyncio.to_thread(self.bounce_mailbox)
        if mailbox is None:
            return ReturnCounts()
        sending = await self.sending()
        try:
            return await take_returns(
                mailbox,
                store=self.store,
                clock=self.clock,
                bounces=sending.bounces,
                keys={sending.key_id: sending.key},
                list_tag=sending.list_tag,
            )
        finally:
            await asyncio.to_thread(mailbox.close)

    async def tidy(self) -> None:
        """Throw away what has been kept long enough."""
        now = self.clock.now()
        await tidy(self.store, self.settings.retention, now)

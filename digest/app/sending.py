"""Sends: finishes what is unfinished, composes, delivers; reads what came back; and mails one story to one person.

That one is a letter and no delivery: no slot asked for it, and it is not in the ledger. When a crash leaves it in
doubt, the one who sent it looks at the screen and decides.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from digest.app.composing import compose
from digest.app.installation import Installation
from digest.app.readers import audience, manual_request, mind_the_clock
from digest.delivery import deliver as delivering
from digest.delivery import ledger
from digest.delivery.deliver import DeliveryCounts, standing_still
from digest.delivery.dispatcher import Signed
from digest.delivery.rate_limit import RateLimiter
from digest.errors import DeliveryError, RenderError, UsageError
from digest.feeds.values.entry_links import clean_link
from digest.mail.message.letter import SharedStory, letter
from digest.model import Mailbox, Report, Unsure
from digest.pipeline import returns
from digest.pipeline.composing.choosing import summary_line
from digest.pipeline.composing.compose import ComposeResult
from digest.pipeline.returns import ReturnCounts
from digest.ports import ClaimedMessage, Message, Outcome, Transport
from digest.storage.queries import items as stored_items
from digest.storage.queries import relays
from digest.storage.queries import stories as stored_stories
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.events import note as note_event
from digest.storage.queries.relays import Standstill
from digest.storage.queries.subscribers import normal_address


@dataclass(frozen=True)
class DeliverTicket:
    """What is due in the ledger, whoever it is for."""

    key: str = "deliver"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What a `send` came to."""

    composed: ComposeResult = field(default_factory=ComposeResult)
    delivered: DeliveryCounts = field(default_factory=DeliveryCounts)


def refuse_what_failed(composed: ComposeResult) -> None:
    """RenderError: some editions could not be made."""
    if composed.errors:
        raise RenderError("; ".join(composed.errors))


async def send(
    app: Installation,
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
    request = manual_request(app, to=to, topics=topics, since=since, again=again)
    await mind_the_clock(app)
    wanted = await audience(app, to=to)
    await app.held_before()
    await app.store.write(lambda c: ledger.decide_unsure(c, unsure, request.at))
    before = await deliver(app, manual=True)
    if before.reason:
        return SendResult(delivered=before)
    composed = await compose(app, request, wanted)
    delivered = DeliveryCounts.sum([DeliveryCounts(unsure=composed.held), before, await deliver(app, manual=True)])
    refuse_what_failed(composed)
    return SendResult(composed=composed, delivered=delivered)


async def standstill(app: Installation) -> Standstill | None:
    """Why mail stands still; None: it does not."""
    return (await app.store.read(lambda c: relays.known(c, app.settings.relay))).standstill


async def try_relay_again(app: Installation) -> None:
    """Whatever mail stands still for: somebody has started `run`, or given it a configuration."""
    await app.store.write(lambda c: relays.end_pause(c, app.settings.relay, app.clock.now()))


async def deliver(app: Installation, *, manual: bool = False, running: bool = False) -> DeliveryCounts:
    """Hand over everything that is due now: planned, interrupted, or to be tried again.

    Nothing, while mail stands still: `manual` tries it all the same; `running` tries no
    refused login again.
    """
    still = None if manual else await standstill(app)
    if still is not None and still.holds(app.clock.now(), running=running):
        return standing_still(still, await app.store.read(ledger.waiting))
    return DeliveryCounts.sum(await app.engine.run(lambda _: _deliver(app), [DeliverTicket()]))


async def _deliver(app: Installation) -> DeliveryCounts:
    await app.held_before()
    if await app.store.read(lambda c: ledger.due(c, app.clock.now())):
        await app.advance()
    return await delivering.deliver(
        store=app.store,
        transport=app.transport,
        messages=app.template,
        clock=app.clock,
        owner=app.owner,
        settings=app.settings,
        stop=app.stop,
        sign=app.sign,
    )


async def take_returns(app: Installation) -> ReturnCounts:
    """Read what came back. DeliveryError: the bounce mailbox cannot be used."""
    mailbox = await asyncio.to_thread(app.bounce_mailbox)
    if mailbox is None:
        return ReturnCounts()
    sending = await app.sending()
    try:
        return await returns.take_returns(
            mailbox,
            store=app.store,
            clock=app.clock,
            bounces=sending.bounces,
            keys={sending.key_id: sending.key},
            list_tag=sending.list_tag,
        )
    finally:
        await asyncio.to_thread(mailbox.close)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A letter, and what became of it."""

    story: SharedStory
    mail: Message
    #: None: it was only to be looked at.
    outcome: Outcome | None


async def share(app: Installation, url: str, *, to: Mailbox, note: str = "", dry_run: bool = False) -> Shared:
    """Mail the stored story with that address, from the list; `dry_run`: make the letter and keep it here.

    UsageError: nobody told that story, the store says no to the address, or the letter cannot be written.
    DeliveryError: the mail server refuses to work with us, or is away.
    """
    now = app.clock.now()
    story = await app.store.read(lambda c: find_story(c, url))
    await app.store.write(lambda c: refuse_suppressed(c, to.address))
    known = app.subscribers.get(normal_address(to.address))
    language = known.language if known else "en"
    mail: Message = letter(story, to=to, sending=await app.sending(), date=now, note=note, language=language)
    if app.sign is not None:
        mail = Signed(mail, app.sign)
    if dry_run:
        return Shared(story=story, mail=mail, outcome=None)
    # Noted before it leaves and after: one that was noted once may have arrived.
    await _note(app, mail, "sharing", f"a letter with {story.link} leaves")
    outcome = await hand_over(mail, app.transport, _limiter(app))
    await _note(app, mail, "shared", f"a letter with {story.link}: {outcome.verdict} {outcome.code or ''}".rstrip())
    return Shared(story=story, mail=mail, outcome=outcome)


async def _note(app: Installation, mail: Message, kind: str, text: str) -> None:
    """Write down what becomes of a letter, by its Message-ID: events name no address."""
    now = app.clock.now()
    await app.store.write(lambda c: note_event(c, kind=kind, subject=mail.message_id, text=text, now=now), durable=True)


def _limiter(app: Installation) -> RateLimiter | None:
    """The relay's rate, shared with whoever sends beside us."""
    mail = app.settings.mail
    return RateLimiter(app.store, app.settings.relay, mail.rate) if mail and mail.rate else None


def find_story(c: Connection, url: str) -> SharedStory:
    """The story with that address, trackers or not, told by the report that has it. UsageError: nobody told it."""
    item = stored_items.by_link(c, url) or stored_items.by_link(c, clean_link(url))
    if item is None:
        raise UsageError(
            f"no stored item has the link {url}: `digest poll` fetches the feeds, `digest log` knows mails"
        )
    told = Report(item=item, story=item.id)
    others = [report for report in stored_stories.beside(c, item.id) if report.item.id != item.id]
    line = summary_line(told, others)
    return SharedStory(title=item.title, line=line, link=item.link, source=item.publisher)


def refuse_suppressed(c: Connection, address: str) -> None:
    """UsageError: the store says no to that address; a letter by hand is mail too. Run it in a write."""
    row = stored_subscribers.find_or_forgotten(c, address)
    if row is not None and row.suppressed is not None:
        raise UsageError(f"{address} gets no mail from here: {row.suppressed} ({row.suppressed_why})")


async def hand_over(mail: Message, transport: Transport, limiter: RateLimiter | None = None) -> Outcome:
    """Have one letter carried, in its turn under the relay's rate; what became of it.

    DeliveryError: the relay refuses to work with us, or is away.
    """
    if limiter is not None:
        await limiter.reserve()
        await asyncio.sleep(max(0.0, limiter.next - asyncio.get_running_loop().time()))
        limiter.use()
    queue = _QueueOfOne(mail)
    await transport.carry(queue)
    if queue.outcome is None:
        raise DeliveryError("the transport took no letter: run it again")
    return queue.outcome


class _QueueOfOne:
    """The queue of one letter."""

    def __init__(self, mail: Message) -> None:
        self._claimed_message: ClaimedMessage | None = ClaimedMessage(delivery="letter", fence=0, message=mail)
        self.outcome: Outcome | None = None

    async def take(self) -> ClaimedMessage | None:
        """The letter, once."""
        return self.take_now()

    def take_now(self) -> ClaimedMessage | None:
        """The letter, once."""
        claimed, self._claimed_message = self._claimed_message, None
        return claimed

    async def offer(self, claimed: ClaimedMessage) -> bool:
        """Nobody else can have it."""
        return True

    def settle(self, claimed: ClaimedMessage, outcome: Outcome) -> None:
        """What became of it."""
        self.outcome = outcome

"""Sends: finishes what is unfinished, composes, delivers; and reads what came back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from digest.app.composing import compose
from digest.app.installation import Installation
from digest.app.readers import audience, manual_request, mind_the_clock
from digest.delivery import deliver as delivering
from digest.delivery import ledger
from digest.delivery.deliver import DeliveryCounts, standing_still
from digest.errors import RenderError
from digest.model import Unsure
from digest.pipeline import returns
from digest.pipeline.composing.compose import ComposeResult
from digest.pipeline.returns import ReturnCounts
from digest.storage.queries import relays
from digest.storage.queries.relays import Standstill


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

"""Composes editions for slots: those that schedules say are due, or those that are made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.app.installation import Installation
from digest.app.polling import gather
from digest.app.readers import Audience, audience, newest_news
from digest.delivery import ledger
from digest.pipeline.composing import compose as composing
from digest.pipeline.composing.compose import ComposeResult
from digest.pipeline.composing.lines import LineWriter
from digest.pipeline.composing.slots import Request
from digest.storage.queries import subscribers as stored_subscribers

#: Slots of one ticket.
SLOTS_PER_TICKET = 500
#: How often a ticket begins again since somebody else planned for the same people; the rest is due at the next glance.
OVERTAKEN_AT_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeTicket:
    """Some subscribers' slots to be composed for."""

    request: Request
    #: Ids in the store.
    subscribers: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the work."""
        return f"compose {self.request.at.isoformat()} {self.subscribers[0]}"


async def compose_due(
    app: Installation, wanted: Audience | None = None, *, newest: datetime | None = None, asked: datetime | None = None
) -> ComposeResult:
    """Compose for every slot that is due now by its subscriber's schedule, of an audience or of everybody.

    `newest` and `asked`: as for `slots.due_now`; without `newest` the store is asked.
    """
    wanted = await audience(app) if wanted is None else wanted
    newest = newest or await newest_news(app)
    return await compose(app, Request(at=app.clock.now(), newest=newest, asked=asked), wanted)


async def compose(app: Installation, request: Request, wanted: Audience) -> ComposeResult:
    """Cut the slots that are asked for into tickets, and run them."""
    ids = [due.row.id for due in request.dues(wanted)]
    if not ids:
        return ComposeResult()
    # What a poll beside us has stored a moment ago belongs into these editions.
    await gather(app)
    await app.advance()
    writer = await app.line_writer()
    tickets = [
        ComposeTicket(request=request, subscribers=tuple(ids[start : start + SLOTS_PER_TICKET]))
        for start in range(0, len(ids), SLOTS_PER_TICKET)
    ]
    return ComposeResult.sum(await app.engine.run(lambda ticket: _compose(app, ticket, writer), tickets))


async def _compose(app: Installation, ticket: ComposeTicket, writer: LineWriter | None) -> ComposeResult:
    ids: Sequence[str] = ticket.subscribers
    results: list[ComposeResult] = []
    for _ in range(OVERTAKEN_AT_MOST):
        results.append(await _compose_for(app, ids, ticket.request, writer))
        # Somebody else planned for them meanwhile: what they are due is another question now.
        ids = results[-1].overtaken
        if not ids:
            break
    return ComposeResult.sum(results)


async def _compose_for(
    app: Installation, ids: Sequence[str], request: Request, writer: LineWriter | None
) -> ComposeResult:
    if request.catches_up:
        served = await app.store.read(lambda c: ledger.served(c, ids, request.at))
        ids = [who for who in ids if who not in served]
    rows = await app.store.read(lambda c: stored_subscribers.by_id(c, ids))
    known = [(row, app.subscribers[row.address]) for row in rows.values() if row.address in app.subscribers]
    return await composing.compose(
        request.dues(known),
        store=app.store,
        renderer=app.renderer,
        sending=await app.sending(),
        settings=app.settings,
        now=request.at,
        topics=request.topics,
        writer=writer,
        held_before=await app.held_before(),
    )

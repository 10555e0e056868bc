"""Slots become editions, editions become planned deliveries.

What was chosen (`choosing`) is rendered, fitted to the size limit, proved mailable and stored once. Nothing is sent.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from sqlalchemy import Connection

from digest.delivery import ledger
from digest.errors import RenderError
from digest.mail.message.list_identity import Sending
from digest.mail.message.message import prepare
from digest.model import Edition, Item, Rendered, Report
from digest.pipeline.composing.choosing import Composition, choose, summary_line
from digest.pipeline.composing.lines import LineWriter
from digest.pipeline.composing.slots import Due, left_out_told
from digest.ports import Renderer
from digest.settings.core.shape import Settings
from digest.storage.core.database import Store
from digest.storage.queries import editions as stored_editions
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.events import LEFT_OUT, note
from digest.stories.editions.edition import Summarise, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeResult:
    """What composing came to."""

    editions: tuple[str, ...] = ()
    #: Deliveries planned.
    planned: int = 0
    #: Those of them that are held until a person decides.
    held: int = 0
    #: Slots with nothing to tell.
    quiet: int = 0
    #: Why editions could not be made; their slots and stories stand as if nothing had been tried.
    errors: tuple[str, ...] = ()
    #: Ids of subscribers for whom somebody else planned meanwhile: ask anew what they are due.
    overtaken: tuple[str, ...] = ()

    @classmethod
    def sum(cls, results: Iterable[Self]) -> Self:
        """Several as one."""
        some = list(results)
        return cls(
            editions=tuple(dict.fromkeys(edition for result in some for edition in result.editions)),
            planned=sum(result.planned for result in some),
            held=sum(result.held for result in some),
            quiet=sum(result.quiet for result in some),
            errors=tuple(dict.fromkeys(error for result in some for error in result.errors)),
            overtaken=tuple(one for result in some for one in result.overtaken),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frozen:
    """An edition as it will be stored, and the slots it answers."""

    edition: Edition | None
    #: None: the store holds it already, or there is no edition.
    rendered: Rendered | None
    dues: tuple[Due, ...]
    newest: datetime | None


def _freeze(
    composition: Composition, stored: Collection[str], renderer: Renderer, sending: Sending, now: datetime
) -> _Frozen:
    """The edition with what there is room for, rendered, and proved to become mail. RenderError: it cannot."""
    edition, left_out = composition.edition, frozenset[int]()
    while edition is not None and edition.id not in stored:
        rendered = renderer.render(edition)
        if not rendered.left_out:
            prepare(rendered, edition_id=edition.id, date=now, sending=sending)
            return _Frozen(edition=edition, rendered=rendered, dues=composition.dues, newest=composition.newest)
        left_out |= {entry.story for entry in edition.entries if entry.number in rendered.left_out}
        edition = composition.without(left_out)
    return _Frozen(edition=edition, rendered=None, dues=composition.dues, newest=composition.newest)


def _freeze_all(
    compositions: Sequence[Composition], stored: Collection[str], renderer: Renderer, sending: Sending, now: datetime
) -> tuple[list[_Frozen], list[str]]:
    """What can be made, and why the rest cannot: one bad edition does not stop the others."""
    frozen: list[_Frozen] = []
    errors: list[str] = []
    for composition in compositions:
        try:
            frozen.append(_freeze(composition, stored, renderer, sending, now))
        except RenderError as exc:
            errors.append(str(exc))
    return frozen, errors


def _commit(
    c: Connection, frozen: Sequence[_Frozen], sending: Sending, now: datetime, held_before: datetime | None
) -> ComposeResult:
    """Store the editions, plan their deliveries, and note what the slots covered."""
    expected = {due.row.id: due.row.plans for one in frozen if one.edition is not None for due in one.dues}
    ours = stored_subscribers.plan_for(c, expected)
    made: list[str] = []
    covered: list[tuple[Due, bool]] = []
    planned = held = quiet = 0
    for one in frozen:
        edition = one.edition
        dues = one.dues if edition is None else tuple(due for due in one.dues if due.row.id in ours)
        if edition is None:
            quiet += len(dues)
        elif dues:
            _keep(c, edition, one.rendered, now, by_published=dues[0].by_published)
            rows = [_planned(due, edition.id, sending, held_before) for due in dues]
            # By a clock that was wrong it may tell what came later than now: whoever looks up what was had by when a
            # story began finds it there all the same.
            planned += ledger.plan(c, rows, now, created=max(now, one.newest or now))
            held += sum(row.held for row in rows)
            made.append(edition.id)
        covered += [(due, edition is not None) for due in dues]
    _cover(c, covered, now)
    overtaken = tuple(who for who in expected if who not in ours)
    return ComposeResult(
        editions=tuple(dict.fromkeys(made)), planned=planned, held=held, quiet=quiet, overtaken=overtaken
    )


def _cover(c: Connection, covered: Sequence[tuple[Due, bool]], now: datetime) -> None:
    """Note that these slots are done with (and whether they had something to tell), and which were left out before."""
    moved = [(due.row.id, due.window.end, due.done(told=told)) for due, told in covered if due.moves]
    stored_subscribers.cover(c, moved)
    if left_out := left_out_told([due for due, _ in covered]):
        subject, text = left_out
        note(c, kind=LEFT_OUT, subject=subject, text=text, now=now)


def _keep(c: Connection, edition: Edition, rendered: Rendered | None, now: datetime, *, by_published: bool) -> None:
    if rendered is not None:
        stored_editions.keep(
            c,
            edition=edition.id,
            window=edition.window,
            by_published=by_published,
            content=to_json(edition),
            reports=[report for entry in edition.entries for report in entry.reports],
            rendered=rendered,
            now=now,
        )


def _planned(due: Due, edition: str, sending: Sending, held_before: datetime | None) -> ledger.Planned:
    return ledger.Planned(
        subscriber=due.row.id,
        kind=due.kind,
        slot=due.slot,
        edition=edition,
        stale_after=due.stale_after,
        message_id=sending.message_id(due.row.id, due.kind, due.slot),
        held=held_before is not None and due.window.start < held_before,
    )


def _leads(
    c: Connection, dues: Sequence[Due], settings: Settings, now: datetime, topics: Sequence[str] | None
) -> tuple[Item, ...]:
    """The items whose lines the editions would show."""
    leads: dict[int, Item] = {}

    def note(lead: Report, _others: Sequence[Report]) -> str:
        leads[lead.item.id] = lead.item
        return ""

    choose(c, dues, settings, now, topics=topics, summarise=note)
    return tuple(leads.values())


def _preferring(written: Mapping[int, str]) -> Summarise:
    """The written line of a lead where there is one, else the rule's."""
    return lambda lead, others: written.get(lead.item.id) or summary_line(lead, others)


async def compose(
    dues: Sequence[Due],
    *,
    store: Store,
    renderer: Renderer,
    sending: Sending,
    settings: Settings,
    now: datetime,
    topics: Sequence[str] | None = None,
    writer: LineWriter | None = None,
    held_before: datetime | None = None,
) -> ComposeResult:
    """Compose, render, store and plan. Editions, plan and watermarks are one transaction: all of it, or nothing.

    Whether somebody planned for the same subscribers meanwhile is looked at in that transaction; whoever was overtaken
    so is left as they were. `writer`: asks a language model for the lines. `held_before`: when the store was restored;
    what covers time before that is held, since it may have been sent.
    """
    summarise: Summarise = summary_line
    if writer is not None:
        leads = await store.read(lambda c: _leads(c, dues, settings, now, topics))
        summarise = _preferring(await writer.lines(leads))

    def read(c: Connection) -> tuple[tuple[Composition, ...], frozenset[str]]:
        compositions = choose(c, dues, settings, now, topics=topics, summarise=summarise)
        ids = [composition.edition.id for composition in compositions if composition.edition is not None]
        return compositions, stored_editions.known(c, ids)

    compositions, stored = await store.read(read)
    frozen, errors = await asyncio.to_thread(_freeze_all, compositions, stored, renderer, sending, now)
    result = await store.write(lambda c: _commit(c, frozen, sending, now, held_before))
    return replace(result, errors=tuple(errors))

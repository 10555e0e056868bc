"""The compose duty of `run`: looks only at those whose slots have come, and lets a late slot wait for the feeds."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from digest.app import composing, readers
from digest.app.installation import Installation
from digest.app.readers import Audience
from digest.pipeline.composing.agenda import Agenda
from digest.pipeline.composing.compose import ComposeResult
from digest.pipeline.composing.slots import Request, due_now, left_out_told, next_due
from digest.schedule import NOW

log = logging.getLogger("digest.run")

#: So long a late slot waits for the poll round that comes before it.
PATIENCE = timedelta(minutes=5)


class SlotDuty:
    """Composes for an installation again and again."""

    def __init__(self, app: Installation, *, ask: Callable[[], None], patience: timedelta = PATIENCE) -> None:
        """`ask`: have the feeds asked now; `polled` is to be called when that is done."""
        self._app, self._ask, self._patience = app, ask, patience
        self._agenda: Agenda | None = None
        self._eager = [address for address, one in app.subscribers.items() if one.send == NOW]
        #: Something was gathered since those who want it at once were last looked at.
        self._news = True
        self._newest: datetime | None = None
        #: When the last poll round that has ended began.
        self._asked = datetime.min.replace(tzinfo=UTC)
        #: Since when a late slot waits, by a clock that nobody sets; None: none does.
        self._waits_since: float | None = None

    def polled(self, began: datetime, *, news: bool) -> bool:
        """A poll round that began then has ended. Whether it was waited for."""
        self._asked = began
        self._news = self._news or news
        return news or self._waits_since is not None

    async def step(self) -> tuple[ComposeResult, datetime | None]:
        """Compose for whoever is due; and when the next slot comes, if anybody knows."""
        agenda = await self._look()
        now = self._app.clock.now()
        newest = now if self._news else await readers.newest_news(self._app)
        if newest != self._newest:
            agenda.call(self._eager)
        come = agenda.come(now)
        composed = ComposeResult()
        if come:
            audience = await readers.audience_of(self._app, come)
            asked = self._asked_for(audience, now)
            composed = await composing.compose_due(self._app, audience, newest=newest, asked=asked)
            if told := left_out_told(Request(at=now, newest=newest, asked=asked).dues(audience)):
                log.warning("%s", told[1])
            self._put(agenda, await readers.audience_of(self._app, come), newest)
        self._news, self._newest = False, newest
        moments = (agenda.following(), now + self._left if self._waits_since is not None else None)
        return composed, min((moment for moment in moments if moment is not None and moment > now), default=None)

    async def _look(self) -> Agenda:
        """When to look at whom; made at first, and anew when the clock was set back."""
        if await readers.mind_the_clock(self._app) or self._agenda is None:
            await readers.enlist(self._app)
            self._agenda = Agenda()
            self._agenda.call(self._app.subscribers)
        return self._agenda

    def _asked_for(self, audience: Audience, now: datetime) -> datetime | None:
        """Which round of the feeds a late slot needs (`due_now`); None once it has waited long enough."""
        late = [
            row
            for row, one in audience
            if due_now(row, one, now) is not None and due_now(row, one, now, asked=self._asked) is None
        ]
        if not late:
            self._waits_since = None
            return self._asked
        if self._waits_since is None:
            self._waits_since = asyncio.get_running_loop().time()
            self._ask()
        return self._asked if self._left > timedelta() else None

    @property
    def _left(self) -> timedelta:
        """For how much longer a late slot waits."""
        waited = asyncio.get_running_loop().time() - (self._waits_since or 0.0)
        return self._patience - timedelta(seconds=waited)

    def _put(self, agenda: Agenda, audience: Audience, newest: datetime | None) -> None:
        """Note when those who were looked at come next; whoever is still due comes at the next glance."""
        now = self._app.clock.now()
        for row, one in audience:
            still_due = due_now(row, one, now, newest=newest) is not None
            agenda.put(row.address, now if still_due else next_due(row, one, now, newest=newest))

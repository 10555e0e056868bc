"""How the mail stands as a whole: what waits, what came to nothing, what stopped it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from digest.storage.core.schema import OPEN, TO_TRY, deliveries
from digest.storage.queries import relays
from digest.storage.queries.relays import Standstill

#: How far back what became of mail counts.
LATELY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """The mail of an installation."""

    #: Why it stands still.
    still: Standstill | None = None
    last_accepted: datetime | None = None
    #: Messages that are to be tried, now or later ...
    waiting: int = 0
    #: ... planned since ...
    waits_since: datetime | None = None
    #: ... of which so many were tried before ...
    tried: int = 0
    #: ... the last with this answer.
    reply: str = ""
    unsure: int = 0
    #: In the last day.
    accepted: int = 0
    failed: int = 0
    #: The last answer to one that failed.
    failure: str = ""


def mail_facts(c: Connection, relay: str, now: datetime) -> MailFacts:
    """How the mail stands now. `relay`: the name of the present one."""
    d = deliveries.c
    waiting = c.execute(
        select(func.count(), func.min(d.created), func.count().filter(d.attempts > 0)).where(OPEN, TO_TRY)
    ).one()
    lately = {
        row.state: row[1]
        for row in c.execute(select(d.state, func.count()).where(d.changed > now - LATELY).group_by(d.state))
    }
    return MailFacts(
        still=relays.known(c, relay).standstill,
        last_accepted=c.execute(select(func.max(d.changed)).where(d.state == "accepted")).scalar_one(),
        waiting=waiting[0],
        waits_since=waiting[1],
        tried=waiting[2],
        reply=_last(c, OPEN, TO_TRY),
        unsure=c.execute(select(func.count()).where(d.state == "unsure")).scalar_one(),
        accepted=lately.get("accepted", 0),
        failed=lately.get("failed", 0),
        failure=_last(c, d.state == "failed"),
    )


def _last(c: Connection, *which: object) -> str:
    """What the server last said to one of these."""
    said = (deliveries.c.reply_code, deliveries.c.reply)
    newest = deliveries.c.changed.desc()
    row = c.execute(select(*said).where(*which, deliveries.c.reply.is_not(None)).order_by(newest).limit(1)).first()  # type: ignore[arg-type]
    return f"{row.reply_code or ''} {row.reply or ''}".strip() if row is not None else ""

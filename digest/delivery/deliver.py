"""Delivers what is due: hands the rows of the ledger to the transport, and concludes from what the relay said."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection

from digest.delivery import claims, ledger, transitions
from digest.delivery.breaker import Breaker
from digest.delivery.dispatcher import Dispatcher
from digest.delivery.group_commit import GroupCommit
from digest.delivery.outcomes import RelayPolicy
from digest.delivery.process_locks import WorkerLock
from digest.delivery.recovery import recover
from digest.errors import DeliveryError, DigestError
from digest.model import DeliveryState, Mailbox
from digest.ports import Clock, MessageTemplate, Transport
from digest.settings.core.shape import MailSettings, Settings
from digest.storage.core.database import Store
from digest.storage.queries import relays
from digest.storage.queries.events import note
from digest.storage.queries.relays import Relay, Standstill
from digest.storage.queries.subscribers import normal_address
from digest.text.printable import blotted

log = logging.getLogger("digest.deliver")

#: Claims are renewed this often: two renewals may fail before a lease runs out.
RENEW_S = claims.LEASE_S / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCounts:
    """What became of the deliveries of one call."""

    accepted: int = 0
    deferred: int = 0
    #: Refused for good, given up, or stale.
    failed: int = 0
    suppressed: int = 0
    unsure: int = 0
    #: Not tried: what is still pending in the ledger.
    pending: int = 0
    #: What is still to be sent, now or later: pending or deferred in the ledger.
    waiting: int = 0
    #: Why not everything that was due was tried; None: it was.
    reason: str | None = None
    login_refused: bool = False
    #: When to try again after `reason`.
    retry_at: datetime | None = None

    @classmethod
    def sum(cls, counts: Iterable[Self]) -> Self:
        """The counts of calls made one after the other."""
        parts = list(counts)
        if not parts:
            return cls()
        names = ("accepted", "deferred", "failed", "suppressed", "unsure")
        last = parts[-1]
        return cls(
            **{name: sum(getattr(part, name) for part in parts) for name in names},
            pending=last.pending,
            waiting=last.waiting,
            reason=last.reason,
            login_refused=last.login_refused,
            retry_at=last.retry_at,
        )


async def deliver(
    *,
    store: Store,
    transport: Transport,
    messages: Callable[[str], Awaitable[MessageTemplate]],
    clock: Clock,
    owner: WorkerLock,
    settings: Settings,
    editions: Sequence[str] | None = None,
    stop: asyncio.Event | None = None,
    sign: Callable[[bytes], bytes] | None = None,
) -> DeliveryCounts:
    """Send until nothing is due now, `stop` is set, or the relay refuses to work with us.

    `messages` gives an edition's template by its id; `sign` puts a signature above a message (DKIM). StoreError: the
    ledger cannot be written; nothing is sent that it does not know of.
    """
    stop = stop or asyncio.Event()
    recovered = await recover(store=store, owner=owner, clock=clock)
    before = await store.read(lambda c: relays.known(c, settings.relay))
    breaker = Breaker(before)
    commits = GroupCommit(store, owner, via=transport.name, durable=not transport.repeatable, clock=clock)
    reason: DeliveryError | None = None
    async with _renewed(store, owner), commits:
        dispatcher = Dispatcher(
            store=store,
            owner=owner,
            commits=commits,
            clock=clock,
            policy=_policy(settings),
            breaker=breaker,
            messages=messages,
            mailboxes=_mailboxes(settings),
            editions=editions,
            stop=stop,
            sign=sign,
        )
        try:
            await transport.carry(dispatcher)
            while dispatcher.more():
                await transport.carry(dispatcher)
        except DeliveryError as exc:
            reason = exc
        finally:
            await dispatcher.close()
    if commits.failure is not None:
        raise commits.failure
    counts = await _concluded(store, clock.now(), before, breaker, reason)
    tally = dispatcher.tally
    return replace(
        counts,
        accepted=tally[DeliveryState.ACCEPTED],
        deferred=tally[DeliveryState.DEFERRED],
        failed=tally[DeliveryState.FAILED] + counts.failed,
        suppressed=tally[DeliveryState.SUPPRESSED] + commits.suppressed,
        unsure=tally[DeliveryState.UNSURE] + recovered.unsure,
    )


@asynccontextmanager
async def _renewed(store: Store, owner: WorkerLock) -> AsyncIterator[None]:
    """Keep the owner's claims alive meanwhile."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            try:
                await store.write(lambda c: claims.renew(c, owner.id))
            except DigestError as exc:
                # The next one may still come in time.
                log.warning("claims could not be renewed: %s", exc)

    task = asyncio.create_task(renew(), name="renew claims")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _policy(settings: Settings) -> RelayPolicy:
    mail = settings.mail
    if mail is None:
        shipped = MailSettings(sender=Mailbox(address=""), server="")
        return RelayPolicy(retry=shipped.retry, give_up=shipped.give_up)
    return RelayPolicy(
        relay=settings.relay,
        rate=mail.rate,
        domain_rates=dict(mail.domain_rates),
        retry=mail.retry,
        give_up=mail.give_up,
    )


def _mailboxes(settings: Settings) -> Mapping[str, Mailbox]:
    return {normal_address(one.mailbox.address): one.mailbox for one in settings.subscribers}


async def _concluded(
    store: Store, now: datetime, before: Relay, breaker: Breaker, failure: DeliveryError | None
) -> DeliveryCounts:
    """Learn from the call: whose address is wrong, what was refused for no fault of its own, whether mail stands still.

    `failed` of the counts is what does not count as failed after all.
    """
    after = breaker.relay(failure, now)
    # Of this call: there is none otherwise, whatever stands from an earlier one.
    still = after.standstill if failure is not None or breaker.tripped is not None else None

    def change(c: Connection) -> Mapping[DeliveryState, int]:
        if breaker.tripped is not None and still is not None:
            claims.reopen(c, breaker.here, still.until, now)
        transitions.suppress_addresses(c, breaker.wrong, now)
        if still is not None and (before.standstill is None or before.standstill.reason != blotted(still.reason)):
            note(c, kind="breaker-open", subject="relay", text=still.reason, now=now)
        relays.keep(c, after)
        return ledger.waiting(c)

    learned = after != before or breaker.wrong or breaker.here
    left = await (store.write(change) if learned else store.read(ledger.waiting))
    reopened = len(breaker.here) if breaker.tripped is not None else 0
    return DeliveryCounts(failed=-reopened, **_left(left), **_standing(still))


def standing_still(still: Standstill, left: Mapping[DeliveryState, int]) -> DeliveryCounts:
    """The counts of a call that was not made, since mail stands still. `left`: what waits."""
    return DeliveryCounts(**_left(left), **_standing(still))


def _left(left: Mapping[DeliveryState, int]) -> dict[str, Any]:
    return {"pending": left[DeliveryState.PENDING], "waiting": sum(left.values())}


def _standing(still: Standstill | None) -> dict[str, Any]:
    if still is None:
        return {}
    return {"reason": still.reason, "login_refused": still.login, "retry_at": still.until}

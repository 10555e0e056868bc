"""From what a transport says became of a message to what the ledger is to say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from digest.delivery.claims import Claimed
from digest.delivery.transitions import Settlement
from digest.model import DeliveryState
from digest.ports import Outcome, Verdict

#: Waits are lengthened by up to this share, so that what was put off together does not come back together.
JITTER = 0.2
#: A message that lost its connection this often in one run is put off: it may be what the server chokes on.
UNTRIED_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPolicy:
    """How a relay wants to be used."""

    #: Names the relay's rate in the store.
    relay: str = ""
    #: Messages a second; None: as fast as it takes them.
    rate: float | None = None
    domain_rates: Mapping[str, float] = field(default_factory=dict)
    retry: Sequence[timedelta]
    give_up: timedelta


def next_state(
    row: Claimed, outcome: Outcome, *, untried: int, now: datetime, policy: RelayPolicy, chance: float
) -> Settlement:
    """What a delivery becomes. `untried`: how often it came back untried in this run; `chance`: 0 to 1, for jitter."""
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return _final(row, outcome, DeliveryState.ACCEPTED)
        case Verdict.REFUSED | Verdict.NO_SUCH_ADDRESS:
            return _final(row, outcome, DeliveryState.FAILED)
        case Verdict.UNSURE:
            return _final(row, outcome, DeliveryState.UNSURE)
        case Verdict.DEFERRED:
            return _put_off(row, outcome, now, policy, chance)
        case Verdict.UNTRIED:
            if untried >= UNTRIED_AT_MOST:
                return _put_off(row, outcome, now, policy, chance)
            return _untouched(row, outcome)
    assert_never(outcome.verdict)


def _final(row: Claimed, outcome: Outcome, state: DeliveryState) -> Settlement:
    return Settlement(
        id=row.id,
        fence=row.fence,
        state=state,
        code=outcome.code,
        text=outcome.text,
    )


def _untouched(row: Claimed, outcome: Outcome) -> Settlement:
    """As it was before it was claimed."""
    return Settlement(
        id=row.id,
        fence=row.fence,
        state=DeliveryState.PENDING if row.attempts == 0 else DeliveryState.DEFERRED,
        code=outcome.code,
        text=outcome.text,
        tried=False,
    )


def _put_off(row: Claimed, outcome: Outcome, now: datetime, policy: RelayPolicy, chance: float) -> Settlement:
    """To be tried again, unless that would be after patience ends or the edition is stale."""
    give_up_at = row.created + policy.give_up
    if row.stale_after is not None:
        give_up_at = min(give_up_at, row.stale_after)
    again = next_try(row.attempts + 1, now, waits=policy.retry, give_up_at=give_up_at, chance=chance)
    return Settlement(
        id=row.id,
        fence=row.fence,
        state=DeliveryState.DEFERRED if again is not None else DeliveryState.FAILED,
        code=outcome.code,
        text=outcome.text if again is not None else f"given up: {outcome.text}",
        next_try=again,
    )


def next_try(
    attempts: int,
    now: datetime,
    *,
    waits: Sequence[timedelta],
    give_up_at: datetime,
    chance: float,
) -> datetime | None:
    """When to try again (RFC 5321 4.5.4.1) after `attempts` tries that were put off (1 or more); None: give up.

    `chance` is from 0 to 1 and decides the variation; `give_up_at` is the end of patience or the moment the edition
    goes stale, whichever comes first. The last of `waits` repeats.
    """
    wait = waits[min(attempts, len(waits)) - 1]
    # Never sooner than the schedule says: a greylisting server counts from its first refusal.
    moment = now + wait * (1 + JITTER * chance)
    return moment if moment < give_up_at else None

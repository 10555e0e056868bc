"""What is known of the relay from one call to the next: who it refused last, and whether mail stands still."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from digest.storage.core import meta
from digest.text.printable import blotted

_KEY = "relay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A delivery that was refused for good, with nothing accepted since."""

    #: `deliveries.id`.
    delivery: str
    subscriber: str
    #: The address itself was refused.
    address: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Mail stands still."""

    #: In the relay's words, or ours; in the store without addresses, which it may quote.
    reason: str
    since: datetime
    #: When it may be tried again.
    until: datetime
    #: How often it was tried since.
    tries: int = 1
    #: The login was refused: trying again may lock the account.
    login: bool = False

    def holds(self, now: datetime, *, running: bool) -> bool:
        """Whether nothing is to be tried now. `running`: by a `run`, which tries a login again after a reload only."""
        return now < self.until or (self.login and running)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """What is known of one."""

    #: `Settings.relay`.
    name: str
    refusals: tuple[Refusal, ...] = ()
    #: By subscriber, how often the address was refused by itself, and the relay then worked for others.
    doubts: tuple[tuple[str, int], ...] = ()
    standstill: Standstill | None = None


def known(c: Connection, name: str) -> Relay:
    """What is known of the relay of that name; nothing, if the last one had another."""
    found = json.loads(meta.value(c, _KEY) or "{}")
    if found.get("name") != name:
        return Relay(name=name)
    still = found["standstill"]
    moments = {key: datetime.fromisoformat(still[key]) for key in ("since", "until")} if still else {}
    return Relay(
        name=name,
        refusals=tuple(Refusal(**one) for one in found["refusals"]),
        doubts=tuple((who, times) for who, times in found["doubts"]),
        standstill=Standstill(**still | moments) if still else None,
    )


def keep(c: Connection, relay: Relay) -> None:
    """Remember it for the next call."""
    if relay.standstill is not None:
        relay = replace(relay, standstill=replace(relay.standstill, reason=blotted(relay.standstill.reason)))
    meta.keep(c, _KEY, json.dumps(asdict(relay), default=datetime.isoformat))


def end_pause(c: Connection, name: str, now: datetime) -> None:
    """Let the relay be tried at once; that mail stands still is known until it goes on."""
    relay = known(c, name)
    if relay.standstill is not None:
        keep(c, replace(relay, standstill=replace(relay.standstill, until=now, login=False)))


def recall(c: Connection, now: datetime) -> None:
    """A pause that began later than now, by a clock that was wrong, is over."""
    found = json.loads(meta.value(c, _KEY) or "{}")
    relay = known(c, found.get("name", ""))
    if relay.standstill is not None and relay.standstill.since > now:
        keep(c, replace(relay, standstill=replace(relay.standstill, since=now, until=now)))

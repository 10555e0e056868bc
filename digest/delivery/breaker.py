"""When a relay refuses to work with us: refusals in a row, whose address is to blame, and how long to wait. Pure."""

from datetime import datetime, timedelta

from digest.delivery.claims import Claimed
from digest.errors import DeliveryError, LoginRefused, RelayAway
from digest.ports import Outcome, Verdict
from digest.storage.queries.relays import Refusal, Relay, Standstill

#: This many refusals in a row, of whatever message, mean that the relay does not want us at all.
BREAKER = 5
#: This often an address is refused, and others served before the next time, until the refusals are believed.
DOUBTS = 3
#: How long mail stands still at first; a relay that is only away is tried again after each such pause.
PAUSE = timedelta(minutes=5)
#: A relay that refuses us is given twice as long each time, up to this.
LONGEST_PAUSE = timedelta(hours=1)
#: A few tries a day lock no account.
LOGIN_PAUSE = timedelta(hours=6)


class Breaker:
    """Hears each outcome of one `deliver`.

    That an address does not exist is believed of a relay that works: one that accepts other messages in the same call,
    or did so between one such answer and the next, often enough. A relay that has gone wrong says it of everybody.
    """

    def __init__(self, before: Relay) -> None:
        """`before`: what is known from earlier calls."""
        self._before = before
        #: In a row, from earlier calls too, oldest first.
        self._refusals = list(before.refusals)
        self._doubts = dict(before.doubts)
        self._last: Outcome | None = None
        #: Deliveries of this call among the refusals.
        self.here: list[str] = []
        #: Deliveries whose addresses do not exist.
        self.wrong: list[str] = []
        self._accepted = self._deferred = 0
        #: The last word of a relay that refuses everything.
        self.tripped: Outcome | None = None

    def heard(self, row: Claimed, outcome: Outcome) -> None:
        """What became of a delivery."""
        match outcome.verdict:
            case Verdict.ACCEPTED:
                self._accepted += 1
                self._doubts.pop(row.subscriber, None)
                if self.tripped is None:
                    self._end_row(row.subscriber)
            case Verdict.DEFERRED:
                self._deferred += 1
            case Verdict.NO_SUCH_ADDRESS if row.attempts and self._accepted:
                # Tried before, and again while the relay works for others.
                self.wrong.append(row.id)
            case Verdict.REFUSED | Verdict.NO_SUCH_ADDRESS:
                address = outcome.verdict is Verdict.NO_SUCH_ADDRESS
                self._refusals.append(Refusal(delivery=row.id, subscriber=row.subscriber, address=address))
                self.here.append(row.id)
                self._last = outcome
                if len(self._refusals) >= BREAKER:
                    self.tripped = outcome

    def _end_row(self, accepted: str = "") -> None:
        """The relay works: what it said of addresses in this call is true, what it said before may have been."""
        for one in self._refusals:
            if not one.address or one.subscriber == accepted:
                continue
            doubts = DOUBTS if one.delivery in self.here else self._doubts.get(one.subscriber, 0) + 1
            self._doubts[one.subscriber] = doubts
            if doubts >= DOUBTS:
                self.wrong.append(one.delivery)
                del self._doubts[one.subscriber]
        self._refusals, self.here = [], []

    def relay(self, failure: DeliveryError | None, now: datetime) -> Relay:
        """What is known of the relay when the call has ended. `failure`: why it would not work."""
        still, served = self._before.standstill, self._accepted + self._deferred
        if still is not None and failure is None and not served:
            # It was given another chance, and refused whatever it was offered.
            self.tripped = self.tripped or self._last
        if reason := self._reason(failure):
            still = _standstill(still, reason, failure, now)
        elif served:
            still = None
        if self.tripped is not None:
            self._refusals = []
        elif self._accepted:
            self._end_row()
        return Relay(
            name=self._before.name,
            refusals=tuple(self._refusals),
            doubts=tuple(sorted(self._doubts.items())),
            standstill=still,
        )

    def _reason(self, failure: DeliveryError | None) -> str:
        if self.tripped is None:
            return str(failure) if failure is not None else ""
        said = f"{self.tripped.code or ''} {self.tripped.text}".strip()
        number = len(self._refusals)
        return f"the relay refused {f'{number} messages in a row' if number > 1 else 'the message'}: {said}"


def _standstill(before: Standstill | None, reason: str, failure: DeliveryError | None, now: datetime) -> Standstill:
    tries = before.tries + 1 if before else 1
    login = isinstance(failure, LoginRefused)
    if login:
        pause = LOGIN_PAUSE
    elif isinstance(failure, RelayAway):
        pause = PAUSE
    else:
        pause = min(LONGEST_PAUSE, PAUSE * 2 ** min(tries - 1, 10))
    since = before.since if before else now
    return Standstill(reason=reason, since=since, until=now + pause, tries=tries, login=login)

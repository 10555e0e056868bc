"""Between the ledger and a transport's lanes: claims rows, makes parcels of them, hears what became of each."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from digest.delivery import claims
from digest.delivery.breaker import Breaker
from digest.delivery.claims import Claimed
from digest.delivery.group_commit import Journal
from digest.delivery.outcomes import Terms, settlement_of
from digest.delivery.process_locks import Owner
from digest.delivery.rate_limit import Turns
from digest.delivery.transitions import Offer, Settlement
from digest.errors import DigestError, RenderError, UsageError
from digest.model import DeliveryState, Mailbox, Recipient
from digest.ports import Clock, Mail, Outcome, Parcel, Stencil, Verdict
from digest.storage.core.database import Store

#: Rows of one claim: as many as a lease lasts for at a modest rate, few enough to be held in memory.
CHUNK = 200
#: Claimed rows at most, when a domain's limit holds back all those at hand.
HELD_AT_MOST = 5 * CHUNK


class Mailroom:
    """The Post of one `deliver`: serves all lanes, in one event loop."""

    def __init__(
        self,
        *,
        store: Store,
        owner: Owner,
        journal: Journal,
        clock: Clock,
        terms: Terms,
        breaker: Breaker,
        messages: Callable[[str], Awaitable[Stencil]],
        mailboxes: Mapping[str, Mailbox],
        editions: Sequence[str] | None = None,
        stop: asyncio.Event | None = None,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._store, self._owner, self._journal, self._clock, self._terms = store, owner, journal, clock, terms
        self._breaker = breaker
        self._messages, self._mailboxes, self._editions, self._sign = messages, mailboxes, editions, sign
        self._stop = stop or asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._held: deque[Claimed] = deque()
        self._out: dict[str, Claimed] = {}
        self._stencils: dict[str, Stencil] = {}
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._refill: asyncio.Task[None] | None = None
        self._turns = Turns(store, terms.relay, terms.rate) if terms.rate else None
        self._domains = {
            domain: Turns(store, f"{terms.relay} {domain}", rate) for domain, rate in terms.domain_rates.items()
        }
        self._untried: Counter[str] = Counter()
        #: Nothing was left to claim.
        self._exhausted = False
        #: Something went back to the ledger since rows were last claimed.
        self._returned = False
        self.tally: Counter[DeliveryState] = Counter()

    # What lanes see

    async def take(self) -> Parcel | None:
        """The next parcel whose turn has come; None: no more for now."""
        self._waiting += 1
        try:
            async with self._lock:
                return await self._take()
        finally:
            self._waiting -= 1

    async def _take(self) -> Parcel | None:
        while not self._closed:
            if not self._held:
                if self._exhausted and not self._returned:
                    return None
                await self._claim_again()
                continue
            await self._reserve()
            wait = min(self._turn(row) for row in self._held) - self._loop.time() if self._limited else 0.0
            if wait > 0:
                await self._wait(wait)
            elif parcel := self._next():
                return parcel
        return None

    def take_now(self) -> Parcel | None:
        """The next parcel if its turn has come and nobody waits for it; more rows are claimed meanwhile."""
        if self._closed or self._waiting:
            return None
        if len(self._held) < CHUNK // 2 and not self._exhausted and self._refill is None:
            self._refill = asyncio.create_task(self._claim_ahead())
        return self._next() if self._held else None

    async def offer(self, parcel: Parcel) -> bool:
        """Mark durably that the body may leave; whether it may."""
        allowed = await self._journal.offer(
            Offer(id=parcel.delivery, fence=parcel.fence, message_id=parcel.mail.message_id)
        )
        if not allowed:
            self._out.pop(parcel.delivery, None)
        return allowed

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """Note what became of a parcel."""
        row = self._out.pop(parcel.delivery)
        settlement = self._settlement(row, outcome)
        self._journal.settle(settlement)
        if settlement.tried:
            self.tally[settlement.state] += 1
        self._breaker.heard(row, outcome)

    def _settlement(self, row: Claimed, outcome: Outcome) -> Settlement:
        if outcome.verdict is Verdict.UNTRIED:
            self._returned = True
            self._untried[row.id] += 1
        return settlement_of(
            row,
            outcome,
            untried=self._untried.get(row.id, 0),
            now=self._clock.now(),
            terms=self._terms,
            chance=random.random(),
        )

    # What `deliver` sees

    def more(self) -> bool:
        """Whether there may be more to send after a transport has come back: lanes may have ended with some left."""
        return not self._closed and (bool(self._held) or not self._exhausted or self._returned)

    async def close(self) -> None:
        """Give back what was not handed out."""
        if self._refill is not None:
            await self._refill
        ids = [row.id for row in self._held]
        self._held.clear()
        if self._journal.failure is None:
            await self._give_back(ids)

    @property
    def _closed(self) -> bool:
        return self._stop.is_set() or self._breaker.tripped is not None or self._journal.failure is not None

    # Rows

    async def _claim_ahead(self) -> None:
        try:
            async with self._lock:
                await self._claim()
        except DigestError:
            # `take` will meet it too, and has someone to tell.
            pass
        finally:
            self._refill = None

    async def _claim_again(self) -> None:
        """Take another chunk, with what lanes gave back among it."""
        if self._returned:
            self._returned = False
            await self._journal.flush()
        await self._claim()

    async def _claim(self) -> None:
        """Take another chunk, with what is needed to make messages of it."""
        now = self._clock.now()
        claim = await self._store.write(
            lambda c: claims.claim(c, self._owner.id, CHUNK, now, editions=self._editions), here=self._journal.quick
        )
        self.tally[DeliveryState.FAILED] += claim.stale
        self.tally[DeliveryState.SUPPRESSED] += claim.suppressed
        self._exhausted = claim.empty
        try:
            unmailable = await self._prepare({row.edition for row in claim.taken})
        except BaseException:
            await self._give_back([row.id for row in claim.taken])
            raise
        # Neighbours in a list often share a domain, and one that is gone must not look like a relay that is. What waits
        # for one reader stays in its order: older news does not follow newer.
        shuffled = {row.subscriber: random.random() for row in claim.taken}
        for row in sorted(claim.taken, key=lambda row: shuffled[row.subscriber]):
            if row.edition in unmailable:
                self._fail(row, unmailable[row.edition])
            else:
                self._held.append(row)

    async def _prepare(self, editions: set[str]) -> Mapping[str, str]:
        """Have the stencils of these editions, and not many others; why those that are missing cannot be made."""
        self._stencils = {edition: self._stencils[edition] for edition in self._editions_at_hand(editions)}
        unmailable: dict[str, str] = {}
        for edition in editions - self._stencils.keys():
            try:
                self._stencils[edition] = await self._messages(edition)
            except (RenderError, UsageError) as exc:
                unmailable[edition] = str(exc)
        return unmailable

    def _fail(self, row: Claimed, why: str) -> None:
        """Nothing can be made of this row: its stories come back, the others go on."""
        self._journal.settle(Settlement(id=row.id, fence=row.fence, state=DeliveryState.FAILED, text=why))
        self.tally[DeliveryState.FAILED] += 1

    def _editions_at_hand(self, wanted: set[str]) -> set[str]:
        held = {row.edition for row in self._held} | wanted
        return held & self._stencils.keys()

    async def _give_back(self, ids: Sequence[str]) -> None:
        if ids:
            await self._store.write(lambda c: claims.release(c, self._owner.id, ids))

    def _next(self) -> Parcel | None:
        """The first row whose turn has come, as a parcel."""
        if not self._limited:
            return self._parcel(self._held.popleft())
        now = self._loop.time()
        for index, row in enumerate(self._held):
            if self._turn(row) <= now:
                del self._held[index]
                self._use_turn(row)
                return self._parcel(row)
        return None

    def _parcel(self, row: Claimed) -> Parcel | None:
        mailbox = self._mailboxes.get(row.address) or Mailbox(address=row.address)
        recipient = Recipient(id=row.subscriber, mailbox=mailbox, since=row.since, message_id=row.message_id or "")
        self._out[row.id] = row
        try:
            mail: Mail = self._stencils[row.edition].message(recipient)
            if self._sign is not None:
                mail = Signed(mail, self._sign)
        except DigestError as exc:
            # Of this message alone: the others go on.
            del self._out[row.id]
            self._fail(row, str(exc))
            return None
        return Parcel(delivery=row.id, fence=row.fence, mail=mail)

    # Turns

    @property
    def _limited(self) -> bool:
        return bool(self._turns or self._domains)

    def _turn(self, row: Claimed) -> float:
        ours = self._turns.next if self._turns else 0.0
        domain = self._domains.get(row.address.rpartition("@")[2]) if self._domains else None
        return max(ours, domain.next if domain else 0.0)

    def _use_turn(self, row: Claimed) -> None:
        if self._turns:
            self._turns.use()
        if self._domains and (domain := self._domains.get(row.address.rpartition("@")[2])):
            domain.use()

    async def _reserve(self) -> None:
        """Have a moment for the relay, and for each limited domain among the rows at hand."""
        if self._turns:
            await self._turns.reserve()
        if self._domains:
            for name in {row.address.rpartition("@")[2] for row in self._held} & self._domains.keys():
                await self._domains[name].reserve()

    async def _wait(self, seconds: float) -> None:
        """Until a turn comes; when only domains hold rows back, look for others meanwhile."""
        if self._domains and not self._exhausted and len(self._held) < HELD_AT_MOST:
            await self._claim()
            return
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            pass


class Signed:
    """A message with a signature in front of it (RFC 6376 3.5: the header goes above what it signs)."""

    def __init__(self, mail: Mail, sign: Callable[[bytes], bytes]) -> None:
        """`sign` gives the message with its signature in front."""
        self.message_id, self.envelope = mail.message_id, mail.envelope
        self.data = sign(mail.data)
        self.wire = self.data.removesuffix(mail.data) + mail.wire

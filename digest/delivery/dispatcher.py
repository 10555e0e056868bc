"""Between the ledger and a transport's lanes: claims rows, prepares their messages, hears what became of each."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from digest.delivery import claims
from digest.delivery.breaker import Breaker
from digest.delivery.claims import Claimed
from digest.delivery.group_commit import GroupCommit
from digest.delivery.outcomes import RelayPolicy, next_state
from digest.delivery.process_locks import WorkerLock
from digest.delivery.rate_limit import RateLimiter
from digest.delivery.transitions import Offer, Settlement
from digest.errors import DigestError, RenderError, UsageError
from digest.model import DeliveryState, Mailbox, Recipient
from digest.ports import ClaimedMessage, Clock, Message, MessageTemplate, Outcome, Verdict
from digest.storage.core.database import Store

#: Rows of one claim: as many as a lease lasts for at a modest rate, few enough to be held in memory.
CHUNK = 200
#: Claimed rows at most, when a domain's limit holds back all those at hand.
HELD_AT_MOST = 5 * CHUNK


class Dispatcher:
    """The queue of one `deliver`: serves all lanes, in one event loop."""

    def __init__(
        self,
        *,
        store: Store,
        owner: WorkerLock,
        commits: GroupCommit,
        clock: Clock,
        policy: RelayPolicy,
        breaker: Breaker,
        messages: Callable[[str], Awaitable[MessageTemplate]],
        mailboxes: Mapping[str, Mailbox],
        editions: Sequence[str] | None = None,
        stop: asyncio.Event | None = None,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._store, self._owner, self._commits, self._clock, self._policy = store, owner, commits, clock, policy
        self._breaker = breaker
        self._messages, self._mailboxes, self._editions, self._sign = messages, mailboxes, editions, sign
        self._stop = stop or asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._held: deque[Claimed] = deque()
        self._out: dict[str, Claimed] = {}
        self._templates: dict[str, MessageTemplate] = {}
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._refill: asyncio.Task[None] | None = None
        self._limiter = RateLimiter(store, policy.relay, policy.rate) if policy.rate else None
        self._domains = {
            domain: RateLimiter(store, f"{policy.relay} {domain}", rate) for domain, rate in policy.domain_rates.items()
        }
        self._untried: Counter[str] = Counter()
        #: Nothing was left to claim.
        self._exhausted = False
        #: Something went back to the ledger since rows were last claimed.
        self._returned = False
        self.tally: Counter[DeliveryState] = Counter()

    # What lanes see

    async def take(self) -> ClaimedMessage | None:
        """The next message whose turn has come; None: no more for now."""
        self._waiting += 1
        try:
            async with self._lock:
                return await self._take()
        finally:
            self._waiting -= 1

    async def _take(self) -> ClaimedMessage | None:
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
            elif claimed := self._next():
                return claimed
        return None

    def take_now(self) -> ClaimedMessage | None:
        """The next message if its turn has come and nobody waits for it; more rows are claimed meanwhile."""
        if self._closed or self._waiting:
            return None
        if len(self._held) < CHUNK // 2 and not self._exhausted and self._refill is None:
            self._refill = asyncio.create_task(self._claim_ahead())
        return self._next() if self._held else None

    async def offer(self, claimed: ClaimedMessage) -> bool:
        """Mark durably that the body may leave; whether it may."""
        allowed = await self._commits.offer(
            Offer(id=claimed.delivery, fence=claimed.fence, message_id=claimed.message.message_id)
        )
        if not allowed:
            self._out.pop(claimed.delivery, None)
        return allowed

    def settle(self, claimed: ClaimedMessage, outcome: Outcome) -> None:
        """Note what became of a message."""
        row = self._out.pop(claimed.delivery)
        settlement = self._settlement(row, outcome)
        self._commits.settle(settlement)
        if settlement.tried:
            self.tally[settlement.state] += 1
        self._breaker.heard(row, outcome)

    def _settlement(self, row: Claimed, outcome: Outcome) -> Settlement:
        if outcome.verdict is Verdict.UNTRIED:
            self._returned = True
            self._untried[row.id] += 1
        return next_state(
            row,
            outcome,
            untried=self._untried.get(row.id, 0),
            now=self._clock.now(),
            policy=self._policy,
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
        if self._commits.failure is None:
            await self._give_back(ids)

    @property
    def _closed(self) -> bool:
        return self._stop.is_set() or self._breaker.tripped is not None or self._commits.failure is not None

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
            await self._commits.flush()
        await self._claim()

    async def _claim(self) -> None:
        """Take another chunk, with what is needed to make messages of it."""
        now = self._clock.now()
        claim = await self._store.write(
            lambda c: claims.claim(c, self._owner.id, CHUNK, now, editions=self._editions), inline=self._commits.quick
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
        """Have the templates of these editions, and not many others; why those that are missing cannot be made."""
        self._templates = {edition: self._templates[edition] for edition in self._editions_at_hand(editions)}
        unmailable: dict[str, str] = {}
        for edition in editions - self._templates.keys():
            try:
                self._templates[edition] = await self._messages(edition)
            except (RenderError, UsageError) as exc:
                unmailable[edition] = str(exc)
        return unmailable

    def _fail(self, row: Claimed, why: str) -> None:
        """Nothing can be made of this row: its stories come back, the others go on."""
        self._commits.settle(Settlement(id=row.id, fence=row.fence, state=DeliveryState.FAILED, text=why))
        self.tally[DeliveryState.FAILED] += 1

    def _editions_at_hand(self, wanted: set[str]) -> set[str]:
        held = {row.edition for row in self._held} | wanted
        return held & self._templates.keys()

    async def _give_back(self, ids: Sequence[str]) -> None:
        if ids:
            await self._store.write(lambda c: claims.release(c, self._owner.id, ids))

    def _next(self) -> ClaimedMessage | None:
        """The first row whose turn has come, as a message."""
        if not self._limited:
            return self._claimed_message(self._held.popleft())
        now = self._loop.time()
        for index, row in enumerate(self._held):
            if self._turn(row) <= now:
                del self._held[index]
                self._use_turn(row)
                return self._claimed_message(row)
        return None

    def _claimed_message(self, row: Claimed) -> ClaimedMessage | None:
        mailbox = self._mailboxes.get(row.address) or Mailbox(address=row.address)
        recipient = Recipient(id=row.subscriber, mailbox=mailbox, since=row.since, message_id=row.message_id or "")
        self._out[row.id] = row
        try:
            mail: Message = self._templates[row.edition].message(recipient)
            if self._sign is not None:
                mail = Signed(mail, self._sign)
        except DigestError as exc:
            # Of this message alone: the others go on.
            del self._out[row.id]
            self._fail(row, str(exc))
            return None
        return ClaimedMessage(delivery=row.id, fence=row.fence, message=mail)

    # Turns

    @property
    def _limited(self) -> bool:
        return bool(self._limiter or self._domains)

    def _turn(self, row: Claimed) -> float:
        ours = self._limiter.next if self._limiter else 0.0
        domain = self._domains.get(row.address.rpartition("@")[2]) if self._domains else None
        return max(ours, domain.next if domain else 0.0)

    def _use_turn(self, row: Claimed) -> None:
        if self._limiter:
            self._limiter.use()
        if self._domains and (domain := self._domains.get(row.address.rpartition("@")[2])):
            domain.use()

    async def _reserve(self) -> None:
        """Have a moment for the relay, and for each limited domain among the rows at hand."""
        if self._limiter:
            await self._limiter.reserve()
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

    def __init__(self, mail: Message, sign: Callable[[bytes], bytes]) -> None:
        """`sign` gives the message with its signature in front."""
        self.message_id, self.envelope = mail.message_id, mail.envelope
        self.data = sign(mail.data)
        self.wire = self.data.removesuffix(mail.data) + mail.wire

"""The driver of transports that hand over one message at a time: it takes, offers and settles for them."""

import asyncio
from abc import ABC, abstractmethod

from digest.errors import DeliveryError
from digest.ports import ClaimedMessage, Message, Outcome, Queue, Verdict


class OneAtATime(ABC):
    """A transport that only has to say how one message is sent. SMTP drives its own lanes instead."""

    #: What the ledger calls it.
    name: str
    #: Sending a message again replaces the first: an interrupted one is sent again, never held as unsure.
    repeatable = False
    #: Messages under way at one time.
    at_once = 4

    @abstractmethod
    async def send(self, message: Message) -> Outcome:
        """Hand over one message. DeliveryError, LoginRefused: no message can leave, and this one has not."""

    async def carry(self, queue: Queue) -> None:
        """Send what is in the queue. DeliveryError: no message can leave; what was taken has been settled."""
        # The first goes alone: a password that is wrong for all of them is tried once.
        if not await self._one(queue):
            return
        tasks = [asyncio.create_task(self._drain(queue)) for _ in range(self.at_once)]
        try:
            failures = await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for task in tasks:
                task.cancel()
        for failure in failures:
            if isinstance(failure, BaseException):
                raise failure

    async def _drain(self, queue: Queue) -> None:
        while await self._one(queue):
            pass

    async def _one(self, queue: Queue) -> bool:
        """Send one message; False: there is none."""
        claimed = await queue.take()
        if claimed is None:
            return False
        try:
            allowed = await queue.offer(claimed)
        except BaseException:
            queue.settle(claimed, Outcome(verdict=Verdict.UNTRIED, text="the ledger could not be written"))
            raise
        if allowed:
            await self._send_offered(claimed, queue)
        return True

    async def _send_offered(self, claimed: ClaimedMessage, queue: Queue) -> None:
        # Until `send` returns, nobody knows.
        outcome = Outcome(verdict=Verdict.UNTRIED if self.repeatable else Verdict.UNSURE, text="interrupted")
        try:
            outcome = await self.send(claimed.message)
        except DeliveryError as exc:
            outcome = Outcome(verdict=Verdict.UNTRIED, text=str(exc))
            raise
        finally:
            queue.settle(claimed, outcome)

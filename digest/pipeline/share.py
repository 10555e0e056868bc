"""Mails one story to one person, by hand: found in the store, written as a letter, carried by the usual transport.

A letter is no delivery: no slot asked for it, and it is not in the ledger. When a crash leaves it in doubt, the one
who sent it looks at the screen and decides.
"""

import asyncio

from sqlalchemy import Connection

from digest.delivery.rate_limit import RateLimiter
from digest.errors import DeliveryError, UsageError
from digest.feeds.values.entry_links import clean_link
from digest.mail.message.letter import SharedStory
from digest.model import Report
from digest.pipeline.composing.choosing import summary_line
from digest.ports import ClaimedMessage, Message, Outcome, Transport
from digest.storage.queries import items as stored_items
from digest.storage.queries import stories as stored_stories
from digest.storage.queries import subscribers as stored_subscribers


def find_story(c: Connection, url: str) -> SharedStory:
    """The story with that address, trackers or not, told by the report that has it. UsageError: nobody told it."""
    item = stored_items.by_link(c, url) or stored_items.by_link(c, clean_link(url))
    if item is None:
        raise UsageError(
            f"no stored item has the link {url}: `digest poll` fetches the feeds, `digest log` knows mails"
        )
    told = Report(item=item, story=item.id)
    others = [report for report in stored_stories.beside(c, item.id) if report.item.id != item.id]
    line = summary_line(told, others)
    return SharedStory(title=item.title, line=line, link=item.link, source=item.publisher)


def refuse_suppressed(c: Connection, address: str) -> None:
    """UsageError: the store says no to that address; a letter by hand is mail too. Run it in a write."""
    row = stored_subscribers.find_or_forgotten(c, address)
    if row is not None and row.suppressed is not None:
        raise UsageError(f"{address} gets no mail from here: {row.suppressed} ({row.suppressed_why})")


async def hand_over(mail: Message, transport: Transport, limiter: RateLimiter | None = None) -> Outcome:
    """Have one letter carried, in its turn under the relay's rate; what became of it.

    DeliveryError: the relay refuses to work with us, or is away.
    """
    if limiter is not None:
        await limiter.reserve()
        await asyncio.sleep(max(0.0, limiter.next - asyncio.get_running_loop().time()))
        limiter.use()
    queue = _QueueOfOne(mail)
    await transport.carry(queue)
    if queue.outcome is None:
        raise DeliveryError("the transport took no letter: run it again")
    return queue.outcome


class _QueueOfOne:
    """The queue of one letter."""

    def __init__(self, mail: Message) -> None:
        self._claimed_message: ClaimedMessage | None = ClaimedMessage(delivery="letter", fence=0, message=mail)
        self.outcome: Outcome | None = None

    async def take(self) -> ClaimedMessage | None:
        """The letter, once."""
        return self.take_now()

    def take_now(self) -> ClaimedMessage | None:
        """The letter, once."""
        claimed, self._claimed_message = self._claimed_message, None
        return claimed

    async def offer(self, claimed: ClaimedMessage) -> bool:
        """Nobody else can have it."""
        return True

    def settle(self, claimed: ClaimedMessage, outcome: Outcome) -> None:
        """What became of it."""
        self.outcome = outcome

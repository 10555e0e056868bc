"""Mails one story to one person, by hand: found in the store, written as a letter, carried by the usual transport.

A letter is no delivery: no slot asked for it, and it is not in the ledger. When a crash leaves it in doubt, the one
who sent it looks at the screen and decides.
"""

import asyncio

from sqlalchemy import Connection

from digest.delivery.rate_limit import Turns
from digest.errors import DeliveryError, UsageError
from digest.feeds.values.entry_links import clean_link
from digest.mail.message.letter import SharedStory
from digest.model import Report
from digest.pipeline.composing.choosing import summary_line
from digest.ports import Mail, Outcome, Parcel, Transport
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


async def hand_over(mail: Mail, transport: Transport, turns: Turns | None = None) -> Outcome:
    """Have one letter carried, in its turn under the relay's rate; what became of it.

    DeliveryError: the relay refuses to work with us, or is away.
    """
    if turns is not None:
        await turns.reserve()
        await asyncio.sleep(max(0.0, turns.next - asyncio.get_running_loop().time()))
        turns.use()
    post = _OneLetter(mail)
    await transport.carry(post)
    if post.outcome is None:
        raise DeliveryError("the transport took no letter: run it again")
    return post.outcome


class _OneLetter:
    """The Post of one letter."""

    def __init__(self, mail: Mail) -> None:
        self._parcel: Parcel | None = Parcel(delivery="letter", fence=0, mail=mail)
        self.outcome: Outcome | None = None

    async def take(self) -> Parcel | None:
        """The letter, once."""
        return self.take_now()

    def take_now(self) -> Parcel | None:
        """The letter, once."""
        parcel, self._parcel = self._parcel, None
        return parcel

    async def offer(self, parcel: Parcel) -> bool:
        """Nobody else can have it."""
        return True

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """What became of it."""
        self.outcome = outcome

"""`share`: one story to one person."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import Connection

from digest.app.installation import Installation
from digest.delivery.dispatcher import Signed
from digest.delivery.rate_limit import RateLimiter
from digest.errors import DeliveryError, UsageError
from digest.feeds.values.entry_links import clean_link
from digest.mail.message.letter import SharedStory, letter
from digest.model import Mailbox, Report
from digest.pipeline.composing.choosing import summary_line
from digest.ports import ClaimedMessage, Message, Outcome, Transport
from digest.storage.queries import items as stored_items
from digest.storage.queries import stories as stored_stories
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.events import note as note_event
from digest.storage.queries.subscribers import normal_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A letter, and what became of it."""

    story: SharedStory
    mail: Message
    #: None: it was only to be looked at.
    outcome: Outcome | None


async def share(app: Installation, url: str, *, to: Mailbox, note: str = "", dry_run: bool = False) -> Shared:
    """Mail the stored story with that address, from the list; `dry_run`: make the letter and keep it here.

    UsageError: nobody told that story, the store says no to the address, or the letter cannot be written.
    DeliveryError: the mail server refuses to work with us, or is away.
    """
    now = app.clock.now()
    story = await app.store.read(lambda c: find_story(c, url))
    await app.store.write(lambda c: refuse_suppressed(c, to.address))
    known = app.subscribers.get(normal_address(to.address))
    language = known.language if known else "en"
    mail: Message = letter(story, to=to, sending=await app.sending(), date=now, note=note, language=language)
    if app.sign is not None:
        mail = Signed(mail, app.sign)
    if dry_run:
        return Shared(story=story, mail=mail, outcome=None)
    # Noted before it leaves and after: one that was noted once may have arrived.
    await _note(app, mail, "sharing", f"a letter with {story.link} leaves")
    outcome = await hand_over(mail, app.transport, _limiter(app))
    await _note(app, mail, "shared", f"a letter with {story.link}: {outcome.verdict} {outcome.code or ''}".rstrip())
    return Shared(story=story, mail=mail, outcome=outcome)


async def _note(app: Installation, mail: Message, kind: str, text: str) -> None:
    """Write down what becomes of a letter, by its Message-ID: events name no address."""
    now = app.clock.now()
    await app.store.write(lambda c: note_event(c, kind=kind, subject=mail.message_id, text=text, now=now), durable=True)


def _limiter(app: Installation) -> RateLimiter | None:
    """The relay's rate, shared with whoever sends beside us."""
    mail = app.settings.mail
    return RateLimiter(app.store, app.settings.relay, mail.rate) if mail and mail.rate else None


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

"""`share`: one story to one person."""

from dataclasses import dataclass

from digest.app.installation import Installation
from digest.delivery.dispatcher import Signed
from digest.delivery.rate_limit import RateLimiter
from digest.mail.message.letter import SharedStory, letter
from digest.model import Mailbox
from digest.pipeline.share import find_story, hand_over, refuse_suppressed
from digest.ports import Message, Outcome
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

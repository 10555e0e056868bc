"""What should be looked at, in plain sentences, each with the next step. Pure.

Whatever stops news or mail stands here for as long as it lasts; what is over, for a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from digest.model import Subscriber
from digest.pipeline.composing.slots import due_now
from digest.pipeline.polling.feed_state import PERSISTS_AFTER, PERSISTS_FOR
from digest.storage.queries.events import CLOCK, LEFT_OUT, Event
from digest.storage.queries.feeds import FeedHealth
from digest.storage.queries.relays import Standstill
from digest.storage.queries.subscribers import SubscriberRow
from digest.storage.queries.waiting import MailFacts

#: A poll or a slot this overdue means that nothing works on it.
OVERDUE = timedelta(hours=2)
#: A mail server may ask for some patience (greylisting), and a long list takes its time.
PATIENCE = timedelta(hours=1)
#: While mail goes out, what waits waits for its turn.
MOVING = timedelta(minutes=15)
#: What is over is told for this long.
TOLD_FOR = timedelta(hours=24)
#: A feed that has not shown one entry for so long since it was first asked shows none.
NEVER = timedelta(days=2)
#: A feed is silent when nothing new came for this much longer than it ever took, and never before `QUIET_DAYS`.
LONGER = 2
QUIET_DAYS = timedelta(days=3)
#: From fewer moments no rhythm is known.
RHYTHM = 5
#: What to do about what happened, by the event's kind.
STEPS = {
    LEFT_OUT: "keep `digest run` running, or let cron call `digest run --once` more often than digests are due",
    CLOCK: "see that the machine's clock is right (`timedatectl`)",
}
#: Feeds named; the others are in the count.
NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """A feed that is not paused."""

    health: FeedHealth
    #: When its news came, oldest first; empty where it is not asked for, since some came lately.
    news: Sequence[datetime] = ()


def polling(awake: Sequence[FeedHealth], now: datetime) -> Iterable[str]:
    """Whether feeds are asked at all. `awake`: those that are known and not paused."""
    next_poll = min((health.next_poll for health in awake if health.next_poll is not None), default=None)
    if not any(health.last_polled for health in awake):
        yield "no feed was ever polled: `digest poll` does it once, `digest run` goes on doing it"
    elif next_poll is not None and now - next_poll > OVERDUE:
        yield f"nothing polls: the next poll was due at {_at(next_poll)}; `digest run` goes on doing it"


def feeds(feeds: Sequence[FeedFacts], now: datetime) -> Iterable[str]:
    """Feeds from which nothing can be expected."""
    if feeds and all(_fails(one.health) for one in feeds):
        yield "every feed fails: is this machine on the network? `digest feeds` says what each answers"
        return
    told = [text for one in feeds if (text := _of_feed(one, now))]
    yield from told[:NAMED]
    if len(told) > NAMED:
        yield f"and {len(told) - NAMED} feeds more: `digest feeds` shows them"


def _fails(health: FeedHealth) -> bool:
    return health.gone or health.failing_since is not None


def _of_feed(one: FeedFacts, now: datetime) -> str:
    health, step = one.health, f"`digest feeds test {one.health.id}` shows what it answers now"
    if health.gone:
        return f"{health.id} is gone (410): give it another url in feeds.toml, or take it out"
    if health.failing_since is not None:
        lasts = health.failures >= PERSISTS_AFTER and now - health.failing_since >= PERSISTS_FOR
        return f"{health.id} fails since {_at(health.failing_since)}: {health.error}; {step}" if lasts else ""
    if health.empty_since is not None:
        return f"{health.id} answers, but has shown no entries since {_at(health.empty_since)}; {step}"
    if health.last_item is None and health.first_polled is not None and now - health.first_polled > NEVER:
        return f"{health.id} answers since {_at(health.first_polled)}, but has never shown an entry; {step}"
    if since := _silent_since(health, one.news, now):
        return f"{health.id} answers, but has brought nothing new since {_at(since)}, which is unusual for it; {step}"
    return ""


def _silent_since(health: FeedHealth, news: Sequence[datetime], now: datetime) -> datetime | None:
    """When a feed last brought news, if it takes much longer than it ever did."""
    if len(news) < RHYTHM:
        return None
    start = min(health.first_polled or news[0], news[0])
    moments = [start, *news]
    longest = max(later - earlier for earlier, later in pairwise(moments))
    return news[-1] if now - news[-1] > max(QUIET_DAYS, LONGER * longest) else None


def mail(facts: MailFacts, now: datetime) -> Iterable[str]:
    """What keeps mail from being sent, or has come to nothing."""
    if facts.still is not None:
        yield _stands(facts.still)
    elif facts.waits_since is not None and now - facts.waits_since > PATIENCE and not _moves(facts, now):
        yield _waits(facts, facts.waits_since)
    if facts.unsure:
        yield (
            f"{_messages(facts.unsure)} in doubt, held: `digest send --unsure resend` repeats them, "
            "`digest send --unsure drop` gives them up"
        )
    if facts.failed and not facts.accepted:
        yield (
            f"none of the mail of the last day arrived, {_messages(facts.failed)} failed"
            f"{_quoted(facts.failure)}; `digest log` shows each"
        )


def _stands(still: Standstill) -> str:
    what = f"mail stands still since {_at(still.since)}: {still.reason}"
    if still.login:
        return (
            f"{what}; mend [mail], then `digest send` tries it at once, and `run` when it reads its configuration anew"
        )
    return f"{what}; the next try is at {_at(still.until)}, and `digest check --online` asks the mail server now"


def _moves(facts: MailFacts, now: datetime) -> bool:
    """Whether a mailing is under way, and what waits has not had its turn."""
    return not facts.tried and facts.last_accepted is not None and now - facts.last_accepted < MOVING


def _waits(facts: MailFacts, since: datetime) -> str:
    what = f"{_messages(facts.waiting)} wait since {_at(since)}"
    if facts.tried:
        return f"{what}{_quoted(facts.reply)}; `digest log` shows each"
    return f"{what}, and nothing sends them: `digest run` does, or `digest send`"


def _quoted(reply: str) -> str:
    return f", the last with: {reply}" if reply else ""


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"


def slots(audience: Sequence[tuple[SubscriberRow, Subscriber]], now: datetime) -> Iterable[str]:
    """Digests that are due and that nobody makes."""
    dues = [due for row, one in audience if (due := due_now(row, one, now)) is not None]
    late = [due for due in dues if now - due.slot > OVERDUE]
    if late:
        first = min(late, key=lambda due: due.slot)
        others = f" and {len(late) - 1} others" if len(late) > 1 else ""
        yield (
            f"the digest of {_at(first.slot)} to {first.subscriber.mailbox.address}{others} was not made yet: "
            "`digest run` makes it, or `digest run --once` from cron"
        )


def told(events: Iterable[Event]) -> Iterable[str]:
    """What happened in the last day that nobody may miss, of each kind the newest."""
    newest: dict[str, Event] = {}
    for event in events:
        newest.setdefault(event.kind, event)
    for kind, event in newest.items():
        yield f"{event.text}; {STEPS[kind]}"


def duties(failing: Iterable[Event]) -> Iterable[str]:
    """Duties of `run` that a mistake in this program ends."""
    for event in failing:
        yield f"{event.subject} fails since {_at(event.at)}: {event.text}"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

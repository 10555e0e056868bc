"""Alarms: which feeds are silent, and when mail that waits is to be looked at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.pipeline.alarms import MOVING, PATIENCE, FeedFacts, feeds, mail, told
from digest.storage.queries.events import CLOCK, Event
from digest.storage.queries.feeds import FeedHealth
from digest.storage.queries.relays import Standstill
from digest.storage.queries.waiting import MailFacts

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def feed(name: str, *ages: float, known: float = 60, **changes: object) -> FeedFacts:
    """A feed that is well, with news of so many days ago, known for so many days."""
    news = tuple(NOW - age * DAY for age in ages)
    given = dict.fromkeys(FeedHealth.__dataclass_fields__) | {"id": name, "failures": 0, "gone": False, "items": 0}
    given |= {"first_polled": NOW - known * DAY, "last_polled": NOW, "last_item": news[-1] if news else None}
    return FeedFacts(health=FeedHealth(**(given | changes)), news=news)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ages", "silent"),
    [
        ((9, 8.5, 8, 7.5, 7, 3.1), False),
        ((12, 11, 10, 9, 8, 7.5), True),
        # Weekdays alone, over a long weekend; and when that is over by far.
        ((18, 15, 14, 13, 12, 11, 8, 7, 6, 5, 4), False),
        ((21, 18, 17, 16, 15, 14, 11, 10, 9, 8, 7), True),
        # Once a month.
        ((59, 45, 44, 43, 20), False),
        # Nobody knows its rhythm yet.
        ((50, 49, 48), False),
    ],
)
def test_a_feed_is_silent_when_it_takes_far_longer_than_it_ever_did(ages: tuple[float, ...], silent: bool) -> None:
    """Each feed by its own rhythm, which begins when it was first asked."""
    assert any("nothing new" in text for text in feeds([feed("a", *ages, known=ages[0])], NOW)) is silent


def test_a_blink_of_one_feed_alarms_nobody_and_a_dead_one_is_named_beside_the_others() -> None:
    """Three failures over six hours; gone at once; many are cut short."""
    blink = feed("a", 1, failing_since=NOW - HOUR, failures=9, error="HTTP 500")
    assert list(feeds([blink, feed("b", 1)], NOW)) == []
    dead = feed("a", 1, failing_since=NOW - 7 * HOUR, failures=3, error="HTTP 500")
    [text] = feeds([dead, feed("b", 1)], NOW)
    assert "HTTP 500" in text
    gone = [feed(f"g{n}", 1, gone=True) for n in range(12)]
    texts = list(feeds([*gone, feed("b", 1)], NOW))
    assert len(texts) == 11
    assert "2 feeds more" in texts[-1]


def test_mail_that_waits_alarms_when_it_waits_for_long_and_nothing_moves() -> None:
    """Greylisting and a long list are given their time."""
    waits = {"waiting": 3, "waits_since": NOW - PATIENCE}
    assert list(mail(MailFacts(**waits), NOW)) == []  # type: ignore[arg-type]
    waits["waits_since"] = NOW - 2 * PATIENCE
    assert "nothing sends them" in next(iter(mail(MailFacts(**waits), NOW)))  # type: ignore[arg-type]
    moving = MailFacts(**waits, last_accepted=NOW - MOVING / 2)  # type: ignore[arg-type]
    assert list(mail(moving, NOW)) == []
    tried = MailFacts(**waits, last_accepted=NOW, tried=1, reply="451 later")  # type: ignore[arg-type]
    assert "451 later" in next(iter(mail(tried, NOW)))


def test_a_standstill_alarms_whatever_waits() -> None:
    """With the reason, and with what to do: a login is not tried by itself."""
    still = Standstill(reason="535 no", since=NOW - DAY, until=NOW + HOUR, login=True)
    [text] = mail(MailFacts(still=still, waiting=3, waits_since=NOW - DAY), NOW)
    assert "535 no" in text
    assert "`digest send`" in text
    [text] = mail(MailFacts(still=replace(still, login=False)), NOW)
    assert "the next try is at 2026-03-02 10:00 UTC" in text


def test_of_what_happened_the_newest_of_each_kind_is_told_with_what_to_do() -> None:
    """One sentence for many events of a kind."""
    events = [Event(at=NOW, kind=CLOCK, subject="clock", text=text) for text in ("newest", "older")]
    [text] = told(events)
    assert text.startswith("newest; ")
    assert "timedatectl" in text

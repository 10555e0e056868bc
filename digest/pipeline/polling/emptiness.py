"""Feeds that answer and show no entries, though they had some. Pure.

A feed of warnings is empty while there is nothing to warn of; one whose publisher broke it is empty for ever. So what
counts is how long it lasts: at least two days, and twice as long as it ever lasted before.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from digest.storage.queries.events import Event
from digest.storage.queries.feeds import FeedState

#: A shorter spell is nobody's business.
LEAST = timedelta(days=2)
#: A spell is unusual that is so many times as long as the longest one before it.
UNUSUAL = 2.0


def judged(state: FeedState, now: datetime, *, entries: bool | None) -> FeedState:
    """The state after an answer. `entries`: whether its document shows any; None if it is the one before."""
    since = state.empty_since
    if entries:
        lasted = (now - since).total_seconds() if since else 0.0
        return replace(state, empty_since=None, empty_told=False, empty_longest=max(state.empty_longest, lasted))
    # A feed that never had an entry may still be waiting for its first.
    if entries is False and state.last_item:
        since = since or now
    usual = timedelta(seconds=state.empty_longest) * UNUSUAL
    unusual = since is not None and now - since >= max(LEAST, usual)
    return replace(state, empty_since=since, empty_told=state.empty_told or unusual)


def news(before: FeedState, after: FeedState, now: datetime) -> list[Event]:
    """What the operator is told of it: once when it is unusual, and once when it is over."""
    if after.empty_told and not before.empty_told:
        text = (
            f"{after.id} answers, but has shown no entries since {after.empty_since:%Y-%m-%d %H:%M} UTC; "
            "open it in a browser, and look for its new address on the publisher's site"
        )
        return [Event(at=now, kind="feed-empty", subject=after.id, text=text)]
    if before.empty_told and not after.empty_told:
        text = f"{after.id} shows entries again; it had shown none since {before.empty_since:%Y-%m-%d %H:%M} UTC"
        return [Event(at=now, kind="feed-recovered", subject=after.id, text=text)]
    return []

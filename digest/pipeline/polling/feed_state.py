"""How a feed stands after an answer or a failure, and what the operator is told of it. Pure.

That includes feeds that answer and show no entries, though they had some.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from digest.errors import DigestError, FetchError, Unreached
from digest.feeds.parse.repair import CUT_OFF
from digest.feeds.poll_schedule import PollBounds, adapted, jitter, next_poll, next_try, not_before
from digest.model import Feed
from digest.pipeline.polling import feed_state
from digest.ports import Fetched, ParsedFeed, Validators
from digest.settings.core.shape import DigestSettings
from digest.storage.queries.events import Event
from digest.storage.queries.feeds import BELIEVED, FeedState, stored_hints

#: A failure persists after this many in a row ...
PERSISTS_AFTER = 3
#: ... over at least this long.
PERSISTS_FOR = timedelta(hours=6)
#: Failures at a remembered new address after which the configured one is asked again.
MOVE_FORGOTTEN_AFTER = 3
#: Once in so long a feed is asked without conditions.
CONDITIONAL_FOR = timedelta(days=3)
#: What a sentence about a failure may take up.
ERROR_CHARS = 500

GONE = 410
NOT_FOUND = 404
TOO_MANY = 429
#: The interval after 429, as a part of what it was: the server says that we ask too often.
CALMER = 2.0


def pace(feed: Feed, settings: DigestSettings) -> PollBounds:
    """How often the operator wants a feed to be asked."""
    return PollBounds(
        start=feed.poll or settings.poll,
        least=settings.poll_min,
        most=max(settings.poll_max, feed.poll or settings.poll),
        fixed=feed.poll is not None,
    )


def may_ask(feed: Feed, state: FeedState | None, now: datetime, *, manual: bool) -> bool:
    """Whether a feed may be asked now. By hand intervals do not count; pause, 410 and Retry-After always do."""
    if feed.paused or (state is not None and state.paused):
        return False
    if state is None or state.url != feed.url:
        return True  # what kept it waiting belonged to the old address
    waits = [state.not_before] if manual else [state.not_before, state.next_poll]
    return not state.gone and not any(moment and now < moment <= now + BELIEVED for moment in waits)


def conditions(state: FeedState, now: datetime) -> Validators:
    """What the next request sends: now and then nothing, since some servers say 304 for ever."""
    if state.doubted:
        return Validators()
    if state.last_polled and _spell(state.id, now) != _spell(state.id, state.last_polled):
        return Validators()
    return state.validators


def _spell(feed: str, moment: datetime) -> int:
    """Which stretch of `CONDITIONAL_FOR` a moment lies in; they begin at other moments for other feeds."""
    return int(moment.timestamp() / CONDITIONAL_FOR.total_seconds() + jitter(feed))


def configured(feed: Feed, state: FeedState | None) -> FeedState:
    """The state to go on from: another configured URL drops what belonged to the old one, but not its items."""
    if state is None:
        return FeedState(id=feed.id, url=feed.url)
    if state.url == feed.url:
        return state
    return FeedState(
        id=feed.id,
        url=feed.url,
        first_polled=state.first_polled,
        last_changed=state.last_changed,
        last_item=state.last_item,
    )


def answered(
    state: FeedState,
    feed_pace: PollBounds,
    now: datetime,
    fetched: Fetched,
    *,
    parsed: ParsedFeed | None,
    body_hash: str | None,
    news: bool,
    waiting: int = 0,
) -> tuple[FeedState, tuple[Event, ...]]:
    """After an answer that could be used. `parsed`: None if it was unchanged. `news`: it held new or changed items.
    `waiting`: so many new entries of it are still to be taken."""
    elapsed = now - state.last_polled if state.last_polled else None
    interval = adapted(_seconds(state.interval), elapsed, feed_pace, news=news)
    hints = parsed.hints if parsed else state.poll_hints
    seed = f"{state.id} {now.isoformat()}"
    moved_to = fetched.moved_to or state.moved_to
    # What broke off in the middle, or was not taken whole, is asked for once more, without conditions: a 304 would hide
    # the rest of it.
    whole = Validators() if waiting or (parsed and CUT_OFF in parsed.warnings) else fetched.validators
    after = replace(
        _without_failure(state),
        moved_to=moved_to if moved_to != state.url else None,
        title=parsed.title if parsed else state.title,
        etag=whole.etag,
        last_modified=whole.last_modified,
        doubted=_doubted(state, fetched.validators) if parsed and news else state.doubted,
        body_hash=None if waiting else body_hash or state.body_hash,
        # What waits of a first document still is of the first poll.
        first_polled=state.first_polled or (None if waiting else now),
        last_polled=now,
        last_changed=now if parsed else state.last_changed,
        last_item=now if news else state.last_item,
        next_poll=next_poll(now, interval, feed_pace, hints=hints, fresh_for=fetched.fresh_for, seed=seed),
        interval=interval.total_seconds(),
        hints=stored_hints(hints),
        warning=_warning(state, parsed),
    )
    after = feed_state.judged(after, now, entries=bool(parsed.shown) if parsed else None)
    told = (*_good_news(state, after, now), *_flood(state, waiting, now), *feed_state.news(state, after, now))
    return after, told


def _without_failure(state: FeedState) -> FeedState:
    """The same feed with nothing left of a failure."""
    return replace(
        state,
        not_before=None,
        failing_since=None,
        failures=0,
        error=None,
        error_status=None,
        reported=False,
        gone=False,
    )


def _warning(before: FeedState, parsed: ParsedFeed | None) -> str | None:
    """What is wrong with the document; known entries are not read again, so of them the last word stands."""
    if parsed is None or not (parsed.items or parsed.warnings):
        return before.warning
    return one_line("; ".join(parsed.warnings)) or None


def _doubted(before: FeedState, validators: Validators) -> bool:
    """Whether news came under the very validators that the document before it had: they do not tell when it changes."""
    return validators == before.validators != Validators()


def _flood(before: FeedState, waiting: int, now: datetime) -> list[Event]:
    """That a feed shows more than is taken at once: told when it begins, not at each poll."""
    if not waiting or (before.last_changed and before.body_hash is None):
        return []
    text = f"{before.id} shows more new entries than one poll takes: {waiting} wait for the next polls"
    return [Event(at=now, kind="feed-flooding", subject=before.id, text=text)]


def _good_news(before: FeedState, after: FeedState, now: datetime) -> list[Event]:
    told: list[Event] = []
    if before.reported and before.failing_since:
        text = f"{before.id} works again; it had failed since {before.failing_since:%Y-%m-%d %H:%M} UTC"
        told.append(Event(at=now, kind="feed-recovered", subject=before.id, text=text))
    if after.moved_to and after.moved_to != before.moved_to:
        text = (
            f"{before.id} moved for good to {after.moved_to}, where it is asked from now on; put that into feeds.toml"
        )
        told.append(Event(at=now, kind="feed-moved", subject=before.id, text=text))
    return told


def failed(
    state: FeedState, feed_pace: PollBounds, now: datetime, error: Exception
) -> tuple[FeedState, tuple[Event, ...]]:
    """After a failure: later each time, with the reason, and gone for good after 410 at its configured address."""
    status = error.status if isinstance(error, FetchError) else None
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    failures = state.failures + 1
    since = state.failing_since or now
    gone = status == GONE and state.moved_to is None
    stale_move = status in (GONE, NOT_FOUND) or failures >= MOVE_FORGOTTEN_AFTER
    interval = _seconds(state.interval) or feed_pace.start
    if status == TOO_MANY:
        interval = min(interval * CALMER, feed_pace.most)
    again = next_try(now, interval, feed_pace, failures=failures, retry_after=retry_after, seed=f"{state.id} {now}")
    # Validators belong to the address that gave them; and they may be what a server trips over, if one was asked.
    blameless = isinstance(error, Unreached) or status == TOO_MANY or retry_after is not None
    kept = state.validators if blameless and not (stale_move and state.moved_to) else Validators()
    persists = failures >= PERSISTS_AFTER and now - since >= PERSISTS_FOR
    after = replace(
        state,
        moved_to=None if stale_move else state.moved_to,
        etag=kept.etag,
        last_modified=kept.last_modified,
        last_polled=now,
        next_poll=None if gone else again,
        interval=interval.total_seconds() if state.interval else None,
        not_before=not_before(now, retry_after),
        failing_since=since,
        failures=failures,
        error=sentence(error),
        error_status=status,
        reported=state.reported or persists or gone,
        gone=gone,
    )
    return after, tuple(_bad_news(state, after, now))


def _bad_news(before: FeedState, after: FeedState, now: datetime) -> list[Event]:
    if after.gone and not before.gone:
        return [Event(at=now, kind="feed-gone", subject=after.id, text=f"{after.id} is gone: {after.error}")]
    if after.reported and not before.reported:
        since = f"{after.failing_since:%Y-%m-%d %H:%M} UTC"
        text = f"{after.id} has failed {after.failures} times since {since}: {after.error}"
        return [Event(at=now, kind="feed-failing", subject=after.id, text=text)]
    return []


def sentence(error: Exception) -> str:
    """A failure in one line that can be stored and printed, with what to do."""
    text = str(error)
    if not isinstance(error, DigestError):
        text = f"reading it failed in a way that nobody foresaw ({type(error).__name__}: {text}); please report this"
    return one_line(text)


def one_line(text: str) -> str:
    """A text as it can be stored and printed, of a bounded length."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean.encode("utf-8", "replace").decode()[:ERROR_CHARS]


def _seconds(interval: float | None) -> timedelta | None:
    return timedelta(seconds=interval) if interval else None


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

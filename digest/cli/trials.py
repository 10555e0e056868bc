"""What `feeds test` and `feeds add` share: reading a feed once, telling what came, writing it down."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from digest.app.checking import Trial, trier
from digest.cli.printing import counted, note, say, table
from digest.cli.program import Invocation
from digest.errors import AddressRefused, UsageError
from digest.model import Feed
from digest.settings.core.locations import WEB, is_private
from digest.settings.core.mistakes import Wrong
from digest.settings.core.shape import Settings
from digest.settings.files import editing
from digest.settings.files.load import Loaded
from digest.topics.matcher import Matcher

_PRIVATE = "{} is on a private network or on this machine: if that is meant, add --private"


def settings_or_none(call: Invocation) -> Settings:
    """The configuration, whole or not yet; where there is none, one that says nothing: a feed can be tried first."""
    try:
        return call.loaded(whole=False).settings
    except UsageError:
        if call.config is not None:
            raise
        return Settings()


async def tried(
    settings: Settings, url: str, *, private: bool, environ: Mapping[str, str], configured: bool = True
) -> Trial:
    """Read the feed at an address, or (`configured`) the one with that id. FetchError, ParseError, UsageError."""
    known = {feed.id: feed for feed in settings.feeds} if configured else {}
    if configured and url not in known and not {".", ":", "/"} & set(url):
        raise UsageError(f"no feed is called {url!r}, and it is not a web address: `digest feeds` lists the feeds")
    feed = known.get(url) or Feed(id="test", url=address(url), private=private)
    try:
        async with trier(settings, environ) as reader:
            return await reader.read(feed)
    except AddressRefused as exc:
        if feed.private or url in known:
            raise
        raise UsageError(
            f"{exc.url} is on a private network or on this machine: if that is meant, add --private"
        ) from exc


def address(url: str) -> str:
    """A web address as it may stand in the configuration. UsageError: it is none."""
    try:
        return WEB.read(url)
    except Wrong as wrong:
        mistake = wrong.mistakes[0]
        raise UsageError(f"{url} {mistake.text}" if mistake.predicate else mistake.text) from wrong


def topics_of(settings: Settings, trial: Trial) -> Mapping[str, Sequence[str]]:
    """The topics of each entry, by its key."""
    if not settings.topics:
        return {}
    matcher = Matcher(settings.topics)
    return {item.key: [score.topic for score in matcher.match(item)] for item in trial.parsed.items}


def show(trial: Trial, topics: Mapping[str, Sequence[str]], limit: int) -> None:
    """Tell a person what was read."""
    parsed = trial.parsed
    if trial.named:
        note(f"{trial.asked} is a web page; it names {counted(len(trial.named), 'feed')}:")
        for feed in trial.named:
            note(f"  {feed.url}  {feed.title}")
    say(parsed.title or "(no title)")
    say(f"  {trial.url}")
    facts = [counted(len(parsed.items), "entry", "entries"), f"{trial.size / 1000:,.0f} kB in {trial.seconds:.1f} s"]
    if parsed.language:
        facts.append(f"language {parsed.language}")
    if parsed.hints.every:
        facts.append(f"asks to be polled every {parsed.hints.every}")
    say(f"  {', '.join(facts)}")
    if not trial.named and trial.url != trial.asked:
        note(f"{trial.asked} has moved for good: {trial.url} is what to write into feeds.toml")
    rows = [(item.published, ",".join(topics.get(item.key, ())) or None, item.title) for item in parsed.items[:limit]]
    if rows:
        say(table(rows, ("published (UTC)", "topics", "title")))
    if len(parsed.items) > limit:
        say(f"... and {len(parsed.items) - limit} more")
    for warning in parsed.warnings:
        note(f"note: {warning}")
    if not parsed.items:
        note("note: it holds no entries now")


def as_json(trial: Trial, topics: Mapping[str, Sequence[str]], limit: int) -> dict[str, object]:
    """The same as one object."""
    parsed = trial.parsed
    return {
        "asked": trial.asked,
        "url": trial.url,
        "named": [{"url": feed.url, "title": feed.title, "type": feed.type} for feed in trial.named],
        "title": parsed.title,
        "language": parsed.language,
        "bytes": trial.size,
        "seconds": round(trial.seconds, 3),
        "items": len(parsed.items),
        "newest": max((item.published for item in parsed.items), default=None),
        "entries": [
            {
                "title": item.title,
                "link": item.link,
                "published": item.published,
                "key": item.key,
                "topics": list(topics.get(item.key, ())),
                "summary": item.summary,
            }
            for item in parsed.items[:limit]
        ],
        "warnings": list(parsed.warnings),
    }


def add(
    loaded: Loaded,
    url: str,
    name: str | None,
    said: Mapping[str, object],
    trial: Trial | None,
    environ: Mapping[str, str],
) -> tuple[str, Path]:
    """Write a feed into the configuration; its id, and the file. UsageError: it is there already."""
    found = trial.url if trial else address(url)
    known = {feed.url.rstrip("/").casefold(): feed.id for feed in loaded.settings.feeds}
    there = known.get(found.rstrip("/").casefold())
    if there is not None:
        raise UsageError(f"{found} is configured already, as {there}")
    taken = {feed.id for feed in loaded.settings.feeds}
    if name is not None and name in taken:
        raise UsageError(f"there is a feed called {name} already: give another --id")
    chosen = name or editing.FeedIds(taken).take(trial.parsed.title if trial else "", found)
    entry: str | dict[str, object] = {"url": found, **said} if said else found
    if is_private(found) and not said.get("private"):
        raise UsageError(_PRIVATE.format(found))
    return chosen, editing.add_entries(loaded, "feeds", {chosen: entry}, environ)

"""The verb feeds: how they do, and what is done about them."""

import asyncio
import os
from collections.abc import Sequence

import click

from digest.app import Installation, queries
from digest.cli.exit import Exit
from digest.cli.printing import counted, json_option, moment, note, print_json, say, table, trouble, warn
from digest.cli.program import Invocation
from digest.storage.queries.feeds import FeedHealth


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def feeds(ctx: click.Context, *, as_json: bool) -> None:
    """Health of each feed: since when failing and why, last item, next poll."""
    if ctx.invoked_subcommand is not None:
        return

    async def action(app: Installation) -> list[tuple[str, str, FeedHealth | None]]:
        return await queries.feeds_health(app)

    rows = ctx.ensure_object(Invocation).run(action, read_only=True)
    if as_json:
        print_json([_health_json(name, url, health) for name, url, health in rows])
        return
    shown = [
        (
            name,
            _state(health),
            health.items if health else 0,
            health.last_item if health else None,
            health.next_poll if health and not (health.gone or health.paused) else None,
        )
        for name, url, health in rows
    ]
    say(table(shown, ("feed", "state", "items/7d", "last item", "next poll")))
    for _, _, health in rows:
        if health and (health.failing_since or health.gone or health.empty_since):
            say(trouble(health))
        elif health and health.moved_to:
            say(f"{health.id}: moved for good, asked at {health.moved_to} now; put that into feeds.toml")
        if health and health.warning:
            say(f"{health.id}: {health.warning}")


def _state(health: FeedHealth | None) -> str:
    if health is None or (health.last_polled is None and not health.paused):
        return "never polled"
    if health.gone:
        return "gone"
    if health.paused:
        return "paused"
    if health.failing_since:
        return f"failing since {moment(health.failing_since)}"
    return f"empty since {moment(health.empty_since)}" if health.empty_since else "ok"


def _health_json(name: str, url: str, health: FeedHealth | None) -> dict[str, object]:
    return {
        "feed": name,
        "url": url,
        "state": _state(health),
        "moved_to": health.moved_to if health else None,
        "last_polled": health.last_polled if health else None,
        "next_poll": health.next_poll if health else None,
        "last_item": health.last_item if health else None,
        "items_7d": health.items if health else 0,
        "failing_since": health.failing_since if health else None,
        "empty_since": health.empty_since if health else None,
        "failures": health.failures if health else 0,
        "status": health.status if health else None,
        "error": health.error if health else None,
        "warning": health.warning if health else None,
    }


@feeds.command("test", short_help="What would be read at an address.")
@click.argument("url", metavar="URL|FEED")
@click.option("--private", is_flag=True, help="Allow an address on a private network.")
@click.option("--limit", type=click.IntRange(0), default=10, help="Show so many entries.")
@json_option
@click.pass_context
def feeds_test(ctx: click.Context, url: str, *, private: bool, limit: int, as_json: bool) -> None:
    """Fetch and read the feed at URL (or the configured FEED) once: nothing is kept. A site's address will do."""
    from digest.cli import trials

    settings = trials.settings_or_none(ctx.ensure_object(Invocation))
    trial = asyncio.run(trials.tried(settings, url, private=private, environ=os.environ))
    topics = trials.topics_of(settings, trial)
    if as_json:
        print_json(trials.as_json(trial, topics, limit))
    else:
        trials.show(trial, topics, limit)


@feeds.command("add", short_help="Read a feed once, and write it into the configuration.")
@click.argument("url")
@click.option("--id", "name", metavar="ID", help="What to call it for good; else its title or host does.")
@click.option("--private", is_flag=True, help="Allow an address on a private network.")
@click.option("--name", "title", metavar="TEXT", help="The publisher's name, as readers see it.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="All its items belong to it (repeatable).")
@click.option("--folder", metavar="TEXT", help="Where it stands in OPML.")
@click.option("--untested", is_flag=True, help="Do not fetch it first.")
@json_option
@click.pass_context
def feeds_add(
    ctx: click.Context,
    url: str,
    name: str | None,
    title: str | None,
    topics: Sequence[str],
    folder: str | None,
    *,
    private: bool,
    untested: bool,
    as_json: bool,
) -> None:
    """Read the feed at URL, or the one that the site at URL names, and add it to feeds.toml, comments kept."""
    from digest.cli import trials

    loaded = ctx.ensure_object(Invocation).loaded(whole=False)
    trial = (
        None
        if untested
        else asyncio.run(trials.tried(loaded.settings, url, private=private, environ=os.environ, configured=False))
    )
    said = {"name": title, "topics": list(topics), "private": private, "folder": folder}
    added, file = trials.add(loaded, url, name, {key: one for key, one in said.items() if one}, trial, os.environ)
    if as_json:
        address = trial.url if trial else url
        items = len(trial.parsed.items) if trial else None
        print_json({"feed": added, "url": address, "file": str(file), "items": items})
        return
    if trial is not None and len(trial.named) > 1:
        note(f"the page names {counted(len(trial.named), 'feed')}; this is the first, the others are:")
        for other in trial.named[1:]:
            note(f"  {other.url}  {other.title}")
    say(f"{added} is in {file}")
    note(f"`digest poll {added}` fetches it; its older entries are not news, and stay out of the next digest")


@feeds.command("pause", short_help="Stop polling a feed until it is resumed.")
@click.argument("feed")
@click.pass_context
def feeds_pause(ctx: click.Context, feed: str) -> None:
    """Stop polling FEED until `feeds resume`."""
    ctx.ensure_object(Invocation).run(lambda app: queries.pause_feed(app, feed, paused=True))
    say(f"{feed} is paused")


@feeds.command("resume", short_help="Ask a paused feed again.")
@click.argument("feed")
@click.pass_context
def feeds_resume(ctx: click.Context, feed: str) -> None:
    """Ask the feed FEED again."""
    call = ctx.ensure_object(Invocation)
    call.run(lambda app: queries.pause_feed(app, feed, paused=False))
    say(f"{feed} is asked again")
    if any(one.id == feed and one.paused for one in call.settings().feeds):
        warn("feeds.toml says paused = true for it, and that holds: take it out")
        ctx.exit(Exit.INCOMPLETE)

"""The verbs that look: status, feeds, topics, subscribers, log."""

from datetime import timedelta

import click

from digest.app import App, looking
from digest.cli.parameters import DURATION
from digest.cli.printing import counted, facts, json_option, moment, note, print_json, table
from digest.cli.program import Exit, Invocation
from digest.pipeline.look import Status
from digest.storage.feeds import FeedHealth
from digest.storage.ledger import LogEntry


@click.command()
@click.option("--check", is_flag=True, help="Say nothing; exit 1 when something should be looked at.")
@json_option
@click.pass_context
def status(ctx: click.Context, *, check: bool, as_json: bool) -> None:
    """How things stand: last poll, next sends, what waits, what fails."""

    async def action(app: App) -> Status:
        return await looking.status(app)

    found = ctx.ensure_object(Invocation).run(action)
    if as_json:
        print_json(
            {
                "feeds": found.feeds,
                "failing": [{"feed": one.id, "since": one.failing_since, "error": one.error} for one in found.failing],
                "last_poll": found.last_poll,
                "next_poll": found.next_poll,
                "next_sends": [{"at": at, "to": address} for at, address in found.next_sends],
                "suppressed": [{"to": address, "reason": reason} for address, reason in found.suppressed],
                "deliveries": {state.value: count for state, count in found.deliveries.items()},
                "last_accepted": found.last_accepted,
                "alarms": found.alarms,
            }
        )
    elif not check:
        _print_status(found)
    if check and found.alarms:
        ctx.exit(Exit.FAILED)


def _print_status(found: Status) -> None:
    waiting = ", ".join(f"{count:,} {state}" for state, count in found.deliveries.items() if count) or "none yet"
    soonest = found.next_sends[0] if found.next_sends else None
    click.echo(
        facts(
            {
                "feeds": f"{found.feeds}, {len(found.failing)} failing",
                "last poll": moment(found.last_poll),
                "next poll": moment(found.next_poll),
                "next send": f"{moment(soonest[0])} to {soonest[1]}" if soonest else "-",
                "deliveries": waiting,
                "last accepted": moment(found.last_accepted),
            }
        )
    )
    for health in found.failing:
        click.echo(f"  {_trouble(health)}")
    for address, reason in found.suppressed:
        click.echo(f"  {address} gets no mail: {reason}")
    for event in found.events:
        click.echo(f"  {moment(event.at)} {event.kind} {event.subject}: {event.text}")
    for alarm in found.alarms:
        note(f"digest: {alarm}")


def _trouble(health: FeedHealth) -> str:
    if health.gone:
        return f"{health.id}: gone (410), not asked any more; remove it from feeds.toml, or give it a new address"
    tries = counted(health.failures, "try", "tries")
    return f"{health.id}: failing since {moment(health.failing_since)} ({tries}): {health.error}"


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def feeds(ctx: click.Context, *, as_json: bool) -> None:
    """Health of each feed: since when failing and why, last item, next poll."""
    if ctx.invoked_subcommand is not None:
        return

    async def action(app: App) -> list[tuple[str, str, FeedHealth | None]]:
        return await looking.feeds_health(app)

    rows = ctx.ensure_object(Invocation).run(action)
    if as_json:
        print_json([_health_json(name, url, health) for name, url, health in rows])
        return
    shown = [
        (
            name,
            _state(health),
            health.items if health else 0,
            health.last_item if health else None,
            health.next_poll if health and not health.gone else None,
        )
        for name, url, health in rows
    ]
    click.echo(table(shown, ("feed", "state", "items/7d", "last item", "next poll")))
    for _, _, health in rows:
        if health and (health.failing_since or health.gone):
            click.echo(_trouble(health))


def _state(health: FeedHealth | None) -> str:
    if health is None or health.last_polled is None:
        return "never polled"
    if health.gone:
        return "gone"
    if health.paused:
        return "paused"
    return f"failing since {moment(health.failing_since)}" if health.failing_since else "ok"


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
        "failures": health.failures if health else 0,
        "status": health.status if health else None,
        "error": health.error if health else None,
    }


@feeds.command("pause", short_help="Ask a feed no more, until resumed.")
@click.argument("feed")
@click.pass_context
def feeds_pause(ctx: click.Context, feed: str) -> None:
    """Ask the feed FEED no more, until `feeds resume`."""
    ctx.ensure_object(Invocation).run(lambda app: looking.pause_feed(app, feed, paused=True))
    click.echo(f"{feed} is paused")


@feeds.command("resume", short_help="Ask a paused feed again.")
@click.argument("feed")
@click.pass_context
def feeds_resume(ctx: click.Context, feed: str) -> None:
    """Ask the feed FEED again."""
    ctx.ensure_object(Invocation).run(lambda app: looking.pause_feed(app, feed, paused=False))
    click.echo(f"{feed} is asked again")


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def topics(ctx: click.Context, *, as_json: bool) -> None:
    """Counts of reports and stories per topic, over the last day and week."""
    if ctx.invoked_subcommand is not None:
        return

    async def action(app: App) -> list[tuple[str, str, tuple[int, int], tuple[int, int]]]:
        return await looking.topic_counts(app)

    rows = ctx.ensure_object(Invocation).run(action)
    if as_json:
        print_json(
            [
                {
                    "topic": name,
                    "title": title,
                    "items_24h": day[0],
                    "stories_24h": day[1],
                    "items_7d": week[0],
                    "stories_7d": week[1],
                }
                for name, title, day, week in rows
            ]
        )
        return
    shown = [(name, title, *day, *week) for name, title, day, week in rows]
    click.echo(table(shown, ("topic", "title", "items/24h", "stories/24h", "items/7d", "stories/7d")))


@topics.command("test", short_help="Which term matched, and where it is written.")
@click.argument("text", nargs=-1, required=True)
@json_option
@click.pass_context
def topics_test(ctx: click.Context, text: tuple[str, ...], *, as_json: bool) -> None:
    """Which topics a TEXT, or the stored item with this URL, belongs to, and why."""
    words = " ".join(text)
    found = ctx.ensure_object(Invocation).run(lambda app: looking.test_topics(app, words))
    if as_json:
        print_json(
            [
                {
                    "topic": score.topic,
                    "score": round(score.score, 3),
                    "matches": [
                        {
                            "term": match.term,
                            "text": match.text,
                            "field": match.field,
                            "weight": match.weight,
                            "where": match.where,
                        }
                        for match in score.matches
                    ],
                }
                for score in found
            ]
        )
        return
    if not found:
        click.echo("no topic")
    for score in found:
        click.echo(f"{score.topic}  {score.score:.2f}")
        for match in score.matches:
            where = match.where or "no place"
            click.echo(f"    {match.text!r} in the {match.field}: {match.term} ({match.weight:+.2f}), {where}")


@click.group(
    invoke_without_command=True, short_help="Who gets what, when, and why not. [show, pause, resubscribe, forget]"
)
@json_option
@click.pass_context
def subscribers(ctx: click.Context, *, as_json: bool) -> None:
    """Who gets what, when, and why somebody gets nothing."""
    if ctx.invoked_subcommand is not None:
        return
    rows = ctx.ensure_object(Invocation).run(lambda app: looking.subscriber_rows(app))
    if as_json:
        print_json(
            [
                {
                    "address": one.mailbox.address,
                    "name": one.mailbox.name,
                    "topics": one.topics,
                    "send": one.send,
                    "timezone": one.timezone,
                    "format": one.format,
                    "next": following,
                    "suppressed": row.suppressed,
                    "why": row.suppressed_why,
                }
                for row, one, following in rows
            ]
        )
        return
    shown = [
        (
            one.mailbox.address,
            ",".join(one.topics),
            f"{one.send} {one.timezone}",
            f"no mail: {row.suppressed} ({row.suppressed_why})" if row.suppressed else moment(following),
        )
        for row, one, following in rows
    ]
    click.echo(table(shown, ("subscriber", "topics", "when", "next (UTC)")))


@click.command()
@click.option("--to", metavar="EMAIL", help="Only to this subscriber.")
@click.option("--since", type=DURATION, metavar="7d", help="Only what changed since then.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, help="At most so many, newest first.")
@json_option
@click.pass_context
def log(ctx: click.Context, to: str | None, since: timedelta | None, limit: int, *, as_json: bool) -> None:
    """What was sent to whom, newest first, with the server's replies."""

    async def action(app: App) -> tuple[LogEntry, ...]:
        return await looking.log(app, to=to, since=since, limit=limit)

    entries = ctx.ensure_object(Invocation).run(action)
    if as_json:
        print_json([_log_json(entry) for entry in entries])
        return
    shown = [(entry.changed, entry.address, entry.state, entry.subject, _reply(entry)) for entry in entries]
    click.echo(table(shown, ("when (UTC)", "to", "state", "subject", "reply")))


def _reply(entry: LogEntry) -> str:
    return f"{entry.code or ''} {entry.reply or ''}".strip()


def _log_json(entry: LogEntry) -> dict[str, object]:
    return {
        "at": entry.changed,
        "to": entry.address,
        "state": entry.state,
        "kind": entry.kind,
        "slot": entry.slot,
        "edition": entry.edition,
        "subject": entry.subject,
        "message_id": entry.message_id,
        "attempts": entry.attempts,
        "next_try": entry.next_try,
        "code": entry.code,
        "reply": entry.reply,
    }

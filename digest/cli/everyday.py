"""The verbs of every day: run, poll, preview, send."""

import asyncio
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from digest.app import Installation, polling, queries, sending
from digest.app.sending import SendResult
from digest.cli.exit import Exit
from digest.cli.parameters import DURATION
from digest.cli.printing import counted, json_option, note, print_json, say, warn
from digest.cli.program import Invocation
from digest.model import Unsure
from digest.pipeline.composing.choosing import Composition
from digest.pipeline.gather import GatherResult
from digest.pipeline.polling.polled import PollResult
from digest.settings.core.shape import Settings

if TYPE_CHECKING:
    from digest.app.running import Round

_IN_DOUBT = (
    "in doubt, held: `digest log` shows them; `digest send --unsure resend` repeats them, "
    "`digest send --unsure drop` gives them up"
)
_NOTHING_NEW = "`digest poll` fetches what is new, `digest send --again` repeats what was sent"


@click.command()
@click.argument("feed", nargs=-1)
@json_option
@click.pass_context
def poll(ctx: click.Context, feed: tuple[str, ...], *, as_json: bool) -> None:
    """Fetch feeds now (all, or those of the FEED ids), and say what is new."""

    async def action(app: Installation) -> tuple[PollResult, GatherResult]:
        return await polling.poll(app, feed, manual=True)

    polled, gathered = ctx.ensure_object(Invocation).run(action, migrating=True)
    failures = [{"feed": failure.feed, "error": failure.error} for failure in polled.failures]
    if as_json:
        print_json(
            {
                "feeds": polled.feeds,
                "changed": polled.changed,
                "unchanged": polled.unchanged,
                "failed": polled.failed,
                "items_new": polled.items_new,
                "topics": gathered.topics,
                "stories": gathered.stories,
                "failures": failures,
                "waiting": [{"feed": one.feed, "entries": one.entries} for one in polled.waiting],
            }
        )
    else:
        say(
            f"{counted(polled.feeds, 'feed')}: {polled.changed} changed, {polled.unchanged} unchanged, "
            f"{polled.failed} failed; {counted(polled.items_new, 'new item')}"
        )
        for topic, count in sorted(gathered.topics.items()):
            say(f"  {topic}: {count}")
        for one in polled.waiting:
            warn(f"  {one.feed}: {counted(one.entries, 'more new entry', 'more new entries')} wait for the next poll")
        for failure in polled.failures:
            warn(f"  {failure.feed}: {failure.error}")
    if polled.failed:
        ctx.exit(Exit.FAILED if polled.failed == polled.feeds else Exit.INCOMPLETE)


@click.command()
@click.option("--to", "to", multiple=True, metavar="EMAIL", help="Only to this subscriber (repeatable).")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only this topic (repeatable).")
@click.option("--since", type=DURATION, metavar="24h", help="Everything published since then.")
@click.option("--again", is_flag=True, help="Repeat what was sent already.")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be sent; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--unsure", type=click.Choice(["hold", "resend", "drop"]), default="hold", help="What to do with mail in doubt."
)
@json_option
@click.pass_context
def send(
    ctx: click.Context,
    to: tuple[str, ...],
    topics: tuple[str, ...],
    since: timedelta | None,
    *,
    again: bool,
    dry_run: bool,
    yes: bool,
    unsure: str,
    as_json: bool,
) -> None:
    """Send what is due, now: to every subscriber with something new, or to those named."""
    call = ctx.ensure_object(Invocation)

    async def look(app: Installation) -> tuple[Composition, ...]:
        return await queries.foresee(app, to=to, topics=topics, since=since, again=again)

    async def act(app: Installation) -> SendResult:
        return await sending.send(app, to=to, topics=topics, since=since, again=again, unsure=Unsure(unsure))

    if dry_run or (not yes and _on_terminal()):
        foreseen = call.run(look, read_only=True, migrating=not dry_run)
        people = sum(len(composition.dues) for composition in foreseen if composition.edition)
        if dry_run:
            _print_foreseen(foreseen, as_json=as_json)
            return
        if people > 1 and not click.confirm(f"Send to {counted(people, 'subscriber')}?", err=True):
            note("nothing was sent")
            return
    _print_sent(ctx, call.run(act, migrating=True), as_json=as_json)


def _on_terminal() -> bool:
    return os.isatty(0) and os.isatty(2)


def _print_foreseen(foreseen: tuple[Composition, ...], *, as_json: bool) -> None:
    rows = [
        {
            "subscriber": due.subscriber.mailbox.address,
            "edition": composition.edition.id if composition.edition else None,
            "stories": len(composition.edition.entries) if composition.edition else 0,
            "topics": [section.topic for section in composition.edition.sections] if composition.edition else [],
        }
        for composition in foreseen
        for due in composition.dues
    ]
    if as_json:
        editions = len({row["edition"] for row in rows if row["edition"]})
        print_json({"dry_run": True, "editions": editions, "messages": rows})
        return
    for row in rows:
        told = counted(len(row["topics"]), "topic") if isinstance(row["topics"], list) else ""
        what = f"{row['stories']} stories in {told}" if row["edition"] else "nothing new"
        say(f"{row['subscriber']}: {what}")
    note("dry run: nothing was sent, nothing was changed")
    if not any(row["edition"] for row in rows):
        note(_NOTHING_NEW)


def _print_sent(ctx: click.Context, result: SendResult, *, as_json: bool) -> None:
    counts = result.delivered
    if as_json:
        print_json(
            {
                "editions": len(result.composed.editions),
                "accepted": counts.accepted,
                "deferred": counts.deferred,
                "failed": counts.failed,
                "suppressed": counts.suppressed,
                "unsure": counts.unsure,
                "pending": counts.pending,
                "waiting": counts.waiting,
                "reason": counts.reason,
            }
        )
    else:
        _say_sent(result)
        if counts.reason:
            warn(f"digest: {counts.reason}")
        if counts.unsure:
            warn(_IN_DOUBT)
    if counts.login_refused:
        ctx.exit(Exit.LOGIN)
    if counts.reason:
        ctx.exit(Exit.FAILED)
    if counts.failed or counts.deferred or counts.unsure:
        ctx.exit(Exit.INCOMPLETE if counts.accepted else Exit.FAILED)


def _say_sent(result: SendResult) -> None:
    counts = result.delivered
    ended = counts.accepted + counts.deferred + counts.failed + counts.suppressed + counts.unsure
    if result.composed.planned or ended:
        say(
            f"{counted(len(result.composed.editions), 'edition')}: "
            f"{counts.accepted} accepted, {counts.deferred} deferred, {counts.failed} failed, "
            f"{counts.suppressed} suppressed, {counts.unsure} unsure"
        )
    elif not counts.waiting and not counts.reason:
        say("nothing to send: nothing is new for anybody")
        note(_NOTHING_NEW)
    if counts.waiting:
        say(f"{counted(counts.waiting, 'message waits', 'messages wait')}: `digest status` says why")


@click.command()
@click.option("--once", is_flag=True, help="One round of what is due, then end: for cron.")
@click.option("--no-web", is_flag=True, help="Without the web pages.", hidden=True)
@click.pass_context
def run(ctx: click.Context, *, once: bool, no_web: bool) -> None:
    """Poll every feed at its interval and send at every subscriber's time, until stopped (SIGTERM, Ctrl-C).

    SIGHUP reads the configuration anew; one that is wrong is refused, and the old one goes on.
    """
    del no_web
    call = ctx.ensure_object(Invocation)
    settings = call.settings()

    from digest.app import state_folder
    from digest.app.running import Rounds, Running

    # A service has no working folder of its own.
    outbox = state_folder(os.environ) / "outbox"

    def open_app(chosen: Settings) -> Installation:
        return call.app(chosen, outbox=outbox, migrating=True)

    async def one_round() -> "Round":
        async with open_app(settings) as app:
            return await Rounds(app).once()

    if not once:
        asyncio.run(Running(open_app, call.settings).run(settings))
    else:
        ctx.exit(_code_of(asyncio.run(one_round())))


def _code_of(done: "Round") -> Exit:
    """A login that is refused is worst, then a relay or a duty that fails as a whole."""
    counts = done.delivered
    if counts.login_refused:
        return Exit.LOGIN
    if counts.reason or done.failed - {"returns"}:
        return Exit.FAILED
    return Exit.INCOMPLETE if done.failed or done.polled.failed or counts.failed or counts.unsure else Exit.DONE

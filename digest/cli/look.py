"""The verbs that look at everything: status, log."""

from collections.abc import Mapping
from datetime import timedelta

import click

from digest.app import Installation, queries
from digest.cli.exit import Exit
from digest.cli.parameters import DURATION
from digest.cli.printing import delivery, facts, json_option, moment, note, print_json, say, table, trouble, warn
from digest.cli.program import Invocation
from digest.delivery.ledger import LogEntry
from digest.pipeline.status import Status
from digest.storage.queries.events import Event


@click.command()
@click.option("--check", is_flag=True, help="Say nothing; exit 1 when something should be looked at.")
@json_option
@click.pass_context
def status(ctx: click.Context, *, check: bool, as_json: bool) -> None:
    """How things stand: last poll, next sends, what waits, what fails."""

    async def action(app: Installation) -> Status:
        return await queries.status(app)

    found = ctx.ensure_object(Invocation).run(action, read_only=True)
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
    say(
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
        say(f"  {trouble(health)}")
    for address, reason in found.suppressed:
        say(f"  {address} gets no mail: {reason}")
    for event in found.events:
        say(f"  {moment(event.at)} {event.kind} {event.subject}: {event.text}")
    for alarm in found.alarms:
        warn(f"digest: {alarm}")


@click.command()
@click.option("--to", metavar="EMAIL", help="Only to this subscriber.")
@click.option("--since", type=DURATION, metavar="7d", help="Only what changed since then.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, help="At most so many, newest first.")
@json_option
@click.pass_context
def log(ctx: click.Context, to: str | None, since: timedelta | None, limit: int, *, as_json: bool) -> None:
    """What was sent to whom, and who unsubscribed, newest first, with the server's replies."""

    async def action(app: Installation) -> list[dict[str, object]]:
        sent = await queries.log(app, to=to, since=since, limit=limit)
        said = await queries.words(app, to=to, since=since, limit=limit)
        lines = [(entry.changed, _log_json(entry)) for entry in sent]
        lines += [(event.at, _word_json(address, event)) for address, event in said]
        return [line for _, line in sorted(lines, key=lambda one: one[0], reverse=True)][:limit]

    entries = ctx.ensure_object(Invocation).run(action, read_only=True)
    if as_json:
        print_json(entries)
        return
    if not entries:
        about = f" to {to}" if to else ""
        note(f"nothing was sent{about}{' since then' if since else ' yet'}: `digest status` says what comes next")
        return
    shown = [(one["at"], one["to"], one["state"], one["subject"], _reply(one)) for one in entries]
    say(table(shown, ("when (UTC)", "to", "state", "subject", "reply")))


def _reply(line: Mapping[str, object]) -> str:
    return f"{line['code'] or ''} {line['reply'] or ''}".strip()


def _word_json(address: str, event: Event) -> dict[str, object]:
    """A "no" that came or went, in the shape of a delivery: `state` is the reason, `reply` why."""
    reason, _, why = event.text.partition(": ")
    said = {"state": reason, "reply": why} if event.kind == "suppressed" else {"state": event.kind, "reply": event.text}
    nothing = dict.fromkeys(("kind", "slot", "edition", "message_id", "code", "next_try"))
    return {"to": address, "at": event.at, **nothing, **said, "subject": "", "attempts": 0}


def _log_json(entry: LogEntry) -> dict[str, object]:
    return {"to": entry.address, **delivery(entry), "attempts": entry.attempts, "next_try": entry.next_try}

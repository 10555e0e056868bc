"""The verb subscribers: who gets what and when; the operator's word on one of them."""

import os

import click

from digest.app import queries
from digest.app.queries import Person
from digest.cli.printing import delivery, facts, json_option, moment, note, print_json, say, table
from digest.cli.program import Invocation
from digest.errors import UsageError


@click.group(
    invoke_without_command=True, short_help="Who gets what, when, and why not. [show, unsubscribe, resubscribe, ...]"
)
@json_option
@click.pass_context
def subscribers(ctx: click.Context, *, as_json: bool) -> None:
    """Who gets what, when, and why somebody gets nothing."""
    if ctx.invoked_subcommand is not None:
        return
    rows = ctx.ensure_object(Invocation).run(lambda app: queries.subscriber_rows(app), read_only=True)
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
    say(table(shown, ("subscriber", "topics", "when", "next (UTC)")))


@subscribers.command("show", short_help="Everything about one of them.")
@click.argument("email")
@json_option
@click.pass_context
def subscribers_show(ctx: click.Context, email: str, *, as_json: bool) -> None:
    """What EMAIL gets and when, why or why not, and what was sent."""
    found = ctx.ensure_object(Invocation).run(lambda app: queries.person(app, email), read_only=True)
    if as_json:
        print_json(as_object(found))
        return
    one, row = found.listed, found.row
    say(
        facts(
            {
                "address": found.address,
                "name": (one and one.mailbox.name) or None,
                "topics": ", ".join(one.topics) if one else "not in the configuration: gets nothing",
                "when": f"{one.send} {one.timezone}" if one else None,
                "reads": f"{one.format}, {one.language}" if one else None,
                "next (UTC)": found.next,
                "since": row.created if row else "not seen yet",
                "news up to": row.watermark if row else None,
                "may be mailed": f"no: {row.suppressed} since {moment(row.suppressed_at)} ({row.suppressed_why})"
                if row and row.suppressed
                else "yes",
                "in logs": row.id if row else None,
            }
        )
    )
    for event in found.events:
        say(f"  {moment(event.at)} {event.kind}: {event.text}")
    for entry in found.deliveries:
        say(f"  {moment(entry.changed)} {entry.state}: {entry.subject}")


def as_object(found: Person) -> dict[str, object]:
    """A person as JSON values."""
    one, row = found.listed, found.row
    return {
        "address": found.address,
        "listed": one is not None,
        "name": one.mailbox.name if one else None,
        "topics": one.topics if one else [],
        "send": one.send if one else None,
        "timezone": one.timezone if one else None,
        "language": one.language if one else None,
        "format": one.format if one else None,
        "max_items": one.max_items if one else None,
        "next": found.next,
        "id": row.id if row else None,
        "created": row.created if row else None,
        "watermark": row.watermark if row else None,
        "last_slot": row.last_slot if row else None,
        "suppressed": row.suppressed if row else None,
        "suppressed_at": row.suppressed_at if row else None,
        "why": row.suppressed_why if row else None,
        "soft_bounces": row.soft_bounces if row else 0.0,
        "deliveries": [delivery(entry) for entry in found.deliveries],
        "events": [{"at": event.at, "kind": event.kind, "text": event.text} for event in found.events],
    }


@subscribers.command("add", short_help="Write one into the configuration.")
@click.argument("email")
@click.option("--name", metavar="TEXT", help="As it stands in To.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Takes this topic (repeatable).")
@click.option("--send", metavar="WHEN", help='Such as "weekdays 07:00".')
@click.option("--timezone", metavar="ZONE", help="Such as Asia/Beirut.")
@click.option("--language", metavar="TAG", help="Such as fr.")
@click.option("--format", "format_", metavar="html|text", help="What they read.")
@click.pass_context
def subscribers_add(
    ctx: click.Context,
    email: str,
    name: str | None,
    topics: tuple[str, ...],
    send: str | None,
    timezone: str | None,
    language: str | None,
    format_: str | None,
) -> None:
    """Add EMAIL to subscribers.toml, comments kept. What is not said is as [defaults] has it."""
    from digest.settings.files.editing import add_entries
    from digest.storage.queries.subscribers import normal_address

    call = ctx.ensure_object(Invocation)
    said = {"name": name, "topics": list(topics), "send": send, "timezone": timezone}
    said |= {"language": language, "format": format_}
    entry = {key: value for key, value in said.items() if value}
    loaded = call.loaded()
    there = [
        one.mailbox.address for one in loaded.settings.subscribers if _same(one.mailbox.address, normal_address(email))
    ]
    if there:
        raise UsageError(f"{there[0]} is a subscriber already: `digest subscribers show {there[0]}` says more")
    file = add_entries(loaded, "subscribers", {email: entry}, os.environ)
    say(f"{email} is in {file}")
    found = call.run(lambda app: queries.enrolled(app, email))
    if found.row and found.row.suppressed:
        note(
            f"and still gets no mail: {found.row.suppressed} ({found.row.suppressed_why}); if they want it again, "
            f'`digest subscribers resubscribe {email} --because "..."`'
        )
    elif found.next:
        note(f"the first digest comes at {moment(found.next)} UTC")


@subscribers.command("pause", short_help="Send them nothing until resubscribed.")
@click.argument("email")
@click.option("--because", default="by the operator", metavar="TEXT", help="Why; kept with it.")
@click.pass_context
def subscribers_pause(ctx: click.Context, email: str, because: str) -> None:
    """Send EMAIL nothing until `subscribers resubscribe`."""
    changed = ctx.ensure_object(Invocation).run(lambda app: queries.pause(app, email, because))
    say(f"{email} gets no mail until resubscribed" if changed else f"{email} gets no mail already")


@subscribers.command("unsubscribe", short_help="Unsubscribe a reader who asked for it.")
@click.argument("email")
@click.option("--because", default="told the operator", metavar="TEXT", help="How they said so; kept with it.")
@click.pass_context
def subscribers_unsubscribe(ctx: click.Context, email: str, because: str) -> None:
    """Send EMAIL nothing more: for whoever wrote to you instead of using the link. `resubscribe` undoes it."""
    changed = ctx.ensure_object(Invocation).run(lambda app: queries.unsubscribe(app, email, because))
    say(f"{email} is unsubscribed" if changed else f"{email} gets no mail already")


@subscribers.command("resubscribe", short_help='Undo the store\'s "no".')
@click.argument("email")
@click.option("--because", required=True, metavar="TEXT", help="Why that is right; kept with it.")
@click.pass_context
def subscribers_resubscribe(ctx: click.Context, email: str, because: str) -> None:
    """Undo the store's "no" to EMAIL: unsubscribed, bounced, complained, paused."""
    changed = ctx.ensure_object(Invocation).run(lambda app: queries.resubscribe(app, email, because))
    say(f"{email} gets mail again" if changed else f'{email} gets mail: the store says no "no"')


@subscribers.command("forget", short_help="Erase a person; a hash keeps mail from them.")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def subscribers_forget(ctx: click.Context, email: str, *, yes: bool) -> None:
    """Erase EMAIL from store and configuration; what is left is a keyed hash that keeps mail from them for good."""
    from digest.settings.files.editing import remove_entry
    from digest.storage.queries.subscribers import normal_address

    call = ctx.ensure_object(Invocation)
    asked = not yes and os.isatty(0) and os.isatty(2)
    if asked and not click.confirm(f"Erase {email} and everything that was sent to them?", err=True):
        note("nobody was forgotten")
        return
    loaded = call.loaded()
    call.run(lambda app: queries.person(app, email, limit=1))  # a mistyped address is told
    written = [one for one in loaded.sources.tables.get("subscribers", {}) if _same(one, normal_address(email))]
    for one in written:
        note(f"taken out of {remove_entry(loaded, 'subscribers', one, os.environ)}")
    call.run(lambda app: queries.forget(app, email))
    say(f"{email} is forgotten")


def _same(written: str, normal: str) -> bool:
    from digest.storage.queries.subscribers import normal_address

    try:
        return normal_address(written) == normal
    except UsageError:
        return False

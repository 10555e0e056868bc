"""The verb share: one story to one person."""

from typing import TYPE_CHECKING

import click

from digest.cli.exit import Exit
from digest.cli.printing import json_option, note, print_json, say
from digest.cli.program import Invocation
from digest.errors import UsageError
from digest.model import Mailbox
from digest.settings.core.addresses import MAILBOX
from digest.settings.core.mistakes import Wrong

if TYPE_CHECKING:
    from digest.app.sending import Shared


@click.command()
@click.argument("url")
@click.option("--to", "to", required=True, metavar="EMAIL", help='Whom to: an address, or "Name <address>".')
@click.option("--note", "words", default="", metavar="TEXT", help="A few words of your own above it.")
@click.option("-n", "--dry-run", is_flag=True, help="Print the message; send nothing.")
@json_option
@click.pass_context
def share(ctx: click.Context, url: str, to: str, words: str, *, dry_run: bool, as_json: bool) -> None:
    """E-mail one story that the store knows, by its URL: a plain letter from the list, no subscription."""
    from digest.app.sending import share as mail_story

    mailbox = _mailbox(to)
    shared = ctx.ensure_object(Invocation).run(
        lambda app: mail_story(app, url, to=mailbox, note=words, dry_run=dry_run), read_only=dry_run
    )
    if as_json:
        print_json(_as_object(shared, mailbox))
    elif shared.outcome is None:
        click.echo(shared.mail.data.replace(b"\r\n", b"\n"), nl=False)
        note("dry run: nothing was sent")
    else:
        say(f"{mailbox.address}: {shared.outcome.verdict}: {shared.story.title}")
        said = f"{shared.outcome.code or ''} {shared.outcome.text}".strip()
        if said:
            note(said)
    if shared.outcome is not None:
        ctx.exit(_code(shared.outcome.verdict))


def _code(verdict: str) -> Exit:
    """In doubt is neither done nor failed."""
    return {"accepted": Exit.DONE, "unsure": Exit.INCOMPLETE}.get(verdict, Exit.FAILED)


def _mailbox(text: str) -> Mailbox:
    try:
        return MAILBOX.read(text)
    except Wrong as wrong:
        mistake = wrong.mistakes[0]
        raise UsageError(f"--to {mistake.text}") from wrong


def _as_object(shared: "Shared", to: Mailbox) -> dict[str, object]:
    outcome = shared.outcome
    return {
        "to": to.address,
        "title": shared.story.title,
        "line": shared.story.line,
        "link": shared.story.link,
        "message_id": shared.mail.message_id,
        "dry_run": outcome is None,
        "state": outcome.verdict if outcome else None,
        "code": outcome.code if outcome else None,
        "reply": outcome.text if outcome else None,
    }

"""The verb check: mistakes with their places, then what is right and yet may not do what was meant."""

import asyncio
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from digest.cli.exit import Exit, explain
from digest.cli.printing import counted, json_option, print_json, say, warn
from digest.cli.program import Invocation
from digest.errors import ConfigError, DigestError, StoreError
from digest.settings.core.shape import Settings

if TYPE_CHECKING:
    from digest.app.checking import FeedProbe, RelayProbe
    from digest.mail.dns.records import Finding


@click.command()
@click.option("--online", is_flag=True, help="Ask every feed, log in to the mail server, look up SPF, DKIM and DMARC.")
@json_option
@click.pass_context
def check(ctx: click.Context, *, online: bool, as_json: bool) -> None:
    """Read the configuration and say what is wrong with it. Nothing is sent, nothing is kept."""
    call = ctx.ensure_object(Invocation)
    try:
        settings = call.settings()
    except ConfigError as exc:
        if not as_json:
            click.echo(explain(exc), err=True)
        else:
            print_json({"ok": False, "problems": [_problem(one) for one in exc.problems], "warnings": []})
        ctx.exit(Exit.USAGE)

    found, troubles = _notes(settings)
    if not as_json:
        say(
            f"{settings.path}: {counted(len(settings.feeds), 'feed')}, {counted(len(settings.topics), 'topic')}, "
            f"{counted(len(settings.subscribers), 'subscriber')}: no mistakes"
        )
        for sentence in found:
            warn(f"note: {sentence}")
        for trouble in troubles.values():
            click.echo(explain(trouble), err=True)
    asked = asyncio.run(_ask(settings, quiet=as_json)) if online else None
    if as_json:
        counts = {name: len(getattr(settings, name)) for name in ("feeds", "topics", "subscribers")}
        result: dict[str, object] = {"ok": True, "config": settings.path, **counts, "problems": [], "warnings": found}
        result |= {what: str(troubles[what]) if what in troubles else None for what in ("store", "templates")}
        print_json(result | ({"online": asked.as_object()} if asked else {}))
    code = asked.code() if asked else Exit.DONE
    ctx.exit(Exit.FAILED if troubles and code is not Exit.LOGIN else code)


def _notes(settings: Settings) -> tuple[tuple[str, ...], Mapping[str, DigestError]]:
    """What to say of a configuration without mistakes, and what is wrong with its templates, or with its store."""
    from digest.app import checking  # brings the store along: mistakes are told without it

    found = checking.warnings(settings, os.environ)
    troubles: dict[str, DigestError] = {}
    if unmailable := checking.unmailable(settings):
        troubles["templates"] = unmailable
    try:
        found = (*found, *checking.suppressed(settings, os.environ))
    except StoreError as exc:
        troubles["store"] = exc
    return found, troubles


def _problem(problem: object) -> dict[str, object]:
    return {name: getattr(problem, name) for name in ("file", "line", "column", "text")}


#: How a verdict looks.
_WORDS = {True: ("ok", "green"), False: ("FAIL", "red"), None: ("?", "yellow")}


class _Asked:
    """What the world said."""

    def __init__(self) -> None:
        self.feeds: list[FeedProbe] = []
        self.relay: RelayProbe | None = None
        self.records: tuple[Finding, ...] = ()

    def as_object(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "feeds": [
                {
                    "feed": one.feed,
                    "ok": one.error is None,
                    "items": one.items,
                    "error": one.error,
                    "advice": one.advice,
                }
                for one in self.feeds
            ],
            "mail": {"ok": self.relay.ok, "text": self.relay.text} if self.relay else None,
            "dns": [{"record": one.record, "name": one.name, "ok": one.ok, "text": one.text} for one in self.records],
        }

    def code(self) -> Exit:
        """A login that is refused is worst, then a mail server or no feed that can be reached."""
        if self.relay and self.relay.login_refused:
            return Exit.LOGIN
        failed = [one for one in self.feeds if one.error is not None]
        if (self.relay and not self.relay.ok) or (failed and len(failed) == len(self.feeds)):
            return Exit.FAILED
        return Exit.INCOMPLETE if failed else Exit.DONE


async def _ask(settings: Settings, *, quiet: bool) -> _Asked:
    """Ask the world, telling what it says as it says it."""
    from digest.app.checking import probe_feeds, probe_records, probe_relay

    def tell(ok: bool | None, text: str) -> None:  # noqa: FBT001 - what is told
        if not quiet:
            word, colour = _WORDS[ok]
            say(text, head=click.style(f"{word:<4}", fg=colour) + "  ")

    asked = _Asked()
    async for one in probe_feeds(settings, os.environ):
        asked.feeds.append(one)
        tell(one.error is None, f"feed {one.feed}: {one.error or counted(one.items, 'entry', 'entries')}")
        if one.advice:
            tell(None, f"feed {one.feed}: {one.advice}")
    if settings.mail is not None:
        asked.relay = await probe_relay(settings.mail, os.environ)
        tell(asked.relay.ok, f"mail: {asked.relay.text}")
        asked.records = tuple(await probe_records(settings.mail, os.environ))
        for found in asked.records:
            tell(found.ok, f"{found.record}: {found.text}")
        if settings.mail.dkim is None and asked.records:
            tell(None, "DKIM: nothing is signed here, so whether your mail server signs is not checked")
    return asked

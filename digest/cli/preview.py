"""The verb preview: the next digest, before anybody gets it."""

import asyncio
import html
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import click

from digest.app import Installation, queries
from digest.cli.exit import Exit, as_called, explain
from digest.cli.parameters import DATE_TIME, DURATION
from digest.cli.printing import json_option, note, print_json, say, warn
from digest.cli.program import Invocation
from digest.mail.message.placeholders import PLACEHOLDER
from digest.mail.render.jinja import own_templates, renderer_of
from digest.mail.render.proof import prove
from digest.model import Edition, Format
from digest.settings.core.shape import Settings
from digest.settings.files.folders import shipped_folder

_NOTHING = "nothing new to show: `digest poll` fetches the feeds, `--since 24h` looks back"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Whose digest, of when."""

    address: str | None
    topics: tuple[str, ...]
    at: datetime | None
    since: timedelta | None

    async def edition(self, app: Installation) -> Edition | None:
        """What would be sent; None: nothing."""
        found = await queries.preview(app, address=self.address, topics=self.topics, at=self.at, since=self.since)
        return found.edition if found is not None else None


@click.command()
@click.option("--for", "address", metavar="EMAIL", help="As this subscriber would get it.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only this topic (repeatable).")
@click.option("--at", type=DATE_TIME, metavar="TIME", help="As of this moment (ISO 8601; default: now).")
@click.option("--since", type=DURATION, metavar="24h", help="Everything published since then.")
@click.option("--text", is_flag=True, help="Print the text part instead.")
@click.option("--why", is_flag=True, help="Print why each story stands where it does.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it here instead.")
@click.option("--watch", is_flag=True, help="Serve it on this machine, and show it anew whenever a file is saved.")
@click.option("--no-browser", is_flag=True, help="Open no browser: say where it is.")
@json_option
@click.pass_context
def preview(
    ctx: click.Context,
    address: str | None,
    topics: tuple[str, ...],
    at: datetime | None,
    since: timedelta | None,
    *,
    text: bool,
    why: bool,
    out: Path | None,
    watch: bool,
    no_browser: bool,
    as_json: bool,
) -> None:
    """Show the next digest in a browser: nothing is sent, nothing changes."""
    call = ctx.ensure_object(Invocation)
    wish = _Wish(address=address, topics=topics, at=at, since=since)
    if watch:
        asyncio.run(_watch(call, wish, browser=not no_browser))
        return
    edition = call.run(wish.edition, read_only=True)
    if edition is None:
        warn(_NOTHING)
        ctx.exit(Exit.FAILED)
    if as_json:
        from digest.stories.editions.edition import to_json

        print_json(to_json(edition))
        return
    if why:
        say(reasons(edition))
    if text or out is not None or not why:
        _hand_over(call.settings(), edition, text=text, out=out, browser=not no_browser)


def _hand_over(settings: Settings, edition: Edition, *, text: bool, out: Path | None, browser: bool) -> None:
    """Write it to a file, print it, or open it."""
    subject, page = shown(settings, edition, text=text)
    if out is not None:
        out.write_text(page, encoding="utf-8")
        note(f"written to {out}")
    elif text or edition.format is Format.TEXT:
        say(page)
    else:
        note(f"subject: {subject}")
        file = aside(page)
        say(file)
        if browser:
            _open(file.as_uri())


def _open(address: str) -> None:
    import webbrowser

    webbrowser.open(address)


async def _watch(call: Invocation, wish: _Wish, *, browser: bool) -> None:
    """Show it, and again after every change of configuration or templates, until Ctrl-C."""
    from digest.cli.watching import Watching

    async def page() -> str:
        """The digest as it is now; a sentence where there is nothing."""
        settings = call.settings()
        async with call.app(settings, outbox=Path("outbox"), read_only=True) as app:
            edition = await wish.edition(app)
        if edition is None:
            return f"<!DOCTYPE html><p>{html.escape(as_called(_NOTHING))}</p>"
        _, made = await asyncio.to_thread(shown, settings, edition)
        return made if edition.format is Format.HTML else f"<!DOCTYPE html><pre>{html.escape(made)}</pre>"

    def ready(address: str) -> None:
        """Say where it is shown."""
        say(address)
        note("it is shown anew whenever the configuration or a template is saved; Ctrl-C ends it")
        if browser:
            _open(address)

    settings = call.settings()
    assert settings.path is not None
    folder = settings.path if settings.path.is_dir() else settings.path.parent
    watched = (folder, own_templates(settings), shipped_folder("templates"))
    watching = Watching(page, lambda: _files(watched), explain)
    await watching.serve(ready, asyncio.Event().wait())


def _files(folders: Iterable[Path | None]) -> Iterable[Path]:
    for folder in folders:
        if folder is not None and folder.is_dir():
            yield from (*folder.glob("*.toml"), *folder.glob("*.j2"))


#: What stands where a recipient's own values go.
_EXAMPLE = {
    "address": "you@example.org",
    "unsubscribe": "mailto:desk@example.org?subject=unsubscribe",
    "unsubscribe_mail": "mailto:desk@example.org?subject=unsubscribe",
    "preferences": "mailto:desk@example.org?subject=preferences",
}


def shown(settings: Settings, edition: Edition, *, text: bool = False) -> tuple[str, str]:
    """The edition's subject, and its page (or text part) as an example's recipient would get it.

    RenderError: a template is wrong, or makes no mail.
    """
    rendered = renderer_of(settings).render(edition)
    prove(rendered, edition, settings)
    part = rendered.text if text or rendered.html is None else rendered.html
    return rendered.subject, PLACEHOLDER.sub(
        lambda placeholder: _EXAMPLE.get(placeholder[1].partition(":")[0], ""), part
    )


def aside(page: str) -> Path:
    """Put a page where a browser can open it."""
    file = Path(mkdtemp(prefix="digest-preview-")) / "digest.html"
    file.write_text(page, encoding="utf-8")
    return file


def reasons(edition: Edition) -> str:
    """Each story with the parts of its rank."""
    lines = []
    for section in edition.sections:
        lines.append(f"{section.title} ({len(section.entries)} of {section.total})")
        for entry in section.entries:
            parts = "  ".join(f"{name} {value:.2f}" for name, value in entry.rank)
            lines.append(f"  {entry.number:>3}  {entry.lead.title}\n       {parts}")
    return "\n".join(lines)

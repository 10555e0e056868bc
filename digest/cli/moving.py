"""The verbs import and export: feeds as OPML, subscribers as CSV, what is kept of a person as JSON."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.exit import Exit
from digest.cli.printing import as_json_text, counted, json_option, note, print_json, say, warn
from digest.cli.program import Invocation
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.app.moving import Taken

_dry_run = click.option("-n", "--dry-run", is_flag=True, help="Say what would be added; change nothing.")
_out = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there.")
_private = click.option("--private", is_flag=True, help="Allow addresses on a private network.")
_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))


@click.group("import")
def import_() -> None:
    """Take over feeds or subscribers: opml, rss2email, csv. What is there already stays as it is."""


@import_.command("opml", short_help="Feeds of a feed reader.")
@_file
@_private
@_dry_run
@json_option
@click.pass_context
def import_opml(ctx: click.Context, file: Path, *, private: bool, dry_run: bool, as_json: bool) -> None:
    """Add the feeds of the OPML list FILE (- is stdin), with their folders."""
    from digest.app import moving
    from digest.feeds.opml import read_opml

    loaded = ctx.ensure_object(Invocation).loaded(whole=False)
    taken = moving.feeds_of(read_opml(_content(file)), loaded.settings, private=private)
    _add(ctx, "feeds", taken, dry_run=dry_run, as_json=as_json)


@import_.command("rss2email", short_help="Feeds of rss2email.")
@_file
@_private
@_dry_run
@json_option
@click.pass_context
def import_rss2email(ctx: click.Context, file: Path, *, private: bool, dry_run: bool, as_json: bool) -> None:
    """Add the feeds of rss2email's configuration FILE, such as ~/.config/rss2email.cfg.

    What rss2email has sent already needs no taking over: a new feed's older entries are not news here.
    """
    from digest.app import moving

    loaded = ctx.ensure_object(Invocation).loaded(whole=False)
    text = _text(file)
    taken = moving.feeds_of(moving.rss2email_outlines(text), loaded.settings, private=private)
    if readers := moving.rss2email_readers(text):
        warn(f"rss2email mailed {', '.join(readers)}: readers are not taken over, `digest subscribers add` adds them")
    _add(ctx, "feeds", taken, dry_run=dry_run, as_json=as_json)


@import_.command("csv", short_help="Subscribers of a table.")
@_file
@_dry_run
@json_option
@click.pass_context
def import_csv(ctx: click.Context, file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Add the subscribers of the table FILE: a column address, and name, topics, send, timezone, language, format.

    Topics of one cell stand apart by a space or a comma. A row with a mistake is told by its line, and left out.
    """
    from digest.app import moving

    loaded = ctx.ensure_object(Invocation).loaded(whole=False)
    _add(ctx, "subscribers", moving.subscribers_of(_text(file), loaded), dry_run=dry_run, as_json=as_json)


def _content(file: Path) -> bytes:
    from digest.app.moving import MAX_BYTES

    with click.open_file(str(file), "rb") as opened:
        content: bytes = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UsageError(f"{file} is larger than {MAX_BYTES >> 20} MB: is it the right file?")
    return content


def _text(file: Path) -> str:
    try:
        return _content(file).decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UsageError(f"{file} is not UTF-8: save it as UTF-8") from exc


def _add(ctx: click.Context, table: str, taken: "Taken", *, dry_run: bool, as_json: bool) -> None:
    from digest.settings.files.editing import add_entries, home_of

    loaded = ctx.ensure_object(Invocation).loaded(whole=False)
    file = home_of(loaded, table)
    if taken.entries and not dry_run:
        add_entries(loaded, table, taken.entries, os.environ)
    if as_json:
        skipped = [{"what": what, "why": why} for what, why in taken.skipped]
        print_json({"added": list(taken.entries), "skipped": skipped, "file": str(file), "dry_run": dry_run})
    else:
        for what, why in taken.skipped:
            warn(f"left out: {what} {why if not why.startswith(chr(34)) else f': {why}'}")
        for name in taken.entries if dry_run else ():
            say(name)
        done = "would be added to" if dry_run else "added to"
        say(f"{counted(len(taken.entries), table.removesuffix('s'))} {done} {file}")
    if any("already" not in why for _, why in taken.skipped):
        ctx.exit(Exit.INCOMPLETE)


@click.group()
def export() -> None:
    """Export feeds (opml), subscribers (csv), or all that is kept of a person (json)."""


@export.command("opml", short_help="Feeds for a feed reader.")
@_out
@click.pass_context
def export_opml(ctx: click.Context, out: Path | None) -> None:
    """The feeds as an OPML list, in their folders; secrets stay here."""
    from digest.feeds.opml import write_opml

    settings = ctx.ensure_object(Invocation).settings()
    _hand_out(write_opml(settings.feeds, title=settings.digest.title, now=datetime.now(UTC)), out)


@export.command("csv", short_help="Subscribers as a table.")
@_out
@click.pass_context
def export_csv(ctx: click.Context, out: Path | None) -> None:
    """The subscribers of the configuration as a table that `import csv` reads."""
    from digest.app.moving import subscribers_csv

    _hand_out(subscribers_csv(ctx.ensure_object(Invocation).settings().subscribers), out)


@export.command("json", short_help="All that is kept of a person.")
@click.argument("email")
@_out
@click.pass_context
def export_json(ctx: click.Context, email: str, out: Path | None) -> None:
    """All that is kept of EMAIL, for EMAIL: configuration, state, consent, everything that was sent.

    Consent is told as far as it is known here: that the operator listed them, and since when. How the operator came to
    do so, and in which words they agreed, the operator alone knows.
    """
    from digest.app import queries
    from digest.cli.subscribers import as_object

    found = ctx.ensure_object(Invocation).run(lambda app: queries.person(app, email, limit=queries.ALL), read_only=True)
    consent = {"how": "listed by the operator", "when": found.row and found.row.created, "words": None}
    _hand_out(as_json_text(as_object(found) | {"consent": consent}, indent=2) + "\n", out)


def _hand_out(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    # Addresses of people: for the one who asked alone.
    with os.fdopen(os.open(out, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    note(f"written to {out}")

"""The verbs to operate with: db, completion."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from digest.cli.printing import json_option, note, print_json, say, table
from digest.cli.program import Invocation
from digest.errors import UsageError


@click.group()
def db() -> None:
    """The store: backup, restore, migrate."""


@db.command("backup", short_help="A consistent copy, while everything goes on.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@json_option
@click.pass_context
def db_backup(ctx: click.Context, file: Path | None, *, as_json: bool) -> None:
    """Copy the store to FILE (0600), else into the state folder's backups; nothing has to stop for it."""
    from digest.app import state_folder, upkeep

    settings = ctx.ensure_object(Invocation).settings()
    target, size = upkeep.backup(settings, state_folder(os.environ), file, datetime.now(UTC))
    if as_json:
        print_json({"file": str(target), "bytes": size})
    else:
        say(target)
        note(f"{size:,} bytes; `digest db restore {target}` goes back to it")


@db.command("restore", short_help="Go back to a backup.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_context
def db_restore(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Put the backup FILE in the store's place; the store that stood there is kept. Refused (exit code 11) while a
    `run` or a `send` works.

    Mail that may have been sent since the backup was made is held, until `digest send --unsure resend` or
    `digest send --unsure drop` says what to do with it.
    """
    from digest.app import state_folder, upkeep

    settings = ctx.ensure_object(Invocation).settings()
    store, kept = upkeep.restore(settings, state_folder(os.environ), file, datetime.now(UTC))
    if as_json:
        print_json({"store": str(store), "kept": str(kept) if kept else None})
        return
    say(store)
    if kept:
        note(f"the store that stood there: {kept}")
    note("mail that may have been sent since the backup is held: `digest log` shows it after the next `digest send`")


@db.command("migrate", short_help="Bring the tables up to date; `run`, `send` and `poll` do it too.")
@json_option
@click.pass_context
def db_migrate(ctx: click.Context, *, as_json: bool) -> None:
    """Bring the store's tables up to date, after a backup. Refused (exit code 11) while a `run` or a `send` works."""
    from digest.app import state_folder, upkeep

    settings = ctx.ensure_object(Invocation).settings()
    done = upkeep.migrate(settings, state_folder(os.environ), datetime.now(UTC))
    if as_json:
        print_json({"before": done.before, "after": done.after, "backup": str(done.backup) if done.backup else None})
    elif done.before == done.after:
        say(f"the store is up to date ({done.after})")
    else:
        say(f"the store is at {done.after} now; it was {done.before or 'new'}")
        if done.backup:
            note(f"as it was before: {done.backup}")


@click.command(short_help="A script that completes verbs and options.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete verbs and options, such as: eval "$(digest completion bash)"."""
    from click.shell_completion import get_completion_class

    from digest.cli.program import program

    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"{shell} is not known")
    click.echo(kind(program, {}, "digest", "_DIGEST_COMPLETE").source())


@click.group()
def config() -> None:
    """What the configuration says: show, schema."""


@config.command("show", short_help="Every value that holds.")
@click.option("--origin", is_flag=True, help="Where each value was said: file and line, environment, or default.")
@json_option
@click.pass_context
def config_show(ctx: click.Context, *, origin: bool, as_json: bool) -> None:
    """Every value that holds, as TOML; a secret is shown as the place where it is."""
    from digest.settings.help.origin import rows

    found = rows(ctx.ensure_object(Invocation).loaded())
    if as_json:
        print_json([{"key": row.key, "value": row.value, "origin": row.origin} for row in found])
    elif origin:
        say(table([(row.origin, row.key, row.value) for row in found], ("said in", "key", "value")))
    else:
        for row in found:
            say(f"{row.key} = {row.value}")


@config.command("schema", short_help="A JSON Schema, for editors.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it here instead.")
def config_schema(out: Path | None) -> None:
    """A JSON Schema of every configuration file, for editors that complete and check TOML."""
    import json

    from digest.settings.help.json_schema import schema

    text = json.dumps(schema(), ensure_ascii=False, indent=2)
    if out is None:
        say(text)
    else:
        out.write_text(text + os.linesep, encoding="utf-8")

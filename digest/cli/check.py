"""The verb check: mistakes with their places, then what is right and yet may not do what was meant."""

import os

import click

from digest.cli.printing import counted, json_option, note, print_json
from digest.cli.program import Exit, Invocation, explain
from digest.errors import ConfigError
from digest.settings.shape import Settings


@click.command()
@json_option
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Read the configuration and say what is wrong with it."""
    call = ctx.ensure_object(Invocation)
    try:
        settings = call.settings()
    except ConfigError as exc:
        if not as_json:
            note(explain(exc))
        else:
            print_json({"ok": False, "problems": [_problem(one) for one in exc.problems], "warnings": []})
        ctx.exit(Exit.USAGE)

    from digest.app.checking import warnings  # brings the store along: mistakes are told without it

    found = warnings(settings, os.environ)
    if as_json:
        print_json({"ok": True, "config": settings.path, **_counts(settings), "problems": [], "warnings": found})
        return
    counts = _counts(settings)
    click.echo(
        f"{settings.path}: {counted(counts['feeds'], 'feed')}, {counted(counts['topics'], 'topic')}, "
        f"{counted(counts['subscribers'], 'subscriber')}: no mistakes"
    )
    for sentence in found:
        note(f"note: {sentence}")


def _counts(settings: Settings) -> dict[str, int]:
    return {name: len(getattr(settings, name)) for name in ("feeds", "topics", "subscribers")}


def _problem(problem: object) -> dict[str, object]:
    return {name: getattr(problem, name) for name in ("file", "line", "column", "text")}

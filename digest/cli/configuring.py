"""The verb config: what holds and where it was said; the configuration as a JSON Schema."""

import os
from pathlib import Path

import click

from digest.cli.printing import json_option, print_json, say, table
from digest.cli.program import Invocation


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

"""The manual of the command line: `docs/command-line.md` is this module's text, a test compares them."""

from collections.abc import Iterator

import click

from digest.cli.exit import Exit
from digest.cli.program import VERBS, program

#: Columns of a help text in the manual.
_WIDTH = 100

_HEAD = """\
# Command line

`digest [OPTIONS] VERB [ARGUMENTS]`. `-h` after any verb shows its help.

Results go to stdout; notes, progress and the log go to stderr. `--json` prints one JSON value on stdout instead.
Moments are in UTC; a duration is written `90m`, `1h30m`, `7d` or `2w`. `-q` shows only errors, `-v` and `-vv`
show more. The log (stderr, `--log-json` for machines) names subscribers by their ids, never by address.

The configuration is looked for where `-c` or `DIGEST_CONFIG` says, else in `./config`, `$XDG_CONFIG_HOME/digest` and
`/etc/digest`; [configuration.md](configuration.md) tells its keys. State is kept in `$STATE_DIRECTORY`, else in
`$XDG_STATE_HOME/digest`; verbs that only look make none where there is none yet. `NO_COLOR`
and `FORCE_COLOR` are heard.

## Exit codes

| code | meaning |
|---|---|
"""
_CODES = {
    Exit.DONE: "done",
    Exit.FAILED: "failed: a sentence on stderr says what, and what to do next",
    Exit.USAGE: "wrong use, or a mistake in the configuration; nothing was done",
    Exit.INCOMPLETE: "done but incomplete: some feeds or recipients failed, something was left out",
    Exit.BUSY: "a second `run`, or a migration while others work",
    Exit.LOGIN: "the mail server refused the login",
    Exit.INTERRUPTED: "interrupted (Ctrl-C); nothing is lost, run it again",
}


def manual() -> str:
    """The text of `docs/command-line.md`."""
    codes = "".join(f"| {code:d} | {meaning} |\n" for code, meaning in _CODES.items())
    context = click.Context(
        program,
        info_name="digest",
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        help_option_names=program.context_settings["help_option_names"],
    )
    parts = [_HEAD + codes, "## Overview\n", _block(program.get_help(context))]
    for heading, verbs in VERBS.items():
        parts.append(f"## {heading}\n")
        for verb in verbs:
            command = program.get_command(context, verb)
            assert command is not None
            parts += _told(command, verb, context)
    return "\n".join(parts)


def _told(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    """A verb, then those below it."""
    context = click.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield f"### `{context.command_path}`\n"
    yield _block(command.get_help(context))
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            below = command.get_command(context, inner)
            assert below is not None
            yield from _told(below, inner, context)


def _block(text: str) -> str:
    return f"```\n{text.rstrip()}\n```\n"

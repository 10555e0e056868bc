"""The manual of the command line is what the program says of itself."""

from pathlib import Path

import click

from digest.cli.exit import Exit
from digest.cli.manual import manual
from digest.cli.program import VERBS, program

DOCUMENT = Path(__file__).parents[3] / "docs" / "command-line.md"


def test_the_document_is_what_the_code_says() -> None:
    """docs/command-line.md is the text of digest.cli.manual; write it anew with:

    python -c "from digest.cli.manual import manual; print(manual(), end='')" > docs/command-line.md
    """
    assert DOCUMENT.read_text() == manual()


def _commands(group: click.Group, context: click.Context) -> list[click.Command]:
    found: list[click.Command] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        found += [command, *(_commands(command, context) if isinstance(command, click.Group) else [])]
    return found


def test_every_verb_and_option_is_told() -> None:
    """No verb without help, no option without help, no exit code without a meaning."""
    context = click.Context(program)
    commands = _commands(program, context)
    assert len(commands) > sum(map(len, VERBS.values()))
    for command in commands:
        assert command.help, command.name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help or option.hidden, (command.name, option.name)
    for code in Exit:
        assert f"| {code:d} |" in manual()

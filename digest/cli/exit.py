"""How the program ends: what an error says to a person, and the exit code that it becomes."""

import io
import logging
import os
import sys
from enum import IntEnum

import click

from digest.errors import Busy, ConfigError, DigestError, LoginRefused, UsageError
from digest.text import printable

log = logging.getLogger("digest.cli")

#: A script that starts the program under a name of its own says so in this variable.
VARIABLE = "DIGEST_COMMAND"


class Exit(IntEnum):
    """What the program says to whoever called it."""

    DONE = 0
    FAILED = 1
    #: Wrong use, or a wrong configuration.
    USAGE = 2
    #: Done but incomplete: some feeds or recipients failed.
    INCOMPLETE = 3
    #: A second `run`, or a migration while others work.
    BUSY = 11
    #: The mail server refused the login.
    LOGIN = 12
    INTERRUPTED = 130


def command_name() -> str:
    """How the program was started, as a person would type it again."""
    return os.environ.get(VARIABLE) or "digest"


def as_called(text: str) -> str:
    """A sentence's advice with the command as it is called here: `./run poll` for `digest poll`."""
    return text.replace("`digest ", f"`{command_name()} ")


def explain(error: DigestError) -> str:
    """An error as a person reads it: configuration errors with their line and a caret."""
    if not isinstance(error, ConfigError):
        return printable.block(as_called(f"digest: {error}"))
    lines: list[str] = []
    for problem in error.problems:
        lines.append(printable.line(as_called(str(problem))))
        if problem.source.strip():
            lines.append(f"    {printable.block(problem.source.rstrip())}")
            if problem.column:
                lines.append("    " + " " * (problem.column - 1) + click.style("^", fg="red", bold=True))
    count = len(error.problems)
    lines.append(f"digest: {count} mistake{'s' if count != 1 else ''} in the configuration; nothing was done")
    return "\n".join(lines)


def exit_code(error: DigestError) -> Exit:
    """The exit code that an error becomes."""
    if isinstance(error, ConfigError | UsageError):
        return Exit.USAGE
    if isinstance(error, Busy):
        return Exit.BUSY
    return Exit.LOGIN if isinstance(error, LoginRefused) else Exit.FAILED


def first_error(error: BaseException) -> DigestError | OSError | None:
    """The first of our own errors in it, or of the system's, however deep in groups; None where there is none."""
    if isinstance(error, DigestError | OSError):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := first_error(inner))), None)
    return None


def run(command: click.Command) -> None:
    """Run the program and exit with its code."""
    attend_streams()
    try:
        code = command.main(prog_name=command_name(), standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("digest: interrupted", err=True)
        sys.exit(Exit.INTERRUPTED)
    except click.ClickException as exc:
        said = io.StringIO()
        exc.show(said)
        click.echo(printable.block(said.getvalue()), err=True, nl=False)
        sys.exit(Exit.USAGE)
    except BrokenPipeError:
        write_no_more()
        sys.exit(Exit.DONE)
    except OSError as exc:
        sys.exit(told(exc))
    sys.exit(code if isinstance(code, int) else Exit.DONE)


def attend_streams() -> None:
    """Have three standard streams, whatever we were started with.

    Where one is closed (`digest send >&-`), the next file that is opened would take its place: the store, say.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number, which is this one.
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shows its escape.
            stream.reconfigure(errors="backslashreplace")


def write_no_more() -> None:
    """What could not be written to stdout now cannot be written at exit either: Python would tell it once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def told(exc: Exception) -> Exit:
    """Tell a person what went wrong; the code to exit with. Raises what is neither ours nor the system's: a mistake
    in this program."""
    error = first_error(exc)
    if isinstance(error, DigestError):
        click.echo(explain(error), err=True)
        return exit_code(error)
    if error is None:
        raise exc
    log.debug("an error of the system", exc_info=error)
    where = f"{error.filename}: " if error.filename else ""
    click.echo(printable.line(f"digest: {where}{error.strerror or error}"), err=True)
    try:
        sys.stdout.flush()
    except OSError:
        write_no_more()
    return Exit.FAILED

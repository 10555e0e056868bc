"""The door: global options, the list of verbs, and what an error becomes."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from digest import __version__
from digest.errors import Busy, ConfigError, DigestError, LoginRefused, UsageError

if TYPE_CHECKING:
    from digest.app import App
    from digest.settings.load import Loaded
    from digest.settings.shape import Settings

T = TypeVar("T")


class Exit(IntEnum):
    """Exit codes: part of the interface."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    #: Done but incomplete: some feeds or recipients failed.
    INCOMPLETE = 3
    BUSY = 11
    LOGIN = 12
    INTERRUPTED = 130


#: Headings of the help; their verbs in order, each with the module that holds it and what it does.
VERBS: dict[str, dict[str, tuple[str, str]]] = {
    "Start": {
        "demo": ("start", "A digest in ten seconds: no configuration, no network."),
        "init": ("start", "Write a commented config folder, asking a few questions (--yes: none)."),
        "check": ("check", "Configuration; --online adds feeds, SMTP login, SPF/DKIM/DMARC."),
    },
    "Every day": {
        "run": ("everyday", "Poll and send until stopped (--once: one round, for cron)."),
        "poll": ("everyday", "Fetch feeds now, and say what is new. [FEED...]"),
        "preview": ("everyday", "Show the next digest in a browser."),
        "send": ("everyday", "Send what is due, now: the manual trigger."),
        "share": ("share", "E-mail one story. URL --to EMAIL [--note TEXT]"),
    },
    "Look": {
        "status": ("look", "Last poll, next sends, queue, failures (--check: exit code only)."),
        "feeds": ("feeds", "Health of each feed. [add URL | test URL | pause ID | resume ID]"),
        "topics": ("topics", "Counts per topic. [test TEXT|URL: why it matches; replay: what an edit changes]"),
        "subscribers": ("subscribers", "Who gets what, when, and why. [add | show | pause | resubscribe | forget]"),
        "log": ("look", "What was sent to whom."),
    },
    "Operate": {
        "config": ("configuring", "What the configuration says. [show [--origin] | schema]"),
    },
}


class Program(click.Group):
    """A group whose verbs are imported when they are called, listed under their headings."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order of the help."""
        return [verb for verbs in VERBS.values() for verb in verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module and hand the verb over."""
        for verbs in VERBS.values():
            if cmd_name in verbs:
                command: click.Command = getattr(import_module(f"digest.cli.{verbs[cmd_name][0]}"), cmd_name)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs under their headings, without importing them."""
        for heading, verbs in VERBS.items():
            with formatter.section(heading):
                formatter.write_dl([(verb, purpose) for verb, (_, purpose) in verbs.items()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What stands before the verb."""

    config: str | None = None
    verbosity: int = 0

    def loaded(self) -> "Loaded":
        """Read the configuration. ConfigError, UsageError: it is wrong, or there is none."""
        from digest.settings.load import find_config, load_with_sources

        return load_with_sources(find_config(self.config, os.environ, Path.cwd()), os.environ)

    def settings(self) -> "Settings":
        """What it says. ConfigError, UsageError: as `loaded`."""
        return self.loaded().settings

    def run(self, action: "Callable[[App], Coroutine[Any, Any, T]]", *, outbox: Path | None = None) -> T:
        """Open the installation, do `action`, close it."""
        settings = self.settings()

        from digest.app import App, state_folder  # slow to import: a wrong configuration is told without it

        async def inside() -> T:
            app = App(settings, state=state_folder(os.environ), outbox=outbox or Path("outbox"), environ=os.environ)
            async with app:
                return await action(app)

        return asyncio.run(inside())

    def state_outbox(self) -> Path:
        """Where `run` writes messages without `[mail]`: a service has no working folder of its own."""
        from digest.app import state_folder

        return state_folder(os.environ) / "outbox"


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-c", "--config", metavar="PATH", envvar="DIGEST_CONFIG", help="Configuration: a folder or a file.")
@click.option("-v", "--verbose", count=True, help="Say more (twice: everything).")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours.")
@click.version_option(__version__, prog_name="digest")
@click.pass_context
def program(ctx: click.Context, config: str | None, verbose: int, *, quiet: bool, color: str) -> None:
    """News digests by e-mail: feeds in, one honest digest per subscriber out."""
    ctx.color = _wants_color(color)
    ctx.obj = Invocation(config=config, verbosity=-1 if quiet else verbose)
    levels = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}
    logging.basicConfig(
        level=levels.get(ctx.obj.verbosity, logging.DEBUG), format="%(asctime)s %(levelname)s %(message)s"
    )


def _wants_color(choice: str) -> bool | None:
    """None leaves it to whether the output is a terminal; NO_COLOR and FORCE_COLOR are heard."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def explain(error: DigestError) -> str:
    """An error as a person reads it: configuration errors with their line and a caret."""
    if not isinstance(error, ConfigError):
        return f"digest: {error}"
    lines: list[str] = []
    for problem in error.problems:
        lines.append(str(problem))
        if problem.source.strip():
            lines.append(f"    {problem.source.rstrip()}")
            if problem.column:
                lines.append("    " + " " * (problem.column - 1) + "^")
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


def first_error(error: BaseException) -> DigestError | None:
    """The first of our own errors in it, however deep in groups; None where there is none."""
    if isinstance(error, DigestError):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := first_error(inner))), None)
    return None


def main() -> None:
    """Run the program and exit with its code."""
    try:
        code = program.main(prog_name="digest", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("digest: interrupted", err=True)
        sys.exit(Exit.INTERRUPTED)
    except click.ClickException as exc:
        exc.show()
        sys.exit(Exit.USAGE)
    except KeyboardInterrupt:
        click.echo("digest: interrupted", err=True)
        sys.exit(Exit.INTERRUPTED)
    except (DigestError, ExceptionGroup) as exc:
        error = first_error(exc)
        if error is None:
            raise
        click.echo(explain(error), err=True)
        sys.exit(exit_code(error))
    sys.exit(code if isinstance(code, int) else Exit.DONE)

"""The door: global options, and the list of verbs."""

import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from digest import __version__
from digest.cli.exit import Exit, run, told, write_no_more
from digest.cli.logs import set_up
from digest.errors import DigestError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from digest.app import Installation
    from digest.settings.core.shape import Settings
    from digest.settings.files.load import Loaded

T = TypeVar("T")

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
        "preview": ("preview", "Show the next digest in a browser (--watch: anew at every save)."),
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
    "Move": {
        "import": ("moving", "Take over feeds or subscribers. [opml FILE | csv FILE | rss2email FILE]"),
        "export": ("moving", "Export feeds, subscribers, or what is kept of a person. [opml | csv | json EMAIL]"),
    },
    "Operate": {
        "config": ("admin", "What the configuration says. [show [--origin] | schema]"),
        "db": ("admin", "The store. [backup [FILE] | migrate]"),
        "completion": ("admin", "A script that completes verbs and options. [bash | zsh | fish]"),
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
                module = import_module(f"digest.cli.{verbs[cmd_name][0]}")
                # `import` is a word of Python's own.
                command: click.Command = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that was typed. UsageError: there is none such, with the one that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as exc:
            from digest.text.suggestions import did_you_mean

            meant = did_you_mean(args[0], self.list_commands(ctx), otherwise=".")
            raise click.UsageError(exc.message.rstrip(".") + meant, exc.ctx) from exc

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb, and say what went wrong. That whoever reads its output has had enough is not an error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # as in `digest log | head`
            write_no_more()
            return ctx.exit(Exit.DONE)
        except (DigestError, OSError, ExceptionGroup) as exc:
            return ctx.exit(told(exc))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs under their headings, without importing them."""
        for heading, verbs in VERBS.items():
            with formatter.section(heading):
                formatter.write_dl([(verb, purpose) for verb, (_, purpose) in verbs.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Verbs that begin like that, without importing them; options where one has begun."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        known = ((verb, purpose) for verbs in VERBS.values() for verb, (_, purpose) in verbs.items())
        return [CompletionItem(verb, help=purpose) for verb, purpose in known if verb.startswith(incomplete)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What stands before the verb."""

    config: str | None = None
    #: From -1 (errors alone) to 2 (everything).
    verbosity: int = 0

    def loaded(self, *, whole: bool = True) -> "Loaded":
        """Read the configuration. ConfigError, UsageError: it is wrong, or there is none.

        Without `whole`, feeds and topics may be missing: they are about to be added.
        """
        from digest.settings.files.load import find_config, load_with_sources

        return load_with_sources(find_config(self.config, os.environ, Path.cwd()), os.environ, whole=whole)

    def settings(self) -> "Settings":
        """What it says. ConfigError, UsageError: as `loaded`."""
        return self.loaded().settings

    def run(
        self,
        action: "Callable[[Installation], Coroutine[Any, Any, T]]",
        *,
        read_only: bool = False,
        migrating: bool = False,
    ) -> T:
        """Open the installation, do `action`, close it. `read_only`: nothing is to be kept, not even a new store.

        `migrating`: an older version's store is brought up to date, after a backup; all other verbs refuse it.
        """
        import asyncio

        settings = self.settings()  # before the imports below: a wrong configuration is told without them

        async def inside() -> T:
            async with self.app(settings, outbox=Path("outbox"), read_only=read_only, migrating=migrating) as app:
                return await action(app)

        return asyncio.run(inside())

    def app(
        self, settings: "Settings", *, outbox: Path, read_only: bool = False, migrating: bool = False
    ) -> "Installation":
        """The installation that settings describe, not opened yet. `read_only` and `migrating` as in `run`."""
        from digest.app import Installation, state_folder

        return Installation(
            settings,
            state=state_folder(os.environ),
            outbox=outbox,
            environ=os.environ,
            read_only=read_only,
            migrating=migrating,
        )


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-c", "--config", metavar="PATH", envvar="DIGEST_CONFIG", help="Configuration: a folder or a file.")
@click.option("-v", "--verbose", count=True, help="Say more (twice: everything).")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours.")
@click.option("--log-json", is_flag=True, help="Write the log as JSON, one object a line (also: DIGEST_LOG=json).")
@click.version_option(__version__, prog_name="digest")
@click.pass_context
def program(ctx: click.Context, config: str | None, verbose: int, *, quiet: bool, color: str, log_json: bool) -> None:
    """News digests by e-mail: feeds in, one honest digest per subscriber out."""
    ctx.color = _wants_color(color)
    ctx.obj = Invocation(config=config, verbosity=-1 if quiet else verbose)
    set_up(ctx.obj.verbosity, as_json=log_json or os.environ.get("DIGEST_LOG") == "json")


def _wants_color(choice: str) -> bool | None:
    """None leaves it to whether the output is a terminal; NO_COLOR and FORCE_COLOR are heard."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def main() -> None:
    """Run the program and exit with its code."""
    run(program)

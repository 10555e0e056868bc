"""The verbs to start with: demo, init."""

import asyncio
import os
import shlex
from pathlib import Path

import click

from digest.cli.printing import counted, note, say
from digest.cli.program import Invocation
from digest.errors import UsageError


@click.command()
@click.option(
    "--outbox", type=click.Path(path_type=Path, file_okay=False), default=Path("outbox"), help="Where messages go."
)
def demo(outbox: Path) -> None:
    """Show the main job on sample feeds: polled over HTTP, grouped, summed up, delivered to ./outbox."""
    from digest.demo.show import show

    shown = asyncio.run(show(outbox))
    polled = shown.polled
    note(
        f"polled {counted(polled.feeds, 'sample feed')} over HTTP: {counted(polled.items_new, 'new item')}, "
        f"{counted(shown.gathered.stories, 'story', 'stories')}"
    )
    for failure in polled.failures:
        note(f"  {failure.feed}: {failure.error} (the rest goes on)")
    for sent in shown.sent:
        if sent.file is None:
            say(f"{sent.subscriber.mailbox.address}: nothing new")
            continue
        zone = sent.subscriber.timezone
        what = f"{counted(sent.stories, 'story', 'stories')} under {', '.join(sent.topics)}"
        say(f"{sent.subscriber.mailbox.address} ({sent.subscriber.send} {zone}): {what}: {sent.file}")
    note(
        f"Open the .html files in {shown.outbox.resolve()} with a browser; the .eml files are the messages themselves."
    )
    note("Your own in five minutes: `digest init`, then `digest poll` and `digest preview`.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--yes", is_flag=True, help="Ask nothing: write the example as it is.")
@click.pass_context
def init(ctx: click.Context, path: Path | None, *, yes: bool) -> None:
    """Write a commented configuration folder: PATH, else $XDG_CONFIG_HOME/digest. Nothing is ever overwritten."""
    from digest.app.beginning import begin, refuse_to_overwrite
    from digest.cli.asking import ask
    from digest.settings.files.folders import config_home
    from digest.settings.files.load import find_config
    from digest.settings.files.starter import Answers

    named = ctx.ensure_object(Invocation).config
    own = config_home(os.environ)
    if path is None and named is None and own is None:
        raise UsageError("this user has no home folder to write to: name a folder, as in `digest init ./config`")
    folder = path or (Path(named) if named else (own or Path()) / "digest")
    refuse_to_overwrite(folder)
    answers = Answers() if yes or not os.isatty(0) else ask()
    for file in begin(folder, answers):
        say(file)
    try:
        found = find_config(None, os.environ, Path.cwd()).resolve() == folder.resolve()
    except UsageError:
        found = False
    program = "digest" if found else f"digest -c {shlex.quote(str(folder))}"
    note(f"next: `{program} poll` fetches the feeds, `{program} preview` shows your first digest")
    if answers.user:
        note(f"before you send: put the mail server's password into the environment variable {answers.password_env}")
    note(f"then make it yours: the files in {folder} say how, and `{program} check` says what is wrong with them")

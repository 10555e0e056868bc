"""The verbs to start with: demo, init."""

import asyncio
import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from digest.cli.printing import counted, note, say
from digest.cli.program import Invocation
from digest.errors import UsageError
from digest.model import Mailbox
from digest.settings.core.addresses import MAILBOX
from digest.settings.core.keys import Key
from digest.settings.core.mistakes import Wrong
from digest.settings.core.values import ZONE
from digest.settings.files.starter import Answers
from digest.settings.tables.general import DIGEST_KEYS
from digest.settings.tables.relay import MAIL_KEYS
from digest.settings.tables.subscribers import default_keys


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
    from digest.cli.start import ask
    from digest.settings.files.editing import begin, refuse_to_overwrite
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


T = TypeVar("T")

#: Where a Debian says which zone it is in; elsewhere the link of /etc/localtime does.
_ZONE_FILES = (Path("/etc/timezone"), Path("/etc/localtime"))


def ask() -> Answers:
    """Ask on the terminal. Enter takes what stands in brackets."""
    note("A few questions; Enter takes what stands in [brackets], and everything can be changed later.\n")
    title = _answer("Title of the digest", _reader("title", DIGEST_KEYS), "News digest")
    subscriber = _answer("Your address (Name <you@example.org>)", MAILBOX.read)
    send = _answer("When to send", _reader("send", default_keys(())), "daily 07:00")
    timezone = _answer("Time zone", _reader("timezone", default_keys(())), local_zone(os.environ.get("TZ", "")))
    language = _answer("Language of labels and dates", _reader("language", default_keys(())), "en")
    note("\nMail leaves through a mail server; without one, messages are written to the folder ./outbox.")
    server = _answer("Mail server (Enter: none yet)", _optional(_reader("server", MAIL_KEYS)), "")
    answers = {"title": title, "subscriber": subscriber, "send": send, "timezone": timezone, "language": language}
    return Answers(**answers, **(_relay(server, subscriber) if server else {}))


def _relay(server: str, subscriber: Mailbox) -> dict[str, Any]:
    port = _answer("Its port (465 = TLS, 587 = STARTTLS, 25 = a relay on this machine)", _port, "587")
    written = f"{subscriber.name} <{subscriber.address}>" if subscriber.name else subscriber.address
    sender = _answer("Messages are from", MAILBOX.read, written)
    # A relay without encryption is never shown a password.
    user = "" if port == 25 else _answer("Login (Enter: none)", _optional(_reader("user", MAIL_KEYS)), "")
    return {"server": server, "port": port, "sender": sender, "user": user or None}


def _port(text: str) -> Any:
    return _reader("port", MAIL_KEYS)(int(text) if text.isdecimal() else text)


def _reader(name: str, keys: Sequence[Key]) -> Callable[[object], Any]:
    return next(key.reader.read for key in keys if key.name == name)


def _optional(read: Callable[[str], T]) -> Callable[[str], T | str]:
    return lambda text: read(text) if text else ""


def _answer(question: str, read: Callable[[str], T], fallback: str | None = None) -> T:
    """Ask until the answer can be used."""
    while True:
        text = click.prompt(question, default=fallback, show_default=bool(fallback), err=True).strip()
        try:
            return read(text)
        except Wrong as wrong:
            for mistake in wrong.mistakes:
                note(f"  {mistake.text if not mistake.predicate else f'This {mistake.text}'}")


def local_zone(named: str = "") -> str:
    """This machine's time zone by its IANA name, as `named` (TZ) or the system says; UTC where nobody says."""
    for text in (named.removeprefix(":"), *(_zone_of(file) for file in _ZONE_FILES)):
        try:
            return ZONE.read(text)
        except Wrong:
            continue
    return "UTC"


def _zone_of(file: Path) -> str:
    if file.is_symlink():
        return str(file.resolve()).partition("zoneinfo/")[2]
    try:
        return file.read_text(encoding="ascii").strip() if file.name == "timezone" else ""
    except (OSError, UnicodeDecodeError):
        return ""

"""The questions of `init`: few, each with an answer to fall back on, each checked as it is given."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from digest.cli.printing import note
from digest.model import Mailbox
from digest.settings.core.addresses import MAILBOX
from digest.settings.core.keys import Key
from digest.settings.core.mistakes import Wrong
from digest.settings.core.values import ZONE
from digest.settings.files.starter import Answers
from digest.settings.tables.installation import DIGEST_KEYS
from digest.settings.tables.people import default_keys
from digest.settings.tables.relay import MAIL_KEYS

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

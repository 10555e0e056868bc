"""What `init` writes: the shipped example with a user's answers put in, comments kept. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from digest.model import Mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What `init` asks. None: the example's own value stays."""

    title: str | None = None
    #: The first subscriber; the example's three stay as comments.
    subscriber: Mailbox | None = None
    send: str | None = None
    timezone: str | None = None
    language: str | None = None
    #: The mail server; None: messages are written to the outbox, and `[mail]` stays a comment.
    server: str | None = None
    port: int = 587
    user: str | None = None
    #: Who messages are from; None: the subscriber.
    sender: Mailbox | None = None
    #: The environment variable that will hold the mail server's password.
    password_env: str = "SMTP_PASSWORD"  # noqa: S105


def starter(answers: Answers, shipped: Mapping[str, str]) -> dict[str, str]:
    """A configuration folder's files by name, made from the `shipped` example's files.

    Answers must have passed the readers of `values` and `addresses`; nothing is checked again here.
    """
    files = dict(shipped)
    files["digest.toml"] = _installation(answers, shipped["digest.toml"])
    if answers.subscriber:
        files["subscribers.toml"] = _subscribers(answers.subscriber, shipped["subscribers.toml"])
    return files


def _installation(answers: Answers, text: str) -> str:
    import tomlkit  # 90 ms, and only this verb needs it

    document = tomlkit.parse(_with_relay(text) if answers.server else text)
    changes: dict[str, dict[str, object]] = {
        "digest": {"title": answers.title},
        "defaults": {"send": answers.send, "timezone": answers.timezone, "language": answers.language},
        "mail": _relay(answers) if answers.server else {},
    }
    for table, values in changes.items():
        for key, value in values.items():
            if value is not None:
                document[table][key] = _inline(value) if isinstance(value, dict) else value
    if answers.server and not answers.user:
        for key in ("user", "password"):
            document["mail"].remove(key)
    return _aligned(tomlkit.dumps(document))


def _aligned(text: str) -> str:
    """The comments behind values in one column again."""
    value = r'"(?:[^"\\\n]|\\.)*"|[^"#\n]*?|\{[^#\n]*\}'
    return re.sub(rf"(?m)^(#?[a-z_]+ = (?:{value})) +(# .*)$", lambda line: f"{line[1]:<39} {line[2]}", text)


def _inline(value: dict[str, object]) -> object:
    """A table on one line."""
    import tomlkit

    table = tomlkit.inline_table()
    table.update(value)
    return table


def _with_relay(text: str) -> str:
    """The example with its table `[mail]` switched on, but for the settings that nobody asked about."""
    before, relay, after = re.split(r"(?ms)^(#\[mail\].*?\n)(?=\n)", text, maxsplit=1)
    switched_on = re.sub(r"(?m)^#(?!reply_to|rate)", "", relay)
    return f"{before}{switched_on}{after}"


def _relay(answers: Answers) -> dict[str, object]:
    sender = answers.sender or answers.subscriber
    return {
        "from": _written(sender) if sender else None,
        "server": answers.server,
        "port": answers.port,
        "security": {465: "tls", 25: "none"}.get(answers.port, "starttls"),
        "user": answers.user,
        "password": {"env": answers.password_env} if answers.user else None,
    }


def _written(mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    name = mailbox.name.replace("\\", r"\\").replace('"', r"\"")
    return f'"{name}" <{mailbox.address}>' if re.search(r'[<>"\\]', mailbox.name) else f"{name} <{mailbox.address}>"


def _subscribers(person: Mailbox, text: str) -> str:
    """The example with one subscriber, the others as comments below."""
    import tomlkit

    entry = tomlkit.inline_table()
    if person.name:
        entry.append("name", person.name)
    line = f"{tomlkit.string(person.address).as_string()} = {entry.as_string()}"
    head, _, examples = text.partition("[subscribers]\n")
    commented = "".join(f"#{example}\n" for example in examples.splitlines() if example.strip())
    return f"{head}[subscribers]\n{line}\n\n# More of them:\n\n{commented}"

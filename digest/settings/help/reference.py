"""The reference of the configuration: `docs/configuration.md` is this module's text, a test compares them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digest.settings.core.keys import Key
from digest.settings.tables.coverage import AUTH_KEYS, feed_keys
from digest.settings.tables.general import DIGEST_KEYS, THEME_KEYS
from digest.settings.tables.llm import LLM_KEYS
from digest.settings.tables.relay import BOUNCE_KEYS, DKIM_KEYS, MAIL_KEYS
from digest.settings.tables.retention import RETENTION_KEYS
from digest.settings.tables.subscribers import default_keys, subscriber_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of the configuration."""

    table: str
    about: str
    keys: Sequence[Key]
    #: An inner table: the key of `table` that it is the value of.
    inside: str = ""


SECTIONS = (
    Section(table="digest", about="The installation.", keys=DIGEST_KEYS),
    Section(table="defaults", about="What holds for a subscriber who says nothing else.", keys=default_keys(())),
    Section(
        table="mail",
        about=(
            "The mail server. Without this table messages are written to a folder, as `.eml` and `.html`, "
            "on the same way and with the same bookkeeping."
        ),
        keys=MAIL_KEYS,
    ),
    Section(table="theme", about="How digests look, without touching a template.", keys=THEME_KEYS),
    Section(table="retention", about="For how long the store keeps what it has seen and sent.", keys=RETENTION_KEYS),
    Section(
        table="llm",
        about=(
            "A language model that may write summary lines. Without this table there is none, and lines are sentences "
            "of the stories' own. A line is refused that holds an address, or a number or a name that the story lacks; "
            "[editorial.md](editorial.md) tells more."
        ),
        keys=LLM_KEYS,
    ),
    Section(
        table="feeds",
        about=(
            'What is read: `id = "address"`, or a table. The id is the feed\'s name for good: a changed address keeps '
            "its items, a changed id is a new feed."
        ),
        keys=feed_keys(()),
    ),
    Section(
        table="topics",
        about="What is looked for, one table each. Its keys are told in [editorial.md](editorial.md).",
        keys=(),
    ),
    Section(
        table="subscribers",
        about=(
            'Who gets what, and when: `"address" = { ... }`. Whoever has unsubscribed, bounced or complained stays '
            "off, whatever stands here."
        ),
        keys=subscriber_keys(()),
    ),
)
INNER = (
    Section(table="mail", inside="dkim", about="Signing messages (RFC 6376).", keys=DKIM_KEYS),
    Section(
        table="mail",
        inside="bounce_mailbox",
        about="Reading returned messages and wishes to unsubscribe: a Maildir, or an IMAP folder.",
        keys=BOUNCE_KEYS,
    ),
    Section(table="feeds", inside="auth", about="One of user with password, bearer, or cookie.", keys=AUTH_KEYS),
)

_HEAD = """\
# Configuration

A configuration is a folder of TOML files (or one file). Every `*.toml` in it is read; any table may stand in any
file; the same key twice is an error. `digest init` writes a commented example, `digest check` finds every mistake at
once, each with file, line and column.

It is looked for where `--config` or `DIGEST_CONFIG` says, else in `./config`, `$XDG_CONFIG_HOME/digest` and
`/etc/digest`.

**Environment.** `DIGEST__TABLE__KEY` sets a key of `[digest]`, `[defaults]`, `[mail]` or `[theme]` over the files:
`DIGEST__MAIL__SERVER=localhost`, `DIGEST__MAIL__DKIM__SELECTOR=s2`. A list stands between commas. Where a secret
belongs, the variable is the secret: `DIGEST__MAIL__PASSWORD`. `digest config show --origin` tells where each value
comes from.

**Secrets** never stand in a file of the configuration. Write where the secret is: `{ env = "NAME" }`,
`{ file = "/run/secrets/name" }` (readable by its owner alone, unless systemd or a container hands it over), or
`{ command = ["pass", "name"] }`.

**Stretches of time** are `"90s"`, `"15m"`, `"1h30m"`, `"2d"`, `"1w"`. **Schedules** are `"daily 07:00"`,
`"weekdays 07:00"`, `"weekly mon 08:30"`, `"mon,thu 08:30"`, `"monthly 1 07:00"`, `"now"`, or `"cron: 0 7 * * 1-5"`,
in the subscriber's own time zone: a time that a clock change leaves out is sent just after the gap, one that comes
twice is sent the first time.
"""


def reference() -> str:
    """The text of `docs/configuration.md`."""
    return "\n".join([_HEAD, *(line for section in SECTIONS for line in _described(section))])


def _described(section: Section) -> Iterator[str]:
    name = f"{section.table}.ID.{section.inside}" if section.table == "feeds" else f"{section.table}.{section.inside}"
    yield f"### `{name}`\n" if section.inside else f"## `[{section.table}]`\n"
    yield f"{section.about}\n"
    if section.keys:
        yield "| key | meaning | example | without it |\n|---|---|---|---|"
        yield "\n".join(_row(key) for key in section.keys) + "\n"
    for inner in INNER:
        if inner.table == section.table and not section.inside:
            yield from _described(inner)


def _row(key: Key) -> str:
    absent = "required" if key.required else key.default or "none"
    cells = (f"`{key.name}`", key.about, f"`{key.example}`", f"`{absent}`" if absent[0] in '"[' else absent)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

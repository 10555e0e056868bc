"""The reference of the configuration: `docs/configuration.md` is this module's text, a test compares them. Pure."""

from collections.abc import Iterator

from digest.settings.core.keys import Key
from digest.settings.core.tables import Table
from digest.settings.tables.registry import OVERRIDABLE, TABLES

_TABLES = ", ".join(f"`[{name}]`" for name in OVERRIDABLE[:-1]) + f" or `[{OVERRIDABLE[-1]}]`"
_HEAD = f"""\
# Configuration

A configuration is a folder of TOML files (or one file). Every `*.toml` in it is read; any table may stand in any
file; the same key twice is an error. `digest init` writes a commented example, `digest check` finds every mistake at
once, each with file, line and column.

It is looked for where `--config` or `DIGEST_CONFIG` says, else in `./config`, `$XDG_CONFIG_HOME/digest` and
`/etc/digest`.

**Environment.** `DIGEST__TABLE__KEY` sets a key of {_TABLES} over the files:
`DIGEST__MAIL__SERVER=localhost`, `DIGEST__MAIL__DKIM__SELECTOR=s2`. A list stands between commas. Where a secret
belongs, the variable is the secret: `DIGEST__MAIL__PASSWORD`. `digest config show --origin` tells where each value
comes from.

**Secrets** never stand in a file of the configuration. Write where the secret is: `{{ env = "NAME" }}`,
`{{ file = "/run/secrets/name" }}` (readable by its owner alone, unless systemd or a container hands it over), or
`{{ command = ["pass", "name"] }}`.

**Durations** are `"90s"`, `"15m"`, `"1h30m"`, `"2d"`, `"1w"`. **Schedules** are `"daily 07:00"`,
`"weekdays 07:00"`, `"weekly mon 08:30"`, `"mon,thu 08:30"`, `"monthly 1 07:00"`, `"now"`, or `"cron: 0 7 * * 1-5"`,
in the subscriber's own time zone: a time that a clock change leaves out is sent just after the gap, one that comes
twice is sent the first time.
"""


def reference() -> str:
    """The text of `docs/configuration.md`."""
    return "\n".join(
        [_HEAD, *(line for table in TABLES for line in _described(table, f"## `[{table.name}]`", table.name))]
    )


def _described(table: Table, title: str, name: str) -> Iterator[str]:
    yield f"{title}\n"
    yield f"{table.about}\n"
    if table.keys:
        yield "| key | meaning | example | without it |\n|---|---|---|---|"
        yield "\n".join(_row(key, absent) for key, absent in table.rows()) + "\n"
    for inner in table.inner:
        within = f"{name}.ID.{inner.name}" if table.entries else f"{name}.{inner.name}"
        yield from _described(inner, f"### `{within}`", within)


def _row(key: Key, default: str) -> str:
    absent = "required" if key.required else default or "none"
    cells = (f"`{key.name}`", key.about, f"`{key.example}`", f"`{absent}`" if absent[0] in '"[' else absent)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

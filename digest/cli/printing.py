"""How results look: results on stdout, all else on stderr; one JSON object where `--json` asks for it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from digest.cli.exit import as_called
from digest.text import printable
from digest.text.width import width

if TYPE_CHECKING:
    from digest.delivery.ledger import LogEntry
    from digest.storage.queries.feeds import FeedHealth

#: `--json` for verbs that report.
json_option: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


def print_json(value: object) -> None:
    """One JSON object, on one line; date-times in ISO 8601."""
    click.echo(as_json_text(value))


def as_json_text(value: object, *, indent: int | None = None) -> str:
    """A value as JSON that a terminal can take."""
    return printable.in_json(json.dumps(value, ensure_ascii=False, default=plain, indent=indent))


def plain(value: object) -> object:
    """What JSON lacks, as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    return str(value)


def delivery(entry: "LogEntry") -> dict[str, object]:
    """What became of one message, as JSON values."""
    return {
        "at": entry.changed,
        "state": entry.state,
        "kind": entry.kind,
        "slot": entry.slot,
        "edition": entry.edition,
        "subject": entry.subject,
        "message_id": entry.message_id,
        "code": entry.code,
        "reply": entry.reply,
    }


def note(text: str) -> None:
    """Something for the person at the terminal, beside the result; not said under --quiet."""
    ctx = click.get_current_context(silent=True)
    if ctx is None or not ctx.find_root().params.get("quiet"):
        say(as_called(text), err=True)


def warn(text: str) -> None:
    """Something that went wrong: said in any case."""
    say(as_called(text), err=True)


def say(text: object, *, err: bool = False, head: str = "") -> None:
    """Lines of a result, whatever a feed or a server put into them; `head` is a word of our own, coloured perhaps."""
    click.echo(head + printable.block(str(text)), err=err)


def table(rows: Iterable[Sequence[object]], headings: Sequence[str]) -> str:
    """Columns as wide as they need to be; the last one is not padded."""
    cells = [[str(heading) for heading in headings], *([_cell(value) for value in row] for row in rows)]
    widths = [max(width(row[column]) for row in cells) for column in range(len(headings))]
    lines = []
    for row in cells:
        padded = [cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return moment(value) if isinstance(value, datetime) else printable.line(str(value))


def moment(value: datetime | None) -> str:
    """A moment as an operator reads it, in UTC; `-` for none."""
    return "-" if value is None else value.strftime("%Y-%m-%d %H:%M")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 feed`, `2 feeds`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def facts(pairs: Mapping[str, object]) -> str:
    """Names and values, one a line, values aligned."""
    width = max((len(name) for name in pairs), default=0)
    return "\n".join(f"{printable.line(name):<{width}}  {_cell(value)}" for name, value in pairs.items())


def trouble(health: "FeedHealth") -> str:
    """What is wrong with a feed, and since when."""
    if health.gone:
        return f"{health.id}: gone (410), not asked any more; remove it from feeds.toml, or give it a new address"
    if health.failing_since is None:
        return (
            f"{health.id}: answers, but has shown no entries since {moment(health.empty_since)}; open it in a browser"
        )
    tries = counted(health.failures, "try", "tries")
    return f"{health.id}: failing since {moment(health.failing_since)} ({tries}): {health.error}"

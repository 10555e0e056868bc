"""What a run writes to stderr beside its results: one line a message, for people or as JSON.

Subscribers stand in logs by their ids. Should an address or a token come along all the same, in a server's words or in
an exception's text, it is blotted out here, on the last way out.
"""

import json
import logging
from datetime import UTC, datetime

from digest.text import printable
from digest.text.printable import blotted

_LEVELS = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}


class Plain(logging.Formatter):
    """`2026-04-17T05:00:00Z WARNING feed wire: ...`, as people and journald read it."""

    def format(self, record: logging.LogRecord) -> str:
        """One record, an exception's traceback on further lines."""
        return printable.block(blotted(super().format(record)))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The first line; what was said to us cannot begin another."""
        record.message = printable.line(record.message)
        return super().formatMessage(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """ISO 8601 in UTC."""
        return moment(record)


class AsJson(logging.Formatter):
    """One JSON object a line: `at, level, logger, message`, and `exception` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        line = {
            "at": moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": blotted(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = blotted(self.formatException(record.exc_info))
        return printable.in_json(json.dumps(line, ensure_ascii=False))


def moment(record: logging.LogRecord) -> str:
    """When it was written, to the second."""
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def set_up(verbosity: int, *, as_json: bool) -> None:
    """Write this program's log to stderr: from -1 (errors alone) to 2 (everything).

    Other libraries are heard from warnings on: some would write statements with their parameters.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson() if as_json else Plain("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=max(logging.WARNING, _LEVELS.get(verbosity, 0)), handlers=[handler], force=True)
    logging.getLogger("digest").setLevel(_LEVELS.get(verbosity, logging.DEBUG))

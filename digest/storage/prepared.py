"""Statements that run once a message: compiled once, with parameters that go to the driver as they are.

SQLAlchemy looks at every parameter of every row at each execution; for a handful of statements that run thousands of
times a second that costs more than the database does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect
from sqlalchemy.engine.interfaces import Compiled

from digest.storage.schema import Moment


class Prepared:
    """A statement whose parameters are plain: text, numbers, None, and moments as `as_stored` gives them."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def run(self, c: Connection, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Execute once for each row of parameters; every row has the same keys."""
        compiled = self._compiled.get(c.dialect.name)
        if compiled is None:
            keys = list(rows[0])
            compiled = self._compiled[c.dialect.name] = self._statement.compile(dialect=c.dialect, column_keys=keys)
        order = getattr(compiled, "positiontup", None)
        # What the statement itself holds (a literal state) is among its parameters too.
        fixed = compiled.params
        if order is None:
            return c.exec_driver_sql(str(compiled), [{**fixed, **row} for row in rows])
        return c.exec_driver_sql(
            str(compiled), [tuple(row[name] if name in row else fixed[name] for name in order) for row in rows]
        )


def as_stored(moment: datetime | None, dialect: Dialect) -> Any:
    """A moment as the driver takes it."""
    processor = Moment().dialect_impl(dialect).bind_processor(dialect)
    return processor(moment) if processor else moment

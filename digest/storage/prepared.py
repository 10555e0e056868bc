"""Statements that run once a message: compiled once, with parameters that go to the driver as they are.

SQLAlchemy looks at every parameter of every row at each execution; for a handful of statements that run thousands of
times a second that costs more than the database does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect

from digest.storage.schema import Moment


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one kind of database takes it."""

    sql: str
    #: What the statement itself holds (a literal state) is among its parameters too.
    fixed: Mapping[str, Any]
    #: Picks the parameters in the driver's order; None: the driver takes them by name.
    ordered: Callable[[Mapping[str, Any]], tuple[Any, ...]] | None


class Prepared:
    """A statement whose parameters are plain: text, numbers, None, and moments as `as_stored` gives them."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, c: Connection, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Execute once for each row of parameters; every row has the same keys."""
        compiled = self._compiled.get(c.dialect.name)
        if compiled is None:
            compiled = self._compiled[c.dialect.name] = self._compile(c.dialect, list(rows[0]))
        whole = [{**compiled.fixed, **row} for row in rows]
        if compiled.ordered is None:
            return c.exec_driver_sql(compiled.sql, whole)
        return c.exec_driver_sql(compiled.sql, [compiled.ordered(row) for row in whole])

    def _compile(self, dialect: Dialect, keys: list[str]) -> _Compiled:
        made = self._statement.compile(dialect=dialect, column_keys=keys)
        order = getattr(made, "positiontup", None)
        return _Compiled(str(made), made.params, itemgetter(*order) if order else None)


def as_stored(moment: datetime | None, dialect: Dialect) -> Any:
    """A moment as the driver takes it."""
    processor = Moment().dialect_impl(dialect).bind_processor(dialect)
    return processor(moment) if processor else moment

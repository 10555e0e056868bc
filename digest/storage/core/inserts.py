"""INSERTs that run once an entry: compiled once, with parameters that go to the driver as they are.

SQLAlchemy looks at every parameter of every row at each execution; for tens of thousands of rows in a round of polling
that costs more than the database does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one kind of database takes it."""

    sql: str
    #: Picks a row's values in the driver's order; None: the driver takes them by name.
    ordered: Callable[[Mapping[str, Any]], tuple[Any, ...]] | None


class Insert:
    """An INSERT of one dialect, all of whose values come from rows.

    These are plain: text, JSON as its text, numbers, None, and moments as `prepared.as_stored` gives them.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: _Compiled | None = None

    def run(self, c: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, at least one; every row of every run has the same keys."""
        if self._compiled is None:
            self._compiled = self._compile(c.dialect, list(rows[0]))
        ordered = self._compiled.ordered
        c.exec_driver_sql(self._compiled.sql, list(rows) if ordered is None else [ordered(row) for row in rows])

    def _compile(self, dialect: Dialect, keys: list[str]) -> _Compiled:
        made = self._statement.compile(dialect=dialect, column_keys=keys)
        order = getattr(made, "positiontup", None)
        return _Compiled(str(made), itemgetter(*order) if order else None)

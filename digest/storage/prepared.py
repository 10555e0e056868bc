"""Statements that run once a message: compiled once, with parameters that go to the driver as they are.

SQLAlchemy looks at every parameter of every row at each execution; for a handful of statements that run thousands of
times a second that costs more than the database does.
"""

from collections.abc import Callable, Sequence
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
    #: What the statement itself holds (a literal state) is among its parameters too: these follow those of a row.
    fixed: tuple[Any, ...]
    #: A row and what is fixed, as the driver takes them: in its order, or by name.
    arranged: Callable[[tuple[Any, ...]], Any]


class Prepared:
    """A statement whose parameters are plain: text, numbers, None, and moments as `as_stored` gives them."""

    def __init__(self, statement: ClauseElement, *names: str) -> None:
        """`names`: those of its parameters, in the order in which the rows have them."""
        self._statement, self._names = statement, names
        self._compiled: dict[str, _Compiled] = {}

    def run(self, c: Connection, rows: Sequence[tuple[Any, ...]]) -> CursorResult[Any]:
        """Execute once for each row of parameters."""
        compiled = self._compiled.get(c.dialect.name)
        if compiled is None:
            compiled = self._compiled[c.dialect.name] = self._compile(c.dialect)
        arranged, fixed = compiled.arranged, compiled.fixed
        return c.exec_driver_sql(compiled.sql, [arranged(row + fixed) for row in rows])

    def _compile(self, dialect: Dialect) -> _Compiled:
        made = self._statement.compile(dialect=dialect)
        fixed = {name: value for name, value in made.params.items() if name not in self._names}
        names = (*self._names, *fixed)
        order: Sequence[str] | None = getattr(made, "positiontup", None)
        if order is None:
            return _Compiled(str(made), tuple(fixed.values()), lambda row: dict(zip(names, row, strict=True)))
        return _Compiled(str(made), tuple(fixed.values()), itemgetter(*map(names.index, order)))


#: What makes a moment a parameter, for each kind of database.
_BINDERS: dict[str, Callable[[datetime], Any]] = {}


def as_stored(moment: datetime, dialect: Dialect) -> Any:
    """A moment as the driver takes it."""
    bind = _BINDERS.get(dialect.name)
    if bind is None:
        processor = Moment().dialect_impl(dialect).bind_processor(dialect)
        bind = _BINDERS[dialect.name] = processor or (lambda moment: moment)
    return bind(moment)

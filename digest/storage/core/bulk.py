"""Statements over many rows, run often: compiled once, with parameters that go to the driver as they are.

SQLAlchemy looks at every parameter at each execution, which for tens of thousands of rows costs more than the database
does. And the driver gives up the interpreter's lock around each row of an `executemany`, to wait for it again while the
event loop works: the values of `Prepared` travel as one table (VALUES) within the statement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Connection, Dialect, bindparam, column, text
from sqlalchemy.types import TypeEngine

from digest.storage.core.schema import UtcDateTime

#: Rows of one statement: more than there are lanes, few enough that their parameters fit into any statement.
ROWS_AT_ONCE = 50

#: The columns of the table of values, by their names.
Given = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for so many rows, as one kind of database takes it."""

    sql: str
    #: The names of its parameters in the driver's order; None: the driver takes them by name.
    order: Sequence[str] | None
    #: What the statement itself holds (a literal state) is among its parameters too.
    fixed: Mapping[str, Any]
    #: The names of the rows' values, row after row.
    names: Sequence[str]


class Prepared:
    """A statement over rows of values. These are plain: text, numbers, None, and moments as `as_stored` gives them."""

    def __init__(self, build: Callable[[Given], ClauseElement], **types: TypeEngine[Any]) -> None:
        """`build` makes the statement from the columns of the table of values, which have these names and types."""
        self._build, self._types = build, types
        self._compiled: dict[tuple[str, int], _Compiled] = {}

    def run(self, c: Connection, rows: Sequence[Sequence[Any]], **shared: Any) -> int:
        """Execute for rows of values and what all rows share; how many rows of the store were changed."""
        starts = range(0, len(rows), ROWS_AT_ONCE)
        return sum(self._run(c, rows[start : start + ROWS_AT_ONCE], shared) for start in starts)

    def _run(self, c: Connection, rows: Sequence[Sequence[Any]], shared: Mapping[str, Any]) -> int:
        key = (c.dialect.name, len(rows))
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = self._compile(c.dialect, len(rows))
        values = {**compiled.fixed, **shared, **dict(zip(compiled.names, chain.from_iterable(rows), strict=True))}
        if compiled.order is None:
            return c.exec_driver_sql(compiled.sql, values).rowcount
        return c.exec_driver_sql(compiled.sql, tuple(map(values.__getitem__, compiled.order))).rowcount

    def _compile(self, dialect: Dialect, count: int) -> _Compiled:
        names = [[f"given_{row}_{name}" for name in self._types] for row in range(count)]
        made = self._build(self._table(names)).compile(dialect=dialect)
        flat = list(chain.from_iterable(names))
        fixed = {name: value for name, value in made.params.items() if name not in flat}
        return _Compiled(str(made), getattr(made, "positiontup", None), fixed, flat)

    def _table(self, names: Iterable[Sequence[str]]) -> Given:
        """A table of values. Both databases call the columns of VALUES `column1`, `column2`, and so on."""
        rows = [", ".join(f":{name}" for name in row) for row in names]
        types = list(self._types.values())
        binds = [bindparam(name, type_=of) for row in names for name, of in zip(row, types, strict=True)]
        columns = [column(f"column{number}", of) for number, of in enumerate(types, 1)]
        table = text(f"VALUES {', '.join(f'({row})' for row in rows)}").bindparams(*binds).columns(*columns)
        return dict(zip(self._types, table.subquery("given").c, strict=True))


#: What makes a moment a parameter, for each kind of database.
_BINDERS: dict[str, Callable[[datetime], Any]] = {}


def as_stored(moment: datetime, dialect: Dialect) -> Any:
    """A moment as the driver takes it."""
    bind = _BINDERS.get(dialect.name)
    if bind is None:
        processor = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
        bind = _BINDERS[dialect.name] = processor or (lambda moment: moment)
    return bind(moment)


@dataclass(frozen=True, slots=True)
class _CompiledInsert:
    """A statement as one kind of database takes it."""

    sql: str
    #: Picks a row's values in the driver's order; None: the driver takes them by name.
    ordered: Callable[[Mapping[str, Any]], tuple[Any, ...]] | None


class Insert:
    """An INSERT of one dialect, all of whose values come from rows.

    These are plain: text, JSON as its text, numbers, None, and moments as `as_stored` gives them.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: _CompiledInsert | None = None

    def run(self, c: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, at least one; every row of every run has the same keys."""
        if self._compiled is None:
            self._compiled = self._compile(c.dialect, list(rows[0]))
        ordered = self._compiled.ordered
        c.exec_driver_sql(self._compiled.sql, list(rows) if ordered is None else [ordered(row) for row in rows])

    def _compile(self, dialect: Dialect, keys: list[str]) -> _CompiledInsert:
        made = self._statement.compile(dialect=dialect, column_keys=keys)
        order = getattr(made, "positiontup", None)
        return _CompiledInsert(str(made), itemgetter(*order) if order else None)

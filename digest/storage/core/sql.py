"""What statements share: values in chunks, INSERTs that know ON CONFLICT, addresses taken out of texts."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from digest.text.printable import blotted

T = TypeVar("T")

#: Rows or parameters of one statement.
AT_ONCE = 500


def upsert(c: Connection, table: Table) -> Any:
    """The INSERT of this kind of database, which knows ON CONFLICT."""
    return insert_for(c.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Any:
    """The same for a kind of database by its name."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def chunked(values: Sequence[T], size: int = AT_ONCE) -> Iterable[Sequence[T]]:
    """Values in chunks that one statement can take as parameters."""
    return (values[start : start + size] for start in range(0, len(values), size))


def blot(c: Connection, column: Column[str], address: str) -> None:
    """Take an address out of a column's texts, in which servers may quote it, whoever they were said to."""
    ids = column.table.c.id
    quoting = select(ids, column).where(func.lower(column).contains(address, autoescape=True))
    for row in c.execute(quoting).all():
        c.execute(update(column.table).where(ids == row[0]).values({column: blotted(row[1])}))

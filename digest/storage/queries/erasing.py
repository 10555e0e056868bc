"""Takes people out of what is kept about others."""

from sqlalchemy import Column, Connection, func, select, update

from digest.text.masking import blotted


def blot(c: Connection, column: Column[str], address: str) -> None:
    """Take an address out of a column's texts, in which servers may quote it, whoever they were said to."""
    ids = column.table.c.id
    quoting = select(ids, column).where(func.lower(column).contains(address, autoescape=True))
    for row in c.execute(quoting).all():
        c.execute(update(column.table).where(ids == row[0]).values({column: blotted(row[1])}))

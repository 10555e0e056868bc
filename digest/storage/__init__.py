"""The store: tables, the queries over them, migrations. One code for SQLite and PostgreSQL.

`database` opens it and runs plain functions in threads; `feeds`, `items`, `stories`, `editions`, `subscribers`
and `ledger` hold those functions, each taking a Connection first. Transactions belong to the caller.
"""

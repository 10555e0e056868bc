"""The store: tables, the queries over them, migrations. One code for SQLite and PostgreSQL.

`core.database` opens it and runs plain functions in threads; `queries` and `recognition` hold such functions, each
taking a Connection first. Transactions belong to the caller.
"""

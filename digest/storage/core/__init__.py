"""The database: connections, tables, migrations, statements in bulk, backups."""

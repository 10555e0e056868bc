"""Alembic's scripts, in their order. Two modules: one for each change of the tables so far."""

"""Queries, one module for each table or question."""

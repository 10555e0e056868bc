"""Mutation testing: does a test notice when the code says something else? `python -m tests.mutation`."""

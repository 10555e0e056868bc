"""Fetching and reading feeds: addresses in, items out."""

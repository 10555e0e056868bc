"""Feeds are asked for news: which, when, and how each stands after it."""

"""Editions become pages: words, dates, links and templates."""

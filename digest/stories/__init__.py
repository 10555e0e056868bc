"""Judgement: topics, stories, summary lines, rank, editions. Pure."""

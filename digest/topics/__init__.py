"""A topic's terms, read from its table in the configuration. Pure.

The table's keys are told in `docs/editorial.md`; how terms are found in text is the business of `stories.topics`.
"""

from digest.topics.rules import Kind, Pattern, Term, Topic
from digest.topics.table import KEYS, parse_topic, topic_problems

__all__ = ["KEYS", "Kind", "Pattern", "Term", "Topic", "parse_topic", "topic_problems"]

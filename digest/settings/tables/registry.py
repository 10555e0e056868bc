"""Every table that a configuration may have, in the order in which the reference tells them. Pure.

A new one is a module of this folder and a line here: from it follow what is read, the JSON Schema, the reference, what
environment variables may say, and `config show`. Its settings are `Settings.of(THEM)`.
"""

from digest.settings.core.tables import Table
from digest.settings.tables.coverage import FEEDS, TOPICS
from digest.settings.tables.general import DIGEST, THEME
from digest.settings.tables.llm import LLM
from digest.settings.tables.relay import MAIL
from digest.settings.tables.retention import RETENTION
from digest.settings.tables.subscribers import DEFAULTS, SUBSCRIBERS

TABLES: tuple[Table, ...] = (DIGEST, DEFAULTS, MAIL, THEME, RETENTION, LLM, FEEDS, TOPICS, SUBSCRIBERS)
NAMES = tuple(table.name for table in TABLES)
#: Those that environment variables may speak of: the others are lists of feeds, topics and people.
OVERRIDABLE = tuple(table.name for table in TABLES if not table.entries)

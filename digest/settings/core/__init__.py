"""How tables are declared and values are read; the frozen settings that come of it."""

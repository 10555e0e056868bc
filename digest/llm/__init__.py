"""A language model that may write summary lines, if the operator wants one: off without `[llm]`."""

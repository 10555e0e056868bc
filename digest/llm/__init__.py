"""A language model that chooses or writes summary lines, if the operator wants one: off without `[llm]`."""

"""A language model for summary lines, if the operator wants one. Two modules: the service, and what it is asked."""

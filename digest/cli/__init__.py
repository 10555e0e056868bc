"""The command line: arguments, printing, exit codes; nothing else.

`program` is the door, with exit codes; the verbs stand by their heading in the help: `start`, `everyday`, `look`.
Heavy imports sit inside the verbs that need them, so that each starts fast.
"""

from digest.cli.program import main

__all__ = ["main"]

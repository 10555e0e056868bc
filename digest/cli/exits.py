"""Exit codes: part of the interface."""

from enum import IntEnum


class Exit(IntEnum):
    """What the program says to whoever called it."""

    DONE = 0
    FAILED = 1
    #: Wrong use, or a wrong configuration.
    USAGE = 2
    #: Done but incomplete: some feeds or recipients failed.
    INCOMPLETE = 3
    #: A second `run`, or a migration while others work.
    BUSY = 11
    #: The mail server refused the login.
    LOGIN = 12
    INTERRUPTED = 130

"""How long the tests go on: `./test` is done in minutes, `./test --long` looks for what is rare."""

import os

#: `./test --long` says so.
LONG = bool(os.environ.get("DIGEST_TEST_LONG"))


def at_length(usual: int, long: int) -> int:
    """How many: the usual count, or the one of a long run."""
    return long if LONG else usual

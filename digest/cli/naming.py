"""What the program is called here: `digest` once installed, `./run` in a checkout."""

import os

#: A script that starts the program under a name of its own says so in this variable.
VARIABLE = "DIGEST_COMMAND"


def command() -> str:
    """How the program was started, as a person would type it again."""
    return os.environ.get(VARIABLE) or "digest"


def as_called(text: str) -> str:
    """A sentence's advice with the command as it is called here: `./run poll` for `digest poll`."""
    return text.replace("`digest ", f"`{command()} ")

"""Keeps addresses and tokens of people out of what is written down beside the ledger: logs, events. Pure."""

import re

#: What stands in no bare address.
_BEFORE = r"\s@<>\"'(),;:\[\]="
#: Anything that a mail server could take for an address, quoted or in angle brackets or bare; looked for from a word's
#: beginning alone, so that a long word is read once.
_ADDRESS = re.compile(rf"(?<![^{_BEFORE}])[^{_BEFORE}]+@+(?:\[[^\s\[\]]*\]|[^\s@<>\"'(),;\[\]]*\w)")
#: Tokens stand in these paths (`/u/` unsubscribes, `/p/` opens preferences, `/share/`), and in bounce addresses.
_TOKEN = re.compile(r"(/(?:u|p|share)/)[\w~.-]{16,}")


def blotted(text: str) -> str:
    """The text without addresses and tokens."""
    return _TOKEN.sub(r"\1<token>", _ADDRESS.sub("<address>", text))

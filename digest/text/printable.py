"""Text that may be shown or written down: nothing that moves a cursor, no address and no token in a log. Pure."""

import re
import unicodedata

#: Invisible, and yet parts of how people write: joiners and marks of direction within a word.
_WRITTEN = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}")
#: Controls, formats, lone surrogates, and what ends a line.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def line(text: str) -> str:
    """The text on one line, what cannot be seen in it as an escape."""
    return text if text.isprintable() else "".join(_shown(sign) for sign in text)


def block(text: str) -> str:
    """The same of a text that may have several lines; a tab stays one."""
    return text if text.isprintable() else re.sub(r"[^\n\t]+", lambda found: line(found[0]), text)


def in_json(text: str) -> str:
    """A JSON text that says the same, what cannot be seen in it as JSON's escapes."""
    if text.isprintable():
        return text
    return "".join(sign if sign == "\n" or not _is_unseen(sign) else _json_escape(sign) for sign in text)


def _shown(sign: str) -> str:
    return repr(sign)[1:-1] if _is_unseen(sign) else sign


def _is_unseen(sign: str) -> bool:
    return not sign.isprintable() and sign not in _WRITTEN and unicodedata.category(sign) in _UNSEEN


def _json_escape(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


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

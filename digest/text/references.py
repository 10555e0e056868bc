"""Character references of HTML, undone. Pure."""

import html
import re
from html.entities import html5

#: A named one ends in a semicolon: "news&notes" is two words, though HTML's parsers read "news¬es".
_REFERENCE = re.compile(r"&(?:#\d{1,7}(?!\d);?|#[xX][0-9a-fA-F]{1,6}(?![0-9a-fA-F]);?|[A-Za-z][A-Za-z0-9]{1,31};)")
#: An ampersand that begins none.
BARE_AMPERSAND = re.compile(f"&(?!{_REFERENCE.pattern[1:]})")
#: Publishers escape what is escaped, over and over.
_MAX_LAYERS = 5


def unescaped(text: str) -> str:
    """A text with its character references undone, and of those that were escaped themselves all layers."""
    for _ in range(_MAX_LAYERS):
        if "&" not in text:
            break
        before, text = text, _REFERENCE.sub(_character, text)
        if text == before:
            break
    return text


def _character(found: re.Match[str]) -> str:
    """What a reference names; itself where it names nothing."""
    written = found[0]
    return html.unescape(written) if written[1] == "#" else html5.get(written[1:], written)

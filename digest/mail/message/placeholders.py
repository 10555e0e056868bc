"""Placeholders: where a recipient's own values go in a rendered edition. Pure.

A placeholder is a name between two private-use characters. Text from outside can never hold one, since private-use
characters are stripped from it (`headers.one_line`), so a placeholder is always ours or a template's.
"""

import re
from enum import StrEnum

_OPEN, _CLOSE = "\ue000", "\ue001"
#: Finds placeholders; group 1 is what stands between the two characters.
PLACEHOLDER = re.compile(f"{_OPEN}([a-z_]+(?::[a-zA-Z0-9-]+)?){_CLOSE}")
#: Anything that is left of a placeholder that a template broke.
BROKEN = re.compile(f"[{_OPEN}{_CLOSE}]")


class Placeholder(StrEnum):
    """What differs between two messages of one edition."""

    #: The recipient's own address.
    ADDRESS = "address"
    #: Since when, as words to follow the topics: " since 3 March 2016"; may be empty. Names its language: `since:en`.
    SINCE = "since"
    #: URI to unsubscribe: the web page where there is one, else the mailto.
    UNSUBSCRIBE = "unsubscribe"
    #: The mailto URI to unsubscribe.
    UNSUBSCRIBE_MAIL = "unsubscribe_mail"
    #: URI of the preferences page; without web pages, nothing.
    PREFERENCES = "preferences"


def placeholder(place: Placeholder, language: str = "") -> str:
    """The text that stands for a value; `language` is needed where words are put in (`SINCE`)."""
    return f"{_OPEN}{place}{':' + language if language else ''}{_CLOSE}"

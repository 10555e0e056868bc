"""Which way a text runs. Pure."""

import unicodedata

from digest.mail.labels import is_right_to_left

_RIGHT = frozenset({"R", "AL"})


def direction(text: str, language: str = "") -> str:
    """`rtl` or `ltr`: the stated language's way where the text has letters of it, else that of most letters.

    The first strong character, on which `dir=auto` relies, misleads: "BBC:" opens many a Persian headline.
    """
    right = sum(unicodedata.bidirectional(character) in _RIGHT for character in text)
    left = sum(unicodedata.bidirectional(character) == "L" for character in text)
    if language and is_right_to_left(language) and right:
        return "rtl"
    if language and not is_right_to_left(language) and left:
        return "ltr"
    return "rtl" if right > left else "ltr"

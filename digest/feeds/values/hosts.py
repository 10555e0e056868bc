"""Host names as a reader should see them. Pure.

After the rules that browsers follow (UTS 39 5.1 and Chromium's): a name that can be mistaken for another is shown in
its ASCII form, `xn--...`.
"""

import unicodedata
from urllib.parse import urlsplit

import idna

#: Scripts that one label may mix: Japanese, Korean and Chinese names do.
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
#: Letters of Cyrillic and Greek that look like Latin ones: a label of nothing else is a Latin word in disguise.
_LOOKALIKES = frozenset("асԁеһіјӏорԛѕԝхуүҫ" + "αινοκρτυχγϲϳ")


def shown_host(url: str) -> str:
    """The host of a link: its own letters, or punycode where a label mixes scripts or only looks Latin; without `www.`.

    Empty where there is no host, or none that can be.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    labels = [_shown_label(label) for label in host.removeprefix("www.").split(".")]
    return ".".join(labels) if all(labels) else ""


def _shown_label(label: str) -> str:
    """One label of a host name; empty where it is none."""
    if label.isascii() and not label.startswith("xn--"):
        return label
    try:
        ascii_form = label if label.isascii() else idna.encode(label, uts46=True).decode("ascii")
        text = idna.decode(ascii_form)
    except (idna.IDNAError, UnicodeError):
        return label if label.isascii() else ""
    return ascii_form if _deceives(text) else text


def _deceives(label: str) -> bool:
    """Whether a label mixes scripts, or is made of letters that all look Latin."""
    letters = [letter for letter in label if letter.isalpha()]
    scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in letters}
    scripts = {"EAST ASIAN" if script in _EAST_ASIAN else script for script in scripts}
    return len(scripts) > 1 or all(letter in _LOOKALIKES for letter in letters)

"""Strips from a text what is not the story: tails, bullets, addresses, asides, sections, datelines. Pure.

What it takes out it replaces by a line break, so that the words on both sides never become one sentence.
"""

import html
import re
from typing import Final

from digest.stories.datelines import without_datelines
from digest.stories.phrases import ELSEWHERE, lines

#: Soft hyphen, zero-width space, word joiner, byte-order mark, marks and overrides of direction. The joiners that
#: Persian and Hindi need (U+200C, U+200D) stay.
_INVISIBLE: Final = dict.fromkeys(
    [0xAD, 0x200B, 0x200E, 0x200F, 0x061C, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_BLANKS: Final = re.compile(r"[^\S\n]+")
_TAG: Final = re.compile(
    r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z][^<>]{0,1000}>", re.DOTALL | re.IGNORECASE
)
_BLOCK: Final = re.compile(r"</?(?:p|br|div|li|ul|ol|h\d|tr|td|table|blockquote|hr)\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\(\s*(?:https?://|www\.)[^\s)]*\s*\)|(?:https?://|\bwww\.|\bpic\.twitter\.com/)\S+")
#: A bracket that says what a picture or a link shows.
_ASIDE: Final = re.compile(r"\[(?:Link|Image|Photo|Video|Picture|Source|Watch|Audio|Read)\b[^\]]*\]")
#: What blog engines and republishers put under a text.
_REPUBLISHED: Final = re.compile(
    r"(?:\bThe post .{1,300}?|\bThis (?:article|story|post)[^.\n]{0,60}?) (?:appeared first|first appeared|"
    r"was first published|(?:was )?originally (?:appeared|published)|is republished) (?:on|in|at|by|from) [^\n]*"
)
_MORE_DOTS: Final = re.compile(r"\s*(?:\[\s*(?:…|\.{2,})\s*\]|\((?:more)?(?:…|\.{3})\)|… \[\+?\d+ chars\])")
_ELSEWHERE: Final = re.compile(
    r"(?:^|(?<=[\s.!?…。\])»”\"]))(?![a-zß-ÿа-яё])"
    rf"(?i:{'|'.join(lines(ELSEWHERE))})(?!(?<=[^\W\u2e80-\uffff])[^\W\d_])"
    r"[^\n]*?(?:[.!?…。！؟۔]+(?=\s|$)|(?=\n)|$)",
    re.MULTILINE,
)
_BULLET: Final = re.compile(r"\s*[•▪●◦■►▶‣➤✔]\s*|\n[-*–] ")
#: "... health benefits. | World News".
_SECTION: Final = re.compile(r"\s*\\?\|\s*[^|\n.!?]{1,60}$")
#: A blank that an editor's link left before a mark.
_LOOSE: Final = re.compile(r" +(?=’s\b|,|\.(?:\s|$))")


def declutter(text: str) -> str:
    """The story's own words, with a line break where something was taken out or a block of HTML ended.

    Entities are undone twice, since feeds escape twice; tags and invisible characters are dropped.
    """
    text = _plain(text)
    if "[" in text or "(" in text:
        text = _MORE_DOTS.sub("…", _ASIDE.sub("\n", text))
    if "://" in text or "www." in text or "pic.tw" in text:
        text = _ADDRESS.sub(lambda found: "" if found[0][0] == "(" else "\n", text)
    text = _REPUBLISHED.sub("\n", text)
    text = _ELSEWHERE.sub("\n", text)
    text = _BULLET.sub("\n", text).lstrip()
    text = without_datelines(text)
    if "|" in text:
        text = _SECTION.sub("", text.rstrip())
    return _LOOSE.sub("", text).strip()


def _plain(text: str) -> str:
    """Without entities, tags, invisible characters and runs of blanks."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(lambda found: "\n" if _BLOCK.match(found[0]) else "", text)
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return _BLANKS.sub(" ", text)

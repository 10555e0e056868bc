"""Strips from a text what is not the story: tails, bullets, addresses, asides, sections, datelines. Pure.

What it takes out it replaces by a line break, so that the words on both sides never become one sentence. The patterns
begin with the few characters that can start a find, since most of a text is none of them. What they read after a start
is bounded, or no other start stands in it: anyone may write a text, and none takes long.
"""

import re
from itertools import groupby
from operator import itemgetter
from typing import Final

from digest.stories.summaries.datelines import without_datelines
from digest.stories.summaries.publisher_phrases import ELSEWHERE, FIRST_ELSEWHERE, lines
from digest.text.references import unescaped

#: Soft hyphen, zero-width space, word joiner, byte-order mark, marks and overrides of direction. The joiners that
#: Persian and Hindi need (U+200C, U+200D) stay.
_INVISIBLE: Final = re.compile("[\xad\u200b\u200e\u200f\u061c\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
#: Two blanks or more, or one that is not a space.
_BLANKS: Final = re.compile(r"(?:  |[^\S\n ])[^\S\n]*")
#: What is opened and never closed reaches to the end, as browsers have it.
_TAG: Final = re.compile(
    r"<script\b.*?(?:</script\s{0,9}>|\Z)|<style\b.*?(?:</style\s{0,9}>|\Z)|<!--.*?(?:-->|\Z)"
    r"|</?[a-zA-Z][^<>]{0,1000}>",
    re.DOTALL | re.IGNORECASE,
)
_BLOCK: Final = re.compile(r"</?(?:p|br|div|li|ul|ol|h\d|tr|td|table|blockquote|hr)\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"\( ?(?:https?://|www\.)[^\s)]* ?\)|https?://\S+|www\.\S+|pic\.twitter\.com/\S+", re.IGNORECASE
)
#: A bracket that says what a picture or a link shows.
_ASIDE: Final = re.compile(
    r"\[[^\[\]]{0,40}\b(?i:link|image|photo|video|picture|source|watch|audio|read|click)\b[^\[\]]*\]"
)
#: A button's words in front of the text.
_BUTTON: Final = re.compile(r"\s*Share (?:this|the) (?:content|article|story|page|post)(?=[A-Z\s])")
_MORE_DOTS: Final = re.compile(r"\[\s*(?:…|\.{2,})\s*\]|\((?:more)?(?:…|\.{3})\)|… ?\[\+?\d+ chars\]")
#: What blog engines and republishers put under a text.
_REPUBLISHED: Final = re.compile(
    r"This (?:article|story|post|piece) [^.\n]{0,60}?"
    r"(?:appeared first|first appeared|first published|originally (?:appeared|published)|republished) "
    r"(?:on|in|at|by|from) [^\n]*"
)
#: What link aggregators (Reddit, Hacker News) put under a text, or in place of one.
_SUBMITTED: Final = re.compile(
    r"submitted by /u/[\w-]{1,40}(?: to r/\w{1,40})?(?: ?\[(?:link|comments)\]){0,2}"
    r"|(?:Article URL: \S{1,500} )?Comments URL: \S{1,500}(?: Points: \d{1,9})?(?: # Comments: \d{1,9})?"
)
_FIRST_ELSEWHERE: Final = {
    behind: re.compile(rf"(?:{'|'.join(begin for begin, _ in pairs)}) .{{1,300}}? {re.escape(behind)}[^\n]*")
    for behind, pairs in groupby(
        sorted((line.split("/") for line in lines(FIRST_ELSEWHERE)), key=itemgetter(1)), key=itemgetter(1)
    )
}
_ELSEWHERE: Final = re.compile(
    rf"(?:{'|'.join(f'{line[0]}(?i:{line[1:]})' for line in lines(ELSEWHERE))})"
    r"(?!(?<=[^\W\u2e80-\uffff])[^\W\d_])[^\n]*?(?:[.!?…。！؟۔](?=\s|$)|(?=\n)|$)"
)
#: What such a sentence may stand behind.
_BEFORE: Final = ' \n.!?…。])»”"|'
_BULLET: Final = re.compile(r"[•▪●◦■►▶‣➤✔\n](?:(?<!\n)|[-*–] )")
#: "... health benefits. | World News".
_SECTION: Final = re.compile(r"\\?\|\s*[^|\n.!?]{1,60}$")
_BAR: Final = re.compile(r" \\?\| ")
#: How far from a text's end a section may begin, in characters.
_SECTION_REACH: Final = 64
#: A blank that an editor's link left before a mark.
_LOOSE: Final = re.compile(r"(?<! ) +(?=’s\b|,|\.(?:\s|$))")


def declutter(text: str) -> str:
    """The story's own words, with a line break where something was taken out or a block of HTML ended.

    Entities are undone to the last layer, since feeds escape twice; tags and invisible characters are dropped.
    """
    text = _plain(text)
    if "submitted by" in text or "Comments URL" in text:
        text = _SUBMITTED.sub("\n", text)
    if "[" in text or "(" in text:
        text = _MORE_DOTS.sub("…", _ASIDE.sub("\n", text))
    if "://" in text or "www." in text or "pic.tw" in text:
        text = _ADDRESS.sub(lambda found: "" if found[0][0] == "(" else "\n", text)
    if "Share th" in text:
        text = text[found.end() :] if (found := _BUTTON.match(text)) else text
    text = _REPUBLISHED.sub("\n", text)
    for behind, sentence in _FIRST_ELSEWHERE.items():
        if behind in text:
            text = sentence.sub("\n", text)
    text = _ELSEWHERE.sub(_unless_inside, text)
    text = without_datelines(_BULLET.sub("\n", text).strip())
    if "|" in text:
        section = _SECTION.search(text, max(0, len(text) - _SECTION_REACH))
        text = _BAR.sub("\n", text[: section.start()] if section else text)
    if " ," in text or " ." in text or " ’s" in text:
        text = _LOOSE.sub("", text)
    return text.strip()


def _unless_inside(found: re.Match[str]) -> str:
    """A line break for what stands where a sentence may begin."""
    at = found.start()
    return "\n" if not at or found.string[at - 1] in _BEFORE else found[0]


def _plain(text: str) -> str:
    """Without entities, tags, invisible characters and runs of blanks."""
    if "&" in text:
        text = unescaped(text)
    if "<" in text:
        text = _TAG.sub(lambda found: "\n" if _BLOCK.match(found[0]) else "", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    # A printable text holds no blank but the space.
    return text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)

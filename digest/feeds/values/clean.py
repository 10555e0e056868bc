"""Outside HTML and text as plain text. Pure.

Plain text means: no markup, no entities, no control or bidirectional-override characters, one space between words.
What looks like code (`{{7*7}}`, a `<` that begins no tag) stays literal: templates escape it.
"""

import re
import unicodedata

import nh3

from digest.feeds.values.entry_links import canonical_link, clean_link, shown_host
from digest.text.references import BARE_AMPERSAND, unescaped

__all__ = ["canonical_link", "clean_link", "from_html", "from_text", "shortened", "shown_host"]

#: nh3 takes quadratic time on runs of unclosed tags (159 KB: 5 s), so it never sees more characters than this.
MAX_HTML = 8_192

#: Elements that end a line in a browser: without a space there, "talks end</p><p>Iran said" would glue two words.
_BLOCKS = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|"
    r"footer|form|h[1-6]|header|hr|img|li|main|nav|ol|option|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|"
    r"ul)\b)",
    re.IGNORECASE,
)
#: A tag of HTML, as told from a "<" that somebody typed.
_TAG = re.compile(
    r"</?(?:a|abbr|address|article|aside|audio|b|big|blockquote|body|br|caption|center|cite|code|col|dd|del|details|"
    r"div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|header|hr|html|i|iframe|img|input|ins|kbd|"
    r"label|li|link|main|mark|meta|nav|noscript|object|ol|option|p|param|picture|pre|q|s|samp|script|section|select|"
    r"small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|tr|tt|u|"
    r"ul|var|video|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
#: What tells markup from a sentence about it: something closed, something empty, or an attribute.
_MARKUP = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:br|hr|img|p)\b|<[a-z][a-z0-9]*\s+[a-z-]+\s*=", re.IGNORECASE)
#: What only markup that was escaped twice holds: a sentence about HTML rarely closes what it names.
_CLOSING_TAG = re.compile(
    r"</(?:a|b|div|em|font|h[1-6]|i|li|p|span|strong|u|ul)\s*>|<(?:br|img|p)\b[^<>]*>", re.IGNORECASE
)
#: Takes all tags away, and with these elements what is in them: it is not text of the entry.
_CLEANER = nh3.Cleaner(
    tags=set(),
    clean_content_tags={
        *("script", "style", "iframe", "noembed", "noframes", "noscript", "template", "textarea", "title", "svg"),
    },
)
#: A link; Google News puts the name of its source behind it.
_LINK = re.compile(
    r"<a\b[^<>]*>([^<]*(?:</?(?:b|em|i|strong)\s*>[^<]*)*)</a\s*>"
    r"(?:(?:&nbsp;|\s){0,9}<font\b[^<>]*>[^<]{0,60}</font\s*>)?",
    re.IGNORECASE,
)
#: Words before the first link.
_BEGINS_WITH_WORDS = re.compile(r"(?:\s|<(?![aA][\s>])[^<>]*>)*\w")
_ANY_TAG = re.compile(r"<[^<>]*>")
#: Words of a link that says nothing of its own: "Comments", "Read the rest".
_FEW_WORDS = 3
#: What stands round a text that was escaped although it was marked as not to be.
_MARKERS = re.compile(r"<!\[CDATA\[|\]\]>")
#: An entity that the cut went through.
_CUT_ENTITY = re.compile(r"&[#\w]{0,31}$")
#: A byte of a UTF-8 sequence that was read as windows-1252, -1250 or -1251, and one that follows it. ftfy asks much
#: more, at 300 microseconds a kilobyte: only texts with such a pair are shown to it.
_SUSPECT = re.compile(
    "[\xc2-\xf4\u0102\u0139\u0413\u0412\u0420\u0421\u221a\u251c\u252c]"
    "[\x80-\xbf\u0104\u0105\u0141\u0142\u0152\u0153\u015a\u015b\u015e-\u0161\u0164\u0165\u0178-\u017e\u0192\u02c6\u02c7"
    "\u02d8-\u02dd\u0402-\u040f\u0452-\u045f\u0490\u0491\u2010-\u203a\u20ac\u2116\u2122\u2310]"
)
#: Characters that show nothing and can hide or turn round what stands beside them: controls, soft hyphen, zero-width
#: space, bidirectional embeddings, overrides and isolates (the marks LRM, RLM and ALM and the joiners that Persian and
#: Hindi need stay), interlinear annotation, the byte-order mark, tags, lone surrogates, non-characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffc"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)


def from_html(markup: str) -> str:
    """The text of an HTML fragment; of more than MAX_HTML characters, the beginning."""
    markup = _unmarked(markup)
    if "<" not in markup:
        text = _unmarked(unescaped(markup[: MAX_HTML * 2]))
        # Some publishers escape twice: what is markup only now was meant as markup.
        if "<" in text and _CLOSING_TAG.search(text):
            text = _without_tags(text)
        return tidy(text)
    return tidy(_without_tags(markup))


def from_text(text: str) -> str:
    """The text of a field that is declared plain, whose publisher may have put HTML into it all the same."""
    text = _unmarked(text)
    if "<" in text and _TAG.search(text) and _MARKUP.search(text):
        return from_html(text)
    return tidy(_unmarked(unescaped(text)))


def is_only_links(markup: str, title: str) -> bool:
    """Whether HTML under a title is but a list of headlines, or links that repeat the title or say little."""
    has_links = "</a" in markup or "</A" in markup
    if not (has_links and title) or len(markup) > MAX_HTML or _BEGINS_WITH_WORDS.match(markup):
        return False
    found = [from_html(link) for link in _LINK.findall(markup)]
    rest = unescaped(_ANY_TAG.sub(" ", _LINK.sub(" ", markup)))
    if any(letter.isalnum() for letter in rest):
        return False
    is_list = len(found) > 1 and "<li" in markup.lower()
    return is_list or all(title.startswith(link) or len(link.split()) <= _FEW_WORDS for link in found)


def _unmarked(text: str) -> str:
    """Without the markers of a CDATA section that were escaped themselves."""
    return _MARKERS.sub("", text) if "<![CDATA[" in text else text


def tidy(text: str) -> str:
    """Text in composed form (NFC) with whole words, its encoding mended where that is sure, nothing invisible in it."""
    if text.isascii():
        words = " ".join(text.split())
        # Of ASCII, what is printable is all visible.
        return words if words.isprintable() else " ".join(_INVISIBLE.sub("", text).split())
    if _SUSPECT.search(text):
        text = _well_encoded(text)
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def _well_encoded(text: str) -> str:
    """A text that holds suspect pairs, put right where that is sure."""
    import ftfy  # a third of what a process needs to start, and rarely used
    from ftfy.badness import is_bad

    return ftfy.fix_encoding(text) if is_bad(text) else text


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters of a text, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip() + "…"


def _without_tags(markup: str) -> str:
    """Text without tags, comments, scripts and styles; entities undone."""
    cut = markup if len(markup) <= MAX_HTML else _CUT_ENTITY.sub("", markup[:MAX_HTML])
    cut = BARE_AMPERSAND.sub("&amp;", cut) if "&" in cut else cut
    return unescaped(_CLEANER.clean(_BLOCKS.sub(" <", cut)))

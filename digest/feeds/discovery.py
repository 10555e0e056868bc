"""A site's address finds its feed: the links that a page names (RSS Advisory Board, autodiscovery). Pure."""

import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

from digest.feeds.values.clean import from_html, shortened
from digest.text.urls import web_address

#: Feeds are named in the head; a page's text is not searched.
MAX_HEAD = 200_000
MAX_FEEDS = 20
#: Characters in which a page shows that it is one.
MAX_PROLOG = 10_000

#: What may stand before the first element.
_PROLOG = re.compile(r"\s+|<\?[^>]{0,500}>|<!--.*?-->|<!doctype[^>]{0,1000}>", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(r"<(?:html|head|body|title|meta|script)\b", re.IGNORECASE)
_TYPES = {
    "application/atom+xml": 0,
    "application/rss+xml": 1,
    "application/feed+json": 2,
    "application/rdf+xml": 3,
    "application/xml": 4,
    "text/xml": 4,
}
#: What says that a link leads to one entry and not to a feed (RFC 5023 12.1).
_ENTRY = frozenset({"type=entry", 'type="entry"', "type='entry'"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that a page names."""

    url: str
    title: str = ""
    #: Its media type.
    type: str = ""


def is_html(text: str) -> bool:
    """Whether a document is a web page, by its first element: real feeds have been seen under an HTML doctype."""
    start, at = text[:MAX_PROLOG], 0
    while found := _PROLOG.match(start, at):
        at = found.end()
    return bool(_PAGE.match(start, at))


def find_feeds(text: str, url: str) -> tuple[FoundFeed, ...]:
    """The feeds that a page links to, in its order; comment feeds last. Links that are not http(s) are left out."""
    reader = _Head(url)
    # Python's parser asserts where a marked section has a name that it does not know: what was found before counts.
    with suppress(AssertionError):
        reader.feed(text[:MAX_HEAD])
    found: dict[str, FoundFeed] = {}
    for feed in reader.feeds:
        found.setdefault(feed.url, feed)
    return tuple(sorted(found.values(), key=_is_of_comments)[:MAX_FEEDS])


def _is_of_comments(feed: FoundFeed) -> bool:
    """A blog's feed of comments is rarely what somebody looks for."""
    return "comment" in f"{feed.url} {feed.title}".lower()


class _Head(HTMLParser):
    """Collects `<link rel="alternate">` of feed types, and heeds `<base href>`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.base = url
        self.feeds: list[FoundFeed] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One start tag."""
        values = {name: value or "" for name, value in attrs}
        if tag == "base" and values.get("href"):
            self.base = web_address(values["href"], self.base) or self.base
        elif tag == "link":
            self._add(values)

    def _add(self, values: dict[str, str]) -> None:
        """A link, if it leads to a feed."""
        kind, *parameters = (part.strip().lower() for part in values.get("type", "").split(";"))
        relations = values.get("rel", "").lower().split()
        if kind not in _TYPES or _ENTRY & set(parameters) or not {"alternate", "feed"} & set(relations):
            return
        if link := web_address(values.get("href", ""), self.base):
            self.feeds.append(FoundFeed(url=link, title=shortened(from_html(values.get("title", "")), 100), type=kind))

"""What every format says of a feed and its entries, and how an entry becomes an Item. Pure.

The readers (`syndication` for RSS, RDF and Atom, `jsonfeed` for JSON Feed) make Entries; identity, dates, publisher and
language are decided here, once for all formats.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from digest.feeds.values.clean import MAX_HTML, from_html, from_text, is_only_links, shortened, tidy
from digest.feeds.values.dates import read_date
from digest.feeds.values.entry_keys import MAX_GUID, item_key
from digest.feeds.values.entry_links import clean_link, is_wrapped, shown_host
from digest.feeds.values.languages import language_tag, script_language
from digest.feeds.values.names import publisher_name
from digest.model import Feed, Item, item_id
from digest.ports import PollHints

#: A document that says nothing about polling.
NO_HINTS = PollHints()
#: Characters that are kept of each field: enough for a reader, and a bound for the store.
MAX_TITLE = 500
MAX_SUMMARY = 4_000
#: Of the text of an entry without a title, what stands for one.
MAX_BORROWED_TITLE = 80
MAX_NAME = 200
MAX_AUTHORS = 10
MAX_CATEGORIES = 30
_ADDRESS = re.compile(r"\s*https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A text as it stands in a document."""

    text: str = ""
    #: Declared or understood as HTML; else plain.
    html: bool = True

    def plain(self) -> str:
        """The text without markup."""
        return from_html(self.text) if self.html else from_text(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an aggregator found an entry."""

    title: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as its format gives it: nothing cleaned, nothing decided."""

    guid: str = ""
    #: May be relative.
    link: str = ""
    #: What a podcast's entry plays: its link where there is no other.
    enclosure: str = ""
    title: Markup = Markup()
    summary: Markup = Markup()
    body: Markup = Markup()
    published: str = ""
    updated: str = ""
    authors: tuple[str, ...] = ()
    source: Source = Source()
    language: str = ""
    categories: tuple[str, ...] = ()
    #: A hash of how it stands in the document; empty where that was not told.
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entry that stands in the document as it did before, and was not read again."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed as its document describes itself."""

    title: str = ""
    link: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    #: In document order.
    entries: tuple[Entry | Known, ...] = ()
    hints: PollHints = NO_HINTS
    #: Guids of entries that the feed takes back.
    retracted: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the items of one document share."""

    feed: Feed
    channel: Channel
    #: The document's address: relative links start here.
    url: str
    #: What the HTTP answer says of the language.
    language: str
    now: datetime
    #: Who publishes what names no other source.
    publisher: str
    #: Its links only count its entries: they identify nothing.
    numbered: bool = False


def item(entry: Entry, context: Context) -> Item | None:
    """An entry as an Item, seen now; None for one that says nothing at all."""
    language = language_tag(entry.language) or language_tag(context.channel.language) or language_tag(context.language)
    title = shortened(entry.title.plain(), MAX_TITLE)
    page = clean_link(entry.link or _link_in(entry.guid), context.url)
    link = page or clean_link(entry.enclosure, context.url)
    updated = read_date(entry.updated, language=language)
    published = read_date(entry.published, language=language) or updated
    summary, body = _texts(entry, title)
    title = title or shortened(summary or body, MAX_BORROWED_TITLE) or link or shortened(entry.guid, MAX_TITLE)
    if not title:
        return None
    key = item_key(entry.guid, "" if context.numbered else page, published, title)
    publisher, title = _publisher(entry, title, shown_host(link) if is_wrapped(entry.link) else "", context)
    return Item(
        id=item_id(context.feed.id, key),
        feed=context.feed.id,
        key=key,
        title=title,
        link=link,
        summary=summary,
        body=body,
        published=published or context.now,
        first_seen=context.now,
        updated=min(updated, context.now) if updated else None,
        authors=_names(entry.authors, MAX_AUTHORS),
        publisher=publisher,
        language=language or script_language(f"{title} {summary}"),
        categories=_names(entry.categories, MAX_CATEGORIES),
    )


def unread_date(entry: Entry, item: Item) -> str:
    """An entry's date as written, where it is there and tells nothing; else empty."""
    written = entry.published or entry.updated
    if not written or item.dated or read_date(written, language=item.language):
        return ""
    return written


def _link_in(guid: str) -> str:
    """The guid of an entry without a link, where it is an address."""
    return guid.strip() if _ADDRESS.match(guid) else ""


def is_address(guid: str) -> bool:
    """Whether a guid that is called a permanent link can be one: an address, or a path on its site."""
    return bool(_ADDRESS.match(guid)) or guid.startswith("/")


def _texts(entry: Entry, title: str) -> tuple[str, str]:
    """Summary and full text; where the two are the same, it is a summary. Mere links to more are neither."""
    summary = "" if is_only_links(entry.summary.text, title) else entry.summary.plain()
    if not entry.body.text or entry.body.text == entry.summary.text:
        return (shortened(summary, MAX_SUMMARY), "" if len(summary) <= MAX_SUMMARY else summary)
    body = "" if is_only_links(entry.body.text, title) else entry.body.plain()
    return shortened(summary, MAX_SUMMARY), "" if body == summary else shortened(body, MAX_HTML)


def _publisher(entry: Entry, title: str, site: str, context: Context) -> tuple[str, str]:
    """Who published it, and the title without that name: aggregators append it ("Talks fail - The Wire").

    `site`: the host that a search's entry leads to, which names its publisher at least.
    """
    own = site or context.publisher
    if not entry.source.title:
        return own, title
    publisher = shortened(from_html(entry.source.title), MAX_NAME)
    if not publisher or publisher.casefold() == context.channel.title.casefold():
        return own, title
    for dash in (" - ", " – ", " — ", " | "):
        if title.casefold().endswith(f"{dash}{publisher}".casefold()) and len(title) > len(dash) + len(publisher):
            return publisher, title[: -len(dash) - len(publisher)].rstrip()
    return publisher, title


def publisher_of(feed: Feed, channel: Channel, url: str) -> str:
    """The name that the operator gave a feed, else what it calls itself, without the name of its section."""
    title = shortened(channel.title, MAX_NAME)
    return feed.name or publisher_name(title, clean_link(channel.link, url) or url)


def _names(values: tuple[str, ...], limit: int) -> tuple[str, ...]:
    """Names as plain text, each once, in their order."""
    clean = (_name(value[:MAX_GUID]) for value in values[: limit * 4])
    return tuple(dict.fromkeys(name for name in clean if name))[:limit]


@lru_cache(maxsize=1024)
def _name(value: str) -> str:
    """An author or a category as plain text: a feed has few, and each many times."""
    return shortened(from_html(value), MAX_NAME)


def channel_title(markup: Markup) -> str:
    """A feed's own name as plain text."""
    return shortened(tidy(markup.plain()), MAX_NAME)

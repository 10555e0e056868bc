"""Documents into items: bytes in, a ParsedFeed out. Pure; `sandbox` runs it where nothing it does can hurt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.errors import ParseError
from digest.feeds.decode.encoding import decode
from digest.feeds.discovery import find_feeds, is_html
from digest.feeds.parse.entries import Channel, Context, Entry, Known, item, publisher_of, unread_date
from digest.feeds.parse.jsonfeed import is_json, read_json
from digest.feeds.parse.precheck import guarded
from digest.feeds.parse.syndication import read_syndication
from digest.feeds.values.clean import shortened, tidy
from digest.feeds.values.complaints import without_complaints
from digest.feeds.values.dates import MAX_DATE
from digest.feeds.values.entry_keys import common_key, is_by_title, is_numbering, is_shared, told_apart
from digest.feeds.values.entry_links import clean_link
from digest.feeds.values.languages import language_tag
from digest.model import Feed, Item, item_id
from digest.ports import Document, ParsedFeed

_NOTHING: Mapping[str, str] = {}


def parse(document: Document, feed: Feed, now: datetime, unchanged: Mapping[str, str] = _NOTHING) -> ParsedFeed:
    """Read a feed's document.

    Entries whose fingerprint stands in `unchanged` (fingerprint to key) are in `shown`, not in `items`.
    ParseError: it is not a feed, or refused; the sentence says what it is instead, and what to do.
    """
    try:
        decoded = decode(document.body, document.content_type)
        channel = without_complaints(_read(decoded.text, document, unchanged))
    except ParseError as exc:
        leads = "" if document.url == feed.url else f" leads to {document.url}"
        raise ParseError(f"{feed.url}{leads}: {exc}") from exc
    context = Context(
        feed=feed,
        channel=channel,
        url=document.url,
        language=document.content_language,
        now=now,
        publisher=publisher_of(feed, channel, document.url),
    )
    rows = _rows(context, unchanged)
    if _hides_a_title(rows):
        rows = _rows(replace(context, channel=without_complaints(_read(decoded.text, document, _NOTHING))), unchanged)
    rows = _told_apart(rows)
    return ParsedFeed(
        title=channel.title,
        link=clean_link(channel.link, document.url),
        language=language_tag(channel.language) or language_tag(document.content_language),
        items=tuple(row.item for row in rows if row.item and not row.known),
        shown=tuple(row.key for row in rows),
        fingerprints=tuple((row.key, row.fingerprint) for row in rows if row.fingerprint),
        hints=channel.hints,
        retracted=channel.retracted,
        warnings=(*decoded.warnings, *channel.warnings, *_of_dates(rows)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One entry of the document on its way to becoming an item."""

    key: str
    fingerprint: str
    #: None: it was not read again.
    item: Item | None
    known: bool
    #: Its date as written, where that cannot be read.
    date: str = ""


def _of_dates(rows: Sequence[_Row]) -> Iterator[str]:
    """A sentence about the dates that are there and tell nothing."""
    if unread := [row.date for row in rows if row.date]:
        example = shortened(tidy(unread[0]), MAX_DATE)
        yield f"{len(unread)} of its dates cannot be used (“{example}”): such entries count as undated"


def _rows(context: Context, unchanged: Mapping[str, str]) -> list[_Row]:
    """All entries that say something, in document order."""
    rows = []
    context = replace(context, numbered=_is_numbered(context.channel))
    for entry in context.channel.entries:
        if isinstance(entry, Known):
            rows.append(_Row(entry.key, entry.fingerprint, None, known=True))
        elif one := item(entry, context):
            key = unchanged.get(entry.fingerprint)
            date = unread_date(entry, one)
            rows.append(_Row(key or one.key, entry.fingerprint, one, known=key is not None, date=date))
    return rows


def _is_numbered(channel: Channel) -> bool:
    """Whether its links count its entries; what was known before settles it, since a few new ones cannot tell."""
    known = [entry.key for entry in channel.entries if isinstance(entry, Known)]
    if known:
        return is_by_title(known[0])
    return is_numbering([entry.link for entry in channel.entries if isinstance(entry, Entry) and not entry.guid])


def _hides_a_title(rows: Sequence[_Row]) -> bool:
    """Whether a new entry has the key of one that was not read: only their titles tell if it is another entry."""
    unread = {common_key(row.key) for row in rows if row.item is None}
    return any(row.key in unread for row in rows if not row.known)


def _told_apart(rows: Sequence[_Row]) -> list[_Row]:
    """Rows with a key of their own: different entries that share a guid are told apart, of one listed twice the first
    stays."""
    titles: dict[str, list[str]] = {}
    for row in rows:
        if row.item:
            titles.setdefault(row.item.key, []).append(row.item.title)
    shared = {key for key, found in titles.items() if len(found) > 1 and is_shared(found)}
    apart: dict[str, _Row] = {}
    for row in rows:
        own = _with_own_key(row, row.item) if row.item and not row.known and row.item.key in shared else row
        apart.setdefault(own.key, own)
    return list(apart.values())


def _with_own_key(row: _Row, one: Item) -> _Row:
    """A row whose guid stands on other entries too, known by its title as well."""
    key = told_apart(one.key, one.title)
    return replace(row, key=key, item=replace(one, key=key, id=item_id(one.feed, key)))


def _read(text: str, document: Document, unchanged: Mapping[str, str]) -> Channel:
    """The document by its own format, whatever its media type says."""
    if is_json(text):
        return read_json(text, unchanged)
    if is_html(text):
        raise ParseError(_web_page(text, document.url))
    return read_syndication(guarded(text), unchanged)


def _web_page(text: str, url: str) -> str:
    """What to say to a page where a feed should be."""
    feeds = find_feeds(text, url)
    if not feeds:
        return "this is a web page, not a feed, and it names no feed: look on the site for one"
    links = ", ".join(feed.url for feed in feeds[:3])
    return f"this is a web page, not a feed; it names {'this feed' if len(feeds) == 1 else 'these feeds'}: {links}"

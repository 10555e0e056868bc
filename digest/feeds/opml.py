"""Lists of feeds as other programs write and read them: OPML 2.0 (opml.org), in and out, with folders. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import quoteattr

from digest.errors import ParseError
from digest.feeds.decode.encoding import decode
from digest.feeds.values.clean import from_text, shortened
from digest.model import Feed
from digest.text.references import BARE_AMPERSAND
from digest.text.urls import web_address

#: Feeds taken from one list: more is a mistake, or meant to be one.
MAX_FEEDS = 200_000
MAX_NAME = 200
#: Between a folder and one inside it.
SEPARATOR = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str = ""
    #: Not to be asked for now.
    paused: bool = False
    #: Folders from the outside in, with slashes between; None: in no folder.
    folder: str | None = None


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """The feeds of a list, each address once, in the list's order. ParseError: it holds none.

    An address that is none of the web's, or holds a login, stands as it was written: whoever takes it over says so.
    """
    import listparser

    # Many programs forget to escape the ampersands of addresses; listparser takes `&copy=3` for a sign.
    text = BARE_AMPERSAND.sub("&amp;", decode(body).text)
    # Bytes, never a string: listparser fetches a string that is an address.
    try:
        found = listparser.parse(text.encode("utf-8", "replace")).feeds
    except (AssertionError, ValueError, LookupError) as exc:  # of Python's HTML parser below it
        raise ParseError(f"this is not a list of feeds that can be read: {exc}") from exc
    if len(found) > MAX_FEEDS:
        raise ParseError(f"this list holds {len(found):,} feeds, and at most {MAX_FEEDS:,} are taken: split it")
    outlines: dict[str, Outline] = {}
    for feed in found:
        if url := feed_address(str(feed.get("url") or "")):
            title = shortened(from_text(str(feed.get("title") or "")), MAX_NAME)
            outlines.setdefault(url, Outline(url=url, title=title, folder=_folder(feed.get("categories") or ())))
    if not any(web_address(url) for url in outlines):
        raise ParseError("this is not a list of feeds: it holds no outline with an xmlUrl of http or https")
    return tuple(outlines.values())


def feed_address(written: str) -> str:
    """An address as lists of feeds have it, which may begin with `feed:`, a browser's word for "subscribe"; one that
    is none of the web's, or holds a login, as it was written."""
    scheme, _, rest = written.strip().partition(":")
    if scheme.lower() == "feed":
        written = f"http:{rest}" if rest.startswith("//") else rest
    host = written.partition("://")[2].partition("/")[0]
    return written.strip() if "@" in host else web_address(written) or written.strip()


def write_opml(feeds: Iterable[Feed], *, title: str, now: datetime) -> str:
    """A list of feeds that other programs read: an outline for each, inside outlines for its folders."""
    tree: dict[str | None, list[Feed]] = {}
    for feed in feeds:
        tree.setdefault(feed.folder, []).append(feed)
    lines = [_outline(feed, 2) for feed in tree.pop(None, [])]
    for folder, inside in sorted(tree.items(), key=lambda entry: entry[0] or ""):
        lines += _in_folder((folder or "").split(SEPARATOR), inside)
    head = f"<title>{quoteattr(title)[1:-1]}</title><dateCreated>{format_datetime(now)}</dateCreated>"
    body = "\n".join(lines)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">\n  <head>{head}</head>\n'
        f"  <body>\n{body}\n  </body>\n</opml>\n"
    )


def _folder(categories: Sequence[object]) -> str | None:
    """The first of listparser's paths that is a place in the tree."""
    for path in categories:
        if isinstance(path, list) and path:
            return SEPARATOR.join(shortened(from_text(str(name)), MAX_NAME).replace(SEPARATOR, "-") for name in path)
    return None


def _in_folder(path: Sequence[str], feeds: Sequence[Feed]) -> list[str]:
    """The outlines of one folder."""
    opened = [f"{'  ' * (2 + depth)}<outline text={quoteattr(name)}>" for depth, name in enumerate(path)]
    closed = [f"{'  ' * (2 + depth)}</outline>" for depth in reversed(range(len(path)))]
    return [*opened, *(_outline(feed, 2 + len(path)) for feed in feeds), *closed]


def _outline(feed: Feed, depth: int) -> str:
    """One feed."""
    name = quoteattr(feed.name or feed.id)
    address = quoteattr(web_address(feed.url) or feed.url)
    return f'{"  " * depth}<outline type="rss" text={name} title={name} xmlUrl={address}/>'

"""Import and export: feeds as OPML, subscribers as CSV, rss2email's configuration, all that is kept of a person."""

import configparser
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.errors import UsageError
from digest.feeds.opml import Outline, feed_address
from digest.model import Subscriber
from digest.settings.core.locations import is_private, without_password
from digest.settings.core.shape import Settings
from digest.settings.files.editing import FeedIds
from digest.settings.files.load import Loaded
from digest.settings.tables.coverage import read_feeds
from digest.settings.tables.subscribers import read_defaults, read_subscribers
from digest.text.urls import web_address

#: Columns of subscribers' CSV; the last five may be missing or empty: then [defaults] hold.
COLUMNS = ("address", "name", "topics", "send", "timezone", "language", "format")
#: Between topics of one cell, as it is written, and as it may be.
BETWEEN = " "
_BETWEEN_TOPICS = re.compile(r"[\s,;]+")
#: First signs of what a spreadsheet runs.
_FORMULA = frozenset("=+-@\t\r")
#: How Python's configuration files say no.
_NO = {"0", "no", "false", "off"}
#: Larger files are something else.
MAX_BYTES = 20 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import adds, and what it leaves out with the reason."""

    #: Ready for the configuration: by id or address.
    entries: Mapping[str, Mapping[str, object]]
    skipped: tuple[tuple[str, str], ...] = ()


def feeds_of(outlines: Iterable[Outline], settings: Settings, *, private: bool = False) -> Taken:
    """Feeds of a list as entries of `[feeds]`; those that are configured already are left out.

    So are those on private networks, unless `private`: a list may come from anybody. And those that a configuration
    could not hold.
    """
    known = {_plain(feed.url): feed.id for feed in settings.feeds}
    ids = FeedIds([feed.id for feed in settings.feeds])
    entries: dict[str, Mapping[str, object]] = {}
    skipped: list[tuple[str, str]] = []
    for outline in outlines:
        if (there := known.get(_plain(outline.url))) is not None:
            skipped.append((outline.url, f"is configured already, as {there}"))
            continue
        if is_private(outline.url) and not private:
            skipped.append((outline.url, "is on a private network or on this machine: if that is meant, add --private"))
            continue
        name = ids.take(outline.title, outline.url)
        known[_plain(outline.url)] = name
        said: dict[str, object] = {"url": outline.url, "name": outline.title, "folder": outline.folder}
        said |= {"private": is_private(outline.url), "paused": outline.paused}
        entries[name] = {key: value for key, value in said.items() if value}
    _, mistakes = read_feeds(entries, ())
    wrong = {str(mistake.path[0]): mistake.text for mistake in reversed(mistakes)}
    skipped += [
        (without_password(str(entries[name]["url"])), f"cannot be used: {text}") for name, text in wrong.items()
    ]
    good = {name: entry for name, entry in entries.items() if name not in wrong}
    return Taken(entries=good, skipped=tuple(skipped))


def _plain(url: str) -> str:
    """An address as it is compared: as the configuration will read it."""
    return (web_address(url) or url).rstrip("/").casefold()


def _rss2email(text: str) -> configparser.ConfigParser:
    """An rss2email configuration. UsageError: it is none."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as exc:
        raise UsageError(f"this is not a configuration of rss2email: {exc.message.partition(chr(10))[0]}") from exc
    return parser


def rss2email_readers(text: str) -> tuple[str, ...]:
    """Whom an rss2email configuration mails, feeds with an address of their own included. UsageError: it is none."""
    parser = _rss2email(text)
    told = (parser.get(name, "to", fallback="") for name in (parser.default_section, *parser.sections()))
    return tuple(dict.fromkeys(one.strip() for some in told for one in some.split(",") if "@" in one))


def rss2email_outlines(text: str) -> tuple[Outline, ...]:
    """The feeds of an rss2email configuration (`~/.config/rss2email.cfg`): sections `feed.NAME` with their url.

    UsageError: it is none.
    """
    parser = _rss2email(text)
    found = []
    for section in parser.sections():
        url = feed_address(parser.get(section, "url", fallback=""))
        if section.startswith("feed.") and url:
            paused = parser.get(section, "active", fallback="").strip().lower() in _NO
            found.append(Outline(url=url, title=section.removeprefix("feed."), paused=paused))
    if not found:
        raise UsageError("this is not a configuration of rss2email: it has no section [feed.NAME] with a url")
    return tuple(found)


def subscribers_of(text: str, loaded: Loaded) -> Taken:
    """Subscribers of a CSV file as entries of `[subscribers]`; listed ones, and rows with a mistake, are left out.

    UsageError: it has no column `address`, or an unknown one, or cannot be read as a table.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), dialect=_dialect(text), restkey="", restval="")
    try:
        rows.fieldnames = _columns(rows.fieldnames or ())
        return _listed(rows, loaded)
    except csv.Error as exc:
        raise UsageError(f"line {rows.reader.line_num} cannot be read as a row of a table: {exc}") from exc


def _columns(written: Sequence[str]) -> list[str]:
    """The columns by our names. UsageError: one is missing, or unknown."""
    names = [name.strip().lower() for name in written]
    names = ["address" if name in {"email", "e-mail", "mail"} else name for name in names]
    if "address" not in names:
        raise UsageError(f"the first line names no column `address`: columns are {', '.join(COLUMNS)}")
    if unknown := [name for name in names if name not in COLUMNS]:
        raise UsageError(f"unknown column {unknown[0]!r}: columns are {', '.join(COLUMNS)}")
    return names


def _listed(rows: "csv.DictReader[str]", loaded: Loaded) -> Taken:
    topics = [topic.id for topic in loaded.settings.topics]
    defaults, _ = read_defaults(loaded.sources.tables.get("defaults", {}), topics)
    known = {one.mailbox.address.casefold() for one in loaded.settings.subscribers}
    entries: dict[str, Mapping[str, object]] = {}
    skipped: list[tuple[str, str]] = []
    for row in rows:
        values = {key: _armed(value.strip()) for key, value in row.items() if key and value and value.strip()}
        if not values:
            continue
        written = values.pop("address", "")
        entry: dict[str, object] = dict(values)
        if "topics" in values:
            entry["topics"] = [topic for topic in _BETWEEN_TOPICS.split(values["topics"]) if topic]
        read, mistakes = read_subscribers({written: entry}, topics, defaults)
        if mistakes:
            skipped.append((written, f"(line {rows.line_num}): {'; '.join(mistake.text for mistake in mistakes)}"))
            continue
        address = read[0].mailbox.address
        if address.casefold() in known:
            skipped.append((address, "is listed already"))
            continue
        known.add(address.casefold())
        entries[address] = entry
    return Taken(entries=entries, skipped=tuple(skipped))


def _dialect(text: str) -> type[csv.Dialect]:
    """Commas, semicolons or tabs, as the first line has them: spreadsheets write what their language's habit is."""
    first = text.partition("\n")[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Found


def subscribers_csv(subscribers: Sequence[Subscriber]) -> str:
    """Subscribers as CSV that `subscribers_of` reads; a cell that a spreadsheet would run as a formula is disarmed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in subscribers:
        cells = (one.mailbox.address, one.mailbox.name, BETWEEN.join(one.topics), one.send, one.timezone)
        writer.writerow([_harmless(cell) for cell in (*cells, one.language, str(one.format))])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """OWASP's advice on CSV injection: a leading =, +, -, @, tab or return is kept from being the first sign."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell


def _armed(cell: str) -> str:
    """A cell as it was before `_harmless`."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell

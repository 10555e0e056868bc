"""Real documents of others, where there are any: read at least as well as feedparser alone reads them."""

from contextlib import suppress
from pathlib import Path
from xml.parsers.expat import ExpatError

import pytest

from digest.errors import ParseError
from digest.feeds.decode.encoding import decode
from digest.feeds.parse.document import parse
from digest.feeds.parse.entry_split import split
from digest.feeds.parse.fast_entries import read_plain
from digest.feeds.parse.precheck import guarded
from digest.feeds.parse.syndication import read_syndication, read_whole
from digest.ports import Document
from tests.bench.parse import FEED, NOW, URL, compare, documents, faults, feedparser_alone, read
from tests.unit.feeds.parse.test_document import memory

pytestmark = pytest.mark.corpus

#: Every kind of difference from feedparser that was looked at, and why it is for the better.
JUDGED = {
    "document: refused": "it declares external entities, or is a text about feeds with one far inside",
    "entries: read where feedparser finds nothing": "JSON Feed, and UTF-16 without a mark",
    "entries: an entry listed twice or empty, once": "nobody wants to read it twice, or to read nothing",
    "title: empty: the first words of the text": "a story needs a name",
    "title: without the publisher's name": "it stands beside the title already",
    "title: wrong encoding put right": "UTF-8 with a few wrong bytes stays UTF-8; mojibake is undone",
    "link: a guid that is not an address": "it leads to nowhere on the feed's own host",
    "link: what it plays": "a podcast's entry has nothing else to open",
    "link: the guid is an address, and there is no link": "the reader can open it",
    "id: relative: kept as written": "a feed that moves keeps its items",
    "id: a guid shared by different entries, told apart": "no story is lost to another one's guid",
    "id: an ampersand is kept": "in malformed XML, feedparser takes a parameter for an entity",
    "published: not read by feedparser": "formats and languages that it does not know",
    "published: read wrongly by feedparser": "a time lost, or a day taken for a month",
    "published: zero means no date": "nobody published in 1970, or in the year 1",
    "authors: the feed's author, as Atom says": "RFC 4287 4.2.1",
    "authors: an author of an annotation, or nobody's name": "(author unknown) is nobody",
    "authors: an address with its name": "the name is what is shown",
    "language: told by its script": "Arabic without a tag is still Arabic",
    "language: no language tag": "what is not a tag would be believed by a mail program",
    "language: mended": "one form for one language",
}


@pytest.fixture(scope="module")
def folder(corpus: Path) -> Path:
    """The folder of real documents."""
    return corpus / "feeds"


@pytest.fixture(scope="module")
def bodies(folder: Path) -> dict[str, bytes]:
    """All real documents by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in documents(folder)}


def test_every_document_is_read_or_named(bodies: dict[str, bytes]) -> None:
    """Each of them gives items or a ParseError; none gives anything else."""
    for body in bodies.values():
        try:
            parsed = parse(Document(body=body, url=URL), FEED, NOW)
        except ParseError:
            continue
        assert len(set(parsed.shown)) == len(parsed.shown) == len(parsed.items)
        assert all(item.title for item in parsed.items)


def test_every_difference_from_feedparser_is_of_a_kind_that_was_judged(folder: Path, bodies: dict[str, bytes]) -> None:
    """Titles, links, ids, dates, authors and languages differ only in ways that are for the better."""
    found = compare([folder / name for name in bodies], folder)
    unknown = [one for one in found.differences if f"{one.field}: {one.kind}" not in JUDGED]
    assert unknown == []
    assert found.documents == len(bodies)


def test_reading_in_parts_changes_nothing(bodies: dict[str, bytes]) -> None:
    """Every document with its plain entries read apart is what feedparser alone makes of it; most entries are plain."""
    entries = plain = 0
    for name, body in bodies.items():
        try:
            document = guarded(decode(body).text)
            whole = read_whole(document)
        except ParseError:
            continue
        assert read_syndication(document, {}) == whole, name
        entries += len(whole.entries)
        with suppress(ExpatError):  # not well-formed: none of it is plain
            plain += len(read_plain(document.xml(), split(document.xml()) or ()))
    assert plain > 0.6 * entries


def test_what_is_cut_out_changes_nothing_that_is_left(bodies: dict[str, bytes]) -> None:
    """With every second entry known, the others are read exactly as when all are read, in every document."""
    trimmed = 0
    for name, body in bodies.items():
        if (whole := read(body)) is None or len(whole.fingerprints) < 2:
            continue
        known = dict(list(memory(whole).items())[::2])
        rest = read(body, known)
        assert rest is not None
        assert rest.shown == whole.shown, name
        assert rest.items == tuple(item for item in whole.items if item.key not in known.values()), name
        trimmed += 1
    assert trimmed > 0.8 * sum(len(parsed.items) > 1 for body in bodies.values() if (parsed := read(body)))


def test_successive_polls_miss_nothing_and_repeat_nothing(folder: Path) -> None:
    """Snapshots of one feed, read as polls: each new item is given, once."""
    for series in sorted((folder / "series").iterdir()):
        assert faults([file.read_bytes() for file in sorted(series.iterdir())]) == (0, 0), series.name


def test_a_feed_that_uses_its_links_again_loses_no_story(folder: Path) -> None:
    """Where links are places and there is no guid, every title of every snapshot is an item, and only once a date."""
    seen: dict[tuple[str, str], str] = {}
    for file in sorted((folder / "series" / "bbc-world-reused-links-2026").iterdir()):
        parsed = read(file.read_bytes())
        assert parsed is not None
        titles = {entry.title for entry in feedparser_alone(file.read_bytes()).entries}
        assert {item.title for item in parsed.items} == titles
        for item in parsed.items:
            assert seen.setdefault((item.title, str(item.published)), item.key) == item.key

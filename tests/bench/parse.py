"""Reading documents: speed beside feedparser alone in the same run, and every field that differs from feedparser's.

`--data` is a folder of documents (default: `feeds` where DIGEST_CORPUS points, else the tests' own). Sub-folders of a
folder named `series` hold successive snapshots of one feed: they are read as polls, each knowing the last one.
"""

import calendar
import gc
import io
import os
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from digest.errors import ParseError
from digest.feeds.parse.document import parse
from digest.feeds.parse.entries import MAX_NAME, MAX_TITLE
from digest.feeds.values.clean import from_html, from_text, shortened
from digest.feeds.values.entry_links import clean_link
from digest.model import Feed, Item
from digest.ports import Document, ParsedFeed
from tests.bench import Options, Result

NOW = datetime(2026, 9, 1, tzinfo=UTC)
URL = "https://feeds.example/feed"
FEED = Feed(id="bench", url=URL)
OWN = Path(__file__).parent.parent / "data" / "feeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that differs from what feedparser alone says."""

    file: str
    field: str
    #: A short name of the reason, so that all of one kind can be judged together.
    kind: str
    theirs: str
    ours: str


@dataclass(slots=True)
class Comparison:
    """What came of all documents."""

    documents: int = 0
    size: int = 0
    entries: int = 0
    differences: list[Difference] = field(default_factory=list)
    predictions: list[Mapping[str, object]] = field(default_factory=list)


def run(options: Options) -> Result:
    """Compare, time whole documents, time successive polls."""
    folder = options.data or corpus_folder() or OWN
    files = list(documents(folder))
    found = compare(files, folder)
    rounds = 1 if options.quick else 5
    ours, theirs = (
        timed([lambda: [read(file) for file in bodies], lambda: [feedparser_alone(file) for file in bodies]], rounds)
        if (bodies := [file.read_bytes() for file in files])
        else (1.0, 1.0)
    )
    figures: dict[str, object] = {
        "documents": found.documents,
        "entries": found.entries,
        "ratio_feedparser": round(theirs / ours, 2),
        "documents_per_s": round(len(files) / ours, 1),
        "mb_per_s": round(found.size / ours / 1e6, 2),
        "differences": dict(Counter(f"{one.field}: {one.kind}" for one in found.differences)),
    }
    if series := [folder for folder in (folder / "series").glob("*") if folder.is_dir()]:
        figures |= polls(series, rounds)
    return Result(table=_table(figures, found, errors=options.errors), figures=figures, predictions=found.predictions)


def corpus_folder() -> Path | None:
    """The real documents, where there are any."""
    named = os.environ.get("DIGEST_CORPUS")
    return Path(named) / "feeds" if named else None


def documents(folder: Path) -> Iterator[Path]:
    """All documents below a folder, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith((".tsv", ".md", ".expected.json")):
            yield path


def read(body: bytes, unchanged: Mapping[str, str] | None = None) -> ParsedFeed | None:
    """Our reading; None where it is refused."""
    try:
        return parse(Document(body=body, url=URL), FEED, NOW, unchanged or {})
    except ParseError:
        return None


def feedparser_alone(body: bytes) -> Any:
    """feedparser with its defaults, as most programs use it; None where it fails."""
    headers = {"content-location": URL, "content-type": "application/xml"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(io.BytesIO(body), response_headers=headers)
        except Exception:
            return None


def timed(works: list[Callable[[], object]], rounds: int) -> list[float]:
    """CPU seconds of each piece of work: the median of the rounds, in which they take turns."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for taken, work in zip(seconds, works, strict=True):
            gc.collect()
            start = time.process_time()
            work()
            taken.append(time.process_time() - start)
    return [statistics.median(taken) for taken in seconds]


# Differences


def compare(files: list[Path], folder: Path) -> Comparison:
    """Read every document both ways."""
    found = Comparison()
    for file in files:
        body = file.read_bytes()
        name = str(file.relative_to(folder))
        ours, theirs = read(body), feedparser_alone(body)
        found.documents += 1
        found.size += len(body)
        found.entries += len(ours.items) if ours else 0
        found.differences.extend(differences(name, ours, theirs))
        found.predictions.append({"file": name, "items": [_prediction(item) for item in ours.items] if ours else []})
    return found


def differences(name: str, ours: ParsedFeed | None, theirs: Any) -> Iterator[Difference]:
    """All fields of one document that differ, each with its kind."""
    entries = theirs.entries if theirs is not None else []
    if ours is None:
        if entries:
            yield Difference(file=name, field="document", kind="refused", theirs=str(len(entries)), ours="")
        return
    if len(entries) != len(ours.items):
        kind = "read where feedparser finds nothing" if not entries else "an entry listed twice or empty, once"
        if len(entries) < len(ours.items) and entries:
            kind = "more entries"
        yield Difference(file=name, field="entries", kind=kind, theirs=str(len(entries)), ours=str(len(ours.items)))
    remaining = list(entries)
    for item in ours.items:
        if entry := _match(item, remaining):
            remaining.remove(entry)
            for field_name, kind, one, other in _fields(item, entry, theirs):
                yield Difference(file=name, field=field_name, kind=kind, theirs=str(one), ours=str(other))


def _match(item: Item, entries: list[Any]) -> Any:
    """feedparser's entry for an item: the first that has its id or, without one, its link or title."""
    for entry in entries:
        guid = " ".join(str(entry.get("id") or "").split())
        if guid and (item.key == guid or item.key.startswith(guid + " ") or guid.endswith(item.key)):
            return entry
    for entry in entries:
        if clean_link(str(entry.get("link") or ""), URL) == item.link and _title(entry) == item.title:
            return entry
    return entries[0] if entries else None


def _fields(item: Item, entry: Any, theirs: Any) -> Iterator[tuple[str, str, object, object]]:
    """(field, kind, theirs, ours) of each field that differs."""
    title = shortened(_title(entry), MAX_TITLE)
    if title != item.title:
        yield "title", _title_kind(title, item), title, item.title
    link = clean_link(str(entry.get("link") or ""), URL)
    if link != item.link:
        yield "link", _link_kind(link, entry, item), link, item.link
    guid = " ".join(str(entry.get("id") or "").split())
    if guid and guid != item.key:
        yield "id", _id_kind(guid, item.key), guid, item.key
    when = _date(entry)
    if when != item.published and not (when is None and item.published == NOW):
        yield "published", _date_kind(when, item.published), when, item.published
    authors = _authors(entry)
    if authors != item.authors:
        yield "authors", _author_kind(authors, item.authors), authors, item.authors
    language = str(entry.get("title_detail", {}).get("language") or theirs.feed.get("language") or "").lower()
    if language.replace("_", "-") != item.language:
        kind = "told by its script" if not language else "no language tag" if not item.language else "mended"
        yield "language", kind, language, item.language


def _title(entry: Any) -> str:
    """feedparser's title as plain text."""
    plain = entry.get("title_detail", {}).get("type") == "text/plain"
    return (from_text if plain else from_html)(str(entry.get("title") or ""))


def _title_kind(title: str, item: Item) -> str:
    """Why a title differs."""
    if not title:
        return "empty: the first words of the text"
    if title.startswith(item.title) and title.endswith(item.publisher):
        return "without the publisher's name"
    return "wrong encoding put right" if not title.isascii() else "other"


def _link_kind(link: str, entry: Any, item: Item) -> str:
    """Why a link differs."""
    if not link:
        played = [clean_link(str(one.get("href") or ""), URL) for one in entry.get("enclosures") or ()]
        return "what it plays" if item.link in played else "the guid is an address, and there is no link"
    guid = str(entry.get("id") or "")
    return "a guid that is not an address" if entry.get("guidislink") and link == clean_link(guid, URL) else "other"


def _id_kind(guid: str, key: str) -> str:
    """Why an id differs."""
    if key.startswith(guid):
        return "a guid shared by different entries, told apart"
    if "&" in guid + key:
        return "an ampersand is kept"
    return "relative: kept as written" if guid.endswith(key) or key.startswith(("/", "-")) else "other"


def _date(entry: Any) -> datetime | None:
    """feedparser's date, clamped like ours."""
    parsed = entry.get("published_parsed") or entry.get("created_parsed") or dict.get(entry, "updated_parsed")
    return min(datetime.fromtimestamp(calendar.timegm(parsed), UTC), NOW) if parsed else None


def _date_kind(theirs: datetime | None, ours: datetime) -> str:
    """Why a date differs."""
    if theirs is None:
        return "not read by feedparser"
    return "zero means no date" if theirs.year < 1971 else "read wrongly by feedparser"


def _authors(entry: Any) -> tuple[str, ...]:
    """feedparser's names of authors, each once."""
    names = [str(author.get("name") or author.get("email") or "") for author in entry.get("authors") or ()]
    names = [name for name in names if name] or [str(entry.get("author") or "")]
    clean = [shortened(from_html(name), MAX_NAME) for name in names]
    return tuple(dict.fromkeys(name for name in clean if name))


def _author_kind(theirs: tuple[str, ...], ours: tuple[str, ...]) -> str:
    """Why authors differ."""
    if not theirs:
        return "the feed's author, as Atom says"
    return "an author of an annotation, or nobody's name" if set(ours) <= set(theirs) else "an address with its name"


def _prediction(item: Item) -> Mapping[str, object]:
    """What is written for others to score."""
    return {"id": item.key, "title": item.title, "link": item.link, "published": item.published.isoformat()}


# Successive polls


def polls(series: list[Path], rounds: int) -> Mapping[str, object]:
    """Snapshots read as polls, against feedparser reading each whole; and whether any item was missed or repeated."""
    runs = [[file.read_bytes() for file in sorted(folder.iterdir())] for folder in sorted(series)]
    ours, theirs = timed(
        [
            lambda: [follow(run) for run in runs],
            lambda: [feedparser_alone(body) for run in runs for body in run],
        ],
        rounds,
    )
    missed, repeated = 0, 0
    for bodies in runs:
        one_missed, one_repeated = faults(bodies)
        missed, repeated = missed + one_missed, repeated + one_repeated
    return {"series_ratio": round(theirs / ours, 2), "series_missed": missed, "series_repeated": repeated}


def follow(bodies: list[bytes]) -> Iterator[ParsedFeed]:
    """Each snapshot, read with what the last one left behind."""
    unchanged: dict[str, str] = {}
    results = []
    for body in bodies:
        if parsed := read(body, unchanged):
            unchanged = {fingerprint: key for key, fingerprint in parsed.fingerprints}
            results.append(parsed)
    return iter(results)


def faults(bodies: list[bytes]) -> tuple[int, int]:
    """How many new items reading with memory misses, against reading each whole; how many it gives a second time as if
    they were new: another key for the title, date and words of an item that was given before."""
    missed = repeated = 0
    keys: set[str] = set()
    texts: set[tuple[str, str, str]] = set()
    for body, trimmed in zip(bodies, follow(bodies), strict=True):
        whole = read(body)
        assert whole is not None
        given = {item.key for item in trimmed.items}
        missed += sum(item.key not in keys and item.key not in given for item in whole.items)
        missed += trimmed.shown != whole.shown
        for item in trimmed.items:
            text = (item.title, item.summary, str(item.published))
            repeated += item.key not in keys and text in texts
            texts.add(text)
        keys |= set(whole.shown)
    return missed, repeated


def _table(figures: Mapping[str, object], found: Comparison, *, errors: bool) -> str:
    """For people."""
    lines = [f"{name:20} {value}" for name, value in figures.items() if name != "differences"]
    lines.append("differences from feedparser alone:")
    counts = Counter((one.field, one.kind) for one in found.differences)
    lines += [f"  {number:5}  {where}: {kind}" for (where, kind), number in sorted(counts.items())]
    if errors:
        lines += [
            f"{one.file} {one.field} ({one.kind})\n    {one.theirs!r}\n    {one.ours!r}" for one in found.differences
        ]
    return "\n".join(lines)

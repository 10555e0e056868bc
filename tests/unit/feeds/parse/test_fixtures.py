"""Whole documents beside what they must become: `tests/data/feeds/NAME` and `NAME.expected.json`."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.feeds.parse.document import parse
from digest.model import Feed
from digest.ports import Document, ParsedFeed

FOLDER = Path(__file__).parents[3] / "data" / "feeds"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FEED = Feed(id="fixture", url="https://fixture.example/feeds/all.xml")
#: Fields that are the same in every item, or follow from the others.
LEFT_OUT = ("id", "feed", "first_seen")


def model(parsed: ParsedFeed) -> dict[str, object]:
    """A parsed feed as JSON values, without what is empty."""
    items = []
    for item in parsed.items:
        values = {key: value for key, value in dataclasses.asdict(item).items() if key not in LEFT_OUT and value}
        items.append(json.loads(json.dumps(values, default=str)))
    found: dict[str, object] = {"title": parsed.title, "link": parsed.link, "language": parsed.language, "items": items}
    if parsed.hints.every:
        found["every"] = str(parsed.hints.every)
    found |= {"retracted": list(parsed.retracted)} if parsed.retracted else {}
    return found | ({"warnings": list(parsed.warnings)} if parsed.warnings else {})


@pytest.mark.parametrize(
    "name", sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
)
def test_a_document_becomes_its_expected_model(name: str) -> None:
    """Each document gives exactly the feed and the items that stand beside it."""
    body = (FOLDER / name).read_bytes()
    parsed = parse(Document(body=body, url=FEED.url), FEED, NOW)
    assert model(parsed) == json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))


def test_every_document_has_its_model() -> None:
    """No fixture lies about unused."""
    names = {path.name for path in FOLDER.iterdir()}
    assert {name.removesuffix(".expected.json") for name in names} <= names
    assert all(f"{name}.expected.json" in names for name in names if not name.endswith(".expected.json"))

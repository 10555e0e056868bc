"""Editions as JSON, there and back, and the address that their content gives them. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from digest.model import Coverage, Edition, EditionStory, Format, Section, Window


def address(edition: Edition) -> str:
    """The id of an edition: 32 hex digits of a hash (BLAKE2b) over everything else in it."""
    content = to_json(edition)
    del content["id"]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()


def to_json(edition: Edition) -> dict[str, object]:
    """An edition as JSON values; `from_json` gives it back."""
    return {name: _plain(value) for name, value in asdict(edition).items()}


def from_json(content: Mapping[str, Any]) -> Edition:
    """The edition that `to_json` wrote. KeyError, TypeError, ValueError: something else wrote it."""
    window = content["window"]
    known: dict[str, Any] = {
        **content,
        "format": Format(content["format"]),
        "window": Window(**{name: datetime.fromisoformat(moment) for name, moment in window.items()}),
        "sections": tuple(_section(section) for section in content["sections"]),
        "topics": tuple(content["topics"]),
        "topic_titles": tuple((topic, title) for topic, title in content["topic_titles"]),
    }
    return Edition(**known)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.value if isinstance(value, Format) else value


def _section(content: Mapping[str, Any]) -> Section:
    known: dict[str, Any] = {**content, "stories": tuple(_story(story) for story in content["stories"])}
    return Section(**known)


def _story(content: Mapping[str, Any]) -> EditionStory:
    known: dict[str, Any] = {
        **content,
        "published": datetime.fromisoformat(content["published"]),
        "also": tuple(Coverage(**coverage) for coverage in content["also"]),
        "tags": tuple(content["tags"]),
        "rank": tuple((name, value) for name, value in content["rank"]),
    }
    return EditionStory(**known)

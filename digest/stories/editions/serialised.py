"""Editions as JSON, there and back, and the address that their content gives them. Pure.

Form 2. Form 1, of version 0.1.0, had flat stories that counted their reports (`version`); `from_json` reads it still.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from digest.model import Edition, EditionEntry, EntryKind, Format, Headline, OtherReport, Section, Window

#: What `to_json` writes, under `form`.
FORM = 2


def address(edition: Edition) -> str:
    """The id of an edition: 32 hex digits of a hash (BLAKE2b) over everything else in it."""
    content = to_json(edition)
    del content["id"]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()


def to_json(edition: Edition) -> dict[str, object]:
    """An edition as JSON values; `from_json` gives it back."""
    return {"form": FORM} | {name: _plain(value) for name, value in asdict(edition).items()}


def from_json(content: Mapping[str, Any]) -> Edition:
    """The edition that `to_json` wrote. KeyError, TypeError, ValueError: something else wrote it."""
    known = dict(content)
    section = _section if known.pop("form", 1) == FORM else _section_of_form_1
    window = known["window"]
    known |= {
        "format": Format(known["format"]),
        "window": Window(**{name: datetime.fromisoformat(moment) for name, moment in window.items()}),
        "sections": tuple(section(one) for one in known["sections"]),
        "topics": tuple(known["topics"]),
        "topic_titles": tuple((topic, title) for topic, title in known["topic_titles"]),
        "unread_since": _moment(known.get("unread_since")),
    }
    return Edition(**known)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.value if isinstance(value, StrEnum) else value


def _section(content: Mapping[str, Any]) -> Section:
    known: dict[str, Any] = {**content, "entries": tuple(_entry(entry) for entry in content["entries"])}
    return Section(**known)


def _entry(content: Mapping[str, Any]) -> EditionEntry:
    lead = content["lead"]
    known: dict[str, Any] = {
        **content,
        "kind": EntryKind(content["kind"]),
        "lead": Headline(**{**lead, "published": _moment(lead["published"])}),
        "others": tuple(_other(other) for other in content["others"]),
        "reports": tuple((report, revision) for report, revision in content["reports"]),
        "tags": tuple(content["tags"]),
        "rank": tuple((name, value) for name, value in content["rank"]),
    }
    return EditionEntry(**known)


def _other(content: Mapping[str, Any]) -> OtherReport:
    return OtherReport(**{**content, "published": _moment(content.get("published"))})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _section_of_form_1(content: Mapping[str, Any]) -> Section:
    known = dict(content)
    return Section(entries=tuple(_entry_of_form_1(story) for story in known.pop("stories")), **known)


def _entry_of_form_1(content: Mapping[str, Any]) -> EditionEntry:
    known = dict(content)
    del known["version"]
    lead = {name: known.pop(name) for name in ("title", "link", "source", "published", "language")}
    return _entry({"kind": EntryKind.STORY, "lead": lead, "others": known.pop("also"), "reports": (), **known})

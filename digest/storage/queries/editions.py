"""Frozen editions: written once, with the bytes they were rendered to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from digest.model import Rendered, Window
from digest.storage.core.schema import edition_reports, editions
from digest.storage.core.sql import chunked, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEdition:
    """An edition as the store keeps it."""

    id: str
    #: Its Date header, for every subscriber and every try.
    created: datetime
    #: `stories.edition.to_json` of the edition.
    content: dict[str, Any]
    rendered: Rendered


def keep(
    c: Connection,
    *,
    edition: str,
    window: Window,
    by_published: bool,
    content: dict[str, Any],
    reports: Iterable[tuple[int, int]],
    rendered: Rendered,
    now: datetime,
) -> None:
    """Store an edition with the reports (id, revision) that its readers have had.

    One with the same id is the same edition: the first one's bytes stay.
    """
    written = c.execute(
        upsert(c, editions)
        .values(
            id=edition,
            created=now,
            window_start=window.start,
            window_end=window.end,
            by_published=by_published,
            subject=rendered.subject,
            content=content,
            text=rendered.text,
            html=rendered.html,
        )
        .on_conflict_do_nothing()
    )
    rows = [{"edition": edition, "report": report, "revision": revision} for report, revision in reports]
    if written.rowcount and rows:
        c.execute(upsert(c, edition_reports).on_conflict_do_nothing(), rows)


def find(c: Connection, edition: str) -> StoredEdition | None:
    """The edition of that id, if it is still kept."""
    row = c.execute(select(editions).where(editions.c.id == edition)).one_or_none()
    if row is None:
        return None
    return StoredEdition(
        id=row.id,
        created=row.created,
        content=row.content,
        rendered=Rendered(subject=row.subject, text=row.text, html=row.html),
    )


def known(c: Connection, ids: Collection[str]) -> frozenset[str]:
    """Those of these editions that the store holds."""
    found: set[str] = set()
    for some in chunked(sorted(ids)):
        found.update(c.scalars(select(editions.c.id).where(editions.c.id.in_(some))))
    return frozenset(found)


def reports(c: Connection, ids: Collection[str]) -> Mapping[str, Mapping[int, int]]:
    """For each edition the reports that its readers have had, each with the update as which it was told."""
    found: dict[str, dict[int, int]] = {}
    for some in chunked(sorted(ids)):
        for row in c.execute(select(edition_reports).where(edition_reports.c.edition.in_(some))):
            found.setdefault(row.edition, {})[row.report] = row.revision
    return found

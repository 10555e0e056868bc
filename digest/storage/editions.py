"""Frozen editions: written once, with the bytes they were rendered to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from digest.model import Rendered, Window
from digest.storage.schema import deliveries, edition_stories, editions


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
    stories: dict[int, int],
    rendered: Rendered,
    now: datetime,
) -> None:
    """Store an edition. One with the same id is the same edition: the first one's bytes stay."""
    insert = postgres_insert if c.dialect.name == "postgresql" else sqlite_insert
    written = c.execute(
        insert(editions)
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
    if written.rowcount and stories:
        rows = [{"edition": edition, "story": story, "version": version} for story, version in stories.items()]
        c.execute(insert(edition_stories).on_conflict_do_nothing(), rows)


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


def latest(c: Connection, limit: int) -> tuple[StoredEdition, ...]:
    """The newest editions."""
    rows = c.execute(select(editions.c.id).order_by(editions.c.created.desc(), editions.c.id).limit(limit))
    return tuple(edition for row in rows.all() if (edition := find(c, row.id)) is not None)


def given_back(c: Connection, subscribers: Sequence[str], now: datetime) -> Mapping[str, datetime]:
    """Where editions begin that failed, or went stale, since each subscriber's last accepted one.

    Their stories are due again.
    """
    stale = and_(deliveries.c.state.in_(("pending", "deferred")), deliveries.c.stale_after <= now)
    accepted = (
        select(deliveries.c.subscriber, func.max(deliveries.c.created).label("at"))
        .where(deliveries.c.state == "accepted", deliveries.c.subscriber.in_(subscribers))
        .group_by(deliveries.c.subscriber)
        .subquery()
    )
    rows = c.execute(
        select(deliveries.c.subscriber, func.min(editions.c.window_start).label("start"))
        .join(editions, editions.c.id == deliveries.c.edition)
        .outerjoin(accepted, accepted.c.subscriber == deliveries.c.subscriber)
        .where(deliveries.c.subscriber.in_(subscribers), or_(deliveries.c.state == "failed", stale))
        .where(editions.c.by_published.is_(False))
        .where(or_(accepted.c.at.is_(None), deliveries.c.created > accepted.c.at))
        .group_by(deliveries.c.subscriber)
    )
    return {row.subscriber: row.start for row in rows}

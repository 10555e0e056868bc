"""The tables. `migrations` builds them; a test compares the two.

Ids are ours (hashes or random), never the database's, so that a value has its identity before it is stored
and two machines agree on it. Moments are stored as UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

from digest.model import utc


def _of_sqlite(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "Z")


def _of_postgres(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC date-time on both databases (SQLite keeps no zone); refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Aware in, UTC stored."""
        if value is None:
            return None
        moment = utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """UTC out, aware. Not `process_result_value`, which costs several calls for each moment of each row."""
        if dialect.name == "sqlite":
            return _of_sqlite
        return _of_postgres


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Small facts of the installation: keys for tokens and Message-IDs, fingerprints of the topics last matched with.
meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", String, primary_key=True),
    #: As configured at the last poll: another one drops the validators.
    Column("url", Text, nullable=False),
    Column("moved_to", Text),
    Column("title", Text, nullable=False, default=""),
    Column("etag", Text),
    Column("last_modified", Text),
    #: News came under validators that stayed the same: no conditions are sent.
    Column("doubted", Boolean, nullable=False, default=False, server_default="0"),
    #: Hex of a hash of the last body: equal means unchanged.
    Column("body_hash", String),
    Column("first_polled", UtcDateTime),
    Column("last_polled", UtcDateTime),
    Column("last_changed", UtcDateTime),
    Column("last_item", UtcDateTime),
    Column("next_poll", UtcDateTime),
    #: It answers and shows no entries, though it had some; null while it shows any.
    Column("empty_since", UtcDateTime),
    #: Seconds of its longest such spell that is over.
    Column("empty_longest", Float, nullable=False, default=0.0, server_default="0"),
    #: The operator has been told of the present one.
    Column("empty_told", Boolean, nullable=False, default=False, server_default="0"),
    #: What was wrong with the document that was read last, in sentences; null: nothing.
    Column("warning", Text),
    #: Seconds; adapts between bounds.
    Column("interval", Float),
    #: What the last document asked for (ports.PollHints) as an object.
    Column("hints", JSON),
    #: The server's own word (Retry-After): not before this moment, not even by hand.
    Column("not_before", UtcDateTime),
    Column("failing_since", UtcDateTime),
    Column("failures", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("error_status", Integer),
    #: The operator has been told of the present failure.
    Column("reported", Boolean, nullable=False, default=False),
    #: 410: not asked again.
    Column("gone", Boolean, nullable=False, default=False),
    Column("paused", Boolean, nullable=False, default=False),
    Index(None, "next_poll"),
)

#: Keys of items once seen; outlives the items.
seen = Table(
    "seen",
    metadata,
    Column("feed", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("item", BigInteger, nullable=False),
    #: Hash of the entry's raw bytes, for not reading it again.
    Column("fingerprint", String),
    #: Hash of the entry's text: another one under the same key is a revision.
    Column("text_hash", String, nullable=False),
    Column("last_shown", UtcDateTime, nullable=False),
    Index(None, "feed", "last_shown"),
)

items = Table(
    "items",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("feed", String, nullable=False),
    Column("key", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("published", UtcDateTime, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("updated", UtcDateTime),
    Column("authors", JSON, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("categories", JSON, nullable=False),
    #: Of the feed's first poll and older than 24 h: left out of scheduled editions.
    Column("backlog", Boolean, nullable=False, default=False),
    #: When its text was last replaced.
    Column("revised", UtcDateTime),
    #: Counts the updates that are to be told; a corrected text is none.
    Column("revision", Integer, nullable=False, default=0, server_default="0"),
    #: When it last became news: when it was first seen, or when the last update to be told was.
    Column("news", UtcDateTime, nullable=False),
    Column("retracted", UtcDateTime),
    #: Null until gathered.
    Column("story", BigInteger),
    Index(None, "first_seen"),
    Index(None, "news"),
    Index(None, "published"),
    Index(None, "story"),
    #: Finds an item by its link, in one feed (it may be a revision of it) or in any.
    Index(None, "link", "feed"),
    Index(
        "ix_items_ungathered",
        "id",
        sqlite_where=text("story IS NULL"),
        postgresql_where=text("story IS NULL"),
    ),
)

#: Topics of items, with their reasons.
matches = Table(
    "matches",
    metadata,
    Column("item", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", String, primary_key=True),
    Column("score", Float, nullable=False),
    #: A list of model.Match as objects.
    Column("matches", JSON, nullable=False),
    Index(None, "topic"),
)

stories = Table(
    "stories",
    metadata,
    #: The id of its first item.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("created", UtcDateTime, nullable=False),
    #: When its newest item was first seen.
    Column("moved", UtcDateTime, nullable=False),
    #: The story that it became part of.
    Column("merged_into", BigInteger),
    Index(None, "moved"),
)

#: Frozen editions with the bytes they were rendered to.
editions = Table(
    "editions",
    metadata,
    Column("id", String, primary_key=True),
    Column("created", UtcDateTime, nullable=False),
    Column("window_start", UtcDateTime, nullable=False),
    Column("window_end", UtcDateTime, nullable=False),
    #: The window is over the publisher's dates.
    Column("by_published", Boolean, nullable=False, default=False),
    Column("subject", Text, nullable=False),
    #: model.Edition as an object.
    Column("content", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text),
    Index(None, "created"),
)

#: The reports that an edition tells, those of the same story that it does not name among them: what its readers have
#: had. An edition is shared, so this is kept once for all of them.
edition_reports = Table(
    "edition_reports",
    metadata,
    Column("edition", String, primary_key=True),
    #: An item's id; outlives the item.
    Column("report", BigInteger, primary_key=True, autoincrement=False),
    #: Up to which update (`items.revision`).
    Column("revision", Integer, nullable=False),
    Index(None, "report"),
)

subscribers = Table(
    "subscribers",
    metadata,
    #: Random, 16 hex digits: what logs and tokens carry instead of the address.
    Column("id", String, primary_key=True),
    #: As compared: lower case, domain in IDNA.
    Column("address", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    #: News up to here has been chosen from: the end of the last slot's window.
    Column("watermark", UtcDateTime),
    #: The last slot of the schedule that was taken care of, mail or no mail.
    Column("last_slot", UtcDateTime),
    #: Counts what was planned for them: who plans compares it, so that of two at once one begins again.
    Column("plans", Integer, nullable=False, default=0, server_default="0"),
    #: Stands in the configuration.
    Column("listed", Boolean, nullable=False, default=True),
    #: Null, or the store's "no": `unsubscribed`, `bounced`, `complained`, `paused`, `operator`.
    Column("suppressed", String),
    Column("suppressed_at", UtcDateTime),
    #: Why, in words: the server's reply, the operator's reason.
    Column("suppressed_why", Text),
    #: How much they weigh, as of `soft_bounced_at`: halves with time.
    Column("soft_bounces", Float, nullable=False, default=0.0),
    Column("soft_bounced_at", UtcDateTime),
    UniqueConstraint("address"),
)

#: One edition to one subscriber for one slot: the ledger.
deliveries = Table(
    "deliveries",
    metadata,
    #: Random, 16 hex digits.
    Column("id", String, primary_key=True),
    Column("subscriber", String, nullable=False),
    #: model.SlotKind.
    Column("kind", String, nullable=False),
    Column("slot", UtcDateTime, nullable=False),
    Column("edition", String, nullable=False),
    #: model.DeliveryState.
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    #: Not before this moment.
    Column("next_try", UtcDateTime),
    #: Not after this moment: then it is stale.
    Column("stale_after", UtcDateTime),
    Column("message_id", Text),
    #: The transport it was last offered to.
    Column("via", String),
    #: Offering it there again replaces the first: an offer that was interrupted is simply made again.
    Column("repeatable", Boolean, nullable=False, default=False, server_default=false()),
    Column("reply_code", Integer),
    Column("reply", Text),
    Column("created", UtcDateTime, nullable=False),
    Column("offered", UtcDateTime),
    #: When the state was last changed.
    Column("changed", UtcDateTime, nullable=False),
    #: Who works on it (owners.id), until when by the database's clock, and the fence of that claim.
    Column("owner", String),
    Column("leased_until", Float),
    Column("fence", Integer, nullable=False, default=0),
    UniqueConstraint("subscriber", "kind", "slot"),
    Index(None, "edition"),
    #: Finds what a reader was sent lately.
    Index(None, "subscriber", "created"),
    Index(
        "ix_deliveries_open",
        "next_try",
        sqlite_where=text("state IN ('pending', 'deferred', 'offered')"),
        postgresql_where=text("state IN ('pending', 'deferred', 'offered')"),
    ),
)

#: As the partial index says it, word for word: a state given as a parameter would not find the index.
OPEN = text("deliveries.state IN ('pending', 'deferred', 'offered')")
TO_TRY = text("deliveries.state <> 'offered'")

#: What a language model wrote for a text, so that it is asked once.
lines = Table(
    "lines",
    metadata,
    #: Hex of a hash over service, model, question and text.
    Column("key", String, primary_key=True),
    #: Empty: what it wrote may not stand.
    Column("line", Text, nullable=False),
    Column("written", UtcDateTime, nullable=False),
    Index(None, "written"),
)

#: What was reported: `status` and `log` show it, the operator reads it.
events = Table(
    "events",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    #: Such as `feed-failing`, `feed-gone`, `breaker-open`, `suppressed`.
    Column("kind", String, nullable=False),
    #: A feed's id, a subscriber's id, an edition's id.
    Column("subject", String, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "at"),
)

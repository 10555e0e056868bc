"""What a reader has had is known by reports; items can be told again as updates; plans are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Build."""
    _feeds()
    _items()
    _editions()
    op.add_column("subscribers", sa.Column("plans", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_deliveries_subscriber_created"), "deliveries", ["subscriber", "created"], unique=False)
    op.add_column("deliveries", sa.Column("repeatable", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE deliveries SET repeatable = true WHERE via = 'outbox'")


def _feeds() -> None:
    """Whether validators are believed, since when a feed shows no entries, and what was wrong with its document."""
    op.add_column("feeds", sa.Column("doubted", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("feeds", sa.Column("empty_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("feeds", sa.Column("empty_longest", sa.Float(), server_default="0", nullable=False))
    op.add_column("feeds", sa.Column("empty_told", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("feeds", sa.Column("warning", sa.Text(), nullable=True))


def _items() -> None:
    """When each item last was news, and as which update: so far, when it was first seen, and as none."""
    op.add_column("items", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.add_column("items", sa.Column("news", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE items SET news = first_seen")
    with op.batch_alter_table("items") as batch:
        batch.alter_column("news", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index(op.f("ix_items_news"), "items", ["news"], unique=False)


def _editions() -> None:
    """An edition's readers have had all reports of its stories that stood in them when it was composed."""
    op.create_table(
        "edition_reports",
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("report", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("edition", "report", name=op.f("pk_edition_reports")),
    )
    op.create_index(op.f("ix_edition_reports_report"), "edition_reports", ["report"], unique=False)
    op.create_index(op.f("ix_editions_created"), "editions", ["created"], unique=False)
    op.execute(
        "INSERT INTO edition_reports (edition, report, revision) "
        "SELECT DISTINCT edition_stories.edition, items.id, 0 FROM edition_stories "
        "JOIN editions ON editions.id = edition_stories.edition "
        "LEFT JOIN stories ON stories.id = edition_stories.story "
        "JOIN items ON items.story = COALESCE(stories.merged_into, edition_stories.story) "
        "WHERE items.first_seen <= editions.window_end"
    )
    op.drop_table("edition_stories")
    with op.batch_alter_table("stories") as batch:
        batch.drop_column("version")

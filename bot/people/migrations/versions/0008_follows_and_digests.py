"""Questions that readers follow, what they know of each already, and who gets a digest when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("exchange_id", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("newest_passage", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_follow_person_id"), "follow", ["person_id"])
    op.create_index(op.f("ix_follow_ended_at"), "follow", ["ended_at"])
    op.create_table(
        "known_report",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("follow_id", sa.Integer, sa.ForeignKey("follow.id", ondelete="CASCADE"), nullable=False),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("published_at", sa.DateTime),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("told_at", sa.DateTime),
    )
    op.create_index(op.f("ix_known_report_follow_id"), "known_report", ["follow_id"])
    op.create_index(op.f("ix_known_report_told_at"), "known_report", ["told_at"])
    op.create_table(
        "digest",
        sa.Column("person_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("done_on", sa.Date, nullable=False),
    )
    op.create_table(
        "channel_digest",
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("done_on", sa.Date, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("channel_digest")
    op.drop_table("digest")
    op.drop_table("known_report")
    op.drop_table("follow")

"""Forgotten articles: their ids, hashes of what they said, and the revisions that nobody may read any more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retraction",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("retracted_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "retracted_text",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.LargeBinary(16), primary_key=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["retraction.article_id"], name=op.f("fk_retracted_text_article_id"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "retracted_revision",
        sa.Column("revision_id", sa.Integer, primary_key=True),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_retracted_revision_revision_id"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    for table in ("retracted_revision", "retracted_text", "retraction"):
        op.drop_table(table)

"""Reprints: signatures of texts, stories of a generation, and the headers of exact copies."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signature",
        sa.Column("revision_id", sa.Integer, primary_key=True),
        sa.Column("recipe", sa.String(64), nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_signature_revision_id"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "story",
        sa.Column("generation_id", sa.Integer, primary_key=True),
        sa.Column("revision_id", sa.Integer, primary_key=True),
        sa.Column("story", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generation.id"], name=op.f("fk_story_generation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_story_revision_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_story_generation_id_story", "story", ["generation_id", "story"])
    op.create_table(
        "copy",
        sa.Column("generation_id", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("revision_id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("published_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generation.id"], name=op.f("fk_copy_generation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_copy_revision_id"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_copy_revision_id"), "copy", ["revision_id"])


def downgrade() -> None:
    for table in ("copy", "story", "signature"):
        op.drop_table(table)

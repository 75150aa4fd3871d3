"""First schema: revisions, passages, sentences, embeddings, generations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("published_at", sa.DateTime),
        sa.Column("source", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("language", sa.Text),
        sa.UniqueConstraint("content_hash", name=op.f("uq_revision_content_hash")),
    )
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("revision_id", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_passage_revision_id"), ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_passage_revision_id"), "passage", ["revision_id"])
    op.create_table(
        "sentence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("passage_id", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text_hash", sa.LargeBinary(16), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_sentence_passage_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_sentence_passage_id"), "sentence", ["passage_id"])
    op.create_index(op.f("ix_sentence_text_hash"), "sentence", ["text_hash"])
    op.create_table(
        "embedding",
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("text_hash", sa.LargeBinary(16), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "generation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.String(64), nullable=False),
    )
    op.create_table(
        "generation_revision",
        sa.Column("generation_id", sa.Integer, primary_key=True),
        sa.Column("revision_id", sa.Integer, primary_key=True),
        sa.Column("origin", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generation.id"], name=op.f("fk_generation_revision_generation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_generation_revision_revision_id")),
    )
    op.create_index(op.f("ix_generation_revision_revision_id"), "generation_revision", ["revision_id"])


def downgrade() -> None:
    for table in ("generation_revision", "generation", "embedding", "sentence", "passage", "revision"):
        op.drop_table(table)

"""Vectors and words that PostgreSQL searches itself; nothing changes in SQLite."""

import sqlalchemy as sa
from alembic import op

from retrieval.store.half_vectors import HalfVectorType

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ORDERED = {
    "revision": ("article_id", "source", "language"),
    "retraction": ("article_id",),
    "retracted_text": ("article_id",),
    "retracted_address": ("article_id",),
    "copy": ("article_id", "source"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    for table, columns in _ORDERED.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.Text(collation="C"))
    op.execute("DELETE FROM embedding")  # the next run makes what there was of an untested kind of home
    op.drop_column("embedding", "vector")
    op.add_column("embedding", sa.Column("vector", HalfVectorType(), nullable=False))
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("publications", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "generation_part",
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "generation_word",
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("word", sa.Text(collation="C"), primary_key=True),
        sa.Column("passages", sa.LargeBinary, nullable=False),
        sa.Column("scores", sa.LargeBinary, nullable=False),
        sa.Column("sentences", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("written", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("calibration", "generation_word", "generation_part", "publication"):
        op.drop_table(table)
    op.execute("DELETE FROM embedding")
    op.drop_column("embedding", "vector")
    op.add_column("embedding", sa.Column("vector", sa.LargeBinary, nullable=False))
    for table, columns in _ORDERED.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.Text())

"""First schema: people, exchanges, what was shown, ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String(8)),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("conversation_after", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_index(op.f("ix_person_seen_at"), "person", ["seen_at"])
    op.create_table(
        "exchange",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("chat_kind", sa.String(16), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("understood", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("took_ms", sa.Float, nullable=False),
        sa.Column("conversation", sa.JSON, nullable=False),
        sa.Column("previous_id", sa.Integer),
        sa.Column("message_id", sa.BigInteger),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["exchange.id"], name=op.f("fk_exchange_previous_id"), ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    for column in ("person_id", "chat_id", "asked_at", "previous_id"):
        op.create_index(op.f(f"ix_exchange_{column}"), "exchange", [column])
    op.create_table(
        "shown",
        sa.Column("exchange_id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_shown_exchange_id"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "rating",
        sa.Column("exchange_id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("rated_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_rating_exchange_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_rating_person_id"), "rating", ["person_id"])


def downgrade() -> None:
    for table in ("rating", "shown", "exchange", "person"):
        op.drop_table(table)

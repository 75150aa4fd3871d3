"""What several bots on one PostgreSQL share: the queue of updates, whose turn a chat is, who is there, rates."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NOW = sa.func.clock_timestamp()


def _moment(name: str, *, now: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=_NOW if now else None)


def _number(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return  # one file is one bot's
    op.create_table(
        "replica",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bot", sa.BigInteger, nullable=False),
        _moment("began_at", now=True),
    )
    op.create_table("forgotten_person", _number("id"), _moment("at"))
    op.create_table(
        "update_queue",
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("bot", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("owner", sa.Integer),
        sa.Column("begun", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("answering", sa.Boolean, nullable=False, server_default=sa.false()),
        _moment("came_at", now=True),
        sa.UniqueConstraint("bot", "update_id", "digest", name="uq_update_queue"),
    )
    op.create_index(
        "ix_update_queue_pending", "update_queue", ["bot", "number"], postgresql_where=sa.text("body IS NOT NULL")
    )
    op.create_table(
        "chat_turn",
        _number("bot"),
        _number("place"),
        sa.Column("owner", sa.Integer, nullable=False),
        _moment("until"),
    )
    op.create_index(op.f("ix_chat_turn_until"), "chat_turn", ["until"])
    op.create_table(
        "person_rate",
        _number("bot"),
        sa.Column("kind", sa.String(16), primary_key=True),
        _number("person_id"),
        sa.Column("moments", ARRAY(sa.DateTime(timezone=True)), nullable=False),
        _moment("until"),
    )
    op.create_index(op.f("ix_person_rate_until"), "person_rate", ["until"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("person_rate", "chat_turn", "update_queue", "forgotten_person", "replica"):
        op.drop_table(table)

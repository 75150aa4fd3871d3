"""What operators have done: who, what, when, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("command", sa.String(32), nullable=False),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    op.create_index(op.f("ix_operation_began_at"), "operation", ["began_at"])


def downgrade() -> None:
    op.drop_table("operation")

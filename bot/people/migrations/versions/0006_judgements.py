"""What operators say of questions that were missed, and what a later index answers of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _exchange() -> "sa.Column[int]":
    return sa.Column("exchange_id", sa.Integer, sa.ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "judgement",
        _exchange(),
        sa.Column("article_id", sa.Text),
        sa.Column("judged_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "later_answer",
        _exchange(),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("later_answer")
    op.drop_table("judgement")

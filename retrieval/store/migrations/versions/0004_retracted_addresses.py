"""Addresses of forgotten articles as hashes, so that they can be let back by them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retracted_address",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.LargeBinary(16), primary_key=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["retraction.article_id"],
            name=op.f("fk_retracted_address_article_id"),
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("retracted_address")

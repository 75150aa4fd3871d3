"""Articles are looked up by their ids without going through all of them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_revision_article_id", "revision", ["article_id"])


def downgrade() -> None:
    op.drop_index("ix_revision_article_id", "revision")

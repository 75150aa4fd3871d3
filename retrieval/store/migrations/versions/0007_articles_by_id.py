"""Articles are looked up by their ids without going through all of them.

PostgreSQL hashes ids: its other indexes hold none that is longer than 2,700 bytes, and an id may be any text.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_revision_article_id", "revision", ["article_id"], postgresql_using="hash")


def downgrade() -> None:
    op.drop_index("ix_revision_article_id", "revision")

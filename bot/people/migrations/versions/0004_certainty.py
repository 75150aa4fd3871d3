"""How sure an answer was, in the place of whether there was one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exchange", sa.Column("certainty", sa.String(8), nullable=False, server_default="none"))
    op.execute(sa.text("UPDATE exchange SET certainty = 'sure' WHERE answered"))
    op.drop_column("exchange", "answered")


def downgrade() -> None:
    op.add_column("exchange", sa.Column("answered", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE exchange SET answered = (certainty = 'sure')"))
    op.drop_column("exchange", "certainty")

"""running

Revision: e4f1a0c7d603, after e4f1a0c7d602, made 2026-11-22 16:55:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d603"
down_revision = "e4f1a0c7d602"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Workers that are there."""
    op.create_table(
        "worker_beats",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_worker_beats_name_not_empty")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_beats")),
    )


def downgrade() -> None:
    """Workers are asked again when they start."""
    op.drop_table("worker_beats")

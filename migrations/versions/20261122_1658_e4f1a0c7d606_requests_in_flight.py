"""requests in flight

Revision: e4f1a0c7d606, after e4f1a0c7d605, made 2026-11-22 16:58:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d606"
down_revision = "e4f1a0c7d605"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which requests under a key are being answered now, so that every process knows."""
    op.create_table(
        "requests_in_flight",
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(request) = 64", name=op.f("ck_requests_in_flight_sha256_length")),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_requests_in_flight")),
    )


def downgrade() -> None:
    """What is in flight is forgotten: who sends again waits for the first to end."""
    op.drop_table("requests_in_flight")

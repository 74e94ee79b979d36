"""consultations

Revision: e4f1a0c7d203, after e4f1a0c7d202, made 2026-11-22 06:10:00+00:00
"""

revision = "e4f1a0c7d203"
down_revision = "e4f1a0c7d202"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

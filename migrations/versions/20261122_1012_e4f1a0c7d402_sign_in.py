"""sign in

Revision: e4f1a0c7d402, after e4f1a0c7d401, made 2026-11-22 10:12:00+00:00
"""

revision = "e4f1a0c7d402"
down_revision = "e4f1a0c7d401"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

"""runs

Revision: e4f1a0c7d401, after e4f1a0c7d302, made 2026-11-22 10:11:00+00:00
"""

revision = "e4f1a0c7d401"
down_revision = "e4f1a0c7d302"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

"""keys and checkpoints

Revision: e4f1a0c7d302, after e4f1a0c7d301, made 2026-11-22 09:42:00+00:00
"""

revision = "e4f1a0c7d302"
down_revision = "e4f1a0c7d301"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

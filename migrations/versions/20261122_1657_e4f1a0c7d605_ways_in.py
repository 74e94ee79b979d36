"""ways in

Revision: e4f1a0c7d605, after e4f1a0c7d604, made 2026-11-22 16:57:00+00:00
"""

revision = "e4f1a0c7d605"
down_revision = "e4f1a0c7d604"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

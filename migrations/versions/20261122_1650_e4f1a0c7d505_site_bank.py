"""site bank

Revision: e4f1a0c7d505, after e4f1a0c7d504, made 2026-11-22 16:50:00+00:00
"""

revision = "e4f1a0c7d505"
down_revision = "e4f1a0c7d504"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

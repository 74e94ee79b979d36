"""api tokens

Revision: e4f1a0c7d601, after e4f1a0c7d507, made 2026-11-22 16:53:00+00:00
"""

revision = "e4f1a0c7d601"
down_revision = "e4f1a0c7d507"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

"""forms

Revision: e4f1a0c7d507, after e4f1a0c7d506, made 2026-11-22 16:52:00+00:00
"""

revision = "e4f1a0c7d507"
down_revision = "e4f1a0c7d506"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

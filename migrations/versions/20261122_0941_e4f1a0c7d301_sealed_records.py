"""sealed records

Revision: e4f1a0c7d301, after e4f1a0c7d204, made 2026-11-22 09:41:00+00:00
"""

revision = "e4f1a0c7d301"
down_revision = "e4f1a0c7d204"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

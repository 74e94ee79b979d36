"""personal data

Revision: e4f1a0c7d602, after e4f1a0c7d601, made 2026-11-22 16:54:00+00:00
"""

revision = "e4f1a0c7d602"
down_revision = "e4f1a0c7d601"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

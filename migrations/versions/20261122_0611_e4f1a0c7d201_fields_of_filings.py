"""fields of filings

Revision: e4f1a0c7d201, after 74e460ac94bc, made 2026-11-22 06:10:00+00:00
"""

revision = "e4f1a0c7d201"
down_revision = "74e460ac94bc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

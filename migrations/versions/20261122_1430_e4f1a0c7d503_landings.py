"""landings

Revision: e4f1a0c7d503, after e4f1a0c7d502, made 2026-11-22 14:30:00+00:00
"""

revision = "e4f1a0c7d503"
down_revision = "e4f1a0c7d502"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: room for the tables of this part."""


def downgrade() -> None:
    """Nothing to take back."""

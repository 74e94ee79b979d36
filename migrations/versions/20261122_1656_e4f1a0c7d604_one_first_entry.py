"""one first entry

Revision: e4f1a0c7d604, after e4f1a0c7d603, made 2026-11-22 16:56:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d604"
down_revision = "e4f1a0c7d603"
branch_labels = None
depends_on = None

FIRST = sa.text("supersedes_id IS NULL")


def upgrade() -> None:
    """A claim is entered once; every later entry of it takes the place of one before."""
    op.create_index(
        "ix_entries_first", "entries", ["claim_id"], unique=True, sqlite_where=FIRST, postgresql_where=FIRST
    )


def downgrade() -> None:
    """The program alone sees to it."""
    op.drop_index("ix_entries_first", "entries")

"""ways in

Revision: e4f1a0c7d605, after e4f1a0c7d604, made 2026-11-22 16:57:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d605"
down_revision = "e4f1a0c7d604"
branch_labels = None
depends_on = None

_FORGET = sa.text("UPDATE users SET mf_recovery_codes = NULL WHERE mf_recovery_codes IS NOT NULL")


def upgrade() -> None:
    """Recovery codes that are no digests are forgotten: the account page says that none are left, and makes new ones."""
    op.execute(_FORGET)


def downgrade() -> None:
    """The program before cannot read digests."""
    op.execute(_FORGET)

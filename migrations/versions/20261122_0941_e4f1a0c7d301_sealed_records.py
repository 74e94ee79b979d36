"""sealed records

Revision: e4f1a0c7d301, after e4f1a0c7d204, made 2026-11-22 09:41:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d301"
down_revision = "e4f1a0c7d204"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Records say which of their values are sealed; claims say since when they are public.

    Earlier records have no sealed values: their leaves stay as they were hashed.
    """
    with op.batch_alter_table("records") as batch:
        batch.add_column(sa.Column("salt", sa.LargeBinary(length=32), nullable=True))
        batch.add_column(sa.Column("sealed", sa.Text(), nullable=True))
        batch.create_check_constraint("sealed_with_salt", "(salt IS NULL) = (sealed IS NULL)")
    with op.batch_alter_table("claims") as batch:
        batch.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE claims SET published_at = (SELECT min(records.at) FROM records "
        "WHERE records.act = 'claim-published' AND records.subject = 'claims/' || claims.id)"
    )
    # Claims of which the log does not say when they were published.
    op.execute(
        "UPDATE claims SET published_at = state_since_at WHERE published_at IS NULL AND state IN "
        "('PUBLISHED', 'COORDINATION', 'READY', 'OFFERED', 'RECORDED', 'IN_USE', 'SUSPENDED', 'ENDED', 'LAPSED')"
    )


def downgrade() -> None:
    """Salts go; what was sealed can then be opened by nobody, and the leaves of sealed records are no longer shown."""
    with op.batch_alter_table("claims") as batch:
        batch.drop_column("published_at")
    with op.batch_alter_table("records") as batch:
        batch.drop_constraint("sealed_with_salt", type_="check")
        batch.drop_column("sealed")
        batch.drop_column("salt")

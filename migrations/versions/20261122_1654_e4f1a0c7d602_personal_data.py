"""personal data

Revision: e4f1a0c7d602, after e4f1a0c7d601, made 2026-11-22 16:54:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d602"
down_revision = "e4f1a0c7d601"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Erasures of personal data, each asked for by one administrator and made by another."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_by", sa.String(length=255), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint("(state = 'OPEN') = (answered_at IS NULL)", name=op.f("ck_erasures_answered_when_not_open")),
        sa.CheckConstraint(
            "answered_by IS NULL OR state = 'WITHDRAWN' OR answered_by <> asked_by",
            name=op.f("ck_erasures_made_by_another"),
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_erasures_reason_not_empty")),
        sa.CheckConstraint("state IN ('OPEN', 'MADE', 'WITHDRAWN')", name=op.f("ck_erasures_state_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_erasures_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_user_id"), "erasures", ["user_id"], unique=False)


def downgrade() -> None:
    """The table goes; what was erased stays erased, and the log keeps that it was."""
    op.drop_table("erasures")

"""sign in

Revision: e4f1a0c7d402, after e4f1a0c7d401, made 2026-11-22 10:12:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d402"
down_revision = "e4f1a0c7d401"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Sessions, failures, counted requests, what accounts have to do, and changes of roles that wait for a second person."""
    op.create_table(
        "account_states",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("has_one_time_password", sa.Boolean(), nullable=False),
        sa.Column("last_code", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_states_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_account_states")),
    )
    op.create_table(
        "browser_sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_browser_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_browser_sessions")),
    )
    op.create_index(op.f("ix_browser_sessions_user_id"), "browser_sessions", ["user_id"], unique=False)
    op.create_table(
        "counted_requests",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counted_requests")),
    )
    op.create_index(op.f("ix_counted_requests_ends_at"), "counted_requests", ["ends_at"], unique=False)
    op.create_table(
        "sign_in_failures",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sign_in_failures_failures_not_negative")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_failures")),
    )
    op.create_table(
        "role_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_by", sa.String(length=255), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(state = 'OPEN') = (answered_at IS NULL)", name=op.f("ck_role_changes_answered_when_not_open")
        ),
        sa.CheckConstraint("state <> 'MADE' OR answered_by <> asked_by", name=op.f("ck_role_changes_made_by_another")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_role_changes_reason_not_empty")),
        sa.CheckConstraint("state IN ('OPEN', 'MADE', 'WITHDRAWN')", name=op.f("ck_role_changes_state_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_changes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_changes")),
    )
    op.create_index(op.f("ix_role_changes_user_id"), "role_changes", ["user_id"], unique=False)


def downgrade() -> None:
    """All of it goes, and everybody signs in anew; a change of roles that waited has to be asked for again."""
    op.drop_table("role_changes")
    op.drop_table("sign_in_failures")
    op.drop_table("counted_requests")
    op.drop_table("browser_sessions")
    op.drop_table("account_states")

"""runs

Revision: e4f1a0c7d401, after e4f1a0c7d302, made 2026-11-22 10:11:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d401"
down_revision = "e4f1a0c7d302"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Solver runs and the lines of their progress."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("seed_hex", sa.String(length=128), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=True),
        sa.Column("explained_id", sa.Integer(), nullable=True),
        sa.Column("time_limit_s", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("attempts_most", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_role", sa.String(length=32), nullable=False),
        sa.Column("asked_party_id", sa.String(length=16), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=120), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doing", sa.String(length=32), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=True),
        sa.Column("solution_sha256", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('trial', 'proposal', 'why-not')", name=op.f("ck_runs_kind_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_runs_state_known")
        ),
        sa.CheckConstraint("length(trim(asked_by)) > 0", name=op.f("ck_runs_asked_by_not_empty")),
        sa.CheckConstraint(
            "time_limit_s > 0 AND workers > 0 AND attempts_most > 0", name=op.f("ck_runs_limits_positive")
        ),
        sa.CheckConstraint("(kind = 'why-not') = (claim_id IS NOT NULL)", name=op.f("ck_runs_claim_named")),
        sa.CheckConstraint("(kind = 'why-not') = (explained_id IS NOT NULL)", name=op.f("ck_runs_explained_named")),
        sa.CheckConstraint(
            "(state = 'running') = (worker IS NOT NULL) AND (worker IS NULL) = (lease_until IS NULL)",
            name=op.f("ck_runs_leased_while_running"),
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_runs_ended_with_instant"),
        ),
        sa.CheckConstraint("state <> 'failed' OR length(trim(because)) > 0", name=op.f("ck_runs_failure_has_reason")),
        sa.ForeignKeyConstraint(["asked_party_id"], ["parties.id"], name=op.f("fk_runs_asked_party_id_parties")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_runs_claim_id_claims")),
        sa.ForeignKeyConstraint(["explained_id"], ["proposals.id"], name=op.f("fk_runs_explained_id_proposals")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["frozen_instances.id"], name=op.f("fk_runs_instance_id_frozen_instances")
        ),
        sa.ForeignKeyConstraint(["kept_id"], ["proposals.id"], name=op.f("fk_runs_kept_id_proposals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_instance_id"), ["instance_id"], unique=False)
        batch_op.create_index("ix_runs_state", ["state", "id"], unique=False)

    op.create_table(
        "run_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("stage", sa.String(length=200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(trim(stage)) > 0", name=op.f("ck_run_looks_stage_not_empty")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_looks_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_looks")),
    )
    with op.batch_alter_table("run_looks", schema=None) as batch_op:
        batch_op.create_index("ix_run_looks_run_id", ["run_id", "attempt", "id"], unique=False)


def downgrade() -> None:
    """Runs go; what they gave stays, as trials, proposals and records."""
    with op.batch_alter_table("run_looks", schema=None) as batch_op:
        batch_op.drop_index("ix_run_looks_run_id")

    op.drop_table("run_looks")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("ix_runs_state")
        batch_op.drop_index(batch_op.f("ix_runs_instance_id"))
        batch_op.drop_index(batch_op.f("ix_runs_claim_id"))

    op.drop_table("runs")

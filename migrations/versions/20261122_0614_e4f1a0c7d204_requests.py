"""requests

Revision: e4f1a0c7d204, after e4f1a0c7d203, made 2026-11-22 06:10:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d204"
down_revision = "e4f1a0c7d203"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Requests under an idempotency key with their answers; filings in preparation."""
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_requests_sha256_length")),
        sa.CheckConstraint("length(trim(key)) > 0", name=op.f("ck_requests_key_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("actor", "key", name=op.f("uq_requests_actor_key")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("filed_by_id", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=255), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(key)) > 0", name=op.f("ck_drafts_key_not_empty")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["parties.id"], name=op.f("fk_drafts_filed_by_id_parties")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_drafts_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("round_id", "filed_by_id", "key", name=op.f("uq_drafts_round_id_filed_by_id_key")),
    )


def downgrade() -> None:
    """The answers and drafts go; what was done and filed stays."""
    op.drop_table("drafts")
    op.drop_table("requests")

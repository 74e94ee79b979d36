"""equity

Revision: e4f1a0c7d504, after e4f1a0c7d502, made 2026-11-22 14:40:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d504"
down_revision = "e4f1a0c7d502"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MADE = ("service_reliances", "shared_services")
KINDS = "kind IN ('power', 'relay', 'rescue', 'pad')"


def upgrade() -> None:
    """Services that entries share, and who relies on them."""
    name = "shared_services"
    op.create_table(
        name,
        sa.Column("id", sa.String(length=16), nullable=False),
        *_claim_and_party(name),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("serves", sa.Integer(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_shared_services_kind_known")),
        sa.CheckConstraint("length(trim(what)) > 0", name=op.f("ck_shared_services_what_not_empty")),
        sa.CheckConstraint("serves >= 1", name=op.f("ck_shared_services_serves_somebody")),
    )
    op.create_index(op.f("ix_shared_services_claim_id"), name, ["claim_id"], unique=False)
    _reliances("service_reliances")


def _reliances(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(length=16), nullable=False),
        *_claim_and_party(name),
        sa.Column("vital", sa.Boolean(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["shared_services.id"], name=op.f("fk_service_reliances_service_id_shared_services")
        ),
        sa.CheckConstraint("length(trim(need)) > 0", name=op.f("ck_service_reliances_need_not_empty")),
    )
    for column in ("claim_id", "service_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)


def _claim_and_party(table: str) -> "tuple[sa.schema.SchemaItem, ...]":
    return (
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f(f"fk_{table}_claim_id_claims")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f(f"fk_{table}_party_id_parties")),
    )


def downgrade() -> None:
    """Back to entries that share nothing; the log has what was offered."""
    for table in MADE:
        op.drop_table(table)

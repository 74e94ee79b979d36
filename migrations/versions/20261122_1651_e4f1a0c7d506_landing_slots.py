"""landing slots

Revision: e4f1a0c7d506, after e4f1a0c7d505, made 2026-11-22 16:51:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d506"
down_revision = "e4f1a0c7d505"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MADE = ("landing_slots", "slot_proposals", "landing_windows")
KINDS = "kind IN ('landing', 'ascent')"
STATES = "state IN ('PROPOSED', 'CONFIRMED', 'ANOTHER', 'WITHDRAWN', 'SUPERSEDED')"
AZIMUTHS = "azimuth_from_deg >= 0 AND azimuth_from_deg < 360 AND azimuth_to_deg >= 0 AND azimuth_to_deg < 360"
LIVE = sa.text("state IN ('PROPOSED', 'CONFIRMED')")


def upgrade() -> None:
    """Windows asked for by parties, and the slots proposed for them."""
    _windows("landing_windows")
    _proposals("slot_proposals")
    _slots("landing_slots")


def _windows(name: str) -> None:
    op.create_table(
        name,
        *_movement(),
        sa.Column("party_id", sa.String(length=16), nullable=False),
        sa.Column("windows", sa.Text(), nullable=False),
        sa.Column("preferred_at", INSTANT, nullable=False),
        sa.Column("azimuth_from_deg", sa.Double(), nullable=True),
        sa.Column("azimuth_to_deg", sa.Double(), nullable=True),
        sa.Column("landed_mass_kg", sa.Double(), nullable=False),
        sa.Column("method_version", sa.String(length=20), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f(f"fk_{name}_claim_id_claims")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f(f"fk_{name}_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["landing_windows.id"], name=op.f(f"fk_{name}_supersedes_id_landing_windows")
        ),
        sa.UniqueConstraint("supersedes_id", name=op.f(f"uq_{name}_supersedes_id")),
        sa.CheckConstraint(KINDS, name=op.f(f"ck_{name}_kind_known")),
        sa.CheckConstraint(
            "(azimuth_from_deg IS NULL) = (azimuth_to_deg IS NULL)", name=op.f(f"ck_{name}_azimuths_together")
        ),
        sa.CheckConstraint(AZIMUTHS, name=op.f(f"ck_{name}_azimuths_on_the_circle")),
        sa.CheckConstraint("landed_mass_kg > 0", name=op.f(f"ck_{name}_mass_positive")),
    )
    op.create_index(op.f(f"ix_{name}_claim_id"), name, ["claim_id"], unique=False)


def _movement() -> "tuple[sa.schema.SchemaItem, ...]":
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("phase", sa.String(length=90), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
    )


def _proposals(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("instance_sha256", sa.String(length=64), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("solution_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.CheckConstraint("first_day <= last_day", name=op.f(f"ck_{name}_days_in_order")),
        sa.CheckConstraint(
            "length(instance_sha256) = 64 AND length(solution_sha256) = 64", name=op.f(f"ck_{name}_sha256_length")
        ),
    )


def _slots(name: str) -> None:
    op.create_table(
        name,
        *_movement(),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("slot_at", INSTANT, nullable=False),
        sa.Column("precision", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_since_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["slot_proposals.id"], name=op.f(f"fk_{name}_proposal_id_slot_proposals")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f(f"fk_{name}_claim_id_claims")),
        sa.CheckConstraint(KINDS, name=op.f(f"ck_{name}_kind_known")),
        sa.CheckConstraint("precision IN ('minute', 'day')", name=op.f(f"ck_{name}_precision_known")),
        sa.CheckConstraint(STATES, name=op.f(f"ck_{name}_state_known")),
    )
    for column in ("claim_id", "proposal_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
    op.create_index(
        "ix_landing_slots_live", name, ["claim_id", "phase"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )


def downgrade() -> None:
    """Back to slots that nobody keeps; the log has what was asked for, proposed and confirmed."""
    for table in MADE:
        op.drop_table(table)

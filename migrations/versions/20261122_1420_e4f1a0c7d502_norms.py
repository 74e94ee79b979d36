"""norms

Revision: e4f1a0c7d502, after e4f1a0c7d501, made 2026-11-22 14:20:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d502"
down_revision = "e4f1a0c7d501"
branch_labels = None
depends_on = None

KINDS = "'places-enforced', 'anomaly-zones', 'one-station', 'share-left'"
POSITIONS = "'adopts', 'dissents', 'withdrawn'"


def upgrade() -> None:
    """Stated changes of norms and the crosswalk as reference data; arrangements on their way to a universal body."""
    _norm_changes()
    _crosswalk()
    _docking_records()
    _docking_positions()


def downgrade() -> None:
    """The tables go with what is in them: the log has it."""
    for table in ("docking_positions", "docking_records", "crosswalk", "norm_changes"):
        op.drop_table(table)


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _filled(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length(trim({name})) > 0", name=op.f(f"ck_{table}_{name}_not_empty")) for name in columns
    ]


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _norm_changes() -> None:
    table = "norm_changes"
    op.create_table(
        table,
        _text("id", 64),
        _text("provision_id", 32),
        _text("kind", 32),
        sa.Column("parameters", sa.Text(), nullable=False),
        _text("statement"),
        _text("source"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norm_changes")),
        _to(table, "provision_id", "provisions"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_norm_changes_kind_known")),
        *_filled(table, "statement", "source"),
    )


def _crosswalk() -> None:
    table = "crosswalk"
    op.create_table(
        table,
        _text("id", 64),
        _text("topic", 64),
        _text("forum_id", 64),
        _text("provision_id", 32, nullable=True),
        _text("asks", 64),
        _text("statement"),
        sa.Column("against", sa.Text(), nullable=False),
        _text("because"),
        _text("source"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosswalk")),
        _to(table, "forum_id", "instruments"),
        _to(table, "provision_id", "provisions"),
        sa.UniqueConstraint("topic", "forum_id", name=op.f("uq_crosswalk_topic_forum_id")),
        *_filled(table, "topic", "asks", "statement", "source"),
    )


def _docking_records() -> None:
    table = "docking_records"
    op.create_table(
        table,
        _text("id", 16),
        _text("title", 200),
        _text("origin_forum", 200),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        _text("text"),
        sa.Column("evidence", sa.Text(), nullable=False),
        _text("target_body", 200),
        _text("agenda_item", 300),
        _text("agreement_id", 16, nullable=True),
        _text("recorded_by_id", 16, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docking_records")),
        _to(table, "agreement_id", "agreements"),
        _to(table, "recorded_by_id", "parties"),
        *_filled(table, "title", "origin_forum", "text", "target_body", "agenda_item"),
    )


def _docking_positions() -> None:
    table = "docking_positions"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("docking_id", 16),
        _text("party_id", 16),
        _text("position", 16),
        _text("statement"),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docking_positions")),
        _to(table, "docking_id", "docking_records"),
        _to(table, "party_id", "parties"),
        sa.CheckConstraint(f"position IN ({POSITIONS})", name=op.f("ck_docking_positions_position_known")),
    )
    op.create_index(op.f("ix_docking_positions_docking_id"), table, ["docking_id"], unique=False)

"""site bank

Revision: e4f1a0c7d505, after e4f1a0c7d504, made 2026-11-22 16:50:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d505"
down_revision = "e4f1a0c7d504"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DUTIES = ("contract", "launch-contract", "licence", "landing", "confirmation", "resumption", "footprint", "term")
CAUSES = (
    "", "in-use", "suspended", "resumed", "milestone-missed", "footprint-demonstrated", "footprint-not-demonstrated",
    "relinquished", "confirmation-missed", "suspension-over", "term-over",
)  # fmt: skip
STATES = ("OFFERED", "REFUSED", "BANKED", "RELEASED", "TAKEN", "OVER")
TABLE = "banked_sites"


def upgrade() -> None:
    """Pairs of sites offered to the bank, the duty to offer them, and entries that were moved to another site."""
    _kinds_of_duties([*DUTIES[:-1], "second-site", DUTIES[-1]])
    with op.batch_alter_table("entries") as batch:
        batch.add_column(sa.Column("place_id", sa.String(length=64), nullable=True))
    _causes((*CAUSES, "site-exchanged"))
    op.create_table(TABLE, *_columns(), *_keys(), *_checks())
    for column in ("claim_id", "state"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column], unique=False)


def downgrade() -> None:
    """Back to a register without a bank: pairs and duties go, and so do entries since they were moved; the log has them."""
    op.drop_table(TABLE)
    op.execute("DELETE FROM extensions WHERE duty_id IN (SELECT id FROM duties WHERE kind = 'second-site')")
    op.execute("DELETE FROM duties WHERE kind = 'second-site'")
    _kinds_of_duties([*DUTIES])
    op.execute("DELETE FROM zones WHERE entry_id IN (SELECT id FROM entries WHERE place_id IS NOT NULL)")
    op.execute("DELETE FROM zone_events WHERE entry_id IN (SELECT id FROM entries WHERE place_id IS NOT NULL)")
    op.execute("DELETE FROM zone_requests WHERE entry_id IN (SELECT id FROM entries WHERE place_id IS NOT NULL)")
    op.execute("UPDATE entries SET supersedes_id = NULL WHERE place_id IS NOT NULL")
    op.execute("DELETE FROM entries WHERE place_id IS NOT NULL")
    _causes(CAUSES)
    with op.batch_alter_table("entries") as batch:
        batch.drop_column("place_id")


def _kinds_of_duties(kinds: "list[str]") -> None:
    with op.batch_alter_table("duties") as batch:
        batch.drop_constraint(op.f("ck_duties_kind_known"), type_="check")
        batch.create_check_constraint(op.f("ck_duties_kind_known"), sa.text(_known("kind", kinds)))


def _causes(causes: "tuple[str, ...]") -> None:
    with op.batch_alter_table("entries") as batch:
        batch.drop_constraint(op.f("ck_entries_cause_known"), type_="check")
        batch.create_check_constraint(op.f("ck_entries_cause_known"), sa.text(_known("cause", causes)))


def _known(column: str, words: "tuple[str, ...] | list[str]") -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _columns() -> "list[sa.Column[object]]":
    wanted, given = {"nullable": False}, {"nullable": True}
    return [
        sa.Column("id", sa.String(length=16), **wanted),
        sa.Column("claim_id", sa.String(length=16), **wanted),
        sa.Column("duty_id", sa.Integer(), **wanted),
        sa.Column("party_id", sa.String(length=16), **wanted),
        sa.Column("entry_claim_id", sa.String(length=16), **wanted),
        sa.Column("entry_id", sa.String(length=16), **wanted),
        sa.Column("first_place", sa.String(length=64), **wanted),
        sa.Column("first_name", sa.String(length=200), **wanted),
        sa.Column("first_footprint", sa.Text(), **wanted),
        sa.Column("second_place", sa.String(length=64), **wanted),
        sa.Column("second_name", sa.String(length=200), **wanted),
        sa.Column("second_footprint", sa.Text(), **wanted),
        sa.Column("second_placement", sa.String(length=24), **given),
        sa.Column("first_score", sa.Double(), **wanted),
        sa.Column("second_score", sa.Double(), **wanted),
        sa.Column("scores", sa.Text(), **wanted),
        sa.Column("source", sa.String(), **wanted),
        sa.Column("room", sa.Text(), **wanted),
        sa.Column("state", sa.String(length=16), **wanted),
        sa.Column("offered_at", INSTANT, **wanted),
        sa.Column("choose_by_at", INSTANT, **wanted),
        sa.Column("chosen", sa.String(length=8), **given),
        sa.Column("chosen_at", INSTANT, **given),
        sa.Column("chosen_by", sa.String(length=16), **given),
        sa.Column("reason", sa.String(), **wanted),
        sa.Column("held_until", sa.Date(), **given),
        sa.Column("closed_at", INSTANT, **given),
        sa.Column("taken_by_id", sa.String(length=16), **given),
        sa.Column("illustrative", sa.Boolean(), **wanted),
    ]


def _keys() -> "list[sa.Constraint]":
    targets = {
        "claim_id": "claims", "duty_id": "duties", "party_id": "parties", "entry_claim_id": "claims",
        "entry_id": "entries", "taken_by_id": "claims",
    }  # fmt: skip
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("duty_id", name=op.f(f"uq_{TABLE}_duty_id")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}"))
            for column, table in targets.items()
        ),
    ]


def _checks() -> "list[sa.CheckConstraint]":
    checks = {
        "state_known": _known("state", STATES),
        "chosen_known": "chosen IS NULL OR chosen IN ('first', 'second')",
        "chosen_when_banked": "(state IN ('OFFERED', 'REFUSED')) = (chosen IS NULL)",
        "held_when_chosen": "(chosen IS NULL) = (held_until IS NULL)",
        "taken_by_a_claim": "(state = 'TAKEN') = (taken_by_id IS NOT NULL)",
        "closed_when_done": "(state IN ('OFFERED', 'BANKED')) = (closed_at IS NULL)",
        "second_name_not_empty": "length(trim(second_name)) > 0",
        "source_not_empty": "length(trim(source)) > 0",
    }
    return [sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in checks.items()]

"""life of entries

Revision: e4f1a0c7d501, after e4f1a0c7d801, made 2026-11-22 14:10:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d501"
down_revision = "e4f1a0c7d801"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CAUSES = (
    "", "in-use", "suspended", "resumed", "milestone-missed", "footprint-demonstrated", "footprint-not-demonstrated",
    "relinquished", "confirmation-missed", "suspension-over", "term-over",
)  # fmt: skip
DUTIES = "contract launch-contract licence landing confirmation resumption footprint term"
EVIDENCE = "contract launch-contract licence landing confirmation resumption footprint extension end"
GROUNDS = "launch-failure co-passenger-delay force-majeure rescue-assistance agency-delay"
MADE = ("zone_requests", "zone_events", "extensions", "evidence", "duties")


def upgrade() -> None:
    """What an entry is after it was shrunk, used or ended; duties, evidence, extensions, events of zones, requests."""
    with op.batch_alter_table("entries") as batch:
        batch.add_column(sa.Column("cause", sa.String(length=32), server_default="", nullable=False))
        batch.add_column(sa.Column("footprint", sa.Text(), nullable=True))
        batch.add_column(sa.Column("in_use_from", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.create_check_constraint(op.f("ck_entries_cause_known"), sa.text(_known("cause", CAUSES)))
        over = "(state IN ('ENDED', 'LAPSED')) = (ended_on IS NOT NULL)"
        batch.create_check_constraint(op.f("ck_entries_ended_when_over"), sa.text(over))
    with op.batch_alter_table("protected_places") as batch:
        batch.drop_constraint(op.f("ck_protected_places_enforced_only_when_certain"), type_="check")
        batch.add_column(sa.Column("candidate_of_id", sa.String(length=16), nullable=True))
        batch.create_foreign_key(
            op.f("fk_protected_places_candidate_of_id_claims"), "claims", ["candidate_of_id"], ["id"]
        )
        certain = "enforced = (coordinate_sigma_m <= 1000 AND candidate_of_id IS NULL)"
        batch.create_check_constraint(op.f("ck_protected_places_enforced_only_when_certain"), sa.text(certain))
    _duties()
    _evidence()
    _extensions()
    _zone_events()
    _zone_requests()


def downgrade() -> None:
    """Back to entries as they were recorded first.

    Those that superseded others go with their zones, and so do the objects left behind: the log has them.
    """
    for table in MADE:
        op.drop_table(table)
    op.execute("DELETE FROM protected_places WHERE candidate_of_id IS NOT NULL")
    with op.batch_alter_table("protected_places") as batch:
        batch.drop_constraint(op.f("ck_protected_places_enforced_only_when_certain"), type_="check")
        batch.drop_constraint(op.f("fk_protected_places_candidate_of_id_claims"), type_="foreignkey")
        batch.drop_column("candidate_of_id")
        certain = sa.text("enforced = (coordinate_sigma_m <= 1000)")
        batch.create_check_constraint(op.f("ck_protected_places_enforced_only_when_certain"), certain)
    op.execute("DELETE FROM zones WHERE entry_id IN (SELECT id FROM entries WHERE cause <> '')")
    op.execute("UPDATE entries SET supersedes_id = NULL WHERE cause <> ''")
    op.execute("DELETE FROM entries WHERE cause <> ''")
    with op.batch_alter_table("entries") as batch:
        batch.drop_constraint(op.f("ck_entries_ended_when_over"), type_="check")
        batch.drop_constraint(op.f("ck_entries_cause_known"), type_="check")
        for column in ("ended_on", "in_use_from", "footprint", "cause"):
            batch.drop_column(column)


def _known(column: str, words: "tuple[str, ...] | list[str]") -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _one_of(table: str, column: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(_known(column, words.split()), name=op.f(f"ck_{table}_{column}_known"))


def _filled(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"length(trim({column})) > 0", name=op.f(f"ck_{table}_{column}_not_empty"))


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _claim(table: str) -> "tuple[sa.schema.SchemaItem, ...]":
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "claim_id", "claims"),
    )


def _duties() -> None:
    op.create_table(
        "duties",
        *_claim("duties"),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("final_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.UniqueConstraint("claim_id", "kind", "number", name=op.f("uq_duties_claim_id_kind_number")),
        _one_of("duties", "kind", DUTIES),
        _one_of("duties", "state", "open met missed void"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_duties_number_positive")),
        sa.CheckConstraint("due_at <= final_at", name=op.f("ck_duties_grace_follows")),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_duties_closed_when_done")),
    )
    op.create_index(op.f("ix_duties_final_at"), "duties", ["final_at"], unique=False)
    op.create_index(op.f("ix_duties_state"), "duties", ["state"], unique=False)


def _evidence() -> None:
    op.create_table(
        "evidence",
        *_claim("evidence"),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        _to("evidence", "party_id", "parties"),
        _to("evidence", "attachment_id", "attachments"),
        _one_of("evidence", "kind", EVIDENCE),
        _filled("evidence", "text"),
        sa.CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name=op.f("ck_evidence_sha256_length")),
    )
    op.create_index(op.f("ix_evidence_claim_id"), "evidence", ["claim_id"], unique=False)


def _extensions() -> None:
    op.create_table(
        "extensions",
        *_claim("extensions"),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due_before_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        _to("extensions", "duty_id", "duties"),
        _to("extensions", "evidence_id", "evidence"),
        _one_of("extensions", "ground", GROUNDS),
        _filled("extensions", "reason"),
        sa.CheckConstraint("months >= 1", name=op.f("ck_extensions_months_positive")),
        sa.CheckConstraint("due_before_at < due_at", name=op.f("ck_extensions_later_than_before")),
    )
    op.create_index(op.f("ix_extensions_claim_id"), "extensions", ["claim_id"], unique=False)


def _zone_events() -> None:
    op.create_table(
        "zone_events",
        *_claim("zone_events"),
        sa.Column("entry_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("keep_out_m", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        _to("zone_events", "entry_id", "entries"),
        _one_of("zone_events", "kind", "established altered ended"),
        _filled("zone_events", "reason"),
        sa.CheckConstraint("keep_out_m > 0", name=op.f("ck_zone_events_keep_out_positive")),
    )
    op.create_index(op.f("ix_zone_events_claim_id"), "zone_events", ["claim_id"], unique=False)


def _zone_requests() -> None:
    name = "zone_requests"
    op.create_table(
        name,
        *_claim(name),
        sa.Column("entry_id", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer_by_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        _to(name, "entry_id", "entries"),
        _to(name, "party_id", "parties"),
        _one_of(name, "kind", "enter basis"),
        _filled(name, "purpose"),
        sa.CheckConstraint(
            "(kind = 'enter') = (first_day IS NOT NULL)", name=op.f("ck_zone_requests_days_of_entering")
        ),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND first_day <= last_day",
            name=op.f("ck_zone_requests_days_in_order"),
        ),
        sa.CheckConstraint("(kind = 'basis') = (basis IS NOT NULL)", name=op.f("ck_zone_requests_basis_given")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (length(answer) = 0)", name=op.f("ck_zone_requests_answered_with_words")
        ),
    )
    op.create_index(op.f("ix_zone_requests_claim_id"), name, ["claim_id"], unique=False)

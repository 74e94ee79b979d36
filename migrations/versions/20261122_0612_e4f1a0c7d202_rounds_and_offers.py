# ruff: noqa: E501, S608
"""rounds and offers: fallbacks and re-solves, draw files, second opinions, offers, notices

Revision: e4f1a0c7d202, after e4f1a0c7d201, made 2026-11-22 06:10:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d202"
down_revision = "e4f1a0c7d201"
branch_labels = None
depends_on = None

# What is published or drawn stays as it is, whoever writes to the database.
FIXED = ("policies", "frozen_instances", "draws")
OPEN_STATES = "('ANNOUNCED', 'REJECTED')"
OLD_PROVEN = "NOT official OR (verified AND status = 'OPTIMAL')"
NEW_PROVEN = "NOT official OR (verified AND status = 'OPTIMAL' AND (confirmed IS NULL OR confirmed))"


def upgrade() -> None:
    with op.batch_alter_table("rounds") as table:
        table.add_column(sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("frozen_instances") as table:
        table.add_column(sa.Column("kind", sa.String(length=16), server_default="frozen", nullable=False))
        table.add_column(sa.Column("basis_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("fallback", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("reason", sa.String(), server_default="", nullable=False))
        table.create_foreign_key(
            op.f("fk_frozen_instances_basis_id_frozen_instances"), "frozen_instances", ["basis_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_frozen_instances_kind_known"), "kind IN ('frozen', 'fallback', 'resolve')"
        )
        table.create_check_constraint(op.f("ck_frozen_instances_basis_named"), "(kind = 'frozen') = (basis_id IS NULL)")
        table.create_check_constraint(
            op.f("ck_frozen_instances_reason_given"), "kind = 'frozen' OR length(trim(reason)) > 0"
        )
    _draws()
    with op.batch_alter_table("proposals") as table:
        table.add_column(sa.Column("confirmed", sa.Boolean(), nullable=True))
        table.drop_constraint(op.f("ck_proposals_official_only_when_proven"), type_="check")
        table.create_check_constraint(op.f("ck_proposals_official_only_when_proven"), NEW_PROVEN)
    with op.batch_alter_table("votes") as table:
        table.add_column(sa.Column("interested", sa.Boolean(), nullable=True))
    _offers()
    _notices()
    _fix()


def _draws() -> None:
    with op.batch_alter_table("draws") as table:
        table.add_column(sa.Column("reference", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("seed_instance_sha256", sa.String(length=64), nullable=True))
    # Every seed so far was made from the hash of its own instance.
    op.execute(
        "UPDATE draws SET seed_instance_sha256 = (SELECT sha256 FROM frozen_instances WHERE frozen_instances.id = draws.instance_id)"
    )
    with op.batch_alter_table("draws") as table:
        table.alter_column("seed_instance_sha256", existing_type=sa.String(length=64), nullable=False)
        table.create_check_constraint(op.f("ck_draws_seed_instance_length"), "length(seed_instance_sha256) = 64")


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("start_day", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('OPEN', 'ACCEPTED', 'DECLINED', 'LAPSED')", name=op.f("ck_offers_state_known")),
        sa.CheckConstraint("offered_at < expires_at", name=op.f("ck_offers_leaves_time")),
        sa.CheckConstraint("(state = 'OPEN') = (answered_at IS NULL)", name=op.f("ck_offers_answered_when_closed")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_offers_claim_id_claims")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_offers_decision_id_decisions")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_offers_placement_id_placements")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("claim_id", "decision_id", name=op.f("uq_offers_claim_id_decision_id")),
    )
    op.create_index(op.f("ix_offers_decision_id"), "offers", ["decision_id"])


def _notices() -> None:
    op.create_table(
        "notice_templates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("addressees", sa.String(length=200), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(heading)) > 0", name=op.f("ck_notice_templates_heading_not_empty")),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_notice_templates_text_not_empty")),
        sa.CheckConstraint("length(trim(source)) > 0", name=op.f("ck_notice_templates_source_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_templates")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("addressee", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_notices_state_known")),
        sa.CheckConstraint("length(trim(addressee)) > 0", name=op.f("ck_notices_addressee_not_empty")),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_notices_text_not_empty")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notices_sent_when_sent")),
        sa.CheckConstraint(
            "attempts >= 0 AND (state = 'queued') = (attempts = 0)", name=op.f("ck_notices_attempts_counted")
        ),
        sa.CheckConstraint("state <> 'failed' OR length(trim(failure)) > 0", name=op.f("ck_notices_failure_named")),
        sa.ForeignKeyConstraint(["kind"], ["notice_templates.id"], name=op.f("fk_notices_kind_notice_templates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    for column in ("addressee", "state", "subject"):
        op.create_index(op.f(f"ix_notices_{column}"), "notices", [column])


def _fix() -> None:
    """Refuse changes of what is fixed, and policies for rounds that are under way."""
    if op.get_bind().dialect.name == "sqlite":
        for table in FIXED:
            op.execute(
                f"CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} are fixed once they are written'); END"
            )
        op.execute(
            "CREATE TRIGGER policies_in_time BEFORE INSERT ON policies WHEN "
            f"(SELECT state FROM rounds WHERE id = NEW.round_id) NOT IN {OPEN_STATES} "
            "BEGIN SELECT RAISE(ABORT, 'the policy of a round cannot change after its opening'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% are fixed once they are written', TG_TABLE_NAME; END $$"
    )
    for table in FIXED:
        op.execute(f"CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION stays()")
    op.execute(
        "CREATE FUNCTION policies_in_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF (SELECT state FROM rounds WHERE id = NEW.round_id) NOT IN {OPEN_STATES} THEN "
        "RAISE EXCEPTION 'the policy of a round cannot change after its opening'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER policies_in_time BEFORE INSERT ON policies FOR EACH ROW EXECUTE FUNCTION policies_in_time()"
    )


def _loosen() -> None:
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON {table}"
    for name, table in (*((f"{table}_stay", table) for table in FIXED), ("policies_in_time", "policies")):
        op.execute(f"DROP TRIGGER {name}{on.format(table=table)}")
    if on:
        op.execute("DROP FUNCTION stays()")
        op.execute("DROP FUNCTION policies_in_time()")


def downgrade() -> None:
    _loosen()
    op.drop_table("notices")
    op.drop_table("notice_templates")
    op.drop_table("offers")
    with op.batch_alter_table("votes") as table:
        table.drop_column("interested")
    with op.batch_alter_table("proposals") as table:
        table.drop_constraint(op.f("ck_proposals_official_only_when_proven"), type_="check")
        table.create_check_constraint(op.f("ck_proposals_official_only_when_proven"), OLD_PROVEN)
        table.drop_column("confirmed")
    with op.batch_alter_table("draws") as table:
        table.drop_constraint(op.f("ck_draws_seed_instance_length"), type_="check")
        for column in ("seed_instance_sha256", "published_at", "reference"):
            table.drop_column(column)
    with op.batch_alter_table("frozen_instances") as table:
        for name in ("kind_known", "basis_named", "reason_given"):
            table.drop_constraint(op.f(f"ck_frozen_instances_{name}"), type_="check")
        table.drop_constraint(op.f("fk_frozen_instances_basis_id_frozen_instances"), type_="foreignkey")
        for column in ("reason", "fallback", "basis_id", "kind"):
            table.drop_column(column)
    with op.batch_alter_table("rounds") as table:
        table.drop_column("concluded_at")

"""consultations

Revision: e4f1a0c7d203, after e4f1a0c7d202, made 2026-11-22 06:10:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d203"
down_revision = "e4f1a0c7d202"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Consultations with their observers and confidential notes, comments, and agreements."""
    op.create_table(
        "agreements",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("keep_out_m", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint("keep_out_m >= 0", name=op.f("ck_agreements_keep_out_not_negative")),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_agreements_text_not_empty")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["parties.id"], name=op.f("fk_agreements_proposed_by_id_parties")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_agreements_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreements_round_id"), ["round_id"], unique=False)

    op.create_table(
        "agreement_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.String(length=16), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_members_agreement_id_agreements")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_agreement_members_claim_id_claims")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_agreement_members_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_members")),
        sa.UniqueConstraint("agreement_id", "claim_id", name=op.f("uq_agreement_members_agreement_id_claim_id")),
    )
    with op.batch_alter_table("agreement_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_members_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "agreement_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.String(length=16), nullable=False),
        sa.Column("claim_a_id", sa.String(length=16), nullable=False),
        sa.Column("claim_b_id", sa.String(length=16), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("claim_a_id < claim_b_id", name=op.f("ck_agreement_pairs_claims_in_order")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_pairs_agreement_id_agreements")
        ),
        sa.ForeignKeyConstraint(["claim_a_id"], ["claims.id"], name=op.f("fk_agreement_pairs_claim_a_id_claims")),
        sa.ForeignKeyConstraint(["claim_b_id"], ["claims.id"], name=op.f("fk_agreement_pairs_claim_b_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_pairs")),
        sa.UniqueConstraint(
            "agreement_id",
            "claim_a_id",
            "claim_b_id",
            name=op.f("uq_agreement_pairs_agreement_id_claim_a_id_claim_b_id"),
        ),
    )
    with op.batch_alter_table("agreement_pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_pairs_claim_a_id"), ["claim_a_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_pairs_claim_b_id"), ["claim_b_id"], unique=False)

    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_to_id", sa.String(length=16), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_comments_text_not_empty")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_comments_claim_id_claims")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_comments_party_id_parties")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["comments.id"], name=op.f("fk_comments_reply_to_id_comments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comments_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "consultations",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("claim_a_id", sa.String(length=16), nullable=False),
        sa.Column("claim_b_id", sa.String(length=16), nullable=False),
        sa.Column("party_a_id", sa.String(length=16), nullable=False),
        sa.Column("party_b_id", sa.String(length=16), nullable=False),
        sa.Column("point_a", sa.String(), nullable=False),
        sa.Column("point_b", sa.String(), nullable=False),
        sa.Column("overlaps", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spoke_a_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spoke_b_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('agreed', 'not-agreed', 'no-answer', 'claim-out')", name=op.f("ck_consultations_outcome_known")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_consultations_closed_with_outcome")
        ),
        sa.CheckConstraint("claim_a_id < claim_b_id", name=op.f("ck_consultations_claims_in_order")),
        sa.CheckConstraint("party_a_id <> party_b_id", name=op.f("ck_consultations_two_parties")),
        sa.ForeignKeyConstraint(["claim_a_id"], ["claims.id"], name=op.f("fk_consultations_claim_a_id_claims")),
        sa.ForeignKeyConstraint(["claim_b_id"], ["claims.id"], name=op.f("fk_consultations_claim_b_id_claims")),
        sa.ForeignKeyConstraint(["party_a_id"], ["parties.id"], name=op.f("fk_consultations_party_a_id_parties")),
        sa.ForeignKeyConstraint(["party_b_id"], ["parties.id"], name=op.f("fk_consultations_party_b_id_parties")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_consultations_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("claim_a_id", "claim_b_id", name=op.f("uq_consultations_claim_a_id_claim_b_id")),
    )
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultations_claim_b_id"), ["claim_b_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultations_round_id"), ["round_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("consultation_id", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("disclose_a_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disclose_b_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_notes_sha256_length")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_notes_consultation_id_consultations")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_notes_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "observers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.String(length=16), nullable=False),
        sa.Column("observer", sa.String(length=255), nullable=False),
        sa.Column("invited_by", sa.String(length=255), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_observers_consultation_id_consultations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observers")),
        sa.UniqueConstraint("consultation_id", "observer", name=op.f("uq_observers_consultation_id_observer")),
    )
    op.create_table(
        "note_reads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.String(length=16), nullable=False),
        sa.Column("reader", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_note_reads_note_id_notes")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_note_reads_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_reads")),
    )
    with op.batch_alter_table("note_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_reads_note_id"), ["note_id"], unique=False)

    op.create_table(
        "note_texts",
        sa.Column("note_id", sa.String(length=16), nullable=False),
        sa.Column("salt_hex", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("length(salt_hex) = 64", name=op.f("ck_note_texts_salt_length")),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_note_texts_text_not_empty")),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_note_texts_note_id_notes")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note_texts")),
    )


def downgrade() -> None:
    """All of it goes; the log keeps what was recorded."""
    op.drop_table("note_texts")
    with op.batch_alter_table("note_reads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_reads_note_id"))

    op.drop_table("note_reads")
    op.drop_table("observers")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_consultation_id"))

    op.drop_table("notes")
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultations_round_id"))
        batch_op.drop_index(batch_op.f("ix_consultations_claim_b_id"))

    op.drop_table("consultations")
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comments_claim_id"))

    op.drop_table("comments")
    with op.batch_alter_table("agreement_pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_pairs_claim_b_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_pairs_claim_a_id"))

    op.drop_table("agreement_pairs")
    with op.batch_alter_table("agreement_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_members_claim_id"))

    op.drop_table("agreement_members")
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreements_round_id"))

    op.drop_table("agreements")

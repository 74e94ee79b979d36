"""keys and checkpoints

Revision: e4f1a0c7d302, after e4f1a0c7d301, made 2026-11-22 09:42:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d302"
down_revision = "e4f1a0c7d301"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Public keys of the register and of witnesses, kept checkpoints, and co-signatures."""
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("vkey", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("established_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_size", sa.Integer(), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (until_size IS NULL)", name=op.f("ck_signing_keys_retired_with_size")
        ),
        sa.CheckConstraint("until_size > 0", name=op.f("ck_signing_keys_until_size_positive")),
        sa.CheckConstraint("length(trim(origin)) > 0", name=op.f("ck_signing_keys_origin_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("vkey", name=op.f("uq_signing_keys_vkey")),
    )
    op.create_table(
        "witnesses",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("vkey", sa.String(length=200), nullable=False),
        sa.Column("established_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_witnesses_name_not_empty")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_witnesses_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witnesses")),
        sa.UniqueConstraint("name", name=op.f("uq_witnesses_name")),
        sa.UniqueConstraint("vkey", name=op.f("uq_witnesses_vkey")),
    )
    with op.batch_alter_table("witnesses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_witnesses_party_id"), ["party_id"], unique=False)

    op.create_table(
        "checkpoints",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("root_hex", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(root_hex) = 64", name=op.f("ck_checkpoints_root_length")),
        sa.CheckConstraint("size > 0", name=op.f("ck_checkpoints_size_positive")),
        sa.ForeignKeyConstraint(["key_id"], ["signing_keys.id"], name=op.f("fk_checkpoints_key_id_signing_keys")),
        sa.PrimaryKeyConstraint("size", "key_id", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "cosignatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(line)) > 0", name=op.f("ck_cosignatures_line_not_empty")),
        sa.CheckConstraint("size > 0", name=op.f("ck_cosignatures_size_positive")),
        sa.ForeignKeyConstraint(["witness_id"], ["witnesses.id"], name=op.f("fk_cosignatures_witness_id_witnesses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignatures")),
        sa.UniqueConstraint("witness_id", "size", "stated_at", name=op.f("uq_cosignatures_witness_id_size_stated_at")),
    )
    with op.batch_alter_table("cosignatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cosignatures_size"), ["size"], unique=False)


def downgrade() -> None:
    """All of it goes; the log keeps which keys there were, and whoever holds a checkpoint keeps it."""
    with op.batch_alter_table("cosignatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cosignatures_size"))

    op.drop_table("cosignatures")
    op.drop_table("checkpoints")
    with op.batch_alter_table("witnesses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_witnesses_party_id"))

    op.drop_table("witnesses")
    op.drop_table("signing_keys")

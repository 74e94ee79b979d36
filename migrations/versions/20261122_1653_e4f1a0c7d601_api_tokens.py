"""api tokens

Revision: e4f1a0c7d601, after e4f1a0c7d507, made 2026-11-22 16:53:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d601"
down_revision = "e4f1a0c7d507"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Tokens by which programs act for a person, kept as hashes."""
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=16), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_api_tokens_name_not_empty")),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_api_tokens_sha256_length")),
        sa.CheckConstraint("made_at < expires_at", name=op.f("ck_api_tokens_expires_later")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_api_tokens_party_id_parties")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_tokens_token_sha256")),
    )
    op.create_index(op.f("ix_api_tokens_user_id"), "api_tokens", ["user_id"], unique=False)


def downgrade() -> None:
    """Back to people alone: every token is gone, and no program can act."""
    op.drop_table("api_tokens")

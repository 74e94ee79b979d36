"""attachments

Revision: e4f1a0c7d403, after e4f1a0c7d402, made 2026-11-22 10:13:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d403"
down_revision = "e4f1a0c7d402"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Files kept once by their hash, and their names on drafts and on claims."""
    op.create_table(
        "attached_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_attached_files")),
    )
    _names("draft_attachments", "draft_id", sa.Integer(), "drafts")
    _names("attachments", "claim_id", sa.String(length=16), "claims")


def _names(table: str, column: str, kind: sa.types.TypeEngine[object], target: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(column, kind, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("size > 0", name=op.f(f"ck_{table}_size_positive")),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")),
        sa.ForeignKeyConstraint(["sha256"], ["attached_files.sha256"], name=op.f(f"fk_{table}_sha256_attached_files")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    """Back to drafts and claims without files."""
    for table in ("attachments", "draft_attachments", "attached_files"):
        op.drop_table(table)

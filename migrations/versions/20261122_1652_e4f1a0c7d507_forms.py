"""forms

Revision: e4f1a0c7d507, after e4f1a0c7d506, made 2026-11-22 16:52:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d507"
down_revision = "e4f1a0c7d506"
branch_labels = None
depends_on = None

# The grounds that could be used before the list was data.
BEFORE = "ground IN ('launch-failure', 'co-passenger-delay', 'force-majeure', 'rescue-assistance', 'agency-delay')"


def upgrade() -> None:
    """Grounds for extensions are reference data; they come with the next loading of it, and extensions stay as they are."""
    name = "extension_grounds"
    op.create_table(
        name,
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("most_months", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.CheckConstraint("length(trim(says)) > 0", name=op.f(f"ck_{name}_says_not_empty")),
        sa.CheckConstraint("length(trim(source)) > 0", name=op.f(f"ck_{name}_source_not_empty")),
        sa.CheckConstraint("most_months >= 1", name=op.f(f"ck_{name}_most_months_positive")),
        sa.CheckConstraint("times >= 1", name=op.f(f"ck_{name}_times_positive")),
    )
    with op.batch_alter_table("extensions") as batch:
        batch.drop_constraint(op.f("ck_extensions_ground_known"), type_="check")
        batch.create_check_constraint(op.f("ck_extensions_ground_not_empty"), sa.text("length(trim(ground)) > 0"))


def downgrade() -> None:
    """Back to the fixed list; extensions on other grounds go, and the log has them. Deadlines stay where they were moved."""
    extensions = sa.table("extensions", sa.column("ground", sa.String()))
    op.execute(extensions.delete().where(sa.text(f"NOT ({BEFORE})")))
    with op.batch_alter_table("extensions") as batch:
        batch.drop_constraint(op.f("ck_extensions_ground_not_empty"), type_="check")
        batch.create_check_constraint(op.f("ck_extensions_ground_known"), sa.text(BEFORE))
    op.drop_table("extension_grounds")

"""incentives

Revision: e4f1a0c7d801, after e4f1a0c7d403, made 2026-11-22 13:40:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d801"
down_revision = "e4f1a0c7d403"
branch_labels = None
depends_on = None

KINDS = "kind IN ('trial', 'proposal', 'why-not'{more})"


def upgrade() -> None:
    """Runs that say who could have gained by filing otherwise: about a proposal, and no claim."""
    _constrain(KINDS.format(more=", 'incentives'"), "(kind IN ('why-not', 'incentives')) = (explained_id IS NOT NULL)")


def downgrade() -> None:
    """Such runs go, with what they found: they can be asked for again."""
    op.execute("DELETE FROM run_looks WHERE run_id IN (SELECT id FROM runs WHERE kind = 'incentives')")
    op.execute("DELETE FROM runs WHERE kind = 'incentives'")
    _constrain(KINDS.format(more=""), "(kind = 'why-not') = (explained_id IS NOT NULL)")


def _constrain(kinds: str, explained: str) -> None:
    with op.batch_alter_table("runs") as batch:
        batch.drop_constraint(op.f("ck_runs_kind_known"), type_="check")
        batch.drop_constraint(op.f("ck_runs_explained_named"), type_="check")
        batch.create_check_constraint(op.f("ck_runs_kind_known"), sa.text(kinds))
        batch.create_check_constraint(op.f("ck_runs_explained_named"), sa.text(explained))

"""What is due by the clock: reminders of consultations that sleep. The service asks again under the lock of the log, so that
of several workers one reminds.

Nothing else follows the clock by itself. An offer that lapses or a claim that becomes ready changes what a party has; a
wrong clock must not do that, a person does.
"""

from datetime import datetime

import sqlalchemy as sa

from registry import db
from registry.domain.actors import SYSTEM
from registry.queries import consultations
from registry.services.consultations import remind
from registry.services.errors import ServiceError


def remind_all(engine: sa.Engine, at: datetime) -> list[str]:
    """Remind the parties of every case that is due; one sentence a round, also where a step was refused."""
    with db.reading(engine) as session:
        rounds = sorted({row.round for row in consultations.open_by_age(session, at) if row.is_reminder_due})
    return [_remind(engine, round_id, at) for round_id in rounds]


def _remind(engine: sa.Engine, round_id: str, at: datetime) -> str:
    try:
        with db.unit_of_work(engine) as session:
            cases = remind(session, round_id, SYSTEM, at)
            return f"round {round_id}: {len(cases)} consultations reminded"
    except ServiceError as error:
        return f"round {round_id}: no reminder ({error})"

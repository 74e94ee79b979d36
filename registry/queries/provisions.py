"""Provisions: the numbered rules of examination."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.examinations import Provision


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """A rule with its source; `check` says in words what is checked."""

    id: str
    name: str
    severity: str
    instrument: str
    standing: str
    source: str
    statement: str
    check: str


def list_provisions(session: Session) -> tuple[ProvisionView, ...]:
    """Every provision by id."""
    return tuple(
        ProvisionView(
            row.id, row.name, row.severity, row.instrument, row.standing, row.source, row.statement, row.check_text
        )
        for row in session.scalars(select(Provision).order_by(Provision.id))
    )

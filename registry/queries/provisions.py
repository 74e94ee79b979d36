"""Provisions: the numbered rules of examination."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.examinations import NormProfile, Provision


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """A rule with its source; `check` says in words what is checked, `binds` whether it is asked of all or of members of
    the instrument, `timer` which timer of a policy gives the deadline of its duty.
    """

    id: str
    name: str
    severity: str
    instrument: str
    standing: str
    source: str
    statement: str
    check: str
    binds: str
    timer: str
    timer_default: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A named group of provisions; a strict one is asked of every claim, whoever is credited."""

    id: str
    name: str
    standing: str
    provisions: tuple[str, ...]
    strict: bool
    statement: str
    source: str


def list_provisions(session: Session) -> tuple[ProvisionView, ...]:
    """Every provision by id."""
    return tuple(_view(row) for row in session.scalars(select(Provision).order_by(Provision.id)))


def provision(session: Session, provision_id: str) -> ProvisionView | None:
    """The provision with this id, or None."""
    found = session.get(Provision, provision_id)
    return None if found is None else _view(found)


def _view(row: Provision) -> ProvisionView:
    return ProvisionView(
        id=row.id,
        name=row.name,
        severity=row.severity,
        instrument=row.instrument,
        standing=row.standing,
        source=row.source,
        statement=row.statement,
        check=row.check_text,
        binds=row.binds,
        timer=row.timer,
        timer_default=row.timer_default,
    )


def list_profiles(session: Session) -> tuple[ProfileView, ...]:
    """Every norm profile by id."""
    return tuple(
        ProfileView(row.id, row.name, row.standing, tuple(row.provisions), row.strict, row.statement, row.source)
        for row in session.scalars(select(NormProfile).order_by(NormProfile.id))
    )

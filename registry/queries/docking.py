"""Docking records: arrangements on their way to a universal body, with who adopts them and who dissents."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.docking import DockingRecord, Position


@dataclass(frozen=True, slots=True)
class StatementView:
    """What a party said at an instant; only its last word counts."""

    party: str
    position: str
    statement: str
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class DockingView:
    """One arrangement with every word that was said of it, the first first."""

    id: str
    title: str
    origin_forum: str
    agreed_on: date | None
    text: str
    evidence: tuple[str, ...]
    target_body: str
    agenda_item: str
    agreement: str | None
    recorded_by: str | None
    recorded_at: datetime
    illustrative: bool
    adopters: tuple[str, ...]
    dissenters: tuple[str, ...]
    statements: tuple[StatementView, ...]


def list_records(session: Session) -> tuple[DockingView, ...]:
    """Every docking record by id."""
    wanted = select(DockingRecord).options(selectinload(DockingRecord.positions))
    return tuple(_view(row) for row in sorted(session.scalars(wanted), key=lambda row: row.id))


def find_record(session: Session, docking_id: str) -> DockingView | None:
    """The docking record with this id, or None."""
    found = session.get(DockingRecord, docking_id)
    return None if found is None else _view(found)


def _view(row: DockingRecord) -> DockingView:
    said = (StatementView(one.party_id, one.position, one.statement, one.stated_at) for one in row.positions)
    return DockingView(
        id=row.id,
        title=row.title,
        origin_forum=row.origin_forum,
        agreed_on=row.agreed_on,
        text=row.text,
        evidence=tuple(row.evidence),
        target_body=row.target_body,
        agenda_item=row.agenda_item,
        agreement=row.agreement_id,
        recorded_by=row.recorded_by_id,
        recorded_at=row.recorded_at,
        illustrative=row.illustrative,
        adopters=row.held(Position.ADOPTS),
        dissenters=row.held(Position.DISSENTS),
        statements=tuple(said),
    )

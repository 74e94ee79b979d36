"""The life of an entry, for pages and commands: duties with their deadlines, evidence, extensions, events of zones, requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.duties import Duty
from registry.domain.evidence import Evidence
from registry.domain.extensions import Extension, ExtensionGround
from registry.domain.zone_events import ZoneEvent
from registry.domain.zone_requests import ZoneRequest


@dataclass(frozen=True, slots=True)
class LifePage:
    """What happened to the entries of one claim, each kind in the order in which it came; duties by deadline."""

    duties: tuple[Duty, ...]
    evidence: tuple[Evidence, ...]
    extensions: tuple[Extension, ...]
    zone_events: tuple[ZoneEvent, ...]
    requests: tuple[ZoneRequest, ...]


def life_page(session: Session, claim_id: str) -> LifePage:
    """The life of the entry of a claim; empty where it has none."""
    return LifePage(
        duties=tuple(sorted(_of(session, Duty, claim_id), key=lambda row: (row.due_at, row.id))),
        evidence=_of(session, Evidence, claim_id),
        extensions=_of(session, Extension, claim_id),
        zone_events=_of(session, ZoneEvent, claim_id),
        requests=_of(session, ZoneRequest, claim_id),
    )


def list_grounds(session: Session) -> tuple[ExtensionGround, ...]:
    """The closed list of grounds on which deadlines are extended, by id."""
    return tuple(session.scalars(select(ExtensionGround).order_by(ExtensionGround.id)))


def find_request(session: Session, request_id: int) -> ZoneRequest | None:
    """The request of this number, or None."""
    return session.get(ZoneRequest, request_id)


def _of(session: Session, kind: Any, claim_id: str) -> tuple[Any, ...]:
    rows: Iterable[Any] = session.scalars(select(kind).where(kind.claim_id == claim_id).order_by(kind.id))
    return tuple(rows)

"""Docking records in the matrix of role and operation, and as tests of other rooms need them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.services import docking
from tests import factories as make

OWN = Actor("delegate@example.org", "delegate", "IND")


def document(**changes: Any) -> dict[str, Any]:
    """An arrangement that can be recorded."""
    said = {
        "title": "Quiet hours at the ridge",
        "origin_forum": "Round of operators (illustrative)",
        "agreed_on": "2027-05-04",
        "text": "No landing within 5 km while a seismometer listens.",
        "evidence": ["https://arrangements.example.org/1"],
        "target_body": "COPUOS",
        "agenda_item": "Working group on space resources",
        "illustrative": True,
    }
    return said | changes


def recorded(session: Session) -> Any:
    """A register with one arrangement, which India adopts."""
    make.world(session)
    return docking.record(session, document(), OWN, make.ANNOUNCED)


DOCKING: dict[str, tuple[Callable[[Session], Any], datetime, Callable[[Session, Actor, datetime], Any]]] = {
    "docking.record": (
        make.world,
        make.ANNOUNCED,
        lambda s, who, at: docking.record(s, document(), who, at, party="IND"),
    ),
    "docking.state": (
        recorded,
        make.ANNOUNCED,
        lambda s, who, at: docking.state(s, "D-0001", "dissents", "Too far.", who, at, party="IND"),
    ),
}

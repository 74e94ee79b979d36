"""Reference data as it stands, row by row in the order of ids: what is stated once and cited by everything else."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.extensions import ExtensionGround
from registry.domain.missions import Mission
from registry.domain.norms.stated import CrosswalkRow, NormChange
from registry.domain.notices import NoticeTemplate
from registry.domain.parties import Controller

T = TypeVar("T", Controller, ExtensionGround, NoticeTemplate, NormChange, CrosswalkRow, Mission)


def rows(session: Session, kind: type[T]) -> Sequence[T]:
    """All rows of one kind."""
    return session.scalars(select(kind).order_by(kind.id)).all()

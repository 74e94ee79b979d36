"""Freezing repeated from the log's records alone: the same function on rows that only the records hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.decisions import FrozenInstance
from registry.domain.refreeze import Document
from registry.domain.rounds import Policy
from registry.log.rebuilding import rebuilt
from registry.log.records import Record
from registry.queries import instances
from registry.services.errors import NotFoundError
from solver.io import instance_sha256


class RecordLike(Protocol):
    """What of a record is needed: from the register, or read from an exported log."""

    @property
    def subject(self) -> str:
        """What the record is about."""

    @property
    def content(self) -> Mapping[str, Any]:
        """The rows that the step made or changed."""


@dataclass(frozen=True, slots=True)
class Refrozen:
    """One freezing repeated: the hash that was frozen and the one that the records give; true if they are equal."""

    number: int
    kind: str
    frozen_sha256: str
    sha256: str

    def __bool__(self) -> bool:
        return self.frozen_sha256 == self.sha256


def refreeze(session: Session, round_id: str) -> list[Refrozen]:
    """Repeat every freezing of a round from the records of the log."""
    return refreeze_records(all_records(session), round_id)


def all_records(session: Session) -> Sequence[Record]:
    """The whole log in its order."""
    return session.scalars(select(Record).order_by(Record.index)).all()


def refreeze_records(
    records: Sequence[RecordLike], round_id: str, numbers: Collection[int] | None = None
) -> list[Refrozen]:
    """Repeat the freezings of a round, or those with the numbers given, from records, the whole log in its order, and
    from nothing else.
    """
    found = [
        _repeated(row, (record.content for record in records[:position]))
        for position, record in enumerate(records)
        if record.subject == f"rounds/{round_id}"
        for row in record.content.get("rows", {}).get("frozen_instances", ())
        if numbers is None or row["number"] in numbers
    ]
    if not found:
        raise NotFoundError(f"no record says that round {round_id} was frozen; check the id, or freeze it first")
    return found


def _repeated(row: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> Refrozen:
    kind = row.get("kind", "frozen")
    with rebuilt(before) as session:
        document = _document(session, row, kind)
    return Refrozen(row["number"], kind, row["sha256"], instance_sha256(rfc8785.dumps(document)))


def _document(session: Session, row: Mapping[str, Any], kind: str) -> Document:
    if kind == "frozen":
        versions = select(Policy).where(Policy.round_id == row["round_id"]).order_by(Policy.version.desc())
        return instances.of_round(session, session.scalars(versions.limit(1)).one())
    basis = session.get_one(FrozenInstance, row["basis_id"])
    if kind == "fallback":
        return instances.by_fallback(session, basis, row["fallback"])
    return instances.after_answers(session, basis)

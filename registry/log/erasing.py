"""Erasing what a sealed value says, for ever: the leaf keeps its salted hash, so that every proof stays as it was."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.log import sealing
from registry.log.records import Record


def erase(session: Session, index: int, paths: Collection[str]) -> None:
    """Replace sealed values of one record by their hashes in the register itself; nobody can open them then.

    The salt goes with the last value that it sealed. Until then whoever holds the database could still test a guess.

    Raises
    ------
    LookupError
        If the record has no sealed value at one of the paths.
    """
    record = session.scalars(select(Record).where(Record.index == index)).one()
    held = record.sealed or []
    missing = sorted(set(paths) - set(held))
    if missing:
        raise LookupError(f"record {index} has nothing sealed at {', '.join(missing)}")
    assert record.salt is not None, "what is sealed has a salt"
    erased: dict[str, Any] = sealing.seal(record.clear(), paths, record.salt)
    record.actor, record.content = erased["actor"], erased["content"]
    record.sealed = [path for path in held if path not in paths] or None
    record.salt = record.salt if record.sealed else None
    session.flush()


def erase_name(session: Session, name: str) -> int:
    """Erase a person's name or address from all records; the number of values that are gone."""
    gone = 0
    for record in session.scalars(select(Record).where(Record.salt.is_not(None)).order_by(Record.index)):
        paths = [opening.path for opening in record.openings() if opening.value == name]
        if paths:
            erase(session, record.index, paths)
            gone += len(paths)
    return gone

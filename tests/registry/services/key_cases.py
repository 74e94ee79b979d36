"""Cases of the operations on keys and witnesses, in the form of cases.py: (prepare, instant, call). The witness is India's."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.log import signed_note
from registry.log.checkpoints import signed_checkpoint
from registry.services import keys, witnesses
from tests import factories as make

ORIGIN = "illustrative.example/log"
FIRST, SECOND, THIRD = (signed_note.signer(ORIGIN, bytes([number]) * 32) for number in (1, 2, 3))
WITNESS = signed_note.signer("ind.example/witness", b"\x04" * 32, signed_note.COSIGNATURE)
SIGNED_AT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def with_key(session: Session) -> None:
    make.world(session)
    keys.establish(session, FIRST.verifier.vkey, SYSTEM, make.ANNOUNCED, illustrative=True)


def with_witness(session: Session) -> None:
    with_key(session)
    witnesses.add(session, "IND", WITNESS.verifier.vkey, SYSTEM, make.ANNOUNCED)


def note(session: Session, size: int | None = None) -> str:
    return signed_checkpoint(session, FIRST, size)


def cosigned(session: Session, size: int | None = None, at: datetime = SIGNED_AT) -> str:
    return signed_note.cosign(note(session, size), WITNESS, int(at.timestamp()))


KEYS: dict[str, tuple[Callable[[Session], Any], datetime, Callable[[Session, Actor, datetime], Any]]] = {
    "keys.establish": (
        make.world,
        make.ANNOUNCED,
        lambda s, who, at: keys.establish(s, FIRST.verifier.vkey, who, at, illustrative=True),
    ),
    "keys.rotate": (with_key, make.OPENS, lambda s, who, at: keys.rotate(s, SECOND.verifier.vkey, who, at)),
    "witnesses.add": (
        with_key,
        make.OPENS,
        lambda s, who, at: witnesses.add(s, "IND", WITNESS.verifier.vkey, who, at),
    ),
    "witnesses.cosign": (with_witness, SIGNED_AT, lambda s, who, at: witnesses.cosign(s, cosigned(s), who, at)),
    "witnesses.keep_checkpoint": (
        with_key,
        make.OPENS,
        lambda s, who, at: witnesses.keep_checkpoint(s, note(s), who, at),
    ),
    "witnesses.retire": (with_witness, make.OPENS, lambda s, who, at: witnesses.retire(s, "W-1", who, at)),
}

"""Keys that sign the log: established, and followed by another. Only public halves pass here.

The name of the first key is the origin of the log and stays: every later key has it too. The record that puts the next
key in force is covered by checkpoints of the one before, so that trust in one key is enough to follow all the others.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.keys import SigningKey
from registry.log import records
from registry.log.signed_note import ED25519, KeyTextError, Verifier, parse_verifier
from registry.services.acting import require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at, refuse_naive
from registry.services.recording import record

NO_KEY = "this register has no key that signs its log; an administrator makes one with: registry keys new NAME"


def establish(session: Session, vkey: str, actor: Actor, at: datetime, *, illustrative: bool = False) -> SigningKey:
    """Put the first key of the register in force; its name is the log's origin from now on."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    records.lock(session)
    verifier = read_vkey(vkey, ED25519)
    former = session.scalars(select(SigningKey).order_by(SigningKey.id).limit(1)).first()
    if former is not None:
        raise ConflictError(
            f"the log is signed as {former.origin} already; put another key in force: registry keys rotate"
        )
    key = _added(session, verifier, at, illustrative=illustrative)
    record(session, at, actor, "key-established", f"signing_keys/{key.id}", [key])
    return key


def rotate(session: Session, vkey: str, actor: Actor, at: datetime) -> SigningKey:
    """Put the next key in force and retire the present one, which counts up to the record of its successor."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    records.lock(session)
    verifier = read_vkey(vkey, ED25519)
    present = in_force(session)
    check_at(session, f"signing_keys/{present.id}", at)
    if verifier.name != present.origin:
        raise ConflictError(f"the log is {present.origin}; a key of this name can follow, not one of {verifier.name}")
    key = _added(session, verifier, at, illustrative=present.illustrative)
    record(session, at, actor, "key-established", f"signing_keys/{key.id}", [key])
    present.retired_at, present.until_size = at, records.size(session)
    record(session, at, actor, "key-retired", f"signing_keys/{present.id}", [present])
    return key


def in_force(session: Session) -> SigningKey:
    """The key that signs now; ConflictError where there is none."""
    key = session.scalars(select(SigningKey).where(SigningKey.retired_at.is_(None))).one_or_none()
    if key is None:
        raise ConflictError(NO_KEY)
    return key


def read_vkey(vkey: str, kind: int) -> Verifier:
    """The verifier key in a text, of this kind; ValidationError names the mend."""
    try:
        verifier = parse_verifier(vkey)
    except KeyTextError as error:
        raise ValidationError([f"key: {error}"]) from error
    if verifier.kind != kind:
        other = "a witness's key (0x04)" if kind == ED25519 else "a key that signs a log (0x01)"
        raise ValidationError([f"key: this is {other}, which is not for this; make one of the other kind"])
    return verifier


def _added(session: Session, verifier: Verifier, at: datetime, *, illustrative: bool) -> SigningKey:
    if session.scalar(select(SigningKey.id).where(SigningKey.vkey == verifier.vkey)):
        raise ConflictError(f"the key {verifier.vkey} was in force before; make a new one")
    number = (session.scalar(select(func.count()).select_from(SigningKey)) or 0) + 1
    key = SigningKey(
        id=f"KEY-{number}", vkey=verifier.vkey, origin=verifier.name, established_at=at, illustrative=illustrative
    )
    session.add(key)
    return key

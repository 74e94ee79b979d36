"""Keys follow one another under one name; witnesses co-sign what they saw; contradictions are refused and named."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.domain.keys import Checkpoint, Cosignature, SigningKey
from registry.log import checkpoints, records, signed_note
from registry.log.checkpoints import checkpoint_body, open_checkpoint, signed_checkpoint
from registry.services import keys, witnesses
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make
from tests.registry.services.key_cases import (
    FIRST,
    ORIGIN,
    SECOND,
    SIGNED_AT,
    THIRD,
    WITNESS,
    cosigned,
    note,
    with_key,
    with_witness,
)

IND = Actor("dev@example.org", "delegate", "IND")
JPN = Actor("jun@example.org", "delegate", "JPN")


def acts(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(records.Record.act, records.Record.subject).order_by(records.Record.index))
    return [(row[0], row[1]) for row in rows if row[0].startswith(("key-", "witness-", "checkpoint-"))]


def test_the_first_key_gives_the_log_its_origin(session: Session) -> None:
    with_key(session)
    key = keys.in_force(session)
    assert (key.id, key.origin, key.vkey, key.illustrative) == ("KEY-1", ORIGIN, FIRST.verifier.vkey, True)
    assert acts(session) == [("key-established", "signing_keys/KEY-1")]
    with pytest.raises(ConflictError, match=r"the log is signed as illustrative\.example/log already"):
        keys.establish(session, SECOND.verifier.vkey, SYSTEM, make.OPENS)


def test_a_rotation_retires_the_former_key_after_the_record_of_the_next(session: Session) -> None:
    with_key(session)
    size = records.size(session)
    keys.rotate(session, SECOND.verifier.vkey, SYSTEM, make.OPENS)
    former = session.get_one(SigningKey, "KEY-1")
    assert (former.retired_at, former.until_size) == (make.OPENS, size + 1)
    assert keys.in_force(session).id == "KEY-2"
    assert acts(session)[1:] == [("key-established", "signing_keys/KEY-2"), ("key-retired", "signing_keys/KEY-1")]
    # The last checkpoint of the former key covers the record of its successor.
    last = open_checkpoint(signed_checkpoint(session, FIRST, size + 1), checkpoints.log_keys(session))
    assert last.size == size + 1
    assert session.get_one(records.Record, size).content["rows"]["signing_keys"][0]["vkey"] == SECOND.verifier.vkey


def test_a_key_of_another_name_or_one_used_before_cannot_follow(session: Session) -> None:
    with_key(session)
    stranger = signed_note.signer("other.example/log", b"\x09" * 32)
    with pytest.raises(ConflictError, match=r"a key of this name can follow, not one of other\.example/log"):
        keys.rotate(session, stranger.verifier.vkey, SYSTEM, make.OPENS)
    keys.rotate(session, SECOND.verifier.vkey, SYSTEM, make.OPENS)
    with pytest.raises(ConflictError, match="was in force before"):
        keys.rotate(session, FIRST.verifier.vkey, SYSTEM, make.OPENS)


@pytest.mark.parametrize(
    ("vkey", "fault"),
    [
        ("x", "key: this is no key"),
        (FIRST.private_text, "key: this is a private key; keep it secret"),
        (WITNESS.verifier.vkey, "key: this is a witness's key"),
    ],
)
def test_what_is_no_key_of_a_log_is_refused(session: Session, vkey: str, fault: str) -> None:
    make.world(session)
    with pytest.raises(ValidationError, match=fault):
        keys.establish(session, vkey, SYSTEM, make.ANNOUNCED)
    assert acts(session) == []


def test_without_a_key_the_mend_is_named(session: Session) -> None:
    make.world(session)
    with pytest.raises(ConflictError, match="makes one with: registry keys new NAME"):
        keys.in_force(session)


# Checkpoints that are kept


def test_a_checkpoint_is_kept_once(session: Session) -> None:
    with_key(session)
    first = witnesses.keep_checkpoint(session, note(session), SYSTEM, make.OPENS)
    again = witnesses.keep_checkpoint(session, note(session), SYSTEM, make.OPENS + timedelta(days=1))
    assert (again.size, again.signed_at) == (first.size, make.OPENS)
    assert first.note == note(session)
    assert first.root_hex == records.root(session).hex()
    assert len(session.scalars(select(Checkpoint)).all()) == 1


def test_a_checkpoint_of_another_root_is_not_kept(session: Session) -> None:
    with_key(session)
    forged = signed_note.sign(checkpoint_body(ORIGIN, 1, b"\x01" * 32), FIRST)
    with pytest.raises(ConflictError, match="another root at 1 records than this signed one; keep it, it is evidence"):
        witnesses.keep_checkpoint(session, forged, SYSTEM, make.OPENS)
    larger = signed_note.sign(checkpoint_body(ORIGIN, 99, b"\x01" * 32), FIRST)
    with pytest.raises(ConflictError, match="it is of 99 records, and the log has "):
        witnesses.keep_checkpoint(session, larger, SYSTEM, make.OPENS)


# Witnesses


def test_a_delegation_enters_its_own_key_and_no_other(session: Session) -> None:
    with_key(session)
    with pytest.raises(NotAllowedError, match="own party only: JPN, not IND"):
        witnesses.add(session, "IND", WITNESS.verifier.vkey, JPN, make.OPENS)
    witness = witnesses.add(session, "IND", WITNESS.verifier.vkey, IND, make.OPENS)
    assert (witness.id, witness.name, witness.illustrative) == ("W-1", "ind.example/witness", True)
    with pytest.raises(ConflictError, match=r"there is a witness ind\.example/witness already"):
        witnesses.add(session, "IND", WITNESS.verifier.vkey, IND, make.OPENS)
    with pytest.raises(ValidationError, match="a key that signs a log"):
        witnesses.add(session, "IND", THIRD.verifier.vkey, IND, make.OPENS)


def test_a_cosignature_is_kept_once_and_stands_under_the_checkpoint(session: Session) -> None:
    with_witness(session)
    size = records.size(session)
    (kept,) = witnesses.cosign(session, cosigned(session), IND, SIGNED_AT)
    assert (kept.witness_id, kept.size, kept.stated_at, kept.stored_at) == ("W-1", size, SIGNED_AT, SIGNED_AT)
    assert witnesses.cosign(session, cosigned(session, size), IND, SIGNED_AT) == []
    assert acts(session)[-1] == ("checkpoint-cosigned", f"checkpoints/{size}")
    said = open_checkpoint(note(session, size), checkpoints.log_keys(session), checkpoints.witness_keys(session))
    assert [row.verifier.name for row in said.signed] == [ORIGIN, "ind.example/witness"]


def test_a_delegation_hands_in_its_own_cosignatures_only(session: Session) -> None:
    with_witness(session)
    with pytest.raises(NotAllowedError, match="of the own party, not of IND"):
        witnesses.cosign(session, cosigned(session), JPN, SIGNED_AT)


def test_a_cosignature_over_another_history_is_refused_and_named(session: Session) -> None:
    with_witness(session)
    other = signed_note.sign(checkpoint_body(ORIGIN, 1, b"\x01" * 32), FIRST)
    with pytest.raises(ConflictError, match="another root at 1 records than this signed one; keep it, it is evidence"):
        witnesses.cosign(session, signed_note.cosign(other, WITNESS, 1), IND, SIGNED_AT)
    assert session.scalars(select(Cosignature)).all() == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda text: text.partition("ind.example")[0][:-2], "no witness of this register co-signed it"),
        (lambda text: text[:-1], "it may have been cut short"),
        (lambda text: text + text.split("\n")[-2] + "\n", "signed twice"),
        (lambda text: text.replace("\n— illustrative", "\n— another"), "the log's own key did not"),
    ],
)
def test_a_spoilt_cosignature_is_refused(session: Session, spoil, fault: str) -> None:
    with_witness(session)
    with pytest.raises(ValidationError, match=fault):
        witnesses.cosign(session, spoil(cosigned(session)), IND, SIGNED_AT)


def test_an_instant_that_has_not_come_is_refused(session: Session) -> None:
    with_witness(session)
    with pytest.raises(ValidationError, match="set its clock right"):
        witnesses.cosign(session, cosigned(session, at=SIGNED_AT + timedelta(minutes=6)), IND, SIGNED_AT)
    assert witnesses.cosign(session, cosigned(session, at=SIGNED_AT + timedelta(minutes=4)), IND, SIGNED_AT)


def test_a_retired_witness_cosigns_no_more_and_what_it_signed_stays(session: Session) -> None:
    with_witness(session)
    witnesses.cosign(session, cosigned(session), IND, SIGNED_AT)
    witnesses.retire(session, "W-1", IND, SIGNED_AT)
    with pytest.raises(ConflictError, match="was retired 2027-03-01T12:00:00Z"):
        witnesses.cosign(session, cosigned(session), IND, SIGNED_AT)
    with pytest.raises(ConflictError, match="was retired 2027-03-01T12:00:00Z"):
        witnesses.retire(session, "W-1", IND, SIGNED_AT)
    assert len(session.scalars(select(Cosignature)).all()) == 1


def test_the_log_alone_tells_which_keys_there_were(session: Session) -> None:
    from registry.log.rebuilding import rows_of

    with_witness(session)
    keys.rotate(session, SECOND.verifier.vkey, SYSTEM, make.OPENS)
    contents = session.scalars(select(records.Record.content).order_by(records.Record.index))
    rows = rows_of(contents)["signing_keys"]
    assert [(row["id"], row["until_size"]) for row in rows.values()] == [("KEY-1", 3), ("KEY-2", None)]

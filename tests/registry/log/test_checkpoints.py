"""Checkpoints are believed from the right key, of the right log, at a size at which the key counted, and no others."""

import base64
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.keys import Checkpoint, Cosignature, SigningKey, Witness
from registry.domain.parties import Party
from registry.log import checkpoints, records, signed_note, tree
from registry.log.checkpoints import CheckpointError, LogKey, checkpoint_body, open_checkpoint, signed_checkpoint

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
ACTOR = Actor("anna@example.org", "registrar")
ORIGIN = "registry.example/log"
FIRST, SECOND = (signed_note.signer(ORIGIN, bytes([number]) * 32) for number in (1, 2))
STRANGER = signed_note.signer("other.example/log", b"\x03" * 32)
WITNESS = signed_note.signer("che.example/witness", b"\x04" * 32, signed_note.COSIGNATURE)
ROOT = b"\x05" * 32
KEYS = (LogKey(FIRST.verifier, 5), LogKey(SECOND.verifier))


def note(size: int = 3, origin: str = ORIGIN, key: signed_note.Signer = FIRST) -> str:
    return signed_note.sign(checkpoint_body(origin, size, ROOT), key)


def test_a_checkpoint_is_three_lines() -> None:
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert checkpoint_body("example.com/behind-the-sofa", 20852163, root) == (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_a_checkpoint_says_origin_size_and_root() -> None:
    said = open_checkpoint(note(), KEYS, origin=ORIGIN)
    assert said
    assert (said.origin, said.size, said.root) == (ORIGIN, 3, ROOT)
    assert [row.verifier for row in said.signed] == [FIRST.verifier]


def test_a_retired_key_counts_up_to_its_last_size_and_not_beyond() -> None:
    assert open_checkpoint(note(5), KEYS)
    assert open_checkpoint(note(6), KEYS).fault == (
        "the key that signed this checkpoint of 6 records was retired at 5; only checkpoints up to that size count"
    )
    assert open_checkpoint(note(6, key=SECOND), KEYS)


def test_a_retired_key_beside_the_one_in_force_does_no_harm() -> None:
    both = note(6) + signed_note.signatures_of(note(6, key=SECOND)).signatures[0].line
    assert open_checkpoint(both, KEYS)


NO_LINES = "the text is no checkpoint; one has origin, size and root, a line each"
NO_SIZE = "the text is no checkpoint: its size or its root is not written as one"
REFUSED = {
    "an empty line at the end": (signed_note.sign(f"{ORIGIN}\n3\n\n", FIRST), NO_LINES),
    "a size of twenty digits": (signed_note.sign(checkpoint_body(ORIGIN, 10**19, ROOT), SECOND), NO_SIZE),
    "a size that is no number": (signed_note.sign(f"{ORIGIN}\nx\nAAAA\n", FIRST), NO_SIZE),
    "a root that is no base64": (signed_note.sign(f"{ORIGIN}\n3\nx\n", FIRST), NO_SIZE),
    "another log": (
        note(origin="other.example/log", key=STRANGER),
        "no trusted key signed this note; it names other.example/log",
    ),
    "a log's key under another origin": (
        note(origin="other.example/log"),
        "the key registry.example/log signed a checkpoint of other.example/log; a log signs only its own",
    ),
    "too few lines": (signed_note.sign(f"{ORIGIN}\n3\n", FIRST), NO_LINES),
    "an empty line within": (signed_note.sign(f"{ORIGIN}\n\n3\n", FIRST), NO_LINES),
    "a leading zero": (
        note().replace("\n3\n", "\n03\n"),
        "the signature of registry.example/log is not one of this text",
    ),
    "a signed leading zero": (
        signed_note.sign(checkpoint_body(ORIGIN, 3, ROOT).replace("\n3\n", "\n03\n"), FIRST),
        NO_SIZE,
    ),
    "a signed negative size": (signed_note.sign(checkpoint_body(ORIGIN, -3, ROOT), FIRST), NO_SIZE),
    "digits of another script": (
        signed_note.sign(checkpoint_body(ORIGIN, 3, ROOT).replace("\n3\n", "\n٣\n"), FIRST),
        NO_SIZE,
    ),
    "a root of 31 bytes": (signed_note.sign(checkpoint_body(ORIGIN, 3, ROOT[:-1]), FIRST), NO_SIZE),
    "a witness alone": (
        signed_note.cosign(note(key=STRANGER), WITNESS, 1).replace(
            signed_note.signatures_of(note(key=STRANGER)).signatures[0].line, ""
        ),
        "witnesses signed this checkpoint, the log's own key did not",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_checkpoint_that_is_none_says_why(case: str) -> None:
    text, fault = REFUSED[case]
    said = open_checkpoint(text, KEYS, [WITNESS.verifier])
    assert not said
    assert said.fault == fault


def test_a_checkpoint_of_another_log_than_the_one_wanted_is_refused() -> None:
    said = open_checkpoint(note(), KEYS, origin="wanted.example/log")
    assert said.fault == "this is a checkpoint of registry.example/log, not of wanted.example/log"


def test_a_size_has_up_to_nineteen_digits_and_a_checkpoint_of_nothing_is_one() -> None:
    assert open_checkpoint(note(10**19 - 1, key=SECOND), KEYS).size == 9_999_999_999_999_999_999
    assert open_checkpoint(note(0), KEYS).size == 0


def test_a_log_s_own_key_counts_also_beside_that_of_another_log_and_of_witnesses() -> None:
    keys = (*KEYS, LogKey(STRANGER.verifier))
    body = checkpoint_body(ORIGIN, 3, ROOT)
    stranger = signed_note.signatures_of(signed_note.sign(body, STRANGER)).signatures[0].line
    own = signed_note.sign(body, FIRST)
    mixed = signed_note.cosign(f"{body}\n{stranger}" + own.partition("\n\n")[2], WITNESS, 7)
    said = open_checkpoint(mixed, keys, [WITNESS.verifier])
    assert (said.fault, [row.verifier for row in said.signed]) == (
        None, [STRANGER.verifier, FIRST.verifier, WITNESS.verifier]
    )  # fmt: skip
    fault = "the key other.example/log signed a checkpoint of registry.example/log; a log signs only its own"
    assert open_checkpoint(f"{body}\n{stranger}", keys).fault == fault


def test_a_checkpoint_with_a_fault_of_form_says_nothing_and_one_with_another_what_it_says() -> None:
    assert open_checkpoint("nonsense", KEYS).size == 0
    retired = open_checkpoint(note(6), KEYS)
    assert (retired.origin, retired.size, retired.root, len(retired.signed)) == (ORIGIN, 6, ROOT, 1)


def test_lines_after_the_root_are_passed_over() -> None:
    assert open_checkpoint(signed_note.sign(checkpoint_body(ORIGIN, 3, ROOT) + "more\n", FIRST), KEYS).size == 3


# Over a log


@pytest.fixture
def log(session: Session) -> Session:
    """A log of seven records with a retired key (up to 5) and one in force."""
    for number in range(7):
        records.append(session, AT, ACTOR, "noted", f"things/{number}", {"number": number})
    for number, (key, retired_at, until_size) in enumerate([(FIRST, AT, 5), (SECOND, None, None)], start=1):
        row = SigningKey(
            id=f"KEY-{number}", vkey=key.verifier.vkey, origin=ORIGIN, established_at=AT, illustrative=True
        )
        row.retired_at, row.until_size = retired_at, until_size
        session.add(row)
    session.flush()
    return session


def keep(session: Session, size: int, root: bytes) -> None:
    session.add(Checkpoint(size=size, key_id="KEY-2", root_hex=root.hex(), note="", signed_at=AT))
    session.flush()


def test_the_signed_checkpoint_is_that_of_the_log(log: Session) -> None:
    said = open_checkpoint(signed_checkpoint(log, SECOND), checkpoints.log_keys(log))
    assert (said.size, said.root) == (7, records.root(log))
    assert open_checkpoint(signed_checkpoint(log, FIRST, 5), checkpoints.log_keys(log)).root == records.root(log, 5)


def test_the_keys_of_the_log_come_in_the_order_of_their_establishment(log: Session) -> None:
    for number in range(3, 12):
        key = signed_note.signer(ORIGIN, bytes([number + 20]) * 32).verifier
        log.add(SigningKey(id=f"KEY-{number}", vkey=key.vkey, origin=ORIGIN, established_at=AT, illustrative=True))
    log.flush()
    found = checkpoints.log_keys(log)
    assert [key.until_size for key in found] == [5, *([None] * 10)]
    assert found[-1].verifier == key


@pytest.mark.parametrize(
    ("key", "size", "reason"),
    [
        (FIRST, 6, "this key was retired at 5 records and signs no checkpoint of 6"),
        (STRANGER, 5, f"{STRANGER.verifier.vkey} is no key of this register; put it in force before it signs"),
        (SECOND, 8, "there is no checkpoint of 8 records; the log has 7"),
        (SECOND, 0, "there is no checkpoint of 0 records; the log has 7"),
    ],
)
def test_what_a_key_may_not_sign_is_refused(log: Session, key: signed_note.Signer, size: int, reason: str) -> None:
    with pytest.raises(CheckpointError) as caught:
        signed_checkpoint(log, key, size)
    assert str(caught.value) == reason


def test_a_log_that_was_cut_is_not_signed(log: Session) -> None:
    keep(log, 8, ROOT)
    with pytest.raises(CheckpointError) as caught:
        signed_checkpoint(log, SECOND)
    said = "a checkpoint of 8 records was signed, and the log has 7: its end was cut off"
    assert str(caught.value) == f"{said}; nothing is signed until this is explained (registry audit verify)"


def test_a_log_that_was_rewritten_is_not_signed(log: Session) -> None:
    keep(log, 5, bytes(32))  # an older one is not looked at: the newest was made after it was
    keep(log, 6, records.root(log, 6))
    assert signed_checkpoint(log, SECOND)
    keep(log, 7, records.root(log, 7))
    assert signed_checkpoint(log, SECOND)
    log.execute(sa.delete(Checkpoint).where(Checkpoint.size == 7))
    log.execute(sa.update(records.TreeNode).where(records.TreeNode.level == 2).values(hash=tree.EMPTY_ROOT))
    log.expire_all()
    with pytest.raises(CheckpointError, match="the first 6 records are not those of the checkpoint"):
        signed_checkpoint(log, SECOND)


def test_kept_cosignatures_stand_under_the_checkpoint_of_their_size_the_newest_of_each_witness(log: Session) -> None:
    log.add(Party(id="CHE", name="Switzerland", kind="state", source="test"))
    log.flush()
    log.add(
        Witness(id="W-1", party_id="CHE", name="w", vkey=WITNESS.verifier.vkey, established_at=AT, illustrative=True)
    )
    log.flush()
    bare = signed_checkpoint(log, SECOND, 6)
    for time in (1_800_000_100, 1_800_000_000):
        line = signed_note.signatures_of(signed_note.cosign(bare, WITNESS, time)).signatures[1].line
        stated_at = datetime.fromtimestamp(time, UTC)
        log.add(Cosignature(witness_id="W-1", size=6, stated_at=stated_at, line=line, stored_at=AT))
    log.flush()
    said = open_checkpoint(signed_checkpoint(log, SECOND, 6), checkpoints.log_keys(log), checkpoints.witness_keys(log))
    assert [row.time for row in said.signed] == [None, 1_800_000_100]
    assert signed_note.signatures_of(signed_checkpoint(log, SECOND, 7)).signatures[1:] == ()

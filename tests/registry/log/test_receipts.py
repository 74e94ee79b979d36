"""A receipt holds with the log's key alone, and nothing in it can be changed, swapped or taken from another."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785

from registry.log import consistency, receipts, sealing, signed_note, tree
from registry.log.checkpoints import Checkpoint, LogKey, checkpoint_body, open_checkpoint
from registry.log.proofs import Consistency, Inclusion

ORIGIN = "illustrative.example/log"
OLD, KEY, OTHER = (signed_note.signer(ORIGIN, bytes([number]) * 32) for number in (1, 2, 3))
STRANGER = signed_note.signer("other.example/log", b"\x04" * 32)
TRUSTED = (LogKey(OLD.verifier, 5), LogKey(KEY.verifier))
SIZE, INDEX, SALT = 11, 6, b"\x07" * 32
SEALED = ["/actor/name", "/content/name"]


def leaf_of(index: int) -> bytes:
    clear = {
        "index": index, "at": "2027-02-01T10:00:00Z", "act": "claim-filed", "subject": f"claims/C-{index:04d}",
        "actor": {"name": "anna@example.org", "role": "delegate", "party": "IND"}, "content": {"name": "Landing"},
    }  # fmt: skip
    return rfc8785.dumps(sealing.seal(clear, SEALED, SALT))


def nodes_of(leaves: list[bytes]) -> tree.Nodes:
    stored: dict[tuple[int, int], bytes] = {}

    def read(level: int, position: int) -> bytes:
        return stored[level, position]

    for index, leaf in enumerate(leaves):
        for level, position, hash_ in tree.completed_nodes(index, tree.leaf_hash(leaf), read):
            stored[level, position] = hash_
    return read


LEAVES = [leaf_of(index) for index in range(SIZE)]
NODES = nodes_of(LEAVES)


def inclusion(index: int = INDEX, size: int = SIZE) -> Inclusion:
    path = tree.inclusion_proof(index, size, NODES)
    return Inclusion(index, size, NODES(0, index), tree.root(size, NODES), tuple(path))


def note(size: int = SIZE, key: signed_note.Signer = KEY) -> str:
    return signed_note.sign(checkpoint_body(key.verifier.name, size, tree.root(size, NODES)), key)


def receipt(index: int = INDEX, size: int = SIZE, key: signed_note.Signer = KEY) -> dict[str, Any]:
    clear = sealing.unseal(json.loads(leaf_of(index)), [])
    clear |= {"actor": clear["actor"] | {"name": "anna@example.org"}, "content": {"name": "Landing"}}
    opened = [sealing.opening(clear, path, SALT) for path in SEALED]
    made = receipts.document(leaf_of(index), opened, inclusion(index, size), ORIGIN, note(size, key), illustrative=True)
    return copy.deepcopy(made)


def test_a_receipt_holds_and_says_what_was_recorded() -> None:
    made = json.loads(receipts.file_bytes(receipt()))
    assert receipts.faults(made, TRUSTED) == ()
    assert receipts.clear_leaf(made)["actor"]["name"] == "anna@example.org"
    assert receipts.clear_leaf(made)["content"] == {"name": "Landing"}
    assert {name: made[name] for name in ("format", "index", "act", "subject", "at", "size", "illustrative")} == {
        "format": "lunar-site-registry-receipt/1", "index": 6, "act": "claim-filed", "subject": "claims/C-0006",
        "at": "2027-02-01T10:00:00Z", "size": 11, "illustrative": True,
    }  # fmt: skip


def test_without_openings_nothing_confidential_is_in_it() -> None:
    made = receipt() | {"openings": []}
    assert receipts.faults(made, TRUSTED) == ()
    assert "anna" not in json.dumps(made)
    assert "Landing" not in json.dumps(made)


def test_a_receipt_under_a_retired_key_holds_up_to_its_last_size() -> None:
    assert receipts.faults(receipt(3, 5, OLD), TRUSTED) == ()
    (fault,) = receipts.faults(receipt(3, 6, OLD), TRUSTED)
    assert fault.startswith("checkpoint: the key that signed this checkpoint of 6 records was retired at 5")


def test_a_proof_of_another_tree_size_is_refused() -> None:
    # sigstore/rekor#1055: a proof for one size beside the checkpoint of another
    made = receipt() | {"proof": [hash_.hex() for hash_ in inclusion(INDEX, 9).proof]}
    assert receipts.faults(made, TRUSTED) == ("proof: it does not lead from the leaf to the root in the checkpoint",)
    assert receipts.faults(made | {"size": 9}, TRUSTED) == ("size: the proof is for 9 records, the checkpoint for 11",)


def test_a_path_to_a_root_that_nobody_signed_is_refused() -> None:
    # sigstore/sigstore-python#248: the path was checked, that its root is the signed one was not
    forged = receipt(3, 9)
    forged["checkpoint"] = receipt(3, 9)["checkpoint"].replace("\n9\n", "\n11\n")
    assert "is not one of this text" in receipts.faults(forged | {"size": 11}, TRUSTED)[0]


Change = Callable[[dict[str, Any]], Any]
CHANGES: dict[str, tuple[Change, str]] = {
    "another leaf": (lambda r: r.update(leaf=leaf_of(3).decode()), "index: 6 is not what the leaf says"),
    "a changed leaf": (
        lambda r: r.update(leaf=r["leaf"].replace("C-0006", "C-0007")),
        "subject: 'claims/C-0006' is not what the leaf says",
    ),
    "leaf and subject changed": (
        lambda r: r.update(leaf=r["leaf"].replace("C-0006", "C-0007"), subject="claims/C-0007"),
        "leaf_sha256: not the hash of the leaf",
    ),
    "leaf, subject and hash changed": (
        lambda r: r.update(
            leaf=r["leaf"].replace("C-0006", "C-0007"),
            subject="claims/C-0007",
            leaf_sha256=tree.leaf_hash(r["leaf"].replace("C-0006", "C-0007").encode()).hex(),
        ),
        "proof: it does not lead from the leaf to the root in the checkpoint",
    ),
    "a space in the leaf": (
        lambda r: r.update(leaf=r["leaf"].replace(",", ", ", 1)),
        "leaf: not the canonical JSON of a record",
    ),
    "a leaf that is no object": (lambda r: r.update(leaf="[]"), "leaf: not the canonical JSON of a record"),
    "a leaf of nonsense": (lambda r: r.update(leaf="{"), "leaf: not the canonical JSON of a record"),
    "another act": (lambda r: r.update(act="claim-withdrawn"), "act: 'claim-withdrawn' is not what the leaf says"),
    "another instant": (
        lambda r: r.update(at="2027-01-01T10:00:00Z"),
        "at: '2027-01-01T10:00:00Z' is not what the leaf says",
    ),
    "another index": (lambda r: r.update(index=7), "index: 7 is not what the leaf says"),
    "another origin": (
        lambda r: r.update(origin="other.example/log"),
        f"checkpoint: this is a checkpoint of {ORIGIN}, not of other.example/log",
    ),
    "a proof cut short": (
        lambda r: r["proof"].pop(),
        "proof: it does not lead from the leaf to the root in the checkpoint",
    ),
    "a proof with one more": (
        lambda r: r["proof"].append("0" * 64),
        "proof: it does not lead from the leaf to the root in the checkpoint",
    ),
    "a proof in capitals": (
        lambda r: r.update(proof=[h.upper() for h in r["proof"]]),
        "proof: not a list of hashes of 64 hexadecimal digits in small letters",
    ),
    "a proof of numbers": (
        lambda r: r.update(proof=[1, 2]),
        "proof: not a list of hashes of 64 hexadecimal digits in small letters",
    ),
    "a proof without end": (
        lambda r: r.update(proof=["0" * 64] * 1000),
        "proof: not a list of hashes of 64 hexadecimal digits in small letters",
    ),
    "a checkpoint of a stranger": (
        lambda r: r.update(checkpoint=note(key=STRANGER), origin="other.example/log"),
        "checkpoint: no trusted key signed this note; it names other.example/log",
    ),
    "a checkpoint by a namesake": (
        lambda r: r.update(checkpoint=note(key=OTHER)),
        f"checkpoint: no trusted key signed this note; it names {ORIGIN}",
    ),
    "a checkpoint of a smaller log": (
        lambda r: r.update(checkpoint=note(9)),
        "size: the proof is for 11 records, the checkpoint for 9",
    ),
    "a checkpoint cut short": (
        lambda r: r.update(checkpoint=r["checkpoint"][:-5]),
        "checkpoint: the note has no signatures after an empty line; it may have been cut short",
    ),
    "another value opened": (
        lambda r: r["openings"][0].update(value="ben@example.org"),
        "openings[0]: it does not open a sealed value of the leaf",
    ),
    "another salt": (
        lambda r: r["openings"][1].update(salt="0" * 64),
        "openings[1]: it does not open a sealed value of the leaf",
    ),
    "an opening of another record": (
        lambda r: r["openings"][0].update(index=5),
        "openings[0]: it does not open a sealed value of the leaf",
    ),
    "an opening that leads nowhere": (
        lambda r: r["openings"][0].update(path="/content/x"),
        "openings[0]: it does not open a sealed value of the leaf",
    ),
    "an opening of a value in clear": (
        lambda r: r["openings"][0].update(path="/act"),
        "openings[0]: it does not open a sealed value of the leaf",
    ),
    "an opening that is a text": (
        lambda r: r["openings"].append("x"),
        "openings[2]: it does not open a sealed value of the leaf",
    ),
    "an opening without a salt": (
        lambda r: r["openings"][0].pop("salt"),
        "openings[0]: it does not open a sealed value of the leaf",
    ),
    "another format": (
        lambda r: r.update(format="receipt/2"),
        "format: this is no receipt of the form lunar-site-registry-receipt/1",
    ),
    "a field too many": (lambda r: r.update(note="x"), "note: unknown; a receipt has no such field"),
    "a field too few": (lambda r: r.pop("leaf"), "leaf: missing"),
    "a truth value for a number": (lambda r: r.update(index=True), "index: not of the kind wanted, int"),
    "a number for a text": (lambda r: r.update(checkpoint=1), "checkpoint: not of the kind wanted, str"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_changed_receipt_names_what_is_wrong(case: str) -> None:
    change, fault = CHANGES[case]
    made = receipt()
    change(made)
    assert receipts.faults(made, TRUSTED)[0] == fault


def test_all_faults_of_form_are_told_at_once() -> None:
    made = receipt() | {"zeal": 1, "more": 2, "at": None, "proof": {}, "illustrative": 1, "size": True}
    del made["leaf"], made["act"]
    assert receipts.faults(made, TRUSTED) == (
        "act: missing", "leaf: missing",
        "more: unknown; a receipt has no such field", "zeal: unknown; a receipt has no such field",
        "at: not of the kind wanted, str", "size: not of the kind wanted, int", "proof: not of the kind wanted, list",
        "illustrative: not of the kind wanted, bool",
    )  # fmt: skip


def test_faults_of_leaf_proof_and_openings_are_told_at_once() -> None:
    made = receipt() | {"act": "x", "at": "y", "leaf_sha256": "ab", "size": 3}
    made["openings"] += [{"index": 6, "path": "x", "salt": "00" * 32, "value": float("nan")}, None]
    assert receipts.faults(made, TRUSTED) == (
        "at: 'y' is not what the leaf says", "act: 'x' is not what the leaf says", "leaf_sha256: not the hash of the leaf",
        "size: the proof is for 3 records, the checkpoint for 11",
        "openings[2]: it does not open a sealed value of the leaf",
        "openings[3]: it does not open a sealed value of the leaf",
    )  # fmt: skip


def test_a_receipt_has_these_fields_and_is_written_canonically_in_one_line() -> None:
    made = receipt()
    assert {name: type(value) for name, value in made.items()} == receipts.FIELDS
    assert receipts.file_bytes(made) == rfc8785.dumps(made) + b"\n"
    assert made["leaf_sha256"] == tree.leaf_hash(LEAVES[6]).hex()
    assert (
        made["openings"][0]
        == sealing.opening({"index": 6, "actor": {"name": "anna@example.org"}}, SEALED[0], SALT).content()
    )


@pytest.mark.parametrize("document", [None, [], "receipt", 3, {}])
def test_what_is_no_receipt_is_refused(document: object) -> None:
    assert receipts.faults(document, TRUSTED) == (
        "format: this is no receipt of the form lunar-site-registry-receipt/1",
    )


def test_every_changed_character_of_a_receipt_is_noticed() -> None:
    text = receipts.file_bytes(receipt()).decode().rstrip("\n")
    shown_only = text.index('"illustrative":')  # says how the page looks, and proves nothing
    spared = range(shown_only, text.index(",", shown_only))
    for place in range(len(text)):
        if place in spared:
            continue
        changed = text[:place] + ("7" if text[place] != "7" else "8") + text[place + 1 :]
        try:
            document = json.loads(changed)
        except ValueError:
            continue
        assert receipts.faults(document, TRUSTED), place


# Consistency of two checkpoints


def said(size: int, key: signed_note.Signer = KEY) -> Checkpoint:
    return open_checkpoint(note(size, key), TRUSTED)


def proof(old: int, size: int) -> dict[str, Any]:
    path = tree.consistency_proof(old, size, NODES)
    made = Consistency(old, tree.root(old, NODES), size, tree.root(size, NODES), tuple(path))
    return consistency.document(ORIGIN, made)


def test_a_later_checkpoint_is_shown_to_continue_an_earlier_one_across_keys() -> None:
    for old in range(1, SIZE + 1):
        assert consistency.fault(said(old, OLD if old <= 5 else KEY), said(SIZE), proof(old, SIZE)) is None


def test_two_equal_checkpoints_need_no_proof() -> None:
    assert consistency.fault(said(7), said(7), None) is None


def test_a_rewritten_past_is_caught_by_an_older_checkpoint() -> None:
    rewritten = nodes_of([leaf_of(99), *LEAVES[1:]])
    body = checkpoint_body(ORIGIN, SIZE, tree.root(SIZE, rewritten))
    later = open_checkpoint(signed_note.sign(body, KEY), TRUSTED)
    hashes = [hash_.hex() for hash_ in tree.consistency_proof(7, SIZE, rewritten)]
    forged = proof(7, SIZE) | {"proof": hashes}
    assert "what was recorded was changed" in str(consistency.fault(said(7), later, forged))
    assert "two histories were told" in str(consistency.fault(said(SIZE), later, None))


SPOILT = "the proof does not lead from the root at 7 to the root at 11 records: the proof is spoilt, or what was recorded was changed"
NO_LIST = "proof: not a list of at most 128 hashes of 64 hexadecimal digits in small letters"
LATER_FAULT = "the later checkpoint: the note has no signatures after an empty line; it may have been cut short"
FORKED = "two checkpoints of 11 records have different roots: two histories were told; keep both, they are evidence"
NO_PROOF = "proof: this is no proof of the form lunar-site-registry-consistency/1"
INCONSISTENT: dict[str, tuple[Checkpoint, Checkpoint, Any, str]] = {
    "no proof": (
        said(7),
        said(11),
        None,
        "a proof from 7 to 11 records is needed; ask the register: registry audit consistency",
    ),
    "the wrong way round": (
        said(11),
        said(7),
        None,
        "the checkpoint called earlier is of 11 records, the later of 7; change their places",
    ),
    "a proof of other sizes": (
        said(7),
        said(11),
        proof(6, 11),
        f"proof: it is from 6 to 11 records of {ORIGIN}, the checkpoints are from 7 to 11 of {ORIGIN}",
    ),
    "a proof of another log": (
        said(7),
        said(11),
        proof(7, 11) | {"origin": "x"},
        f"proof: it is from 7 to 11 records of x, the checkpoints are from 7 to 11 of {ORIGIN}",
    ),
    "a proof cut short": (said(7), said(11), proof(7, 11) | {"proof": proof(7, 11)["proof"][1:]}, SPOILT),
    "a proof of texts": (said(7), said(11), proof(7, 11) | {"proof": ["x"]}, NO_LIST),
    "no list": (said(7), said(11), proof(7, 11) | {"proof": "x"}, NO_LIST),
    "a field too many": (said(7), said(11), proof(7, 11) | {"root": "x"}, NO_PROOF),
    "nonsense": (said(7), said(11), [], NO_PROOF),
    "another form": (said(7), said(11), proof(7, 11) | {"format": "x"}, NO_PROOF),
    "a proof to another size": (
        said(7),
        said(11),
        proof(7, 10),
        f"proof: it is from 7 to 10 records of {ORIGIN}, the checkpoints are from 7 to 11 of {ORIGIN}",
    ),
    "129 hashes": (said(7), said(11), proof(7, 11) | {"proof": ["0" * 64] * 129}, NO_LIST),
    "128 hashes": (said(7), said(11), proof(7, 11) | {"proof": ["0" * 64] * 128}, SPOILT),
    "capitals": (said(7), said(11), proof(7, 11) | {"proof": ["A" * 64]}, NO_LIST),
    "numbers": (said(7), said(11), proof(7, 11) | {"proof": [64]}, NO_LIST),
    "lists": (said(7), said(11), proof(7, 11) | {"proof": [["0"] * 64]}, NO_LIST),
    "no later checkpoint": (said(7), open_checkpoint("", TRUSTED), None, LATER_FAULT),
    "two histories": (said(11), Checkpoint(ORIGIN, 11, bytes(32)), None, FORKED),
    "a retired key": (
        said(7, OLD),
        said(11),
        proof(7, 11),
        "the earlier checkpoint: the key that signed this checkpoint of 7 records was retired at 5; only checkpoints up to that size count",
    ),
    "two logs": (
        said(7),
        Checkpoint("other.example/log", 11, b"\x01" * 32),
        proof(7, 11),
        f"the checkpoints are of two logs, {ORIGIN} and other.example/log",
    ),
}


@pytest.mark.parametrize("case", INCONSISTENT)
def test_checkpoints_that_are_not_shown_to_agree_say_why(case: str) -> None:
    old, new, given, fault = INCONSISTENT[case]
    assert consistency.fault(old, new, given) == fault


def test_the_file_of_a_proof_holds_no_root() -> None:
    hashes = [hash_.hex() for hash_ in tree.consistency_proof(7, 11, NODES)]
    form = "lunar-site-registry-consistency/1"
    assert proof(7, 11) == {"format": form, "origin": ORIGIN, "old": 7, "size": 11, "proof": hashes}

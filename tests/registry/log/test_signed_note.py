"""Signed notes read and sign as the published examples do, and nothing that was changed, cut or padded opens."""

import base64

import pytest

from registry.log import signed_note
from registry.log.signed_note import COSIGNATURE, KeyTextError, cosign, open_note, parse_signer, parse_verifier, sign

# c2sp.org/signed-note, section "Verifier keys"
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# golang.org/x/mod/sumdb/note: its documentation and its test of several signatures
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH_VKEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_BODY = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
# c2sp.org/tlog-cosignature: the example; transparency-dev/formats: a witness's verifier key
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
WITNESS_VKEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

BODY = "registry.example/log\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
KEY = signed_note.signer("registry.example/log", b"\x01" * 32)
WITNESS = signed_note.signer("che.example/witness", b"\x02" * 32, COSIGNATURE)


def test_the_example_of_the_specification_opens() -> None:
    opened = open_note(SPEC_NOTE, [parse_verifier(SPEC_VKEY)])
    assert opened
    assert opened.body == "This is an example message.\n"
    assert [row.verifier.vkey for row in opened.signed] == [SPEC_VKEY]


def test_signing_gives_the_published_bytes() -> None:
    key = parse_signer(GO_PRIVATE)
    assert key.verifier.vkey == GO_VKEY
    assert sign(GO_BODY, key) == f"{GO_BODY}\n{PETER}"
    assert key.private_text == GO_PRIVATE


def test_each_known_signer_is_named_and_unknown_ones_are_passed_over() -> None:
    peter, enoch = parse_verifier(GO_VKEY), parse_verifier(ENOCH_VKEY)
    note = f"{GO_BODY}\n{PETER}{ENOCH}"
    assert [row.verifier.name for row in open_note(note, [peter, enoch]).signed] == ["PeterNeumann", "EnochRoot"]
    assert [row.verifier.name for row in open_note(note, [enoch]).signed] == ["EnochRoot"]
    assert len(open_note(note, [enoch]).signatures) == 2


def test_the_cosignature_of_the_specification_is_read_with_its_second() -> None:
    taken = signed_note.signatures_of(COSIGNED)
    assert [row.name for row in taken.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert taken.signatures[1].key_id.hex() == "8d66cf3f"
    assert signed_note.signed_time(taken.signatures[1].signature) == 1679315147
    assert "".join(row.line for row in taken.signatures) == COSIGNED.partition("\n\n")[2]


def test_a_witness_key_keeps_its_published_text() -> None:
    verifier = parse_verifier(WITNESS_VKEY)
    assert (verifier.name, verifier.kind, verifier.vkey) == ("remora.n621.de", COSIGNATURE, WITNESS_VKEY)


def test_a_cosignature_covers_header_second_and_body() -> None:
    line = signed_note.signatures_of(cosign(sign(BODY, KEY), WITNESS, 1679315147)).signatures[1]
    expected = WITNESS.private.sign(b"cosignature/v1\ntime 1679315147\n" + BODY.encode())
    assert line.signature == (1679315147).to_bytes(8, "big") + expected


def test_a_cosigned_note_opens_with_both_keys_and_tells_the_second() -> None:
    opened = open_note(cosign(sign(BODY, KEY), WITNESS, 1_800_000_000), [KEY.verifier, WITNESS.verifier])
    assert [(row.verifier.name, row.time) for row in opened.signed] == [
        ("registry.example/log", None),
        ("che.example/witness", 1_800_000_000),
    ]


def test_a_second_cosignature_of_a_witness_takes_the_place_of_its_first() -> None:
    note = cosign(cosign(sign(BODY, KEY), WITNESS, 1_800_000_000), WITNESS, 1_800_000_060)
    assert [row.time for row in open_note(note, [KEY.verifier, WITNESS.verifier]).signed] == [None, 1_800_000_060]


def test_another_second_in_a_cosignature_is_refused() -> None:
    note = cosign(sign(BODY, KEY), WITNESS, 1_800_000_000)
    line = signed_note.signatures_of(note).signatures[1]
    later = signed_note.Signature(line.name, line.key_id, (1_800_000_001).to_bytes(8, "big") + line.signature[8:])
    forged = note.replace(line.line, later.line)
    assert open_note(forged, [WITNESS.verifier]).fault == "the signature of che.example/witness is not one of this text"


def test_a_second_beyond_the_specification_is_refused() -> None:
    note = cosign(sign(BODY, KEY), WITNESS, 2**63)
    assert not open_note(note, [WITNESS.verifier])


def test_one_key_under_two_kinds_has_two_ids() -> None:
    same = signed_note.signer("registry.example/log", b"\x01" * 32, COSIGNATURE)
    assert same.verifier.key_id != KEY.verifier.key_id


def test_a_text_with_empty_lines_is_split_at_the_last() -> None:
    note = sign("first\n\nsecond\n", KEY)
    assert open_note(note, [KEY.verifier]).body == "first\n\nsecond\n"


LINE = sign(BODY, KEY).partition("\n\n")[2]
TOKEN = LINE.split(" ")[2].strip()
SPOILT = {
    "nothing": ("", "no signatures after an empty line"),
    "body only": (BODY, "no signatures after an empty line"),
    "no newline at the end": (sign(BODY, KEY)[:-1], "no signatures after an empty line"),
    "cut in the signature": (sign(BODY, KEY)[:-9] + "\n", "is not one of this text"),
    "no signature lines": (f"{BODY}\n\n", "no signatures after an empty line"),
    "no body": (f"\n\n{LINE}", "no signatures after an empty line"),
    "two hyphens": (sign(BODY, KEY).replace("—", "--"), "signature line 1 is not"),
    "two spaces": (f"{BODY}\n{LINE.replace(' ', '  ')}", "signature line 1 is not"),
    "more after the signature": (f"{BODY}\n{LINE[:-1]} more\n", "signature line 1 is not"),
    "base64 with spare bits": (f"{BODY}\n{LINE.replace(TOKEN, TOKEN[:-2] + 'B=')}", "signature line 1 is not"),
    "base64 without padding": (f"{BODY}\n{LINE.replace('=', '')}", "signature line 1 is not"),
    "base64 of the other alphabet": (f"{BODY}\n{LINE.replace(TOKEN, TOKEN[:-3] + '-_=')}", "signature line 1 is not"),
    "base64 of four bytes": (f"{BODY}\n— registry.example/log AAAAAA==\n", "signature line 1 is not"),
    "carriage returns": (sign(BODY, KEY).replace("\n", "\r\n"), "control character"),
    "a null": (sign(BODY, KEY).replace("3", "\0"), "control character"),
    "half a surrogate pair": (sign(BODY, KEY).replace("3", "\ud800"), "not UTF-8"),
    "not UTF-8": (sign(BODY, KEY).encode().replace(b"3", b"\xff"), "not UTF-8"),
    "the same line twice": (sign(BODY, KEY) + LINE, "signed twice"),
    "another body": (sign(BODY, KEY).replace("\n3\n", "\n4\n"), "is not one of this text"),
    "a good and a bad line of one key": (
        sign("other\n", KEY).partition("\n\n")[0] + f"\n\n{LINE}",
        "is not one of this text",
    ),
    "too many signatures": (f"{BODY}\n" + LINE * 101, "101 signatures"),
    "too long": (sign("x" * (1 << 20) + "\n", KEY), "1048"),
    "an unknown key": (sign(BODY, signed_note.signer("stranger.example", b"\x03" * 32)), "no trusted key signed"),
    "a namesake": (sign(BODY, signed_note.signer("registry.example/log", b"\x03" * 32)), "no trusted key signed"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_note_says_what_is_wrong(case: str) -> None:
    note, fault = SPOILT[case]
    opened = open_note(note, [KEY.verifier])
    assert not opened
    assert fault in str(opened.fault)


def test_every_changed_character_of_a_note_is_noticed() -> None:
    note = sign(BODY, KEY)
    for place in range(len(note)):
        other = "A" if note[place] != "A" else "B"
        assert not open_note(note[:place] + other + note[place + 1 :], [KEY.verifier]), place


VKEYS = {
    "an id of other bytes": (SPEC_VKEY.replace("530d903a", "530d903b"), "id in this verifier key"),
    "an id in capitals": (SPEC_VKEY.replace("530d903a", "530D903A"), "no key"),
    "one part missing": ("example.com/foo+530d903a", "no key"),
    "no name": (SPEC_VKEY.removeprefix("example.com/foo"), "name"),
    "a space in the name": (SPEC_VKEY.replace("/foo", " foo"), "name"),
    "a byte too few": (
        "example.com/foo+530d903a+" + base64.b64encode(base64.b64decode(SPEC_VKEY[25:])[:-1]).decode(),
        "no kind used here",
    ),
    "an unknown kind": ("a+530d903a+" + base64.b64encode(b"\x09" + b"x" * 32).decode(), "no kind used here"),
    "a private key": (GO_PRIVATE, "keep it secret"),
    "nothing": ("", "no key"),
}


@pytest.mark.parametrize("case", VKEYS)
def test_a_bad_verifier_key_is_refused(case: str) -> None:
    text, fault = VKEYS[case]
    with pytest.raises(KeyTextError, match=fault):
        parse_verifier(text)


def test_a_bad_private_key_is_refused_without_being_quoted() -> None:
    for text in (GO_VKEY, GO_PRIVATE.replace("c74f20a3", "c74f20a4"), "PRIVATE+KEY+x"):
        with pytest.raises(KeyTextError) as caught:
            parse_signer(text)
        assert "AYEKFALV" not in str(caught.value)


def test_each_kind_of_key_signs_its_own_kind_only() -> None:
    with pytest.raises(KeyTextError, match="co-signs checkpoints"):
        sign(BODY, WITNESS)
    with pytest.raises(KeyTextError, match="no witness's key"):
        cosign(sign(BODY, KEY), KEY, 1)


def test_a_body_that_no_note_can_carry_is_not_signed() -> None:
    for body in ("no newline", "a\rb\n", ""):
        with pytest.raises(ValueError, match="ends in a newline"):
            sign(body, KEY)


def test_what_is_no_note_is_not_cosigned_and_the_reason_is_told() -> None:
    with pytest.raises(
        KeyTextError, match=r"^the note has no signatures after an empty line; it may have been cut short$"
    ):
        cosign(BODY, WITNESS, 1_800_000_000)

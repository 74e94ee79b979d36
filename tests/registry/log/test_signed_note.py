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
NO_SIGNATURES = "the note has no signatures after an empty line; it may have been cut short"
NO_SIGNATURE = "signature line 1 is not: em dash, key name, base64 of key id and signature"
CONTROL = "the note has a control character other than a newline"
NOT_UTF_8 = "the note is not UTF-8 text"
ANOTHER_TEXT = "the signature of registry.example/log is not one of this text"
NO_KEY = "no trusted key signed this note; it names"
SPOILT = {
    "nothing": ("", NO_SIGNATURES),
    "body only": (BODY, NO_SIGNATURES),
    "no newline at the end": (sign(BODY, KEY)[:-1], NO_SIGNATURES),
    "cut in the signature": (sign(BODY, KEY)[:-9] + "\n", ANOTHER_TEXT),
    "no signature lines": (f"{BODY}\n\n", NO_SIGNATURES),
    "no body": (f"\n\n{LINE}", NO_SIGNATURES),
    "two hyphens": (sign(BODY, KEY).replace("—", "--"), NO_SIGNATURE),
    "two spaces": (f"{BODY}\n{LINE.replace(' ', '  ')}", NO_SIGNATURE),
    "more after the signature": (f"{BODY}\n{LINE[:-1]} more\n", NO_SIGNATURE),
    "base64 with spare bits": (f"{BODY}\n{LINE.replace(TOKEN, TOKEN[:-2] + 'B=')}", NO_SIGNATURE),
    "base64 without padding": (f"{BODY}\n{LINE.replace('=', '')}", NO_SIGNATURE),
    "base64 of the other alphabet": (f"{BODY}\n{LINE.replace(TOKEN, TOKEN[:-3] + '-_=')}", NO_SIGNATURE),
    "base64 of four bytes": (f"{BODY}\n— registry.example/log AAAAAA==\n", NO_SIGNATURE),
    "carriage returns": (sign(BODY, KEY).replace("\n", "\r\n"), CONTROL),
    "a null": (sign(BODY, KEY).replace("3", "\0"), CONTROL),
    "half a surrogate pair": (sign(BODY, KEY).replace("3", "\ud800"), NOT_UTF_8),
    NOT_UTF_8: (sign(BODY, KEY).encode().replace(b"3", b"\xff"), NOT_UTF_8),
    "the same line twice": (
        sign(BODY, KEY) + LINE,
        "registry.example/log signed twice in one note; take the note as it was published",
    ),
    "another body": (sign(BODY, KEY).replace("\n3\n", "\n4\n"), ANOTHER_TEXT),
    "a good and a bad line of one key": (
        sign("other\n", KEY).partition("\n\n")[0] + f"\n\n{LINE}",
        ANOTHER_TEXT,
    ),
    "too many signatures": (f"{BODY}\n" + LINE * 101, "the note has 101 signatures, more than 100"),
    "too long": (sign("x" * (1 << 20) + "\n", KEY), "the note has 1048696 bytes, more than 1048576"),
    "an unknown key": (sign(BODY, signed_note.signer("stranger.example", b"\x03" * 32)), f"{NO_KEY} stranger.example"),
    "a namesake": (
        sign(BODY, signed_note.signer("registry.example/log", b"\x03" * 32)),
        f"{NO_KEY} registry.example/log",
    ),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_note_says_what_is_wrong(case: str) -> None:
    note, fault = SPOILT[case]
    opened = open_note(note, [KEY.verifier])
    assert not opened
    assert opened.fault == fault


def test_every_changed_character_of_a_note_is_noticed() -> None:
    note = sign(BODY, KEY)
    for place in range(len(note)):
        other = "A" if note[place] != "A" else "B"
        assert not open_note(note[:place] + other + note[place + 1 :], [KEY.verifier]), place


NOT_A_KEY = "this is no key; one reads name+8 hex digits+base64, without a break"
NO_KIND = "this key is of no kind used here; give an Ed25519 key (0x01) or a witness's key (0x04)"
NO_NAME = "a key's name has 1 to 120 visible characters, no space and no plus, for example registry.example.org/log"
VKEYS = {
    "an id of other bytes": (
        SPEC_VKEY.replace("530d903a", "530d903b"),
        "the id in this verifier key is not that of its name and bytes; copy it whole",
    ),
    "an id in capitals": (SPEC_VKEY.replace("530d903a", "530D903A"), NOT_A_KEY),
    "one part missing": ("example.com/foo+530d903a", NOT_A_KEY),
    "no name": (SPEC_VKEY.removeprefix("example.com/foo"), NO_NAME),
    "a space in the name": (SPEC_VKEY.replace("/foo", " foo"), NO_NAME),
    "a byte too few": (
        "example.com/foo+530d903a+" + base64.b64encode(base64.b64decode(SPEC_VKEY[25:])[:-1]).decode(),
        NO_KIND,
    ),
    "an unknown kind": ("a+530d903a+" + base64.b64encode(b"\x09" + b"x" * 32).decode(), NO_KIND),
    "a private key": (GO_PRIVATE, "this is a private key; keep it secret and give the verifier key"),
    "nothing": ("", NOT_A_KEY),
}


@pytest.mark.parametrize("case", VKEYS)
def test_a_bad_verifier_key_is_refused(case: str) -> None:
    text, fault = VKEYS[case]
    with pytest.raises(KeyTextError) as caught:
        parse_verifier(text)
    assert str(caught.value) == fault


PRIVATE_TEXTS = {
    "a verifier key": (GO_VKEY, "this is no private key; it begins with PRIVATE+KEY+"),
    "another id": (
        GO_PRIVATE.replace("c74f20a3", "c74f20a4"),
        "the id in this private key is not that of its name and bytes; take the file as it was made",
    ),
    "no parts": ("PRIVATE+KEY+x", NOT_A_KEY),
}


@pytest.mark.parametrize("case", PRIVATE_TEXTS)
def test_a_bad_private_key_is_refused_without_being_quoted(case: str) -> None:
    text, fault = PRIVATE_TEXTS[case]
    with pytest.raises(KeyTextError) as caught:
        parse_signer(text)
    assert str(caught.value) == fault


def test_each_kind_of_key_signs_its_own_kind_only() -> None:
    with pytest.raises(KeyTextError) as caught:
        sign(BODY, WITNESS)
    assert str(caught.value) == "che.example/witness is a witness's key; it co-signs checkpoints and signs nothing else"
    with pytest.raises(KeyTextError) as caught:
        cosign(sign(BODY, KEY), KEY, 1)
    assert str(caught.value) == "registry.example/log is no witness's key; make one with: registry witness new"


def test_the_names_of_both_kinds_are_those_of_the_specification() -> None:
    assert signed_note.KINDS == {0x01: "Ed25519", 0x04: "cosignature/v1"}
    assert parse_verifier(f" {SPEC_VKEY}\n").vkey == SPEC_VKEY


@pytest.mark.parametrize("name", ["", "x" * 121, "a b", "a+b", "a\x00b", "a\u00a0b"])
def test_a_name_that_no_key_can_have_is_refused(name: str) -> None:
    with pytest.raises(KeyTextError) as caught:
        signed_note.signer(name, b"\x01" * 32)
    assert str(caught.value) == NO_NAME


def test_a_name_has_up_to_120_letters() -> None:
    key = signed_note.signer("\u00e9" * 120, b"\x01" * 32)
    assert open_note(sign(BODY, key), [parse_verifier(key.verifier.vkey)])


def test_the_last_second_of_the_specification_is_signed() -> None:
    note = cosign(sign(BODY, KEY), WITNESS, 2**63 - 1)
    assert open_note(note, [WITNESS.verifier]).signed[0].time == 9223372036854775807


def test_a_note_has_up_to_a_hundred_signatures_and_a_mebibyte() -> None:
    strangers = [f"\u2014 stranger{number:02d}.example {TOKEN}\n" for number in range(99)]
    assert len(open_note(f"{BODY}\n{LINE}{''.join(strangers)}", [KEY.verifier]).signatures) == 100
    room = (1 << 20) - len(LINE.encode()) - 2
    assert open_note(sign("x" * room + "\n", KEY), [KEY.verifier])
    fault = open_note(sign("\u00e9" + "x" * (room - 1) + "\n", KEY), [KEY.verifier]).fault
    assert fault == "the note has 1048577 bytes, more than 1048576"


def test_of_the_names_under_a_note_that_no_trusted_key_signed_five_are_told() -> None:
    lines = "".join(f"\u2014 {name} {TOKEN}\n" for name in ("f", "b", "a", "b", "d", "c", "e"))
    assert open_note(f"{BODY}\n{lines}", []).fault == f"{NO_KEY} a, b, c, d, e"


@pytest.mark.parametrize(("number", "line"), [(2, "no line at all"), (3, "\u2014 name AAAAAA==")])
def test_the_first_line_that_is_no_signature_is_told_by_its_number(number: int, line: str) -> None:
    note = f"{BODY}\n{LINE * (number - 1)}{line}\n{LINE}also none\n"
    assert open_note(note, []).fault == NO_SIGNATURE.replace("line 1", f"line {number}")


def test_a_cosignature_takes_the_place_of_those_of_the_same_key_alone() -> None:
    other = signed_note.signer("che.example/witness", b"\x05" * 32, COSIGNATURE)
    note = cosign(cosign(cosign(sign(BODY, KEY), other, 1), WITNESS, 2), WITNESS, 3)
    found = open_note(note, [KEY.verifier, WITNESS.verifier, other.verifier])
    assert [(row.verifier, row.time) for row in found.signed] == [
        (KEY.verifier, None), (other.verifier, 1), (WITNESS.verifier, 3)
    ]  # fmt: skip


def test_a_short_signature_is_none_of_this_text() -> None:
    short = f"\u2014 registry.example/log {base64.b64encode(KEY.verifier.key_id + b'x').decode()}\n"
    assert signed_note.signatures_of(f"{BODY}\n{short}").signatures[0].signature == b"x"
    assert open_note(f"{BODY}\n{short}", [KEY.verifier]).fault == ANOTHER_TEXT


def test_a_spoilt_note_has_no_body() -> None:
    opened = open_note(sign(BODY, KEY)[:-1], [KEY.verifier])
    assert (opened.body, opened.signatures, opened.signed) == ("", (), ())


def test_a_body_that_no_note_can_carry_is_not_signed() -> None:
    for body in ("no newline", "a\rb\n", ""):
        with pytest.raises(
            ValueError, match=r"^the body of a note ends in a newline and has no other control character$"
        ):
            sign(body, KEY)


def test_what_is_no_note_is_not_cosigned_and_the_reason_is_told() -> None:
    with pytest.raises(
        KeyTextError, match=r"^the note has no signatures after an empty line; it may have been cut short$"
    ):
        cosign(BODY, WITNESS, 1_800_000_000)

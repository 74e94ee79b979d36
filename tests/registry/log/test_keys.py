"""Private keys lie in files that only their user reads, are never overwritten and never quoted."""

from pathlib import Path

import pytest

from registry.log import keys, signed_note
from registry.log.keys import KeyFileError

KEY = signed_note.signer("registry.example/log", b"\x01" * 32)


def test_a_key_comes_back_from_its_file(tmp_path: Path) -> None:
    path = keys.write(tmp_path / "keys", KEY)
    assert keys.read(tmp_path / "keys", KEY.verifier).private_text == KEY.private_text
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_credential_goes_before_the_file_and_its_rights_are_another_s_care(tmp_path: Path) -> None:
    laid = tmp_path / "laid"
    laid.mkdir()
    with pytest.raises(KeyFileError):
        keys.read(tmp_path / "keys", KEY.verifier, laid)
    path = laid / f"registry_{KEY.verifier.key_id.hex()}.key"
    path.write_text(f"{KEY.private_text}\n")
    path.chmod(0o440)  # as systemd lays it down, with an access list for the service
    assert keys.read(tmp_path / "keys", KEY.verifier, laid).private_text == KEY.private_text
    other = signed_note.signer("registry.example/log", b"\x02" * 32)
    path.chmod(0o600)
    path.write_text(f"{other.private_text}\n")
    with pytest.raises(KeyFileError, match="it holds another key"):
        keys.read(tmp_path / "keys", KEY.verifier, laid)
    keys.write(tmp_path / "keys", KEY)
    path.unlink()
    assert keys.read(tmp_path / "keys", KEY.verifier, laid).private_text == KEY.private_text


def refused(folder: Path) -> str:
    with pytest.raises(KeyFileError) as caught:
        keys.read(folder, KEY.verifier)
    assert "PRIVATE" not in str(caught.value)
    return str(caught.value)


def test_the_file_has_the_id_of_the_key_as_its_name_and_one_line(tmp_path: Path) -> None:
    path = keys.write(tmp_path / "a" / "b", KEY)
    assert path == tmp_path / "a" / "b" / f"{KEY.verifier.key_id.hex()}.key"
    assert path.read_bytes() == f"{KEY.private_text}\n".encode()
    assert (keys.FOLDER, keys.read_file(path).verifier) == ("keys", KEY.verifier)


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = keys.write(tmp_path, KEY)
    with pytest.raises(KeyFileError) as caught:
        keys.write(tmp_path, KEY)
    assert str(caught.value) == f"{path}: the key cannot be kept (File exists); check the folder and its rights"
    assert path.read_text().strip() == KEY.private_text


@pytest.mark.parametrize("mode", [0o640, 0o601, 0o610, 0o604])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = keys.write(tmp_path, KEY)
    path.chmod(mode)
    assert refused(tmp_path) == f"{path}: others may read this private key; take their rights away (chmod 600)"


def test_a_key_that_its_user_may_only_read_is_used(tmp_path: Path) -> None:
    keys.write(tmp_path, KEY).chmod(0o400)
    assert keys.read(tmp_path, KEY.verifier).verifier == KEY.verifier


def test_a_folder_in_place_of_a_key_is_told(tmp_path: Path) -> None:
    path = keys.path_of(tmp_path, KEY.verifier)
    path.mkdir(0o700)
    assert refused(tmp_path) == f"{path}: the private key cannot be read (Is a directory); check its rights"


LOST = "the private key is not there; restore the file, or put another key in force: registry keys rotate"
SPOILT = "this file holds no private key; restore it"
OTHER = f"it holds another key than {KEY.verifier.vkey}; bring the right file back"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, LOST),
        (b"", SPOILT),
        (b"\xff\xfe", SPOILT),
        ("PRIVATE+KEY+\u00e9".encode(), SPOILT),
        (KEY.verifier.vkey.encode(), SPOILT),
        (signed_note.signer("registry.example/log", b"\x02" * 32).private_text.encode(), OTHER),
    ],
)
def test_a_spoilt_key_file_is_named_with_the_mend(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = keys.path_of(tmp_path, KEY.verifier)
    if content is not None:
        path.touch(0o600)
        path.write_bytes(content)
    assert refused(tmp_path) == f"{path}: {reason}"

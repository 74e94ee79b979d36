"""Private keys lie in files that only their user reads, are never overwritten and never quoted."""

import os
from pathlib import Path

import pytest

from registry.log import keys, signed_note
from registry.log.keys import KeyFileError

KEY = signed_note.signer("registry.example/log", b"\x01" * 32)


def test_a_key_comes_back_from_its_file(tmp_path: Path) -> None:
    path = keys.write(tmp_path / "keys", KEY)
    assert keys.read(tmp_path / "keys", KEY.verifier).private_text == KEY.private_text
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = keys.write(tmp_path, KEY)
    with pytest.raises(KeyFileError, match="File exists"):
        keys.write(tmp_path, KEY)
    assert path.read_text().strip() == KEY.private_text


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    keys.write(tmp_path, KEY).chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keys.read(tmp_path, KEY.verifier)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "is not there; restore the file"),
        (b"", "no private key"),
        (b"\xff\xfe", "no private key"),
        (KEY.verifier.vkey.encode(), "no private key"),
        (signed_note.signer("registry.example/log", b"\x02" * 32).private_text.encode(), "holds another key"),
    ],
)
def test_a_spoilt_key_file_is_named_with_the_mend(tmp_path: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        path = keys.path_of(tmp_path, KEY.verifier)
        path.touch(0o600)
        path.write_bytes(content)
    with pytest.raises(KeyFileError, match=reason) as caught:
        keys.read(tmp_path, KEY.verifier)
    assert "PRIVATE" not in str(caught.value)
    assert os.fspath(tmp_path) in str(caught.value)

"""Settings: the folder on a command line goes first, secrets are made once and kept to their owner."""

import stat
from pathlib import Path

import pytest

from registry import config


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.Settings.model_fields:
        monkeypatch.delenv(f"REGISTRY_{name.upper()}", raising=False)


def test_the_database_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert config.load(tmp_path).url == f"sqlite:///{tmp_path / 'registry.sqlite'}"


def test_the_environment_names_another_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", "postgresql://db/registry")
    assert config.load(tmp_path).url == "postgresql://db/registry"


def test_secrets_are_made_once_and_readable_to_their_owner_only(tmp_path: Path) -> None:
    first = config.load(tmp_path).with_secrets()
    second = config.load(tmp_path).with_secrets()
    assert first.secret_key
    assert (first.secret_key, first.totp_secret) == (second.secret_key, second.totp_secret)
    assert len({first.secret_key, first.password_salt, first.totp_secret}) == 3
    assert stat.S_IMODE((tmp_path / config.SECRETS_FILE).stat().st_mode) == 0o600


def test_a_secret_from_the_environment_is_kept_out_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_SECRET_KEY", "from-outside")
    assert config.load(tmp_path).with_secrets().secret_key == "from-outside"
    assert "from-outside" not in (tmp_path / config.SECRETS_FILE).read_text()

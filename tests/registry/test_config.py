"""Settings: the folder on a command line goes first, secrets are made once and kept to their owner."""

import json
import re
import stat
from pathlib import Path

import pytest

from registry import config
from registry.opening import Refusal, configured, settled
from tests.architecture.sources import ROOT


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


@pytest.fixture
def laid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of credentials."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def test_any_setting_may_be_a_credential_and_the_environment_goes_first(
    laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (laid / "registry_totp_secret").write_text("from-a-credential\n")
    (laid / "registry_secret_key").write_text("from-a-credential\n")
    (laid / "registry_database_url").write_text("postgresql://registry:secret@db/registry")
    monkeypatch.setenv("REGISTRY_SECRET_KEY", "from-outside")
    settings = config.load(tmp_path)
    assert (settings.totp_secret, settings.secret_key) == ("from-a-credential", "from-outside")
    assert settings.url == "postgresql://registry:secret@db/registry"
    assert "from-a-credential" not in str([*tmp_path.iterdir()])


def test_secrets_that_are_all_credentials_are_written_nowhere(laid: Path, tmp_path: Path) -> None:
    for name in config.SECRETS:
        (laid / f"registry_{name}").write_text(f"credential-{name}")
    assert config.load(tmp_path).with_secrets().secret_key == "credential-secret_key"
    assert not (tmp_path / config.SECRETS_FILE).exists()


def test_a_credential_of_no_setting_is_told_and_keys_of_the_log_are_not(laid: Path) -> None:
    for name in ("registry_totp_secert", "registry_0a1b2c3d.key", "of_another_program"):
        (laid / name).write_text("x")
    assert config.unknown() == {"REGISTRY_TOTP_SECERT": "REGISTRY_TOTP_SECRET"}


def test_a_folder_of_credentials_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "none"))
    with pytest.raises(Refusal) as caught:
        configured(tmp_path)
    assert str(caught.value) == (
        f"CREDENTIALS_DIRECTORY in the environment names {tmp_path / 'none'}, which is no folder; correct or unset it"
    )


def test_a_former_secret_may_stand_in_the_file_of_secrets(tmp_path: Path) -> None:
    first = config.load(tmp_path).with_secrets()
    assert first.totp_secrets == (first.totp_secret,)
    path = tmp_path / config.SECRETS_FILE
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({**kept, "totp_secret": "n" * 40, "former_totp_secret": kept["totp_secret"]}))
    assert config.load(tmp_path).with_secrets().totp_secrets == ("n" * 40, kept["totp_secret"])


TABLE = re.compile(r"^\| `REGISTRY_([A-Z_]+)` \| (.+?) \| .+ \|$", re.MULTILINE)
UNSET = {
    "database_url": "a SQLite file in the data folder",
    **dict.fromkeys(config.SECRETS, "made once, kept in the data folder"),
}


def as_written(name: str) -> str:
    """A default as the table has it."""
    value = config.Settings.model_fields[name].default
    return UNSET.get(name, "none") if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_the_table_of_settings_has_every_setting_once_with_its_default_and_nothing_else() -> None:
    rows = TABLE.findall((ROOT / "registry" / "README.md").read_text("utf-8"))
    assert [name.lower() for name, _ in rows] == list(config.Settings.model_fields)
    assert {name.lower(): default for name, default in rows} == {
        name: as_written(name) for name in config.Settings.model_fields
    }


def test_every_wrong_value_is_told_at_once_by_name_with_the_mend_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {
        "port": "99999x", "threads": "0", "database_connections": "1", "log_level": "loud", "log_format": "xml",
        "secure_cookies": "maybe", "database_url": "mysql://root:geheim@db/x", "dask_scheduler": "host:8786",
        "session_hours": "25", "second_factor": "none", "least_free_mb": "-1",
    }  # fmt: skip
    for name, value in wrong.items():
        monkeypatch.setenv(f"REGISTRY_{name.upper()}", value)
    with pytest.raises(Refusal) as caught:
        configured(None)
    lines = caught.value.format_message().splitlines()
    assert [line.partition(" ")[0] for line in lines] == [
        f"REGISTRY_{name.upper()}" for name in config.Settings.model_fields if name in wrong
    ]
    assert all("in the environment cannot be used: " in line and "; correct it (it is: " in line for line in lines)
    assert caught.value.exit_code == 2
    assert not any(word in line for line in lines for word in ("geheim", "99999x", "maybe"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nowhere", "it is no address of a database; write postgresql://HOST/NAME"),
        ("mysql://db/x", "mysql is no database that the register runs on; name postgresql or sqlite"),
        ("postgresql+asyncpg://db/x", "postgresql+asyncpg is not among its drivers; leave the driver out"),
    ],
)
def test_a_database_that_the_register_does_not_run_on_is_refused(
    address: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", address)
    with pytest.raises(Refusal, match=re.escape(words)):
        configured(None)


def test_a_new_data_folder_is_open_to_its_owner_only_and_one_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    settled(tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    (tmp_path / "data").chmod(0o750)
    settled(tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o750


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "PORT", "LOG_FILE", "SECRET_KEY"):
        monkeypatch.setenv(f"REGISTRY_{name}", "")
    assert config.load(tmp_path) == config.Settings(data=tmp_path)


def test_a_name_that_is_no_setting_is_found_with_the_one_that_it_resembles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_PROT", "1")
    monkeypatch.setenv("REGISTRY_XYZZY", "1")
    monkeypatch.setenv("REGISTRY_TEST_CHROMIUM", "/usr/bin/chromium")
    assert config.unknown() == {"REGISTRY_PROT": "REGISTRY_PORT", "REGISTRY_XYZZY": ""}

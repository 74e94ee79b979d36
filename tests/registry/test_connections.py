"""What goes to another host has to be encrypted, and that host has to show who it is."""

from pathlib import Path

import pytest

from registry import connections
from registry.checks import configuration
from registry.config import Settings
from registry.opening import Refusal, opened
from registry.worker import scheduler

FAR = "postgresql://u:geheim@db.example.org/registry"


def told(**settings: object) -> list[str]:
    return [row.setting for row in connections.plain(Settings(**settings))]


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////tmp/registry.sqlite",
        "postgresql://u@/registry",
        "postgresql://u@/registry?host=/run/postgresql",
        "postgresql://u@localhost/registry",
        "postgresql://u@127.0.0.1:5433/registry",
        "postgresql://u@[::1]/registry",
        f"{FAR}?sslmode=verify-full",
    ],
)
def test_this_host_and_a_server_that_shows_who_it_is_will_do(address: str) -> None:
    assert told(database_url=address) == []


@pytest.mark.parametrize(
    "address",
    [
        FAR,
        f"{FAR}?sslmode=require",
        f"{FAR}?sslmode=verify-ca",
        "postgresql://u@/registry?host=localhost,db.example.org",
        "postgresql://u@localhost/registry?hostaddr=192.0.2.7",
        "postgresql://u@/registry?service=far",
        "postgresql+psycopg://u@192.0.2.7:5433/registry",
    ],
)
def test_a_plain_way_to_a_database_elsewhere_is_told_unless_the_network_is_private(address: str) -> None:
    assert told(database_url=address) == ["REGISTRY_DATABASE_URL"]
    assert told(database_url=address, private_network=True) == []


def test_a_scheduler_elsewhere_needs_tls_and_certificates(tmp_path: Path) -> None:
    assert told(dask_scheduler="tcp://127.0.0.1:8786") == []
    assert told(dask_scheduler="tcp://dask.example.org:8786") == ["REGISTRY_DASK_SCHEDULER"]
    assert told(dask_scheduler="tls://dask.example.org:8786") == ["REGISTRY_DASK_CERTIFICATES"]
    for name in connections.CERTIFICATES:
        (tmp_path / name).write_text("illustrative")
    assert told(dask_scheduler="tls://dask.example.org:8786", dask_certificates=tmp_path) == []
    (tmp_path / "key.pem").unlink()
    assert told(dask_scheduler="tls://dask.example.org:8786", dask_certificates=tmp_path) == [
        "REGISTRY_DASK_CERTIFICATES"
    ]


def test_no_command_opens_a_register_that_way_and_no_password_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", FAR)
    with pytest.raises(Refusal) as refused:
        opened(tmp_path)
    assert refused.value.message.startswith("REGISTRY_DATABASE_URL: it names db.example.org with sslmode none: ")
    assert "sslmode=verify-full" in refused.value.message
    assert "geheim" not in refused.value.message


def test_the_check_tells_a_fault() -> None:
    [line] = configuration.lines(Settings(database_url=FAR))
    assert (line.level, line.about) == ("fault", "REGISTRY_DATABASE_URL")


def test_the_worker_shows_its_certificate_and_wants_to_see_one(tmp_path: Path) -> None:
    assert scheduler._security(None) is None
    security = scheduler._security(tmp_path)
    assert (security.require_encryption, security.tls_ca_file) == (True, str(tmp_path / "ca.pem"))
    assert (security.tls_client_cert, security.tls_client_key) == (
        str(tmp_path / "certificate.pem"),
        str(tmp_path / "key.pem"),
    )

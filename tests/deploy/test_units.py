"""The units of systemd, their settings and the proxy in front: what they name is there, and they are closed as far as can be."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from registry.cli import main
from registry.config import SECRETS, Settings
from registry.opening import configured
from tests.architecture.sources import ROOT

SYSTEMD, PROXY = ROOT / "deploy" / "systemd", ROOT / "deploy" / "nginx" / "registry.conf"
SERVICES = sorted(SYSTEMD.glob("*.service"))
PROGRAM = "/opt/lunar-site-registry/.venv/bin/registry"
HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "CapabilityBoundingSet": "", "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "UMask": "0077", "User": "registry",
    "SystemCallFilter": "@system-service", "StateDirectoryMode": "0700",
}  # fmt: skip


def directives(file: Path) -> list[tuple[str, str]]:
    """The lines `Name=value` of a unit."""
    lines = (line for line in file.read_text("utf-8").splitlines() if line and not line.startswith(("#", "[")))
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def parsed(words: list[str]) -> click.Context:
    """A command line as click understands it, without doing anything; what is wrong with it is raised."""
    command: click.Command = main
    left = list(words)
    context = click.Context(main)
    while isinstance(command, click.Group):
        name = left.pop(0)
        found = command.get_command(context, name)
        assert found is not None, name
        command = found
    return command.make_context(words[0], left, parent=context)


def commands() -> Iterator[tuple[str, list[str]]]:
    for file in SERVICES:
        for name, value in directives(file):
            if name == "ExecStart":
                program, *words = value.replace("%i", "8001").split()
                assert program == PROGRAM, file.name
                yield file.name, words


def test_there_is_a_unit_for_each_thing_that_runs() -> None:
    assert [file.name for file in SERVICES] == [
        "registry-backup.service", "registry-check.service", "registry-checkpoint.service", "registry-timers.service",
        "registry-web@.service", "registry-worker@.service",
    ]  # fmt: skip
    timers = {file.stem for file in SYSTEMD.glob("*.timer")}
    assert timers == {f"registry-{name}" for name in ("backup", "check", "checkpoint", "timers")}


def test_every_command_of_a_unit_is_one_of_the_program_and_its_options_are_understood(tmp_path: Path) -> None:
    found = dict(commands())
    assert len(found) == len(SERVICES)
    for words in found.values():
        parsed(words)
    with pytest.raises(click.UsageError):
        parsed(["serve", "--prot", "8001"])


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_a_unit_may_do_no_more_than_it_needs(file: Path) -> None:
    found = dict(directives(file))
    assert {name: found.get(name) for name in HARDENED} == HARDENED
    assert ("ReadWritePaths" in found) == (file.name == "registry-backup.service")


def test_systemd_itself_finds_nothing_to_complain_of(tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        return  # a machine without systemd; what the units name was looked at above
    for file in SYSTEMD.glob("registry*"):
        text = file.read_text("utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / file.name).write_text(text.replace("/opt/lunar-site-registry", str(ROOT)))
    files = sorted(str(path) for path in tmp_path.glob("*.[st]*r*"))
    dropped = tmp_path / "registry-check.service.d"
    dropped.mkdir()
    shutil.copy(SYSTEMD / "credentials.conf", dropped)
    ended = subprocess.run([analyse, "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    said = [line for line in ended.stderr.splitlines() if "registry" in line]
    assert said == []
    wrong = tmp_path / "registry-check.service"
    wrong.write_text(wrong.read_text().replace("ProtectHome", "ProtectHouse"))
    ended = subprocess.run([analyse, "verify", "--man=no", str(wrong)], capture_output=True, text=True, check=False)
    assert "ProtectHouse" in ended.stderr


def test_every_credential_is_a_setting_that_is_a_secret_or_may_have_one_in_it() -> None:
    found = [value.partition(":") for _, value in directives(SYSTEMD / "credentials.conf")]
    assert [name for name, _, _ in found] == [f"registry_{name}" for name in (*SECRETS, "database_url")]
    assert all(path == f"/etc/lunar-site-registry/credentials/{name}" for name, _, path in found)


def test_the_example_of_settings_names_settings_and_all_of_it_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    found = dict(directives(SYSTEMD / "registry.env.example"))
    for name in Settings.model_fields:
        monkeypatch.delenv(f"REGISTRY_{name.upper()}", raising=False)
    assert {name.removeprefix("REGISTRY_").lower() for name in found} <= set(Settings.model_fields)
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    settings = configured(None)
    assert (settings.trusted_proxies, settings.secure_cookies, settings.host) == (1, True, "127.0.0.1")
    assert settings.database_connections >= 2 * settings.threads
    assert settings.secret_key is None


def test_the_proxy_sets_the_headers_that_one_trusted_proxy_is_believed_for() -> None:
    text = PROXY.read_text("utf-8")
    told = dict(re.findall(r"^    proxy_set_header (\S+) (.+);$", text, re.MULTILINE))
    assert (
        told["X-Forwarded-For"] == "$remote_addr"
    )  # never $proxy_add_x_forwarded_for: a visitor's own line would stay
    assert told["X-Forwarded-Proto"] == "https"
    assert told["X-Forwarded-Host"] == told["Host"] == "registry.example.org"
    assert told["X-Forwarded-Port"] == "443"
    assert "access_log off;" in text
    # A location with a header of its own would lose all of them.
    assert "        proxy_set_header" not in text
    bodies = re.sub(r"#.*", "", text)
    assert bodies.count("{") == bodies.count("}")
    statements = [line.strip() for line in bodies.splitlines() if line.strip()]
    assert [line for line in statements if line[-1] not in ";{}"] == []


def test_the_proxy_lets_through_what_the_pages_take() -> None:
    from registry.web.filing.files import REQUEST_BYTES

    [most] = re.findall(r"client_max_body_size (\d+)m;", PROXY.read_text("utf-8"))
    assert int(most) * 2**20 >= max(REQUEST_BYTES.values())

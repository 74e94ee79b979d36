"""The command line: exit codes, and one line for each thing that cannot be done.

A refusal of each kind comes from a process of its own, the others from the same function called in this one.
"""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from registry import db
from registry.cli import main
from tests.registry.played import ROOT, Played, registry

COMMAND = [sys.executable, "-m", "registry.cli"]
PASSWORD = "correct horse battery"
Ended = subprocess.CompletedProcess[str]


def typed(*arguments: str | Path, answer: str | None = None) -> Ended:
    """The end of a command that is run in this process."""
    words = [str(word) for word in arguments]
    ended = CliRunner().invoke(main, words, input=answer or "", prog_name="registry")
    return subprocess.CompletedProcess(words, ended.exit_code, ended.stdout, ended.stderr)


def refused(*arguments: str | Path, answer: str | None = None, code: int = 2, run: Callable[..., Ended] = typed) -> str:
    """The one line of a command that cannot be carried out."""
    ended = run(*arguments, answer=answer)
    assert (ended.returncode, ended.stdout) == (code, ""), ended.stderr
    assert ended.stderr.startswith("registry: ")
    assert ended.stderr.count("\n") == 1
    return ended.stderr.removeprefix("registry: ").strip()


def test_without_a_command_there_is_help() -> None:
    ended = registry()
    assert (ended.returncode, ended.stderr) == (0, "")
    for word in ("demo", "serve", "export", "migrate", "user", "python3 -m registry test"):
        assert word in ended.stdout


def test_help_comes_without_loading_the_heavy_parts() -> None:
    code = "import sys, registry.cli; print(sorted({'sqlalchemy', 'flask', 'shapely', 'numpy', 'structlog', 'pydantic'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["launch"], "No such command 'launch'"),
        (["demo", "--prot", "1"], "No such option '--prot'. Did you mean '--port'?"),
        (["demo", "--port", "99999"], "'--port': 99999 is not in the range 0<=x<=65535"),
        (["demo", "--port", "http"], "'--port': 'http' is not a valid integer"),
        (["demo", "now"], "Got unexpected extra argument (now)"),
        (["export"], "Missing argument 'OUT'"),
        (["export", "out", "--round", "2027-1"], "No such option '--round'"),
        (["user", "add", "a@example.org"], "Missing option '--role'"),
        (["user", "add", "a@example.org", "--role", "king"], "'--role': 'king' is not one of 'delegate', 'registrar'"),
    ],
)
def test_a_wrong_use_is_told_in_one_line_with_the_help_to_ask_for(arguments: list[str], words: str) -> None:
    line = refused(*arguments, run=registry if arguments == ["launch"] else typed)
    assert words in line
    assert re.search(r"; see registry( \w+)* --help$", line)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    for command in (["demo", "--no-serve"], ["serve"], ["migrate"]):
        assert refused(*command, "--data", tmp_path / "data") == f"--data: {tmp_path / 'data'} is a file; name a folder"


def test_a_data_folder_that_cannot_be_made_is_refused() -> None:
    line = refused("demo", "--no-serve", "--data", "/proc/none")
    assert line.startswith("--data: /proc/none cannot be written (")
    assert line.endswith("); choose another folder")


def test_a_folder_without_a_register_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    commands = (["serve"], ["export", tmp_path / "out"], ["user", "password", "a@example.org"])
    for command, run in zip(commands, (registry, typed, typed), strict=True):
        line = refused(*command, "--data", tmp_path, run=run)
        assert line == f"--data: there is no register in {tmp_path}; make one with demo or migrate, or name another"
    assert list(tmp_path.iterdir()) == []


def test_a_register_of_a_newer_program_is_refused(played: Played, tmp_path: Path) -> None:
    data = played.copy(tmp_path / "data").data
    engine = db.make_engine(f"sqlite:///{data / 'registry.sqlite'}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'ffffffffffff'"))
    engine.dispose()
    sentence = "the database is at revision ffffffffffff, which this program does not know; use the newer program"
    assert refused("serve", "--data", data) == sentence
    assert refused("migrate", "--data", data) == sentence
    ended = typed("demo", "--no-serve", "--data", data)
    assert (ended.returncode, ended.stderr) == (1, f"registry: step 'prepare the tables' failed: {sentence}\n")


def test_a_database_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite").write_bytes(b"no database" * 100)
    line = refused("serve", "--data", tmp_path, code=1, run=registry)
    assert line.startswith("the database") and "file is not a database" in line


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_PORT", "http")
    assert refused("serve").startswith("REGISTRY_PORT in the environment cannot be used: Input should be a valid int")


def test_a_database_address_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", "my database")
    assert refused("migrate", "--data", tmp_path).startswith("REGISTRY_DATABASE_URL in the environment cannot be used")


def test_damaged_secrets_are_named(played: Played, tmp_path: Path) -> None:
    data = played.copy(tmp_path / "data").data
    (data / "secrets.json").write_text("{")
    assert refused("serve", "--data", data).startswith(f"--data: {data / 'secrets.json'} is damaged; restore it, or ")


def test_a_reader_who_leaves_early_gets_no_traceback() -> None:
    command = [*COMMAND, "demo", "--help"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert errors == ""


def test_migrate_makes_the_tables_and_says_where(tmp_path: Path) -> None:
    for run in (registry, typed):
        ended = run("migrate", "--data", tmp_path / "data")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout == f"tables at revision {db.head_revision()}: {tmp_path / 'data' / 'registry.sqlite'}\n"


def test_export_writes_the_same_bytes_as_the_demo_did(played: Played, tmp_path: Path) -> None:
    ended = registry("--data", played.data, "export", tmp_path / "out")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"83 files, 842 records, public, in {tmp_path / 'out'}; manifest sha256 ")
    assert (tmp_path / "out" / "manifest.json").read_bytes() == (played.export / "manifest.json").read_bytes()


def test_an_export_that_cannot_be_made_is_told_in_one_line(played: Played, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    use = ["--data", played.data]
    assert refused("export", tmp_path, *use).startswith(f"{tmp_path} has other files in it; ")
    assert refused("export", tmp_path / "mine.txt", *use) == f"{tmp_path / 'mine.txt'} is a file; choose a folder"


# People


@pytest.fixture(scope="module")
def register(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register in which the tests may add people."""
    return played.copy(tmp_path_factory.mktemp("people") / "data").data


def test_a_person_is_added_with_a_password_from_standard_input(register: Path) -> None:
    add = ("user", "add", "Rosa@example.org", "--role", "registrar", "--password-stdin", "--data", register)
    ended = registry(*add, answer=f"{PASSWORD}\n")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "added rosa@example.org (registrar)\n", "")
    assert PASSWORD.encode() not in (register / "registry.sqlite").read_bytes()
    again = refused(*add, answer=f"{PASSWORD}\n", code=1)
    assert again.startswith("there is a user Rosa@example.org already; ")
    changed = typed(
        "user", "password", "rosa@example.org", "--password-stdin", "--data", register, answer="quiet harbour 7"
    )
    assert (changed.returncode, changed.stdout) == (0, "new password for rosa@example.org\n")


@pytest.mark.parametrize(
    ("arguments", "password", "code", "words"),
    [
        (["add", "no-address", "--role", "auditor"], PASSWORD, 1, "email: 'no-address' is no address; give name@host"),
        (["add", "a@example.org", "--role", "council"], PASSWORD, 1, "party: missing; delegate and council speak"),
        (["add", "a@example.org", "--role", "auditor"], "short", 2, "password: it has 5 characters; give 15 or more"),
        (["password", "nobody@example.org"], PASSWORD, 1, "there is no user nobody@example.org; add the person with: "),
    ],
)
def test_a_person_who_cannot_be_added_is_told_why(
    register: Path, arguments: list[str], password: str, code: int, words: str
) -> None:
    line = refused("user", *arguments, "--password-stdin", "--data", register, answer=f"{password}\n", code=code)
    assert line.startswith(words)


def test_without_a_terminal_the_password_must_come_by_the_option(register: Path) -> None:
    add = ("user", "add", "b@example.org", "--role", "auditor", "--data", register)
    line = refused(*add, answer=PASSWORD, run=registry)
    assert line.startswith("--password-stdin: there is no terminal to ask at; ")


def at_a_terminal(arguments: list[str], answers: list[str]) -> tuple[int, str]:
    """Exit code and all that was shown of a command at a terminal where each question gets the next answer."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [*COMMAND, *arguments])
    shown, waiting = "", list(answers)
    while select.select([terminal], [], [], 30)[0]:
        try:
            shown += os.read(terminal, 1024).decode()
        except OSError:  # the child has closed its side
            break
        if waiting and shown.endswith(": "):
            os.write(terminal, f"{waiting.pop(0)}\n".encode())
            shown += "\n"
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(register: Path) -> None:
    arguments = ["user", "add", "tty@example.org", "--role", "auditor", "--data", str(register)]
    code, shown = at_a_terminal(arguments, [PASSWORD, "something else!", PASSWORD, PASSWORD])
    assert code == 0, shown
    assert shown.count("Password: ") == 2
    assert "do not match" in shown
    assert PASSWORD not in shown
    assert "added tty@example.org (auditor)" in shown


# Pages


@pytest.mark.parametrize("ending", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGTERM])
def test_pages_are_served_until_the_process_is_asked_to_end(played: Played, ending: signal.Signals) -> None:
    command = [*COMMAND, "serve", "--port", "0", "--data", str(played.data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert address, line
        with urllib.request.urlopen(address[0], timeout=20) as page:
            assert (page.status, "illustrative" in page.read().decode().lower()) == (200, True)
        process.send_signal(ending)
        rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "Stopped; everything recorded is kept.\n")
    [line] = errors.splitlines()  # the log: one request, in JSON
    told = json.loads(line)
    assert (told["event"], told["endpoint"], told["status"]) == ("request", "home.home", 200)


@pytest.mark.parametrize("command", ["serve", pytest.param("demo", marks=pytest.mark.slow)])
def test_a_port_that_is_taken_is_told_before_anything_else_is_done(played: Played, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        started = time.monotonic()
        line = refused(command, "--port", str(port), "--data", played.data, run=registry)
    assert line == (
        f"--port: 127.0.0.1:{port} cannot be used (Address already in use); "
        "choose another with --port N, or --port 0 for a free one"
    )
    assert time.monotonic() - started < 20

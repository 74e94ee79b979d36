"""A register with an open round and people in it, and its commands run inside this process."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry import db
from registry.cli import main
from registry.domain.actors import SYSTEM
from registry.services import users
from tests import factories as make
from tests.registry.tables import new_tables

PEOPLE = (
    ("rita@example.org", ("registrar",), None),
    ("dev@example.org", ("delegate",), "IND"),
    ("jun@example.org", ("delegate",), "JPN"),
    ("paula@example.org", ("planner",), None),
    ("anna@example.org", ("council",), "CHE"),
    ("kwame@example.org", ("council",), "GHA"),
    ("audit@example.org", ("auditor",), None),
    ("obs@example.org", ("observer",), None),
    ("adam@example.org", ("administrator",), None),
    ("both@example.org", ("registrar", "delegate"), "IND"),
)


@dataclass(frozen=True)
class Office:
    """A data folder, and how one types into it. Each command takes its step at `at`, unless that is None."""

    data: Path

    def run(self, *words: str | Path, at: str | None = "2027-02-01T10:00:00Z", answer: str = "") -> Result:
        """The command's end; what it printed stands in stdout and stderr."""
        arguments: Sequence[str] = [str(word) for word in words] + ["--data", str(self.data)]
        typed = [*arguments, *(["--at", at] if at else [])]
        return CliRunner().invoke(main, typed, input=answer, prog_name="registry")

    def json(self, *words: str | Path, at: str | None = "2027-02-01T10:00:00Z") -> Any:
        """The result of a command that must succeed."""
        ended = self.run(*words, "--json", at=at)
        assert ended.exit_code == 0, ended.stderr
        answer = json.loads(ended.stdout)
        assert answer["ok"] is True
        return answer["result"]

    def refusal(self, *words: str | Path, at: str | None = "2027-02-01T10:00:00Z", code: int = 1) -> str:
        """The one line of a command that must be refused."""
        ended = self.run(*words, at=at)
        assert (ended.exit_code, ended.stdout) == (code, ""), ended.output
        return ended.stderr.removeprefix("registry: ").strip()

    def file(self, name: str, document: Any) -> Path:
        """A JSON file beside the register."""
        path = self.data.parent / name
        path.write_text(json.dumps(document))
        return path


@pytest.fixture(scope="session")
def opened_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with people and an open round; copied for each test."""
    data = tmp_path_factory.mktemp("office") / "data"
    url = f"sqlite:///{data / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        make.open_round(session)
        for number, (email, roles, party) in enumerate(PEOPLE):
            token = users.Credentials(None, f"token-{number}")
            users.add_user(session, email, email, roles, SYSTEM, make.ANNOUNCED, party=party, credentials=token)
    engine.dispose()
    return data


@pytest.fixture
def office(opened_register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A register in rehearsal, so that its commands can be told when."""
    shutil.copytree(opened_register, tmp_path / "data")
    monkeypatch.setenv("REGISTRY_REHEARSAL", "1")
    return Office(tmp_path / "data")

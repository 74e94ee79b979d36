"""Round 2027-1 as the command plays it, and small rounds for tests that play one of their own."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from registry import db
from registry.config import Settings
from registry.demo.fixtures import FIXTURES

ROOT = Path(__file__).parents[2]
ROUND = "2027-1"


@dataclass(frozen=True)
class Played:
    """A data folder after `registry demo`, and what the command printed."""

    data: Path
    output: str

    @property
    def export(self) -> Path:
        """The public package."""
        return self.data / "exports" / "public"

    @property
    def documents(self) -> Path:
        """The documents of the round in it."""
        return self.export / "rounds" / ROUND

    @property
    def url(self) -> str:
        return Settings(data=self.data).url

    def copy(self, folder: Path) -> "Played":
        """The same register in another folder, for a test that changes it."""
        # What SQLite keeps beside a file that is open comes and goes with other processes; nothing is written there.
        shutil.copytree(self.data, folder, ignore=shutil.ignore_patterns("*.sqlite-wal", "*.sqlite-shm"))
        return Played(folder, self.output)


def registry(*arguments: str | Path, answer: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the registry's command line in a process of its own; `answer` is its standard input."""
    words = [sys.executable, "-m", "registry.cli", *(str(word) for word in arguments)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, input=answer or "")


def play_2027_1(folder: Path) -> None:
    """Play the round into `folder`/data, and keep what the command printed beside it."""
    ended = registry("demo", "--no-serve", "--data", folder / "data")
    assert ended.returncode == 0, ended.stderr
    assert not list((folder / "data").glob("*-wal")), "the database is not closed"
    (folder / "output.txt").write_text(ended.stdout, "utf-8")


def small_fixtures(folder: Path, claims: int = 8) -> Path:
    """The fixtures with only the first claims of the round (of the file: two of them want the same ground)."""
    shutil.copytree(FIXTURES, folder)
    path = folder / "rounds" / ROUND / "claims.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "claims": document["claims"][:claims]}))
    return folder


def log_size(url: str) -> int:
    from registry.log import records

    engine = db.make_engine(url)
    with db.reading(engine) as session:
        size = records.size(session)
    engine.dispose()
    return size

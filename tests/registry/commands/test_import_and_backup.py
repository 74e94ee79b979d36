"""Typing imports, backups, restores and copies."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry.cli import main
from registry.imports import templates
from tests import factories as make
from tests.registry.commands.conftest import Office
from tests.registry.imports.handed_in import csv_with, filings


def typed(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="registry")


@pytest.fixture
def claims_csv(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_bytes(templates.written("csv", filings()))
    return path


def listed(office: Office) -> list[str]:
    rows = office.json("claim", "list", "--round", make.ROUND, "--as", "rita@example.org", at=None)
    return [row["id"] for row in rows]


IMPORT = ("--round", make.ROUND, "--as", "rita@example.org")


def test_a_dry_run_says_what_would_happen_and_an_import_does_it(office: Office, claims_csv: Path) -> None:
    tried = office.json("claim", "import", claims_csv, *IMPORT, "--dry-run")
    assert listed(office) == []
    done = office.json("claim", "import", claims_csv, *IMPORT)
    assert (tried["stored"], done["stored"]) == (False, True)
    same = [{name: row[name] for name in ("id", "key", "placements", "sha256")} for row in tried["claims"]]
    assert same == [{name: row[name] for name in ("id", "key", "placements", "sha256")} for row in done["claims"]]
    assert listed(office) == ["C-0001", "C-0002"]


def test_a_file_with_faults_is_refused_line_by_line_and_nothing_is_stored(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(csv_with(3, rank="two", place="nowhere"))
    for more in ((), ("--dry-run",)):
        ended = office.run("claim", "import", path, *IMPORT, *more)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert ended.stderr.splitlines() == [
            "registry: claims.csv, line 3, rank: 'two' is not a number; give a number such as 12 or 0.5, or leave the cell empty",
            "registry: claims.csv, line 3, place: place 'nowhere' is unknown; use the id of a registered place",
        ]
    assert listed(office) == []


def test_a_delegate_imports_claims_of_the_own_party_only(office: Office, claims_csv: Path) -> None:
    said = office.refusal("claim", "import", claims_csv, "--round", make.ROUND, "--as", "dev@example.org")
    assert said == (
        "claims.csv, line 4, filed_by: a delegate acts for the own party only: IND, not JPN; file it by itself"
    )
    assert listed(office) == []


def test_who_may_not_file_may_not_try_either(office: Office, claims_csv: Path) -> None:
    for more in ((), ("--dry-run",)):
        assert "registrar" in office.refusal(
            "claim", "import", claims_csv, "--round", make.ROUND, "--as", "audit@example.org", *more
        )


def test_a_key_stands_for_the_bytes_of_the_file(office: Office, claims_csv: Path) -> None:
    first = office.json("claim", "import", claims_csv, *IMPORT, "--key", "k-1")
    assert office.json("claim", "import", claims_csv, *IMPORT, "--key", "k-1") == first
    claims_csv.write_bytes(csv_with(2, purpose="Something else."))
    assert "stands for another request" in office.refusal("claim", "import", claims_csv, *IMPORT, "--key", "k-1")


def test_a_dry_run_prints_findings_and_conversions(office: Office, tmp_path: Path) -> None:
    rows = filings()
    rows[0]["cospar_inventory"] = None
    path = tmp_path / "claims.geojson"
    text = templates.written("geojson", rows).decode().replace("IAU_2015::30135", "IAU_2015::30100")
    for x, y, degrees in ((10000, 10000, "45, -89.5"), (11000, 10000, "48, -89.5"), (12000, 12000, "45, -89.4")):
        text = text.replace(f"[{x}, {y}]", f"[{degrees}]")
    path.write_text(text)
    lines = office.run("claim", "import", path, *IMPORT, "--dry-run").stdout.splitlines()
    assert lines[0].startswith("C-0001  alpha  IND  placements 2  sha256 ")
    assert lines[1].startswith("  would be returned under COSPAR-1: ")
    assert lines[-2] == "dry run: 2 claims would be stored, an examination today would return 1; nothing was stored"
    assert lines[-1].startswith(
        "note: longitude and latitude in Moon (2015) - Sphere / Ocentric were converted to IAU_2015:30135"
    )


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "csv"])
def test_a_template_is_written_once(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"template.{kind}"
    assert typed("claim", "template", kind, path).exit_code == 0
    before = path.read_bytes()
    ended = typed("claim", "template", kind, path)
    assert (ended.exit_code, ended.stderr) == (2, f"registry: {path} is there already; name a new file\n")
    assert path.read_bytes() == before


def test_a_file_that_is_not_there_is_told(office: Office) -> None:
    ended = office.run("claim", "import", "nothing.csv", *IMPORT)
    assert ended.exit_code == 2
    assert "nothing.csv: No such file or directory; name a file" in ended.stderr


def test_a_register_is_backed_up_and_restored_by_commands(office: Office, claims_csv: Path, tmp_path: Path) -> None:
    office.json("claim", "import", claims_csv, *IMPORT)
    file, back = tmp_path / "register.backup", tmp_path / "back"
    (office.data / "keys").mkdir(exist_ok=True)
    (office.data / "keys" / "register.key").write_text("canary")
    made = typed("backup", file, "--with-secrets", "--data", office.data)
    assert made.exit_code == 0, made.stderr
    assert "with 2 secret files: keep it like a key" in made.stdout
    restored = typed("restore", file, "--data", back)
    assert restored.exit_code == 0, restored.stderr
    assert made.stdout.splitlines()[1].split(", revision")[0] in restored.stdout
    assert (back / "keys" / "register.key").read_text() == "canary"
    assert listed(Office(back)) == listed(office)
    again = typed("restore", file, "--data", back)
    assert again.exit_code == 2
    assert "the database is not empty" in again.stderr
    assert (
        typed("backup", file, "--data", office.data).stderr == f"registry: {file} is there already; name a new file\n"
    )


def test_a_damaged_backup_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"nothing of the kind")
    ended = typed("restore", tmp_path / "broken", "--data", tmp_path / "back")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == (
        "registry: the file is no backup, or its end is missing; name a whole one made with: registry backup\n"
    )
    assert list((tmp_path / "back").iterdir()) == []


def test_a_register_is_copied_by_a_command(office: Office, tmp_path: Path) -> None:
    source, target = f"sqlite:///{office.data / 'registry.sqlite'}", f"sqlite:///{tmp_path / 'copy.sqlite'}"
    ended = typed("copy", "--from", source, "--to", target)
    assert ended.exit_code == 0, ended.stderr
    assert "each table was read back and has the same hash" in ended.stdout
    assert typed("copy", "--from", source, "--to", target).exit_code == 2

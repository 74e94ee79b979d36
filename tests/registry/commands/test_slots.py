"""`registry slots`: the landing calendar, and the file from which the solver proposes hours."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry import db
from registry.cli import main as registry_command
from solver.cli import main as solver_command
from tests.registry.services import life_cases

PASSING = {"id": "O-1", "altitude_km": 100, "inclination_deg": 90, "south_at_s": 0}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with one entry in use, that lands on 2027-10-11 or the day after."""
    folder = tmp_path_factory.mktemp("slots") / "data"
    folder.mkdir()
    url = f"sqlite:///{folder / 'registry.sqlite'}"
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        life_cases.in_use(session)
    engine.dispose()
    return folder


def slots(data: Path, *words: str) -> Result:
    """What `registry slots` says."""
    return CliRunner().invoke(registry_command, ["slots", *words, "--data", str(data)])


def test_the_list_has_the_days_of_each_landing(data: Path) -> None:
    said = slots(data, "list")
    assert said.exit_code == 0, said.output
    assert said.output.splitlines()[0].startswith("2027-10-11 to 2027-10-12  landing  ")
    assert said.output.splitlines()[-1] == "1 landings and ascents"
    assert slots(data, "list", "--from", "2027-10-13").output == "0 landings and ascents\n"


def test_hours_are_proposed_from_the_register_and_become_a_calendar(data: Path, tmp_path: Path) -> None:
    problem, answer, more = (tmp_path / name for name in ("instance.json", "slots.json", "more.json"))
    more.write_text(json.dumps({"orbiters": [PASSING]}))
    said = slots(data, "instance", str(problem), "--from", "2027-10-01", "--days", "30", "--with", str(more))
    assert said.exit_code == 0, said.output
    (movement,) = json.loads(problem.read_text())["movements"]
    assert (movement["id"], movement["windows"], movement["landed_mass_kg"]) == (
        "C-0001/landing", [[10 * 1440, 12 * 1440 - 1]], 2000,
    )  # fmt: skip
    run = CliRunner()
    for words in (["solve", str(problem), "-o", str(answer)], ["verify", str(problem), str(answer)]):
        assert run.invoke(solver_command, ["slots", *words]).exit_code == 0
    for suffix, wanted in ((".ics", "SUMMARY:Landing C-0001/landing"), (".csv", "C-0001/landing,landing,C-0001,")):
        out, again = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
        for path in (out, again):
            asked = ["slots", "calendar", str(problem), str(answer), "-o", str(path)]
            assert run.invoke(solver_command, asked).exit_code == 0
        assert wanted in out.read_text()
        assert out.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("given", ['{"movements": []}', "[]", '{"orbiters": [{"id": "O"}]}', "{"])
def test_what_is_put_in_is_refused_where_it_cannot_be_used(data: Path, tmp_path: Path, given: str) -> None:
    more, out = tmp_path / "more.json", tmp_path / "instance.json"
    more.write_text(given)
    said = slots(data, "instance", str(out), "--from", "2027-10-01", "--with", str(more))
    assert (said.exit_code, out.exists()) == (2, False), said.output


def test_a_calendar_ends_in_ics_or_csv(tmp_path: Path) -> None:
    asked = ["slots", "calendar", str(tmp_path / "i.json"), str(tmp_path / "s.json"), "-o", str(tmp_path / "c.txt")]
    assert CliRunner().invoke(solver_command, asked).exit_code == 2

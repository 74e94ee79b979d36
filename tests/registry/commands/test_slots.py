"""`registry slots`: the landing calendar, windows asked for, and slots from the solver to the calendar."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from registry import db
from registry.cli import main as registry_command
from registry.domain.actors import SYSTEM
from registry.services import deciding, entering, proposing, users
from registry.web.app import create_app
from solver.cli import main as solver_command
from tests import factories as make
from tests.registry.services import life_cases, slot_cases
from tests.registry.web.ics import events
from tests.registry.web.site import settings_for

PLUME = {"method": "landing-plume", "inputs": {"landed_mass_kg": 2000, "built_pad": False}}
PHASES = [make.phase(name="landing", days=2, **PLUME), make.phase(offset=2)]
ZONES = [
    {"phase": "landing", "start": 10, "end": 12, "keep_out_m": 819},
    {"phase": "operation", "start": 12, "end": 112, "keep_out_m": 200},
]
PASSING = {"id": "O-1", "altitude_km": 100, "inclination_deg": 90, "south_at_s": 0}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with one entry in use, that lands on 2027-10-11 or the day after."""
    folder = tmp_path_factory.mktemp("slots") / "data"
    filled(folder, life_cases.in_use)
    return folder


def filled(folder: Path, fill: Callable[[Session], Any]) -> None:
    """A register in a new folder."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'registry.sqlite'}"
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        fill(session)
    engine.dispose()


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


def step(*words: str) -> Result:
    """What a step of `registry slots` says, taken at an instant before the landings."""
    run = CliRunner(env={"REGISTRY_REHEARSAL": "1"})
    return run.invoke(registry_command, ["slots", *words, "--at", "2027-09-28T09:00:00Z"])


def result(said: Result) -> Any:
    """The result of a step that was taken."""
    assert said.exit_code == 0, said.output
    return json.loads(said.stdout)["result"]


def solve(problem: Path, answer: Path, seed: str) -> None:
    """As `registry slots instance` says: in a process of its own, which loads the engine."""
    words = ["slots", "solve", str(problem), "--seed", seed, "-o", str(answer), "--workers", "1"]
    subprocess.run([sys.executable, "-m", "solver", *words], check=True, stdout=subprocess.DEVNULL)


def two_landings(session: Session) -> None:
    """Landings of India and Japan on the same two days, 500 m apart, with an account for everybody who acts."""
    rivals = [
        make.claim_document(key, party, placements=[make.placement(1, x=x, phases=PHASES)])
        for key, party, x in (("alpha", "IND", 10_000), ("beta", "JPN", 10_500))
    ]
    drawn = make.drawn_round(session, *rivals, timers=life_cases.TIMERS)
    both = [{"claim": name, "placement": f"{name}/1", "start": 10, "zones": ZONES} for name in ("C-0001", "C-0002")]
    answer = make.solution(drawn, allotments=both, unserved=[])
    proposing.propose(session, make.ROUND, answer, make.PASSED, make.PLANNER, make.PROPOSED)
    for decider in (make.CHE_DECIDER, make.GHA_DECIDER):
        deciding.decide(session, make.ROUND, "adopt", decider, make.DECIDED)
    entering.accept_all(session, make.ROUND, make.REGISTRAR, make.RECORDED)
    for actor in (slot_cases.IND, slot_cases.JPN, make.PLANNER):
        users.add_user(
            session, actor.name, actor.role, [actor.role], SYSTEM, make.RECORDED, party=actor.party,
            credentials=users.Credentials(None, f"token {actor.name}"),
        )  # fmt: skip


def test_from_entries_over_windows_and_slots_to_a_calendar(tmp_path: Path) -> None:
    """With the real solver and verifier: asked, solved, a planted clash refused, proposed, confirmed, solved again."""
    data, problem, answer = tmp_path / "data", tmp_path / "instance.json", tmp_path / "slots.json"
    filled(data, two_landings)
    shared = ["--data", str(data), "--json"]
    india, japan = ["--as", slot_cases.IND.name, *shared], ["--as", slot_cases.JPN.name, *shared]
    planner, month = ["--as", make.PLANNER.name, *shared], ["--from", "2027-10-01", "--days", "30", "--json"]
    evening = ["--window", "2027-10-11, 22:00 to 23:00"]
    asked = result(step("ask", "C-0001", *evening, "--azimuths", "350", "20", *india))
    assert asked["windows"] == [["2027-10-11T22:00:00Z", "2027-10-11T23:00:00Z"]]
    assert "acts for the own party only" in step("ask", "C-0002", *evening, *india).stderr
    result(step("ask", "C-0002", *evening, *japan))
    written = result(slots(data, "instance", str(problem), *month))
    solve(problem, answer, written["sha256"])
    found = json.loads(answer.read_text())
    (slot,) = found["slots"]  # of one plume, a day apart: the other has none that evening
    first, second = (
        slot["movement"],
        next(name for name in ("C-0001/landing", "C-0002/landing") if name != slot["movement"]),
    )
    planted = tmp_path / "planted.json"
    planted.write_text(
        json.dumps(found | {"slots": sorted([slot, slot | {"movement": second}], key=lambda row: row["movement"])})
    )
    refused = step("propose", str(problem), str(planted), *planner)
    assert refused.exit_code == 1
    assert "(S2) C-0001/landing with C-0002/landing: on its way at the same time" in refused.stderr
    made = result(step("propose", str(problem), str(answer), *planner))
    assert (made["proposal"], made["slots"], made["unserved"]) == (1, 1, [second])
    own, other = (india, japan) if first == "C-0001/landing" else (japan, india)
    assert "acts for the own party only" in step("confirm", "1", *other).stderr
    assert result(step("confirm", "1", *own))["state"] == "CONFIRMED"
    # The other asks for the evening after, and the next proposal keeps the slot that was confirmed where it is.
    result(step("ask", second.partition("/")[0], "--window", "2027-10-12, 23:30 to 23:59", *other))
    again, last = tmp_path / "again.json", tmp_path / "last.json"
    seed = result(slots(data, "instance", str(again), *month))["sha256"]
    solved = CliRunner().invoke(solver_command, ["slots", "solve", str(again), "--seed", seed, "-o", str(last)])
    assert solved.exit_code == 0, solved.output
    made = result(step("propose", str(again), str(last), *planner))
    assert (made["proposal"], made["slots"], made["unserved"]) == (2, 2, [])
    files = tmp_path / "i.json", tmp_path / "s.json"
    shown = slots(data, "show", "2", "--instance", str(files[0]), "--solution", str(files[1]))
    assert [line.split()[-1] for line in shown.output.splitlines()[1:]] == ["CONFIRMED", "PROPOSED"]
    verified = CliRunner().invoke(solver_command, ["slots", "verify", *map(str, files)])
    assert (verified.exit_code, "valid: status OPTIMAL" in verified.output) == (0, True)
    settings = settings_for(data)
    engine = db.make_engine(settings.url)
    told = events(create_app(settings, engine).test_client().get("/calendar.ics").text)
    engine.dispose()
    assert {uid: row["STATUS"] for uid, row in told.items() if "/slot@" in uid} == {
        f"{first}/slot@lunar-site-registry": "CONFIRMED",
        f"{second}/slot@lunar-site-registry": "TENTATIVE",
    }
    assert told[f"{second}/slot@lunar-site-registry"]["DTSTART"].startswith("20271012T23")
    assert not [row for row in told.values() if "Clash" in row["DESCRIPTION"]]


@pytest.mark.parametrize("given", ['{"movements": []}', "[]", '{"orbiters": [{"id": "O"}]}', "{"])
def test_what_is_put_in_is_refused_where_it_cannot_be_used(data: Path, tmp_path: Path, given: str) -> None:
    more, out = tmp_path / "more.json", tmp_path / "instance.json"
    more.write_text(given)
    said = slots(data, "instance", str(out), "--from", "2027-10-01", "--with", str(more))
    assert (said.exit_code, out.exists()) == (2, False), said.output


def test_a_calendar_ends_in_ics_or_csv(tmp_path: Path) -> None:
    asked = ["slots", "calendar", str(tmp_path / "i.json"), str(tmp_path / "s.json"), "-o", str(tmp_path / "c.txt")]
    assert CliRunner().invoke(solver_command, asked).exit_code == 2

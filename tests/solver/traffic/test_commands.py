"""`solver slots` on files: answers, exit codes, refusals, and what it must not depend on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from solver.cli import main
from solver.traffic.generate import TrafficRecipe, generate_slots
from solver.traffic.solving import Limits, solve_slots
from tests.solver.traffic.made import document, landing, read

TWO = document(
    landing("L-1", 0, [[1000, 1100]], preferred=1050, party="AAA"),
    landing("L-2", 9000, [[1000, 1100]], preferred=1050, party="BBB"),
    landing("L-3", 100, [[1000, 1100]], preferred=1000),
)


def slots(*words: str) -> Result:
    """What `solver slots` says."""
    return CliRunner().invoke(main, ["slots", *words])


@pytest.fixture
def solved(tmp_path: Path) -> tuple[str, str]:
    """Paths of a small instance and of its solution."""
    problem, answer = tmp_path / "instance.json", tmp_path / "slots.json"
    problem.write_text(json.dumps(TWO))
    said = slots("solve", str(problem), "-o", str(answer), "--workers", "1")
    assert said.exit_code == 0, said.output
    return str(problem), str(answer)


def test_solve_verify_and_show_go_together(solved: tuple[str, str]) -> None:
    checked = slots("verify", *solved)
    assert (checked.exit_code, checked.output.startswith("valid: status OPTIMAL")) == (0, True)
    shown = slots("show", *solved).output
    assert "2027-01-01 17:" in shown
    assert "no slot: L-" in shown
    assert "0 clashes at these slots" in shown


def test_show_without_a_solution_tells_the_clashes_of_what_is_preferred(solved: tuple[str, str]) -> None:
    shown = slots("show", solved[0]).output
    assert "(S2) L-1 with L-2: on its way at the same time in corridors that touch" in shown
    assert "(S4) L-1 with L-3: within one plume before the dust has settled" in shown


def test_an_instance_solved_by_hand_has_these_slots(solved: tuple[str, str]) -> None:
    """One of L-1 and L-3 stays out (a plume); L-2 keeps 35 minutes from the other, both as near to 1050 as they can."""
    answer = json.loads(Path(solved[1]).read_text())
    assert [stage["name"] for stage in answer["stages"]] == ["served", "largest shift", "total shift", "tie-break"]
    assert [stage["value"] for stage in answer["stages"]][:3] == [2, 0, 0]
    assert [(row["movement"], row["at"]) for row in answer["slots"]] == [("L-2", 1050), ("L-3", 1000)]
    assert answer["unserved"] == [{"movement": "L-1", "reasons": [{"rule": "S2-S4", "by": "L-3"}]}]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda a: a["slots"][0].update(at=1020), "(S2)"),
        (lambda a: a["slots"][0].update(at=990), "(S1) L-2: outside its windows"),
        (lambda a: a["slots"][0].update(precision="day"), "its precision is day"),
        (lambda a: a["stages"][2].update(value=1, bound=1), "stage total shift: 1 is stated, the slots give 0"),
        (lambda a: a["stages"][0].update(bound=3), "proved is True, value 2, bound 3"),
        (lambda a: a.update(instance_sha256="00"), "the solution answers instance 00"),
        (lambda a: a["methods"].update(ejecta="2"), "other versions of the methods"),
        (lambda a: a.update(unserved=[]), "unserved are L-1, not as stated"),
        (lambda a: a["slots"].append(a["slots"][0]), "slot of L-2: it stands twice"),
        (lambda a: a["unserved"][0].update(reasons=[]), "L-1: no reason is given"),
    ],
)
def test_verify_refuses_what_was_altered(solved: tuple[str, str], change: Any, wanted: str) -> None:
    answer = json.loads(Path(solved[1]).read_text())
    change(answer)
    Path(solved[1]).write_text(json.dumps(answer))
    said = slots("verify", *solved)
    assert said.exit_code == 1
    assert wanted in said.output


def test_unusable_files_end_with_two_and_nothing_written(tmp_path: Path) -> None:
    problem, answer = tmp_path / "instance.json", tmp_path / "slots.json"
    problem.write_text(json.dumps(TWO | {"epoch": "soon", "crs": "EPSG:4326"}))
    said = slots("solve", str(problem), "-o", str(answer))
    assert (said.exit_code, len(said.stderr.splitlines()), answer.exists()) == (2, 2, False)
    assert slots("verify", str(problem), str(tmp_path / "none.json")).exit_code == 2
    assert slots("show", str(tmp_path / "none.json")).exit_code == 2


def test_slots_allotted_before_that_contradict_one_another_are_infeasible_with_the_reason() -> None:
    first, second = (landing(name, 0, [[0, 9]], slot=at) for name, at in (("L-1", 5), ("L-2", 9)))
    answer = solve_slots(read(document(first, second)), b"\x00", Limits(workers=1))
    assert answer.status == "INFEASIBLE"
    assert answer.why[0] == "(S2) L-1 with L-2: on its way at the same time in corridors that touch"


def test_order_names_of_parties_and_workers_change_nothing() -> None:
    made = generate_slots(TrafficRecipe(landings=12, days=30, cluster=12, operations=5, orbiters=2, seed=3))
    renamed = [row | {"party": "ZZZ"} for row in reversed(made["movements"])]
    turned = made | {"movements": renamed, "orbiters": made["orbiters"][::-1]}
    one, other = (solve_slots(read(doc), b"\x07", Limits(workers=n)) for doc, n in ((made, 1), (turned, 3)))
    assert one.status == other.status == "OPTIMAL"
    assert (one.slots, one.stages, one.unserved) == (other.slots, other.stages, other.unserved)


def test_a_run_cut_short_says_so_and_keeps_every_rule() -> None:
    from solver.traffic.verify import verify

    made = generate_slots(TrafficRecipe(landings=40, days=30, cluster=40, operations=5))
    problem = read(made)
    answer = solve_slots(problem, b"\x00", Limits(wall_time_s=0.01, workers=1))
    assert answer.status == "FEASIBLE"
    assert verify(problem, answer).problems == ()


def test_verify_and_show_load_no_constraint_solver() -> None:
    code = "import sys, solver.traffic.verify, solver.traffic.telling; print([m for m in sys.modules if m[:7] in ('ortools', 'highspy')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"

"""The rivals of the benchmark solve the same problems as our program: on small instances all give the same answer.

fairpyx and spopt live in an environment of their own and are compared when the benchmark runs.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solver.generate import Recipe, generate
from tests.benchmarks import __main__ as command
from tests.benchmarks import picture, rows, shared, table
from tests.benchmarks.figures import WrongError, assess
from tests.benchmarks.instances import dispersion, matching
from tests.benchmarks.rows import HIGHS, OURS, PAIRWISE, POINTS, UNIQUE, Goal, Row
from tests.benchmarks.watched import FailedError, answer

SMALL = {
    UNIQUE: Recipe(10, 4, 10, "flexible", seed=3, keep_out_m=(3000, 6000), horizon_days=1600),
    POINTS: Recipe(12, 4, 12, "fixed", seed=4, rule="max-points"),
}


def row_of(kind: str) -> Row:
    return Row(f"small {kind}", kind, (), (OURS, PAIRWISE, HIGHS), 30, (Goal(OURS, "complete", at_least=1),))


@pytest.fixture(scope="module", params=SMALL)
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Row, bytes, list[dict]]:
    row, data = row_of(request.param), json.dumps(generate(SMALL[request.param])).encode()
    path = tmp_path_factory.mktemp("benchmark") / "problem.json"
    path.write_bytes(data)
    python = Path(sys.executable)
    return row, data, [command._run(row, name, path, row.seconds, python) for name in row.contenders]


def test_all_contenders_prove_the_same_answer(measured: tuple[Row, bytes, list[dict]]) -> None:
    row, data, results = measured
    assess(row, data, results)
    assert [result["complete"] for result in results] == [True] * 3
    assert all(0 < result["peak_mb"] < 500 for result in results)
    if row.kind == POINTS:
        assert len({(result["value"], result["bound"], result["gap_percent"]) for result in results}) == 1
    else:
        assert [result["allotments"] for result in results[1:]] == [results[0]["allotments"]] * 2
    assert table.cells(row, results[0])[-1] == "complete >= 1 met"
    assert picture.gaps(results).startswith("<svg")


@pytest.mark.parametrize(
    "plant",
    [
        lambda result: result["allotments"].popitem(),
        lambda result: next(iter(result["allotments"].values())).__setitem__(1, 10**6),
        lambda result: result["stages"].__setitem__(-1, ("points", 1, 1)),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    measured: tuple[Row, bytes, list[dict]], plant: Callable[[dict], Any]
) -> None:
    row, data, results = measured
    changed = json.loads(json.dumps(results))
    if row.kind == UNIQUE:
        changed[1]["stages"].append(["points", 0, 0])
    plant(changed[1])
    with pytest.raises(WrongError):
        assess(row, data, changed)


def test_a_lottery_and_a_spread_of_points_are_solved_in_our_format() -> None:
    """By hand: 3 agents for 2 rooms have chances of 2/3; of the corners and the middle of a square 4 corners are best."""
    agents = {"agents": {f"a{i}": ["x", "y"] for i in range(3)}, "rooms": ["x", "y"]}
    assert shared.matching(agents, 30) == {"answer": [2 / 3] * 3, "complete": True}
    corners = {"points": [[0, 0], [0, 8], [8, 0], [8, 8], [4, 4]], "places": 4}
    assert shared.dispersion(corners, 30) == {"answer": 8.0, "complete": True}


def test_problems_of_other_programs_are_the_same_every_time() -> None:
    assert matching(8, 4, 2) == matching(8, 4, 2)
    assert len(dispersion(30, 6)["points"]) == 30


def test_a_rival_that_is_not_installed_is_named_unless_left_out(tmp_path: Path) -> None:
    everything = rows.selected("", [])
    assert command.missing(everything, tmp_path / "python") == ["fairpyx", "spopt"]
    assert command.missing(rows.selected("", ["fairpyx"]), tmp_path / "python") == ["spopt"]
    assert not [row for row in rows.selected("", ["fairpyx", "spopt"]) if row.kind in (rows.MATCHING, rows.DISPERSION)]


def test_a_contender_that_fails_or_never_ends_is_told_with_its_last_words() -> None:
    with pytest.raises(FailedError, match="ended with 3: no such room"):
        answer([sys.executable, "-c", "import sys; print('no such room', file=sys.stderr); sys.exit(3)"], 30)
    with pytest.raises(FailedError, match="ended after its time"):
        answer([sys.executable, "-c", "import time; time.sleep(60)"], 0.2)

"""The lottery of whole runs: the same bytes whatever rows and workers, honest when cut short, fair over time as well."""

import copy
import itertools
import json
import random
from typing import Any

import pytest

import solver
from solver.exante.pricing import EnginePricing
from solver.verify import verify
from tests.solver.generate_ties import tied
from tests.solver.instances import claim, document, phase, placement

Document = dict[str, Any]
EX_ANTE = {"rule": "equal-footing", "tie_break": "ex-ante"}


def parsed(content: Document) -> solver.Instance:
    return solver.parse_instance(json.dumps(content).encode())


def bytes_of(content: Document, workers: int = 8) -> str:
    """Return the solution of a document without what belongs to the run or the file."""
    found = solver.to_document(solver.solve(parsed(content), limits=solver.SolveLimits(workers=workers)))
    return json.dumps({name: value for name, value in found.items() if name not in ("run", "instance_sha256")})


def shuffled(content: Document, seed: int) -> Document:
    rng, found = random.Random(seed), copy.deepcopy(content)
    for rows in (found["parties"], found["claims"], *(row["placements"] for row in found["claims"])):
        rng.shuffle(rows)
    return found


@pytest.mark.parametrize("number", range(0, 60, 6))
def test_rows_and_workers_do_not_change_a_byte(number: int) -> None:
    content = tied(number)
    wanted = bytes_of(content)
    assert bytes_of(shuffled(content, number), workers=1) == wanted


def test_a_lottery_that_is_cut_short_says_so_and_gives_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [claim(f"K{n}", placement(f"K{n}/1"), credit={f"P{n}": 100}) for n in range(4)]
    asked = itertools.count()
    best = EnginePricing.best

    def stopped(self: EnginePricing, weights: Any, most: int) -> Any:
        found = best(self, weights, most)
        # The third question is left open: its bound is what nobody can exceed.
        return found if next(asked) < 2 else type(found)(found.value, found.bound + 100, found.column)

    monkeypatch.setattr(EnginePricing, "best", stopped)
    problem = parsed(document(*rows, policy=EX_ANTE))
    solution = solver.solve(problem)
    assert solution.status == "FEASIBLE"
    lottery = solution.distribution
    assert lottery is not None
    assert lottery.open is not None
    assert lottery.open.mean < lottery.open.at_most
    assert (solution.stages[-1].value, solution.stages[-1].bound, solution.stages[-1].proved) == (0, 8, False)
    assert verify(problem, solution)


def test_a_run_without_time_gives_one_allocation_and_no_false_proof() -> None:
    rows = [claim(f"K{n}", placement(f"K{n}/1"), credit={f"P{n}": 100}) for n in range(4)]
    problem = parsed(document(*rows, policy=EX_ANTE))
    solution = solver.solve(problem, limits=solver.SolveLimits(wall_time_s=0.0001))
    assert solution.status == "FEASIBLE"
    assert solution.distribution is not None
    assert sum(outcome.probability for outcome in solution.distribution.outcomes) == 1
    assert verify(problem, solution)


def test_who_is_first_at_a_place_is_left_to_the_draw_too() -> None:
    """Both are served for certain, one after the other: each is first in half of the draws."""
    stay = [phase(days=10)]
    rows = [claim(name, placement(f"{name}/1", start=(0, 10), phases=stay), credit={f"P{name}": 100}) for name in "AB"]
    solution = solver.solve(parsed(document(*rows, policy=EX_ANTE)))
    assert solution.distribution is not None
    days = [{row.claim: row.start for row in outcome.allotments} for outcome in solution.distribution.outcomes]
    assert [str(outcome.probability) for outcome in solution.distribution.outcomes] == ["1/2", "1/2"]
    assert days == [{"A": 0, "B": 10}, {"A": 10, "B": 0}]
    assert solution.distribution.exchangeable == (("A", "B"),)


def test_hours_of_receipt_and_labels_do_not_tell_claims_apart() -> None:
    rows = [
        claim("A", placement("A/1"), credit={"PA": 100}, received_at="2027-02-01T00:00:00Z", operator="one"),
        claim("B", placement("B/1", (10, 0)), credit={"PB": 100}, received_at="2027-02-09T00:00:00Z", operator="two"),
    ]
    content = document(*rows, policy=EX_ANTE)
    content["parties"][0]["groups"] = ["artemis-accords"]
    lottery = solver.solve(parsed(content)).distribution
    assert lottery is not None
    assert lottery.exchangeable == (("A", "B"),)
    assert {str(chance) for chance in lottery.chances.values()} == {"1/2"}


def test_a_group_that_a_reserve_names_tells_claims_apart() -> None:
    rows = [claim(name, placement(f"{name}/1"), credit={f"P{name}": 100}) for name in "AB"]
    reserve = {"id": "R", "group": "ldc", "placements": ["A/1", "B/1"], "min": 1}
    content = document(*rows, policy=EX_ANTE, reserves=[reserve])
    content["parties"][0]["groups"] = ["ldc"]
    lottery = solver.solve(parsed(content)).distribution
    assert lottery is not None
    assert lottery.exchangeable == ()
    assert {claim: str(chance) for claim, chance in lottery.chances.items()} == {"A": "1", "B": "0"}


def test_the_claims_of_one_party_share_its_chance() -> None:
    """The party has its points whichever of its claims is served; the claims share the place fairly all the same."""
    rows = [claim(name, placement(f"{name}/1"), credit={"PP": 100}) for name in ("X", "Y", "Z")]
    lottery = solver.solve(parsed(document(*rows, policy=EX_ANTE))).distribution
    assert lottery is not None
    assert {str(chance) for chance in lottery.chances.values()} == {"1/3"}
    assert len(lottery.outcomes) == 3

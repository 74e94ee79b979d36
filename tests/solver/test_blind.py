"""`solver blind` finds no difference in the solver, and finds every planted one."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

import solver
from solver.allocate import solve as real_solve
from solver.blind import BlindReport, Solve, blind, changes
from solver.cli import main
from solver.generate import Recipe, generate
from solver.instance import Claim, Instance
from solver.rules import stages
from tests.solver.generate import instance as tiny
from tests.solver.instances import claim, document, instance, placement

SEED = b"\x05"


def honest(problem: Instance, seed: bytes, tickets: Mapping[str, str]) -> solver.Solution:
    return real_solve(problem, seed, solver.SolveLimits(workers=1), tickets)


def changed_in(report: BlindReport) -> set[str]:
    return {outcome.change for outcome in report.outcomes if outcome.differences}


@pytest.mark.parametrize("number", range(4000, 4006))
def test_nothing_differs_on_tiny_instances(number: int) -> None:
    assert changed_in(blind(parsed(tiny(number)), SEED, honest)) == set()


def parsed(found: dict) -> Instance:
    return solver.parse_instance(json.dumps(found).encode())


@pytest.mark.parametrize("rule", ["equal-footing", "max-points", "nash", "first-come", "serial"])
def test_nothing_differs_under_any_rule(rule: str) -> None:
    found = generate(Recipe(8, 4, cluster=8, windows="flexible", keep_out_m=(3000, 4000), joint=40, rule=rule))
    report = blind(parsed(found), SEED, honest)
    assert (bool(report), changed_in(report)) == (True, set())


def rivals() -> Instance:
    """Four claims for one place and day: who gets it is decided by ticket alone."""
    claims = [claim(f"{p}1", placement(f"{p}1/1"), credit={p: 100}, operator=f"of {p}") for p in "ABCD"]
    parties = [{"id": p, "groups": [g]} for p, g in zip("ABCD", ("red", "blue", "red", "green"), strict=True)]
    return instance(*claims, parties=parties)


def preferring(is_liked: Callable[[Instance, Claim], bool]) -> Solve:
    """A solver that answers as if the claims it likes had been asked for alone."""

    def solve(problem: Instance, seed: bytes, tickets: Mapping[str, str]) -> solver.Solution:
        liked = [c for c in problem.claims if is_liked(problem, c)]
        answer = honest(dataclasses.replace(problem, claims=tuple(liked) or problem.claims), seed, tickets)
        return dataclasses.replace(answer, instance_sha256=problem.sha256)

    return solve


@pytest.mark.parametrize(
    ("fault", "is_liked"),
    [
        ("parties renamed", lambda problem, c: "D" in c.credit),
        ("claims renamed", lambda problem, c: c.id == "D1"),
        ("placements renamed", lambda problem, c: c.placements[0].id == "D1/1"),
        ("rows in reverse order", lambda problem, c: c is problem.claims[0]),
        ("labels of groups exchanged", lambda problem, c: "blue" in problem.groups_by_party[next(iter(c.credit))]),
        ("hours of receipt changed", lambda problem, c: (c.received_at or "").startswith("2027-03-01")),
        ("operators changed, controllers renamed", lambda problem, c: c.operator == "of D"),
    ],
)
def test_a_planted_preference_is_found(fault: str, is_liked: Callable[[Instance, Claim], bool]) -> None:
    assert fault in changed_in(blind(rivals(), SEED, preferring(is_liked)))


def test_a_rule_patched_to_prefer_by_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class ByName:
        def __init__(self, task: stages.Task):
            pass

        def order(self, names: list[str]) -> list[str]:
            return sorted(names)

    task_init = stages.TicketTieBreak.__init__

    def patched(self: stages.TicketTieBreak, task: stages.Task, shared_out: object = None) -> None:
        task_init(self, dataclasses.replace(task, draw=ByName(task)), shared_out)

    monkeypatch.setattr(stages.TicketTieBreak, "__init__", patched)
    assert "parties renamed" in changed_in(blind(rivals(), SEED, honest))


def test_labels_that_a_cap_names_are_left_in_place() -> None:
    caps = [{"id": "k", "placements": ["A1/1"], "measure": "placements", "max": 1, "per": "group:red"}]
    parties = [{"id": "A", "groups": ["red"]}]
    found = document(claim("A1", placement("A1/1")), parties=parties, caps=caps)
    swapped = [change for change in changes(found) if change.name == "labels of groups exchanged"]
    assert [change.document for change in swapped] == [None]


def test_under_first_come_the_hours_are_left_alone() -> None:
    found = document(claim("A1", placement("A1/1"), received_at="2027-01-01T00:00:00Z"), policy={"rule": "first-come"})
    hours = [change for change in changes(found) if change.name == "hours of receipt changed"]
    assert [(change.document, change.left_out) for change in hours] == [
        (None, "under first-come the hour of receipt decides")
    ]


def test_runs_cut_short_count_as_a_difference() -> None:
    def cut_short(problem: Instance, seed: bytes, tickets: Mapping[str, str]) -> solver.Solution:
        return dataclasses.replace(honest(problem, seed, tickets), status="FEASIBLE")

    report = blind(rivals(), SEED, cut_short)
    assert (bool(report), "cut short" in report.outcomes[0].differences[0]) == (False, True)


def test_the_command_says_no_difference_and_ends_with_0(tmp_path: Path) -> None:
    path = tmp_path / "i.json"
    path.write_text(json.dumps(rivals().document))
    for extra in ([], ["--json"]):
        answer = CliRunner().invoke(main, ["blind", str(path), *extra])
        assert (answer.exit_code, "DIFFERENT" in answer.output) == (0, False)
    assert json.loads(answer.output)["blind"] is True


def test_the_command_ends_with_1_where_something_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "i.json"
    path.write_text(json.dumps(rivals().document))
    wrong = preferring(lambda problem, c: "D" in c.credit)
    monkeypatch.setattr("solver.allocate.solve", lambda problem, seed, limits, tickets: wrong(problem, seed, tickets))
    answer = CliRunner().invoke(main, ["blind", str(path)])
    assert (answer.exit_code, "DIFFERENT: parties renamed" in answer.output) == (1, True)

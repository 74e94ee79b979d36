"""The draw: by hand with nothing but SHA-256, without bias over 10,000 draws, and as a command that refuses what is not drawable."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scipy.stats import chisquare

import solver
from solver.cli import main
from solver.drawing import draw_seed, drawn, picked
from solver.io import dump, parse_solution
from solver.verify import verify
from tests.solver.instances import claim, document, phase, placement

SHARES = [Fraction(1, 7), Fraction(2, 7), Fraction(1, 3), Fraction(5, 21)]


def three_for_one_place(tie_break: str = "ex-ante") -> dict[str, Any]:
    """Return three parties that want the same place at the same time."""
    rows = [claim(f"K{n}", placement(f"K{n}/1", phases=[phase(days=10)]), credit={f"P{n}": 100}) for n in (1, 2, 3)]
    return document(*rows, policy={"rule": "equal-footing", "tie_break": tie_break})


def solved() -> tuple[solver.Instance, solver.Solution]:
    problem = solver.parse_instance(json.dumps(three_for_one_place()).encode())
    return problem, solver.solve(problem)


def by_hand(instance_sha256: str, value: bytes, probabilities: list[tuple[int, int]]) -> int:
    """Return the outcome drawn, from 0, worked out from the description alone; probabilities as (tickets, of)."""
    seed = hashlib.sha256(bytes.fromhex(instance_sha256) + b"\x00" + value).digest()
    (total,) = {of for _, of in probabilities}
    k = 0
    while True:
        number = int(hashlib.sha256(seed + b"\x00" + f"draw {k}".encode()).hexdigest(), 16)
        if number < 2**256 - 2**256 % total:
            break
        k += 1
    ticket, first = number % total, 0
    for outcome, (tickets, _) in enumerate(probabilities):
        if first <= ticket < first + tickets:
            return outcome
        first += tickets
    raise AssertionError("the tickets do not reach")


def test_the_seed_is_the_hash_of_instance_and_value() -> None:
    assert draw_seed("00" * 32, b"\x01\x02").hex() == hashlib.sha256(b"\x00" * 33 + b"\x01\x02").hexdigest()


def test_an_auditor_gets_the_same_outcome_by_hand() -> None:
    shares = [(3, 21), (6, 21), (7, 21), (5, 21)]
    for number in range(200):
        value = number.to_bytes(2, "big")
        assert picked(draw_seed("ab" * 32, value), SHARES) == by_hand("ab" * 32, value, shares)


def test_ten_thousand_draws_follow_the_probabilities() -> None:
    counts = [0] * len(SHARES)
    for number in range(10_000):
        counts[picked(draw_seed("cd" * 32, number.to_bytes(4, "big")), SHARES)] += 1
    assert chisquare(counts, [float(10_000 * share) for share in SHARES]).pvalue > 0.001


def test_ten_thousand_draws_of_a_solved_lottery_follow_its_probabilities() -> None:
    _, solution = solved()
    assert solution.distribution is not None
    shares = [outcome.probability for outcome in solution.distribution.outcomes]
    assert shares == [Fraction(1, 3)] * 3
    counts = [0, 0, 0]
    for number in range(10_000):
        counts[picked(draw_seed(solution.instance_sha256, number.to_bytes(4, "big")), shares)] += 1
    assert chisquare(counts).pvalue > 0.001


def test_denominators_beyond_one_digest_are_drawn_from_several() -> None:
    huge = [Fraction(1, 3**200), 1 - Fraction(1, 3**200)]
    assert {picked(draw_seed("ef" * 32, bytes([n])), huge) for n in range(20)} == {1}


def test_a_draw_copies_the_outcome_and_changes_nothing_else() -> None:
    problem, solution = solved()
    result = drawn(solution, b"\x2a")
    assert result.distribution is not None
    assert result.distribution.draw is not None
    outcome = result.distribution.outcomes[result.distribution.draw.outcome - 1]
    assert [row.claim for row in result.allotments] == [row.claim for row in outcome.allotments]
    assert result.distribution.outcomes == solution.distribution.outcomes if solution.distribution else False
    assert result.seed == draw_seed(solution.instance_sha256, b"\x2a").hex()
    assert verify(problem, result)


def test_the_solution_before_the_draw_needs_no_seed() -> None:
    problem, plain = solved()
    other = solver.solve(problem, b"\x77")
    documents = [solver.to_document(answer) | {"run": {}} for answer in (plain, other)]
    assert documents[0] == documents[1]
    assert (plain.seed, plain.allotments, plain.parties, plain.unserved) == ("00", (), {}, ())
    assert verify(problem, plain)


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, list(arguments))
    return found.exit_code, found.output


def written(folder: Path, tie_break: str = "ex-ante") -> tuple[Path, Path]:
    problem, answer = folder / "instance.json", folder / "solution.json"
    problem.write_text(json.dumps(three_for_one_place(tie_break)))
    assert run("solve", str(problem), "-o", str(answer), "--quiet")[0] == 0
    return problem, answer


def test_the_command_draws_and_verify_repeats_the_draw(tmp_path: Path) -> None:
    problem, answer = written(tmp_path)
    code, said = run("draw", str(answer), "--value", "00ff")
    result = tmp_path / "solution-drawn.json"
    assert (code, said.splitlines()[-1]) == (0, f"written: {result}")
    assert "probability 1/3; 1 claims served, 2 not" in said
    assert run("verify", str(problem), str(result))[0] == 0
    document = json.loads(result.read_bytes())
    assert document["distribution"]["draw"]["value"] == "00ff"
    assert dump(solver.to_document(parse_solution(result.read_bytes()))) == result.read_bytes()


@pytest.mark.parametrize(
    ("value", "tie_break", "fault"),
    [
        ("xyz", "ex-ante", "--value: 'xyz' is not whole bytes in hex"),
        ("", "ex-ante", "--value: '' is not whole bytes in hex"),
        ("0", "ex-ante", "--value: '0' is not whole bytes in hex"),
        (
            "00",
            "ticket",
            "distribution: this solution has no lottery; solve an instance whose policy.tie_break is ex-ante",
        ),
    ],
)
def test_a_draw_that_cannot_be_is_refused_by_name(tmp_path: Path, value: str, tie_break: str, fault: str) -> None:
    _, answer = written(tmp_path, tie_break)
    code, said = run("draw", str(answer), "--value", value)
    assert code == 2
    assert said.startswith(fault)
    assert not (tmp_path / "solution-drawn.json").exists()


def test_nothing_is_drawn_twice(tmp_path: Path) -> None:
    _, answer = written(tmp_path)
    result = tmp_path / "drawn.json"
    assert run("draw", str(answer), "--value", "01", "-o", str(result))[0] == 0
    code, said = run("draw", str(result), "--value", "02")
    assert (code, said.split(";")[0]) == (2, "distribution.draw: it was drawn already, with the value 01")


def test_other_commands_tell_the_lottery_or_refuse_it_by_name(tmp_path: Path) -> None:
    problem, answer = written(tmp_path)
    code, said = run("show", str(problem), str(answer))
    assert code == 0
    assert said.count("chance 1/3 (33.3 %)") == 3
    assert "not drawn yet" in said
    code, said = run("show", str(problem), str(answer), "--svg", str(tmp_path / "x.svg"))
    assert (code, said) == (
        2,
        "--svg: the lottery was not drawn, so there is nothing to draw on a map; solver draw first\n",
    )
    code, said = run("explain", str(problem), str(answer), "--claim", "K1")
    assert code == 2
    assert said.startswith("policy.tie_break: the tie-break is ex-ante")
    code, said = run("compare", str(problem), "--rules", "equal-footing,serial", "--quiet")
    assert code == 0
    code, said = run("blind", str(problem))
    assert (code, said.count("no difference")) == (0, 8)
    code, said = run("confirm", str(problem), str(answer), "-o", str(tmp_path / "official.json"))
    assert code == 0
    assert run("verify", str(problem), str(tmp_path / "official.json"), "--optimality")[0] == 0

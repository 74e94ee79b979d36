"""Why not, in words."""

import pytest

from registry.exports.reasons import in_words, of_solution


@pytest.mark.parametrize(
    ("rule", "by", "words"),
    [
        ("C1", [], "no start in its window lets it end by the horizon"),
        ("C2", ["C-0001/1 (Rover)", "H-1"], "too near at every start to C-0001/1 (Rover), H-1"),
        ("C3", ["ridge-per-party"], "cap ridge-per-party is full"),
        ("C9", ["x"], "rule C9: x"),
    ],
)
def test_each_rule_has_its_words(rule: str, by: list[str], words: str) -> None:
    assert in_words(rule, by) == words


def test_those_in_the_way_are_named_where_the_name_is_known() -> None:
    reason = {"placement": "C-0002/1", "rule": "C2", "by": ["C-0001/1", "H-1"]}
    solution = {"unserved": [{"claim": "C-0002", "reasons": [reason]}]}
    (found,) = of_solution(solution, {"C-0001/1": "Rover"})
    assert (found.claim, found.step, found.placement, found.by) == (
        "C-0002", "allocation", "C-0002/1", ("C-0001/1", "H-1"),
    )  # fmt: skip
    assert found.words == "too near at every start to C-0001/1 (Rover), H-1"


def test_before_there_is_a_solution_there_are_no_reasons() -> None:
    assert list(of_solution({}, {})) == []

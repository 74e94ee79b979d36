"""Under the other rules, too, what must not matter changes no byte; only first-come looks at the hour of receipt."""

import copy
import json
import random
from typing import Any

import pytest

import solver
from solver.canonical import canonical
from tests.solver.rules.test_rules_oracle import RULES, under
from tests.solver.test_metamorphic import carried, new_names, received_at_another_hour, renamed, shuffled, solved

pytestmark = pytest.mark.slow

NUMBERS = range(4400, 4408)
BY_RULE_AND_NUMBER = [(rule, number) for rule in RULES for number in NUMBERS]

Document = dict[str, Any]


@pytest.mark.parametrize(("rule", "number"), BY_RULE_AND_NUMBER)
def test_order_of_rows_and_number_of_workers_change_no_byte(rule: str, number: int) -> None:
    document = under(rule, number)
    plain = canonical(solved(document))
    assert canonical(solved(shuffled(document, random.Random(number)), workers=1)) == plain


def without_order(found: Document) -> Document:
    """Return a solution with names in its turns' stages taken apart, so that they can be renamed."""
    return found | {"stages": [stage | {"name": stage["name"].split()} for stage in found["stages"]]}


@pytest.mark.parametrize(("rule", "number"), BY_RULE_AND_NUMBER)
def test_parties_renamed_with_their_tickets_are_only_renamed_in_the_result(rule: str, number: int) -> None:
    document = under(rule, number)
    names = new_names(document, "parties")
    found = solved(renamed(document, names), carried(document, names))
    # Lists of texts come out sorted from `renamed`, so the words of a stage's name do as well: on both sides.
    assert renamed(without_order(found), {}) == renamed(without_order(solved(document, carried(document, {}))), names)


def test_the_hour_of_receipt_matters_under_first_come_and_under_no_other_rule() -> None:
    changed = dict.fromkeys(RULES, 0)
    for rule, number in BY_RULE_AND_NUMBER:
        document = under(rule, number)
        other = copy.deepcopy(document)
        received_at_another_hour(other)
        changed[rule] += canonical(solved(other)) != canonical(solved(document))
    assert {rule for rule, times in changed.items() if times} == {"first-come"}


def test_presolve_of_the_engine_changes_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stage put only to the engine's plainest form gives the same allocation."""
    from solver.model.search import Attempt, Search

    plain_engine = Search._engine
    wanted = {case: canonical(solved(under(*case))) for case in BY_RULE_AND_NUMBER[::3]}
    monkeypatch.setattr(Search, "_engine", lambda self, _, seconds: plain_engine(self, Attempt.PLAIN, seconds))
    for case, bytes_ in wanted.items():
        assert canonical(solved(under(*case))) == bytes_, case


def test_the_instances_are_solved_to_the_end() -> None:
    for case in BY_RULE_AND_NUMBER:
        problem = solver.parse_instance(json.dumps(under(*case)).encode())
        assert solver.solve(problem).status in ("OPTIMAL", "INFEASIBLE")

"""A statement of compliance: what is asked of a claim under a profile, what it fails, and whether it meets the profile."""

from typing import Any

from registry.domain.norms import compliance
from registry.domain.norms.problem import Norms
from registry.domain.provisions.rules import Rule
from tests.registry.domain.norms import small


class Named:
    """A provision by its rule."""

    def __init__(self, rule: Rule):
        self.rule, self.name = rule, f"Name of {rule.id}"


def stated(norms: Norms, claim: str = "C-0003") -> dict[str, Any]:
    provisions = {name: Named(rule) for name, rule in small.RULES.items()}
    return compliance.of_profile(small.problem().cases[claim], "p", "Profile", "binding", norms, provisions)


def test_a_claim_without_an_inventory_fails_the_provision_that_asks_for_it_and_with_it_the_profile() -> None:
    found = stated(Norms(("OST-II-1", "COSPAR-1")))
    assert (found["meets"], found["asked"], found["not_asked"]) == (False, 2, 0)
    [failed] = found["fails"]
    assert (failed["provision"], failed["name"], failed["effect"]) == ("COSPAR-1", "Name of COSPAR-1", "returns")
    assert failed["reason"]
    assert failed["mend"]


def test_a_claim_that_has_one_meets_the_same_profile() -> None:
    found = stated(Norms(("OST-II-1", "COSPAR-1")), "C-0001")
    assert (found["meets"], found["fails"]) == (True, [])


def test_what_does_not_bind_a_party_is_counted_and_not_asked_unless_the_profile_is_strict() -> None:
    norms = Norms(("OST-II-1", "ILRS-1"))
    found = stated(norms, "C-0001")
    assert (found["meets"], found["asked"], found["not_asked"]) == (True, 1, 1)
    found = stated(small.strict(norms), "C-0001")
    assert (found["asked"], found["not_asked"]) == (2, 0)


def test_what_is_only_noted_is_a_fault_and_no_breach() -> None:
    found = stated(Norms(("OST-II-1", "MA-4"), frozenset({"MA-4"})), "C-0002")
    effects = {row["provision"]: row["effect"] for row in found["fails"]}
    assert (found["meets"], effects.get("MA-4", "noted")) == (True, "noted")

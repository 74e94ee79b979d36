"""A policy that cannot be applied is not published: every fault with its field."""

from typing import Any

import pytest

from registry.domain.policy import Known, check_policy
from registry.domain.provisions import CHECKS
from solver.fields import InputError
from tests.factories import policy

KNOWN = Known({"ridge", "crater"}, {"artemis-accords", "ilrs"}, set(CHECKS))
HOLD = policy()["holds"][0]


def faults(document: Any) -> list[str]:
    try:
        check_policy(document, KNOWN)
    except InputError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_a_sound_policy_has_no_fault() -> None:
    assert faults(policy()) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"rule": "auction"}, 'rule: "auction" is unknown'),
        ({"tie_break": "age"}, 'tie_break: "age" is unknown'),
        ({"tie_break": "ex-ante"}, "tie_break: 'ex-ante' is proposed before it is drawn"),
        ({"levels": [100, 100]}, "levels: they do not ascend"),
        ({"points_by_rank": [40, 70]}, "points_by_rank: they are not 100 or less and falling"),
        ({"points_by_rank": [101]}, "points_by_rank: they are not 100 or less"),
        ({"points_by_rank": []}, "points_by_rank: they are not 100 or less"),
        ({"epoch": "soon"}, "epoch: 'soon' is not a date"),
        ({"fallback": ["levels", "dice"]}, "fallback: 'dice' is no fallback"),
        ({"fallback": ["serial", "serial"]}, 'fallback[1]: "serial" stands twice'),
        ({"fallback_levels": None}, "fallback_levels: missing, though the fallback names levels"),
        ({"fallback_levels": [100, 50]}, "fallback_levels: they do not ascend"),
        ({"rule": "nash"}, "fallback: levels are for the rule equal-footing only"),
        ({"recusal": "always"}, 'recusal: "always" is unknown'),
        ({"run_limit_s": 0}, "run_limit_s: 0 is out of range"),
        ({"horizon_days": 0}, "horizon_days: 0 is out of range"),
        ({"horizon_days": 2**50}, "horizon_days: it ends after the year 9999"),
        ({"epoch": "9999-12-01", "horizon_days": 31}, "horizon_days: it ends after the year 9999"),
        ({"timers": {**policy()["timers"], "offer": {"value": 10**9, "unit": "months"}}}, "timers.offer.value: "),
        ({"draw_source": "a\x00"}, "draw_source: character 2 (U+0000) cannot be stored or shown"),
        ({"groups": ["g20"]}, "groups: 'g20' is no instrument"),
        ({"norm_profile": ["XYZ-1"]}, "norm_profile: 'XYZ-1' is no provision with a check"),
        ({"zone_methods": ["guess"]}, "zone_methods: 'guess' is no sizing method"),
        ({"timers": {}}, "timers.coordination: missing"),
        ({"timers": {"coordination": {"value": 1, "unit": "moons"}}}, 'timers.coordination.unit: "moons" is unknown'),
        ({"illustrative": None}, "illustrative: it is neither true nor false"),
        ({"caps": [{**policy()["caps"][0], "measure": "m3"}]}, 'caps[0].measure: "m3" is unknown'),
        ({"caps": [{**policy()["caps"][0], "per": "planet"}]}, "caps[0].per: 'planet' is unknown"),
        ({"caps": policy()["caps"] * 2}, "caps[1].id: 'ridge-cap' stands twice"),
        ({"reserves": [{**policy()["reserves"][0], "min": 0}]}, "reserves[0].min: 0 is out of range"),
        ({"holds": [{**HOLD, "footprint": None}]}, "holds[0].footprint: "),
        ({"holds": [{**HOLD, "phases": [{**HOLD["phases"][0], "inputs": {}}]}]}, "holds[0].phases[0].inputs: "),
        ({"colour": 1}, "colour: unknown field"),
    ],
)
def test_a_fault_is_named_with_its_field(changes: dict[str, Any], fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(policy(**changes)))

"""Free access in a policy: read strictly, by place or position, and expanded the same way whenever it is frozen."""

from typing import Any

import pytest

from registry.domain.freeze import FreezeError, freeze
from registry.domain.policy import Known, check_policy
from registry.domain.provisions import CHECKS
from solver.fields import InputError
from solver.io import dump, parse_instance
from tests.factories import policy
from tests.registry.domain.test_freeze import CRATER, GROUPS, RIDGE, ready

KNOWN = Known({"ridge", "crater"}, {"artemis-accords", "ilrs"}, set(CHECKS))


def access(**more: Any) -> dict[str, Any]:
    """Return an access section over ridge and crater."""
    return {
        "cell_m": 500,
        "extent": [-20000, 0, 30000, 40000],
        "blocked": None,
        "transient_days": 14,
        "gates": [{"at": [0, 100.5]}, {"place": "ridge"}],
        "points": [{"id": "floor", "place": "crater"}, {"id": "edge", "at": [20000, 20000]}],
        **more,
    }


def faults(section: Any) -> list[str]:
    try:
        check_policy(policy(access=section), KNOWN)
    except InputError as error:
        return [str(fault) for fault in error.faults]
    return []


@pytest.mark.parametrize("section", [None, access(), access(transient_days=0)])
def test_a_sound_section_or_none_has_no_fault(section: Any) -> None:
    assert faults(section) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"cell_m": 0}, "access.cell_m: 0 is out of range"),
        ({"cell_m": 1}, "access.cell_m: 2000000000 cells are too many"),
        ({"extent": [0, 0, 0, 10]}, "access.extent: it is empty or reversed"),
        ({"extent": "all"}, 'access.extent: "all" is not a list'),
        ({"transient_days": -1}, "access.transient_days: -1 is out of range"),
        ({"blocked": {"type": "Point"}}, "access.blocked.coordinates: missing"),
        ({"gates": []}, "access.points: there is nobody to pass, or no gate"),
        ({"gates": [{"place": "nowhere"}]}, "access.gates[0].place: 'nowhere' is no place"),
        ({"gates": [{"place": "ridge", "at": [0, 0]}]}, "access.gates[0].place: it has both a place and a position"),
        ({"gates": [{"at": [99999, 0]}]}, "access.gates[0]: (99999, 0) lies outside the extent"),
        ({"points": [{"id": "H-1", "place": "ridge"}]}, "access.points: id 'H-1' stands twice"),
        ({"points": [{"id": "p", "at": "here"}]}, "access.points[0].at: it is not a position"),
        ({"doors": 1}, "access.doors: unknown field"),
    ],
)
def test_a_section_that_cannot_be_applied_is_not_published(changes: dict[str, Any], fault: str) -> None:
    assert any(line.startswith(fault) for line in faults(access(**changes))), faults(access(**changes))


def test_freezing_puts_the_middles_of_places_into_the_instance() -> None:
    found = freeze("R", policy(access=access()), [ready("C-0001", 0, 30000)], GROUPS, [RIDGE, CRATER])
    assert found["access"] == {
        "cell_m": 500,
        "extent": [-20000, 0, 30000, 40000],
        "blocked": None,
        "transient_days": 14,
        "gates": [[0, 100.5], [12000, 12000]],
        "points": [{"id": "edge", "at": [20000, 20000]}, {"id": "floor", "at": [0, 30324]}],
    }
    problem = parse_instance(dump(found))
    assert problem.access is not None
    assert [point.id for point in problem.access.points] == ["edge", "floor"]


def test_without_a_section_an_instance_asks_for_no_free_access() -> None:
    assert freeze("R", policy(), [ready("C-0001", 0, 30000)], GROUPS, [RIDGE, CRATER])["access"] is None


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        (access(gates=[{"place": "gone"}]), "access names the place gone, which is not in the register"),
        (access(extent=[-20000, 0, 30000, 20001]), "access: access.points[1].at: (0, 30324) lies outside the extent"),
    ],
)
def test_a_place_that_is_gone_or_lies_outside_is_told_when_the_round_is_frozen(section: Any, reason: str) -> None:
    with pytest.raises(FreezeError) as refused:
        freeze("R", policy(access=section), [ready("C-0001", 0, 30000)], GROUPS, [RIDGE, CRATER])
    assert any(line.startswith(reason) for line in refused.value.reasons), refused.value.reasons

"""What counts as too slow, as an error and as memory that grows."""

from typing import Any

import pytest

from tests.drills.load_and_memory import growth_fault, wait_faults


def row(**changes: Any) -> dict[str, Any]:
    return {"route": "claims", "requests": 50, "errors": 0, "p95_ms": 120.0, **changes}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"errors": 2}, ["claims: 2 errors"]),
        ({"p95_ms": 301.0}, ["claims: the 95th percentile is 301.0 ms, the limit is 300"]),
        ({"requests": 0, "p95_ms": None}, ["nobody asked for anything"]),
    ],
)
def test_a_route_that_is_slow_or_fails_is_told(changes: dict[str, Any], faults: list[str]) -> None:
    assert wait_faults([row(**changes)], users=20) == faults


def test_memory_that_grows_all_the_time_is_told_and_a_cache_that_fills_once_is_not() -> None:
    assert growth_fault([150.0, 300.0, *[310.0] * 38]) == []
    [fault] = growth_fault([150.0 + 3 * turn for turn in range(40)])
    assert fault.startswith("the server grew from 194 MB")

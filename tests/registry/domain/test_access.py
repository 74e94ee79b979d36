"""The rules of access are the figures that are published: in docs/security.md and on the pages."""

from datetime import timedelta

import pytest

from registry.domain import access
from registry.domain.access import LockRule, ended, needs_second_factor
from registry.domain.actors import ROLES
from tests import factories as make

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
SECOND = timedelta(seconds=1)


def test_the_figures_are_those_that_are_written_out() -> None:
    assert timedelta(minutes=5) == access.FRESH
    assert timedelta(minutes=10) == access.CODE_WITHIN
    assert (access.LEAST_PASSWORD, access.LONGEST_PASSWORD, access.RECOVERY_CODES) == (15, 256, 10)
    assert LockRule(10, 60, 3600, 100, timedelta(days=30)) == access.LOCK


def test_a_wait_doubles_with_each_failure_to_the_longest_and_by_twenty_doublings_at_most() -> None:
    rule = LockRule(free=3, first_s=5, longest_s=10**9)
    assert [rule.wait_s(failures) for failures in (0, 2, 3, 4, 6)] == [0, 0, 5, 10, 40]
    assert rule.wait_s(22) * 2 == rule.wait_s(23) == rule.wait_s(24) == 5 * 2**20
    assert LockRule(free=3, first_s=5, longest_s=12).wait_s(5) == 12
    assert [LockRule(most=4).is_closed(failures) for failures in (3, 4, 5)] == [False, True, True]


@pytest.mark.parametrize(
    ("begun_before", "seen_before", "why"),
    [
        (timedelta(), timedelta(), None),
        (LONGEST - SECOND, IDLE - SECOND, None),
        (IDLE, IDLE, "idle"),
        (LONGEST, timedelta(), "long"),
        (LONGEST, IDLE, "long"),
    ],
)
def test_a_sign_in_rests_half_an_hour_and_lasts_half_a_day(
    begun_before: timedelta, seen_before: timedelta, why: str | None
) -> None:
    at = make.FILED
    assert ended(at - begun_before, at - seen_before, at, IDLE, LONGEST) == why


def test_a_second_factor_is_for_whoever_acts_for_the_agency_or_decides() -> None:
    needing = {role for role in ROLES if needs_second_factor(frozenset({role}))}
    assert needing == {"registrar", "planner", "council", "administrator"}
    assert needs_second_factor(frozenset({"delegate", "council"}))
    assert not needs_second_factor(frozenset())

"""Membership on a date: certain days only, no membership by signature alone, bridge States computed."""

from datetime import date

import pytest

from registry.domain.memberships import bridge_states, groups_at, members_at
from tests.factories import membership


@pytest.mark.parametrize(
    ("since", "until", "day", "is_member"),
    [
        ("2024-04-10", "", date(2024, 4, 9), False),
        ("2024-04-10", "", date(2024, 4, 10), True),
        ("2024-04", "", date(2024, 4, 29), False),
        ("2024-04", "", date(2024, 4, 30), True),
        ("2026", "", date(2026, 12, 30), False),
        ("2026", "", date(2026, 12, 31), True),
        ("", "", date(1999, 1, 1), True),
        ("2012-07-18", "2024-01", date(2023, 12, 31), True),
        ("2012-07-18", "2024-01", date(2024, 1, 1), False),
        ("", "2026-11", date(2026, 11, 1), False),
    ],
)
def test_membership_counts_on_certain_days_only(since: str, until: str, day: date, is_member: bool) -> None:
    assert membership("ilrs", "IND", since, until).is_member_at(day) is is_member


@pytest.mark.parametrize(
    ("status", "is_member"),
    [("party", True), ("signatory", True), ("partner", True), ("listed", True), ("signed-not-ratified", False)],
)
def test_a_signature_without_ratification_is_no_membership(status: str, is_member: bool) -> None:
    assert membership("moon-agreement", "IND", status=status).is_member_at(date(2027, 1, 1)) is is_member


def test_bridge_states_change_with_the_date() -> None:
    rows = [
        membership("artemis-accords", "SRB", "2026-07"),
        membership("ilrs", "SRB", "2024-05"),
        membership("artemis-accords", "IND", "2023-06-21"),
    ]
    assert bridge_states(rows, date(2026, 7, 30)) == ()
    assert bridge_states(rows, date(2026, 7, 31)) == ("SRB",)


def test_groups_name_only_the_instruments_asked_for() -> None:
    rows = [membership("ilrs", "THA"), membership("artemis-accords", "THA"), membership("brics", "THA")]
    assert groups_at(rows, ["ilrs", "artemis-accords"], date(2027, 1, 1)) == {"THA": ("artemis-accords", "ilrs")}
    assert members_at(rows, "brics", date(2027, 1, 1)) == {"THA"}

"""Shares over rounds, worked by hand."""

import pytest

from registry.domain.concentration import Amount, By, Share, Weighed, equal_holders, shares

FIRST, SECOND = "2027-1", "2028-1"
JOINT = Weighed(FIRST, {"IND": 50, "JPN": 50}, frozenset({"artemis-accords"}), "ISRO", has_entry=True, km2_days=300)
ALONE = Weighed(FIRST, {"CHN": 100}, frozenset({"ilrs"}), "CNSA", has_entry=True, km2_days=100)
UNSERVED = Weighed(FIRST, {"GHA": 100}, frozenset(), "GSA", has_entry=False, km2_days=0)
LATER = Weighed(SECOND, {"IND": 100}, frozenset({"artemis-accords"}), "ISRO", has_entry=True, km2_days=600)
CLAIMS = (JOINT, ALONE, UNSERVED, LATER)


def told(round_: str, by: By) -> dict[str, tuple[int, int, int, float | None, float | None]]:
    rows = (row for row in shares((FIRST, SECOND), CLAIMS) if (row.round, row.by) == (round_, by))
    return {
        row.holder: (
            row.so_far.claims,
            row.so_far.entries,
            row.so_far.km2_days,
            row.percent_of_entries,
            row.percent_of_km2_days,
        )
        for row in rows
    }


def test_a_joint_claim_counts_in_full_for_each_party_as_in_a_cap() -> None:
    assert told(FIRST, By.PARTY) == {
        "CHN": (1, 1, 100, 50.0, 25.0),
        "GHA": (1, 0, 0, 0.0, 0.0),
        "IND": (1, 1, 300, 50.0, 75.0),
        "JPN": (1, 1, 300, 50.0, 75.0),
    }


def test_a_coalition_counts_a_claim_of_two_of_its_members_once() -> None:
    assert told(FIRST, By.COALITION) == {
        "artemis-accords": (1, 1, 300, 50.0, 75.0),
        "ilrs": (1, 1, 100, 50.0, 25.0),
    }


def test_later_rounds_add_to_those_before() -> None:
    assert told(SECOND, By.CONTROLLER) == {
        "CNSA": (1, 1, 100, 33.33, 10.0),
        "GSA": (1, 0, 0, 0.0, 0.0),
        "ISRO": (2, 2, 900, 66.67, 90.0),
    }
    assert told(SECOND, By.ALL) == {"all": (4, 3, 1000, 100.0, 100.0)}


def test_what_a_round_alone_brought_stands_beside() -> None:
    found = {(row.round, row.holder): row.own for row in shares((FIRST, SECOND), CLAIMS) if row.by is By.PARTY}
    assert found[SECOND, "IND"] == Amount(1, 1, 600)
    assert found[SECOND, "JPN"] == Amount()


def test_a_round_without_entries_has_no_shares_of_entries() -> None:
    assert shares((FIRST,), (UNSERVED,)) == (
        Share(FIRST, By.ALL, "all", Amount(1), Amount(1), None, None),
        Share(FIRST, By.PARTY, "GHA", Amount(1), Amount(1), None, None),
        Share(FIRST, By.CONTROLLER, "GSA", Amount(1), Amount(1), None, None),
    )
    assert shares((), ()) == ()


@pytest.mark.parametrize(
    ("by", "expected"),
    # Parties: 150, 150, 100, then 750, 150, 100; controllers: 300, 100, then 900, 100.
    [(By.PARTY, {FIRST: 2.91, SECOND: 1.68}), (By.CONTROLLER, {FIRST: 1.6, SECOND: 1.22})],
)
def test_equal_holders_are_the_inverse_of_the_sum_of_squared_shares(by: By, expected: dict[str, float]) -> None:
    assert equal_holders((FIRST, SECOND), CLAIMS, by) == expected


def test_one_holder_of_all_is_one_and_none_has_no_number() -> None:
    assert equal_holders((FIRST,), (ALONE,), By.PARTY) == {FIRST: 1.0}
    assert equal_holders((FIRST,), (UNSERVED,), By.PARTY) == {FIRST: None}

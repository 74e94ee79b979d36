"""Who is about on the days of a landing: near enough, on a shared day, and never the own claim."""

from datetime import UTC, date, datetime

import pytest

from registry.queries.landings import Movement, beside, in_order
from registry.queries.slot_instances import document


def movement(number: int, x: float, first: int, until: int, kind: str = "landing") -> Movement:
    """A movement of claim C-number at x metres, on days of October 2027."""
    return Movement(
        entry=f"E-{number}", claim=f"C-{number}", name="illustrative", round="2027-1", parties=("IND",), operator="ISRO",
        kind=kind, phase=kind, place="ridge", site=(x, 0.0), first_day=date(2027, 10, first), until=date(2027, 10, until),
        keep_out_m=819, inputs={"landed_mass_kg": 2000, "built_pad": False},
        recorded_at=datetime(2027, 9, 1, tzinfo=UTC), illustrative=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (movement(2, 50_000, 2, 4), (("E-2",), ("E-1",))),  # a shared day
        (movement(2, 50_000, 3, 4), ((), ())),  # the day after the last
        (movement(2, 120_000, 1, 3), ((), ())),  # beyond the reach of ejecta
        (movement(1, 0, 2, 3, "ascent"), ((), ())),  # the same claim
    ],
)
def test_others_are_beside_when_near_on_a_shared_day(other: Movement, wanted: tuple[tuple[str, ...], ...]) -> None:
    assert tuple(beside([movement(1, 0, 1, 3), other])) == wanted


def test_an_instance_has_what_may_be_within_its_days() -> None:
    rows = [movement(1, 0, 1, 3), movement(1, 0, 20, 22, "ascent"), movement(2, 500, 28, 30)]
    found = document(rows, {}, {}, (date(2027, 10, 2), 20))
    assert [(row["id"], row["windows"]) for row in found["movements"]] == [
        ("C-1/landing", [[0, 1439]]), ("C-1/ascent", [[18 * 1440, 20 * 1440 - 1]]),
    ]  # fmt: skip
    assert found["movements"][1]["follows"] == {"movement": "C-1/landing", "least_min": 0}
    assert [row["id"] for row in document(rows, {}, {}, (date(2027, 10, 27), 1))["movements"]] == []


def test_phases_of_one_name_in_a_claim_are_told_apart() -> None:
    rows = [movement(1, 0, 1, 3), movement(1, 0, 20, 22), movement(2, 0, 1, 3)]
    assert [row.id for row in in_order(rows)] == ["C-1/landing 1", "C-2/landing", "C-1/landing 2"]

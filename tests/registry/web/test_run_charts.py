"""The curves of a run: steps in the picture's units, ticks that tell themselves apart, the stage that is shown."""

import pytest

from registry.queries.runs import LookView, StageProgress
from registry.web.run_charts import gap_chart, in_order, stage_chart, stage_to_show

POINTS = StageProgress("points", (LookView(2.0, "points", 100, 200), LookView(12.0, "points", 150, 150)))
EARLY = StageProgress("shortfall", (LookView(0.0, "shortfall", 1, 0), LookView(1.0, "shortfall", 0, 0)))
TIES = StageProgress("tie-break", (LookView(13.0, "tie-break C-0001", 1, 1), LookView(99.0, "tie-break C-0002", 1, 1)))


def test_a_number_holds_until_the_next_is_known() -> None:
    drawn = stage_chart(POINTS)
    assert drawn.paths["value"] == "M62.0 210.0 L464.0 210.0 L464.0 113.0"
    assert drawn.paths["bound"] == "M62.0 16.0 L464.0 16.0 L464.0 113.0"
    assert [tick.text for tick in drawn.up] == ["100", "125", "150", "175", "200"]
    assert [tick.text for tick in drawn.across] == ["2 s", "4 s", "7 s", "10 s", "12 s"]


def test_the_gap_goes_over_all_stages_from_the_first_second() -> None:
    drawn = gap_chart([POINTS, EARLY])
    assert drawn.paths["gap"] == (
        "M62.0 16.0 L95.5 16.0 L95.5 210.0 L129.0 210.0 L129.0 113.0 L464.0 113.0 L464.0 210.0"
    )
    assert drawn.up[-1].text == "100%"


def test_a_single_look_is_a_picture_too() -> None:
    one = StageProgress("points", (LookView(0.0, "points", 0, 0),))
    assert stage_chart(one).paths["value"] == "M62.0 210.0"
    assert [tick.text for tick in gap_chart([one]).across] == ["0.00 s"]


def test_the_stage_at_work_is_shown_and_of_a_run_that_has_ended_the_longest() -> None:
    assert stage_to_show([POINTS, EARLY], is_running=True) == EARLY
    assert stage_to_show([EARLY, POINTS, TIES], is_running=False) == POINTS
    assert stage_to_show([TIES], is_running=False) is None


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [(100, 200, 50.0), (0, 0, 0.0), (2, 0, 100.0), (-777, -777, 0.0), (0, 41, 100.0), (5, 4, 25.0)],
)
def test_the_gap_is_in_percent_of_the_bound_and_a_hundred_at_most(value: int, bound: int, gap: float) -> None:
    assert LookView(1.0, "x", value, bound).gap == gap


def test_looks_of_all_stages_are_put_in_order() -> None:
    assert [look.seconds for look in in_order([POINTS, EARLY])] == [0.0, 1.0, 2.0, 12.0]

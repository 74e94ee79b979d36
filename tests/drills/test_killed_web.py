"""The drill of the killed server tells of the faults that are put into it, and of nothing where there is none."""

from pathlib import Path

import pytest

from tests.drills import killed_web

pytestmark = pytest.mark.slow


def test_a_sound_server_loses_nothing(tmp_path: Path) -> None:
    outcome = killed_web.on_sqlite({"cycles": 3}, tmp_path)
    assert outcome.faults == ()
    assert outcome.figures["kills"] == 3


@pytest.mark.parametrize(
    ("fault", "told"),
    [("forget-some", "was acknowledged and is not there"), ("file-in-two-halves", "is half there: 0 files of 1")],
)
def test_a_fault_in_the_server_is_told(tmp_path: Path, fault: str, told: str) -> None:
    outcome = killed_web.on_sqlite({"cycles": 4}, tmp_path, fault)
    assert any(told in line for line in outcome.faults), outcome

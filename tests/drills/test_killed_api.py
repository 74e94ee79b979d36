"""The drill of the programs tells of the faults that are put into the server, and of nothing where there is none."""

from pathlib import Path

import pytest

from tests.drills import killed_api

pytestmark = pytest.mark.slow


def test_programs_that_send_again_lose_nothing_and_file_nothing_twice(tmp_path: Path) -> None:
    outcome = killed_api.on_sqlite({"cycles": 3}, tmp_path)
    assert outcome.faults == ()
    assert outcome.figures["kills"] == 3
    assert outcome.figures["claims"] == outcome.figures["keys"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("forget-some-steps", "was acknowledged and is not there"),
        ("forget-keys", "sent again it answers"),
        ("answer-anew", "sent again it answers 201 with other bytes"),
    ],
)
def test_a_fault_in_the_server_is_told(tmp_path: Path, fault: str, told: str) -> None:
    outcome = killed_api.on_sqlite({"cycles": 3}, tmp_path, fault)
    assert any(told in line for line in outcome.faults), outcome

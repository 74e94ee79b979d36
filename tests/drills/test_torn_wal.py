"""A log that was cut leaves a committed state, and a disk that keeps no order is seen."""

from pathlib import Path

import pytest

from tests.drills import torn_wal
from tests.drills.torn_wal import Written


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return torn_wal.write(tmp_path_factory.mktemp("torn"), filings=3)


def test_a_cut_log_leaves_a_committed_state_and_the_audit_says_where_it_ends(written: Written, tmp_path: Path) -> None:
    sizes = set()
    for length in torn_wal.cuts_of(written, 5):
        size, faults = torn_wal.after_cut(written, tmp_path, length)
        assert faults == []
        sizes.add(size)
    assert {written.states[0][0], written.states[-1][0]} <= sizes, "nothing of the log, and all of it"


def test_pages_that_were_written_before_their_log_are_seen(written: Written, tmp_path: Path) -> None:
    told = [torn_wal.after_cut(written, tmp_path, length, mixed=True)[1] for length in torn_wal.cuts_of(written, 2)]
    assert any(told)

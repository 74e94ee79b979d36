"""`registry norms compare` on round 2027-1: the matrix, each changed cell with its provision, and what is kept."""

import json

import pytest

from tests.registry.played import ROUND, Played, registry


@pytest.mark.slow
def test_the_matrix_of_the_round_names_one_provision_for_each_changed_cell(
    played: Played, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mine = played.copy(tmp_path_factory.mktemp("norms") / "data")
    ended = registry("norms", "compare", ROUND, "--json", "--data", mine.data)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)["result"]
    profiles = [row["id"] for row in found["profiles"]]
    differing = {
        (row["id"], profile): (cell["outcome"], cell["cause"]["provision"], cell["cause"]["how"])
        for row in found["claims"]
        for profile, cell in zip(profiles, row["cells"], strict=True)
        if cell["cause"]
    }
    accords, later = ("unserved", "AA-11-SZ1", "alone"), ("unserved", "MA-4", "alone")
    assert differing == {
        ("C-0029", "artemis-accords"): accords, ("C-0035", "artemis-accords"): accords,
        ("C-0029", "all"): accords, ("C-0035", "all"): accords,
        ("C-0044", "moon-agreement"): later, ("C-0044", "all"): later,
        ("C-0018", "moon-agreement"): ("allotted", "MA-4", "alone"), ("C-0018", "all"): ("allotted", "MA-4", "alone"),
    }  # fmt: skip
    assert found["profiles"][0]["instance_sha256"] == found["frozen_sha256"]
    kept = mine.data / "runs" / ROUND / "norms" / "comparison.json"
    assert json.loads(kept.read_text("utf-8")) == found
    again = registry("norms", "compare", ROUND, "--data", mine.data)
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("2030-1",), 1, "there is no round 2030-1; check the id"),
        ((ROUND, "--profile", "mars"), 1, "there is no norm profile mars; those there are: all, artemis-accords"),
        ((ROUND, "--time-limit", "0"), 2, "Invalid value for '--time-limit'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(
    played: Played, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = registry("norms", "compare", *words, "--data", played.data)
    assert ended.returncode == code
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_profile_that_differs_in_nothing_is_compared_without_a_solver(
    played: Played, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mine = played.copy(tmp_path_factory.mktemp("norms") / "data")
    frozen, solved = mine.data / "runs" / ROUND / "solution.json", mine.data / "runs" / ROUND / "norms"
    sha256 = json.loads(frozen.read_text("utf-8"))["instance_sha256"]
    (solved / sha256[:16]).mkdir(parents=True)
    (solved / sha256[:16] / "solution.json").write_bytes(frozen.read_bytes())
    chosen = ("--profile", "outer-space-treaty", "--profile", "treaties")
    ended = registry("norms", "compare", ROUND, *chosen, "--data", mine.data)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "treaties                59 served, 0 returned,  0 cells differ: none" in ended.stdout

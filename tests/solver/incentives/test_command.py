"""`solver incentives` as people and programs use it."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from solver.cli import main
from solver.generate import Recipe
from solver.generate import generate as generated
from solver.io import canonical, dump, instance_sha256
from tests.solver.incentives.small import choice
from tests.solver.instances import claim, document

WHOLE = document(
    claim("a", choice("a/1"), choice("a/2", 60), credit={"ARK": 100}),
    claim("=b", choice("b/1", 90), credit={"BRU": 100}),
    conflicts=[["a/1", "b/1"]],
    policy={"rule": "nash"},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "instance.json"
    file.write_bytes(canonical(WHOLE))
    return file


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(main, ["incentives", *map(str, arguments), "--workers", "1", "--draws", "1"])


def test_json_has_every_variant_with_its_hash_and_the_summary(path: Path, tmp_path: Path) -> None:
    ended = run(path, "--json", "--keep", tmp_path / "kept")
    told = json.loads(ended.stdout)
    assert (told["format"], told["rule"], told["status"]) == ("lunar-allocation-incentives/1", "nash", "OPTIMAL")
    [gain] = [row for row in told["variants"] if row["gain"] and row["gain"] > 0]
    assert (gain["party"], gain["kind"], gain["gain"], gain["others"]) == ("ARK", "truncated", 40, {"BRU": -90})
    assert gain["other_draws"] == {"draws": 1, "mean_gain": 40, "least_gain": 40, "most_gain": 40}
    assert told["summary"]["all"]["variants"] == len(told["variants"])
    assert (told["summary"]["all"]["gains"], told["summary"]["all"]["largest_gain"]) == (1, 40)
    for row in told["variants"]:
        kept = tmp_path / "kept" / f"{row['instance_sha256']}.json"
        assert instance_sha256(kept.read_bytes()) == row["instance_sha256"]


def test_csv_has_one_row_a_variant_and_nothing_that_a_spreadsheet_computes(path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(path, "--csv").stdout)))
    assert {row["claim"] for row in rows} == {"a", "'=b"}
    assert [row["gain"] for row in rows if row["kind"] == "truncated"] == ["40"]


def test_the_summary_for_publication_names_no_party(path: Path, tmp_path: Path) -> None:
    ended = run(path, "--summary", tmp_path / "summary.md")
    assert ended.exit_code == 0
    text = (tmp_path / "summary.md").read_text()
    assert "No rule of this program is strategy-proof." in text
    assert "- 1 would have gained something, for 1 of the parties; 0 of them by the tie-break alone." in text
    assert "- The largest gain of a party is 40 points" in text
    assert "ARK" not in text
    assert "BRU" not in text


def test_the_table_says_what_was_tried_and_that_nobody_is_accused(path: Path) -> None:
    ended = run(path, "--party", "ARK")
    assert "what 1 party could have filed instead" in ended.stdout
    assert "truncated" in ended.stdout
    assert "BRU" not in ended.stdout
    assert "nothing here says that anybody filed otherwise than in good faith" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["--party", "X", "--party", "Y"], ["--party: 'X' is no party", "--party: 'Y' is no party"]),
        (["--seed", "xyz"], ["--seed: 'xyz' is not whole bytes in hex"]),
        (["--json", "--csv"], ["--json --csv: both go to the same output"]),
        (["--keep", "/nowhere/at/all"], ["--keep: /nowhere/at/all is no folder"]),
        (["--summary", "/nowhere/at/all.md"], ["/nowhere/at/all.md: cannot be written"]),
    ],
)
def test_what_cannot_be_used_is_said_line_by_line(path: Path, arguments: list[str], lines: list[str]) -> None:
    ended = run(path, *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    said = ended.stderr.splitlines()
    assert [line.startswith(start) for line, start in zip(said, lines, strict=True)] == [True] * len(lines)


def test_a_file_that_is_no_instance_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("[]")
    ended = run(tmp_path / "no.json")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "is not an object" in ended.stderr


def test_entries_in_force_that_contradict_each_other_leave_nothing_to_compare(tmp_path: Path) -> None:
    rows = [{**row, "in_force": {"placement": row["placements"][0]["id"], "start": 0}} for row in WHOLE["claims"]]
    (tmp_path / "broken.json").write_bytes(canonical({**WHOLE, "claims": rows}))
    ended = run(tmp_path / "broken.json")
    assert ended.exit_code == 2
    assert ended.stderr.startswith("claims: the entries in force contradict each other")


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_found_and_a_killed_command_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_bytes(dump(generated(Recipe(claims=12, parties=5, cluster=6, joint=20, seed=3))))
    command = [sys.executable, "-m", "solver", "incentives", str(path), "--json", "--workers", "2"]
    begun = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    time.sleep(12)
    os.killpg(begun.pid, signal.SIGINT)
    told = json.loads(begun.communicate(timeout=60)[0])
    assert begun.returncode == 0
    assert told["summary"]["whole"] is False
    assert told["summary"]["all"]["not_begun"] > 0
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    time.sleep(12)
    killed.kill()
    killed.wait()
    for _ in range(100):
        if not _group(killed.pid):
            break
        time.sleep(0.1)
    assert _group(killed.pid) == []


def _group(number: int) -> list[str]:
    return subprocess.run(["pgrep", "-g", str(number)], check=False, capture_output=True, text=True).stdout.split()

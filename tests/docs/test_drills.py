"""The published report of the drills is as it was signed, of all drills, and the page says what it says."""

import json

from tests.docs.drills import MUTANTS, PAGE, REPORT, ROOT, rendered
from tests.drills import catalogue, report
from tests.mutation.groups import GROUPS

ABSENT = {"mutation"}  # told by the report of mutants beside it


def test_the_published_report_is_as_it_was_signed() -> None:
    assert report.check(REPORT, None)[-1].startswith("unchanged since it was signed")


def test_the_published_report_is_of_every_drill_and_says_in_which_size() -> None:
    rows = {row["drill"]: row for row in json.loads(REPORT.read_bytes())["drills"]}
    drills = catalogue.drills()
    assert set(rows) | ABSENT == set(drills)
    for name, row in rows.items():
        assert row["full_size"] == (row["counts"] == dict(drills[name].counts)), name


def test_every_group_of_mutants_is_told_with_its_survivors() -> None:
    groups = {row["group"]: row for row in json.loads(MUTANTS.read_bytes())["groups"]}
    assert set(groups) == set(GROUPS)
    for row in groups.values():
        assert row["killed"] + len(row["survivors"]) == row["tried"] > 0


def test_the_page_is_made_from_the_report() -> None:
    assert PAGE.read_text("utf-8") == rendered(json.loads(REPORT.read_bytes()), json.loads(MUTANTS.read_bytes()))
    assert "docs/drills.md" in (ROOT / "README.md").read_text("utf-8")

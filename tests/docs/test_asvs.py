"""The table of security requirements is whole, names tests that exist, and the page says what the table says."""

import ast
from collections import Counter
from dataclasses import replace
from functools import lru_cache

from tests.docs.asvs import LEFT_OUT, NOT_APPLICABLE, PAGE, ROOT, STATUSES, TEST, Row, rendered, rows

# Counted from the table that OWASP publishes: level 1 and 2 by chapter, 70 and 183 of 345 in all.
BY_CHAPTER = {1: (8, 19), 2: (4, 7), 3: (8, 11), 4: (2, 8), 5: (4, 5), 6: (13, 22), 7: (6, 12), 8: (4, 3), 9: (4, 3), 10: (5, 24),
              11: (3, 11), 12: (3, 6), 13: (1, 12), 14: (2, 7), 15: (3, 10), 16: (0, 16), 17: (0, 7)}  # fmt: skip
NAMED = {"2.3.5", "1.2.10", "5.3.3", "15.4.2"}  # of level 3: those that bite here


@lru_cache
def functions(file: str) -> frozenset[str]:
    """The functions of a file of tests."""
    return frozenset(
        node.name for node in ast.parse((ROOT / file).read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    )


def missing_tests(table: list[Row]) -> list[str]:
    """The named tests that are not there, and rows of tests that name none."""
    found = [f"{row.requirement} names no test" for row in table if row.status == TEST and not row.evidence.split()]
    for row in table:
        for node in row.evidence.split() if row.status == TEST else ():
            file, _, name = node.partition("::")
            if not (ROOT / file).is_file() or name not in functions(file):
                found.append(node)
    return found


def test_every_requirement_of_levels_1_and_2_is_there_once() -> None:
    table = rows()
    ids = [row.requirement for row in table]
    assert sorted(ids, key=lambda name: tuple(map(int, name.split(".")))) == ids
    assert len(set(ids)) == len(ids)
    counted = Counter((row.chapter, row.level) for row in table)
    assert {chapter: (counted[chapter, 1], counted[chapter, 2]) for chapter in BY_CHAPTER} == BY_CHAPTER
    assert tuple(sum(row.level == level for row in table) for level in (1, 2)) == (70, 183)


def test_at_least_forty_of_level_3_are_there_with_those_that_bite_here() -> None:
    others = {row.requirement for row in rows() if row.level == 3}
    assert others >= NAMED
    assert len(others) >= 40


def test_every_row_has_a_status_words_and_what_answers_it() -> None:
    assert [
        row for row in rows() if row.status not in STATUSES or not row.wording.strip() or not row.evidence.strip()
    ] == []


def test_left_out_chapters_are_left_out_whole_and_210_of_levels_1_and_2_apply() -> None:
    table = rows()
    assert {row.status for row in table if row.chapter in LEFT_OUT} == {NOT_APPLICABLE}
    assert sum(row.level < 3 and row.chapter not in LEFT_OUT for row in table) == 210


def test_every_named_test_exists() -> None:
    assert missing_tests(rows()) == []


def test_a_test_that_is_not_there_is_found() -> None:
    row = Row("1.1.1", 1, "words", TEST, "tests/docs/test_asvs.py::test_every_named_test_exists")
    assert missing_tests([row]) == []
    for evidence in ("tests/docs/test_asvs.py::test_no", "tests/no.py::test_every_named_test_exists", " "):
        assert missing_tests([replace(row, evidence=evidence)]) != []


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text("utf-8") == rendered(rows()), "run: python -m tests.docs.asvs"

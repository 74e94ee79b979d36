"""What an audit tells: each difference in a line that names the cell and both values, and below it what was compared."""

import pytest

from registry.audit.report import Difference, Report


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (Difference("votes", "2", "", None, None, "the row is missing", 7), "votes 2: the row is missing (record 7)"),
        (Difference("votes", "2", "", None, None, "no record has this row"), "votes 2: no record has this row"),
        (Difference("tree_nodes", "0/9", "", "ab", None, "the row is missing", 0),
         "tree_nodes 0/9: the row is missing (record 0)"),
        (Difference("checkpoints", "5/K", "note", None, None, "unsigned"), "checkpoints 5/K note: unsigned"),
        (Difference("claims", "C-1", "state", "READY", "FILED", "changed", 3),
         "claims C-1 state: changed; recorded 'READY' (record 3), found 'FILED'"),
        (Difference("claims", "C-1", "state", None, 0, "changed"), "claims C-1 state: changed; recorded None, found 0"),
        (Difference("claims", "C-1", "state", 0, None, "changed"), "claims C-1 state: changed; recorded 0, found None"),
    ],
)  # fmt: skip
def test_a_difference_is_a_line_with_place_reason_and_both_values(found: Difference, line: str) -> None:
    assert str(found) == line


def test_of_long_values_the_first_120_letters_are_shown() -> None:
    just, longer = "x" * 118, "y" * 119  # with the two quotes 120 and 121 letters
    line = str(Difference("t", "1", "c", just, longer, "changed"))
    assert line == f"t 1 c: changed; recorded '{just}', found '{longer}..."


def test_confidential_values_are_withheld_and_nothing_else_is() -> None:
    open_ = Difference("claims", "C-1", "state", "a", "b", "changed", 3)
    assert open_.withheld() is open_
    secret = Difference("users", "1", "email", "a", "b", "changed", 3, confidential=True)
    assert secret.withheld() == Difference(
        "users", "1", "email", None, None, "changed; its values are confidential", 3, confidential=True
    )


def test_the_report_sums_up_what_was_compared_and_what_was_not() -> None:
    found = Report(3, "ab", 4, 50, 6, 7, 8, 9, not_covered={"drafts": [], "users": ["password", "phone"]})
    compared = [
        "3 records, root ab",
        "compared 50 cells of 4 rows, 6 checkpoints, 7 co-signatures, 8 notes, 9 attached files",
        "not covered by the log: drafts, users (password, phone)",
    ]
    assert (bool(found), found.summary()) == (True, [*compared, "the database is as the log has it"])
    found.differences.append(Difference("votes", "2", "", None, None, "the row is missing"))
    assert (bool(found), found.summary()) == (False, [*compared, "1 differences"])


def test_a_report_begins_with_nothing_compared() -> None:
    assert Report() == Report(0, "", 0, 0, 0, 0, 0, 0, [], {})

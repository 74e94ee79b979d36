"""CSV files: no formula, no lost type, the same bytes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.exports.csv_files import cell, csv_bytes
from registry.exports.schemas.fields import schema
from registry.exports.tables import Table


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+41 22 000", "'+41 22 000"),
        ("-2 degrees", "'-2 degrees"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("''+1", "'''+1"),
        ("'tis", "'tis"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(value: str, written: str) -> None:
    assert cell(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-5, "-5"),
        (-0.25, "-0.25"),
        (100, "100"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        (date(2027, 10, 1), "2027-10-01"),
        (datetime(2027, 1, 15, tzinfo=UTC), "2027-01-15T00:00:00Z"),
        ({"b": 1, "a": True}, '{"a":true,"b":1}'),
    ],
)
def test_other_values_keep_their_one_spelling(value: Any, written: str) -> None:
    assert cell(value) == written


def test_a_table_is_utf_8_with_line_feeds_and_quotes_where_needed() -> None:
    columns = schema("t", "T.", "id", "id text | Id.\nname text | Name.\nx_m number | X.")
    table = Table(columns, [("1", 'said "é", so', -3), ("2", "two\nlines", None)])
    assert csv_bytes(table) == 'id,name,x_m\n1,"said ""é"", so",-3\n2,"two\nlines",\n'.encode()

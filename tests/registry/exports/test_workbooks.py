"""The workbook: texts are texts, numbers numbers, dates dates; no formula, no link, the same bytes."""

import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from registry.exports import workbooks
from registry.exports.schemas.fields import schema
from registry.exports.tables import Table
from registry.exports.workbooks import write_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
AT = datetime(2027, 9, 27, 9, tzinfo=UTC)
PLAIN = schema(
    "things", "Things.", "a", "a text | A.\nb number | B.\nc day | C.\nd instant | D.\ne yes-no | E.\nf object | F."
)


def book(folder: Path, rows: list[tuple[Any, ...]]) -> zipfile.ZipFile:
    path = folder / "book.xlsx"
    write_workbook(path, [Table(PLAIN, rows)], [("What this is", "Illustrative things")], AT)
    return zipfile.ZipFile(path)


def cells(file: zipfile.ZipFile, sheet: int = 2) -> dict[str, tuple[str, str | None]]:
    """Kind and value of every cell of a sheet by its place; kind "s" is a text, "n" a number, "b" yes or no."""
    texts = ["".join(row.itertext()) for row in ET.fromstring(file.read("xl/sharedStrings.xml"))]
    found = {}
    for cell in ET.fromstring(file.read(f"xl/worksheets/sheet{sheet}.xml")).iter(f"{MAIN}c"):
        kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
        found[cell.attrib["r"]] = (kind, texts[int(value)] if kind == "s" and value else value)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+41 22 000",
        "-2 degrees",
        "@SUM(A1)",
        "{=1}",
        "http://example.org",
        "mailto:a@example.org",
        "007",
        "1e5",
    ],
)
def test_a_text_stays_a_text_whatever_it_begins_with(tmp_path: Path, text: str) -> None:
    with book(tmp_path, [(text, -2, None, None, None, {"x": text})]) as file:
        assert cells(file)["A2"] == ("s", text)
        assert cells(file)["B2"] == ("n", "-2")
        whole = b"".join(file.read(name) for name in file.namelist())
    assert re.search(rb"<f[ >]|<hyperlink", whole) is None


def test_numbers_dates_and_yes_and_no_keep_their_kind(tmp_path: Path) -> None:
    instant = datetime(2027, 1, 15, 12, tzinfo=UTC)
    with book(tmp_path, [("a", -0.25, date(2027, 1, 15), instant, True, {"b": [1]})]) as file:
        found = cells(file)
        styles = file.read("xl/styles.xml").decode()
    # Day 46402 of the calendar that begins with 1900: 2027-01-15.
    assert [found[place] for place in ("B2", "C2", "D2", "E2", "F2")] == [
        ("n", "-0.25"), ("n", "46402"), ("n", "46402.5"), ("b", "1"), ("s", '{"b":[1]}'),
    ]  # fmt: skip
    assert 'formatCode="yyyy-mm-dd hh:mm:ss"' in styles


def test_what_a_cell_cannot_hold_is_told(tmp_path: Path) -> None:
    rows = [
        ("x" * 32_767, 2**53 + 1, date(1900, 1, 1), None, None, None),
        ("\U0001f311" * 16_384, 1, None, None, None, None),
    ]
    with book(tmp_path, rows) as file:
        found = cells(file)
    assert found["A2"] == ("s", "x" * 32_767)
    assert found["A3"] == ("s", "16384 characters, more than a cell can hold: see tables/things.csv")
    assert (found["B2"], found["C2"]) == (("s", "9007199254740993"), ("s", "1900-01-01"))
    assert "D2" not in found  # nothing was given


def test_more_rows_than_a_sheet_can_have_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 5)
    with book(tmp_path, [(f"row {number}", 1, None, None, None, None) for number in range(5)]) as file:
        texts = [value for place, (_, value) in cells(file).items() if place.startswith("A")]
    assert texts == ["a", "row 0", "row 1", "row 2", "more rows than a sheet can have: see tables/things.csv"]


def test_the_heading_stays_in_view_and_the_first_sheet_says_what_this_is(tmp_path: Path) -> None:
    with book(tmp_path, []) as file:
        assert b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in file.read(
            "xl/worksheets/sheet2.xml"
        )
        said = {place: value for place, (_, value) in cells(file, sheet=1).items()}
        assert b'<dcterms:created xsi:type="dcterms:W3CDTF">2027-09-27T09:00:00Z' in file.read("docProps/core.xml")
    assert (said["A1"], said["B1"], said["A3"], said["B3"]) == (
        "What this is", "Illustrative things", "things", "0 rows. Things.",
    )  # fmt: skip


def test_the_workbook_of_a_package_says_that_it_is_illustrative_and_has_a_sheet_a_table(public: Path) -> None:
    with zipfile.ZipFile(public / "register.xlsx") as file:
        said = [value for _, value in cells(file, sheet=1).values()]
        names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
    assert "ILLUSTRATIVE" in said
    assert "public: without claims that are not published and without persons" in said
    assert names == ["info", *sorted(names[1:], key=names.index)]
    assert set(names) == {"info", *(path.stem for path in (public / "tables").iterdir())}

"""Cells, columns and texts that cannot be used: each fault with its line and column, all of them at once."""

import pytest

from registry.imports.limits import LIMITS
from tests.registry.imports.conftest import Faults
from tests.registry.imports.handed_in import csv_of, csv_with, geojson_with, table

GOOD = csv_of(table())
SOMEWHERE = (
    "claims.csv, line 4, wkt: it is no well-known text (ParseException: Unknown type: 'SOMEWHERE'); "
    "give for example POINT (-11000 -12000)"
)


def test_the_files_that_tests_spoil_are_good(faults: Faults) -> None:
    assert faults("claims.csv", GOOD) == []


@pytest.mark.parametrize(
    ("line", "cells", "expected"),
    [
        (2, {"term_days": "٢٠٠"}, "line 2, term_days: '٢٠٠' is not a number; write it with the digits 0 to 9"),
        (2, {"term_days": "nan"}, "line 2, term_days: 'nan' is not a number; give a number such as 12 or 0.5, or leave the cell empty"),
        (2, {"term_days": "inf"}, "line 2, term_days: 'inf' is not a number; give a number such as 12 or 0.5, or leave the cell empty"),
        (2, {"term_days": "1e999"}, "line 2, term_days: '1e999' is too large; give a number that can be measured"),
        (2, {"term_days": "1,5"}, "line 2, term_days: '1,5' is not a number; write a decimal point"),
        (2, {"term_days": "0x10"}, "line 2, term_days: '0x10' is not a number; give a number such as 12 or 0.5, or leave the cell empty"),
        (2, {"term_days": "9" * 400}, f"line 2, term_days: '{'9' * 40}' is not a number; give a number such as 12 or 0.5, or leave the cell empty"),
        (2, {"term_days": "1.5"}, "line 2, term_days: 1.5 is not whole; give a whole number"),
        (2, {"term_days": "0"}, "line 2, term_days: 0 is out of range; give a whole number from 1 to 2147483647"),
        (2, {"term_days": ""}, "line 2, term_days: null is not a number; give a whole number"),
        (2, {"purpose": "=1+1"}, "line 2, purpose: '=1+1' begins like a formula; give the text itself, or put an apostrophe before it"),
        (2, {"purpose": "@SUM(A1)"}, "line 2, purpose: '@SUM(A1)' begins like a formula; give the text itself, or put an apostrophe before it"),
        (2, {"purpose": "-2+3"}, "line 2, purpose: '-2+3' begins like a formula; give the text itself, or put an apostrophe before it"),
        (2, {"purpose": "+cmd|' /C calc'!A0"}, "line 2, purpose: \"+cmd|' /C calc'!A0\" begins like a formula; give the text itself, or put an apostrophe before it"),
        (2, {"purpose": "＝1+1"}, "line 2, purpose: '＝1+1' begins like a formula; give the text itself, or put an apostrophe before it"),
        (2, {"purpose": "a\u0007b"}, "line 2, purpose: character 2 (U+0007) cannot be stored or shown; leave it out"),
        (2, {"military__personnel": "maybe"}, "line 2, military.personnel: 'maybe' is neither yes nor no; give yes or no"),
        (2, {"credit": "{"}, "line 2, credit: it is no JSON that can be used (line 1, column 2: not JSON (Expecting property name enclosed in double quotes)); give a JSON value, or leave the cell empty"),
        (2, {"credit": "[" * 10_000}, "line 2, credit: it is no JSON that can be used (file: nested deeper than 64 levels); give a JSON value, or leave the cell empty"),
        (2, {"credit": '{"IND": 50, "IND": 50}'}, 'line 2, credit: it is no JSON that can be used (file: key "IND" stands twice in one object); give a JSON value, or leave the cell empty'),
        (2, {"credit": '{"IND": 90}'}, "line 2, credit: the shares sum to 90; make them sum to 100"),
        (2, {"contacts__visits__email": "nobody"}, "line 2, contacts.visits.email: 'nobody' is not an e-mail address; give it as name@place.example"),
        (2, {"operator": "NOBODY"}, "line 2, operator: operator 'NOBODY' is unknown; use the id of a registered operator"),
        (3, {"rank": "3"}, "line 2, placements: the ranks are not 1, 2, 3 and so on; give each rank once, from 1, without gaps"),
        (3, {"place": "nowhere"}, "line 3, place: place 'nowhere' is unknown; use the id of a registered place"),
        (3, {"placement_name": ""}, 'line 3, placement_name: "" is not a text; give a text of at least one character'),
        (3, {"last_day": "5000"}, "line 3, first_day and last_day: the last day 5000 is past the horizon of 1000 days; end the window within the horizon"),
        (3, {"first_day": ""}, "line 3, first_day: null is not a number; give a whole number"),
        (3, {"key": ""}, "line 3, key: missing; give the key of the claim"),
        (3, {"purpose": "Something else."}, "line 3, purpose: it is not what claims.csv, line 2 says of claim 'alpha'; say it once, or the same in every row"),
        (4, {"phases": "[]"}, "line 4, phases: there is none; give at least one phase"),
        (4, {"phases": '[{"name": "x"}]'}, "line 4, phases[0].offset: missing; add it"),
        (4, {"phases__1__days": "3"}, "line 4, phases.1.days: the phases are given as JSON too; use one of both"),
        (4, {"sustainability__A__9__answer": "yes"}, "line 2, sustainability.A.9.answer: the column is unknown; did you mean 'sustainability.B.9.answer'? Otherwise remove it"),
        (4, {"purpos": ""}, "line 2, purpos: the column is unknown; did you mean 'purpose'? Otherwise remove it"),
        (4, {"wkt": "somewhere"}, "line 4, wkt: it is no well-known text (ParseException: Unknown type: 'SOMEWHERE'); give for example POINT (-11000 -12000)"),
    ],
)  # fmt: skip
def test_a_cell_at_fault_is_told_with_its_line(faults: Faults, line: int, cells: dict[str, str], expected: str) -> None:
    found = faults("claims.csv", csv_with(line, **cells))
    assert f"claims.csv, {expected}" in found


def test_every_fault_of_a_file_is_told_at_once(faults: Faults) -> None:
    rows = table()
    rows[0]["term_days"] = "many"
    rows[1]["place"] = "nowhere"
    rows[2]["wkt"] = "POINT (200 300000000)"
    rows[2]["operator"] = "NOBODY"
    assert faults("claims.csv", csv_of(rows)) == [
        "claims.csv, line 2, term_days: 'many' is not a number; give a number such as 12 or 0.5, or leave the cell empty",
        "claims.csv, line 3, place: place 'nowhere' is unknown; use the id of a registered place",
        "claims.csv, line 4, operator: operator 'NOBODY' is unknown; use the id of a registered operator",
        "claims.csv, line 4, wkt: (200, 300000000) lies at latitude 88.6728, north of -80, outside the register's area; check that the coordinates are metres of IAU_2015:30135",
    ]


def test_a_cell_already_told_of_has_no_second_fault(faults: Faults) -> None:
    assert faults("claims.csv", csv_with(4, wkt="somewhere", rank="one")) == [
        SOMEWHERE,
        "claims.csv, line 4, rank: 'one' is not a number; give a number such as 12 or 0.5, or leave the cell empty",
    ]


def test_an_apostrophe_before_a_formula_is_taken_off(faults: Faults) -> None:
    assert faults("claims.csv", csv_with(2, purpose="'=1+1 is two")) == []


def test_a_telephone_number_is_no_formula(faults: Faults) -> None:
    assert faults("claims.csv", csv_with(2, contacts__emergency__phone="+41 44 123 45 67")) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "claims.csv: it is empty; give a file with claims"),
        (b" \n\n", "claims.csv: it is empty; give a file with claims"),
        (GOOD[: GOOD.index(b"\n") + 1], "claims.csv: it has a heading and no rows; give a row for each placement"),
        (b"\n" + GOOD, "claims.csv, line 1: there is no heading; name the columns in the first line"),
        (GOOD.replace(b"key,", b"key,key,", 1), "claims.csv, line 1: column 'key' stands twice; keep one of them"),
        (GOOD.replace(b"key,", b"key,,", 1), "claims.csv, line 1: column 2 has no name; name it or remove it"),
        (b"key;name\na;b\n", "claims.csv, line 1: its columns are not parted by commas; save it with commas"),
        (GOOD.replace(b",wkt\n", b"\n"), "claims.csv, line 1: there are no footprints; give one of: wkt; x_m and y_m; lon_deg and lat_deg"),
        (GOOD.replace(b",wkt\n", b",x_m\n"), "claims.csv, line 1: of the columns x_m and y_m one is missing; give both, or neither x_m"),
        (GOOD.replace(b"alpha", b"alph\xe4"), "claims.csv, line 2: byte 0xE4 is not UTF-8; save it as UTF-8"),
        (GOOD.replace(b"beta", b"bet\xe4"), "claims.csv, line 4: byte 0xE4 is not UTF-8; save it as UTF-8"),
        (GOOD.replace(b"beta", b"be\0ta"), "claims.csv, line 4: it has a NUL character; export the table again as text"),
        (GOOD.decode().encode("utf-16"), "claims.csv: it is UTF-16; save it as UTF-8"),
        (GOOD + b'"open', "claims.csv, line 5: it cannot be read (unexpected end of data); mend the quotes"),
        (GOOD + b"one,two\n", "claims.csv, line 5: it has 2 cells, the heading 75; give as many; a cell with a comma needs quotes"),
        (b"PK\x03\x04" + GOOD, "claims.csv: by its content it is a ZIP archive or workbook; give CSV, or the file its own ending"),
        (b"SQLite format 3\x00" + GOOD, "claims.csv: by its content it is a GeoPackage; give CSV, or the file its own ending"),
        (b'{"type": "FeatureCollection"}', "claims.csv: by its content it is GeoJSON; give CSV, or the file its own ending"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_where(faults: Faults, data: bytes, expected: str) -> None:
    assert expected in faults("claims.csv", data)


@pytest.mark.parametrize("name", ["claims.xlsx", "claims", "claims.shp", "claims.csv.exe"])
def test_an_ending_that_imports_do_not_have_is_refused(faults: Faults, name: str) -> None:
    assert faults(name, GOOD) == [
        f"{name}: its format is unknown; give a file that ends in .geojson, .json, .gpkg, .csv"
    ]


def test_a_byte_order_mark_is_no_fault(faults: Faults) -> None:
    assert faults("claims.csv", b"\xef\xbb\xbf" + GOOD) == []


def test_line_breaks_of_other_systems_are_no_fault(faults: Faults) -> None:
    assert faults("claims.csv", GOOD.replace(b"\n", b"\r\n")) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(faults: Faults) -> None:
    [found] = faults("claims.csv", b"key\n" * (LIMITS.file_bytes // 4 + 1))
    assert found == "claims.csv: it has 25000004 bytes; give at most 25000000, in several files if need be"


def test_more_rows_than_the_limit_are_refused(faults: Faults) -> None:
    [found] = faults("claims.csv", b"key,wkt\n" + b"a,POINT (0 0)\n" * (LIMITS.rows + 1))
    assert found == "claims.csv, line 5002: there are more than 5000 rows; give them in several files"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[" * 10_000, "claims.geojson, file: nested deeper than 64 levels; give the flat structure of the format"),
        (b'{"type": NaN}', "claims.geojson, type: a number that is not finite; give a finite number"),
        (b"{", "claims.geojson, line 1, column 2: not JSON (Expecting property name enclosed in double quotes); mend or export the file again"),
        (b"[]", "claims.geojson: it is no GeoJSON object; export the layer as GeoJSON"),
        (b'{"type": "Feature"}', 'claims.geojson: it is no feature collection; give {"type": "FeatureCollection", "features": [...]}'),
        (b'{"type": "FeatureCollection", "features": []}', "claims.geojson: it has no features; give a feature for each placement"),
        (b'{"a": 1, "a": 2}', 'claims.geojson, file: key "a" stands twice in one object; keep one of them'),
        (b'{"a": "\xff"}', "claims.geojson, byte 7: not UTF-8 text; give a JSON file in UTF-8, not a binary file"),
        (geojson_with(lambda d: d["features"].insert(1, None)), "claims.geojson, feature 2: it is no feature with properties; export the layer again"),
        (geojson_with(lambda d: d["features"][1]["properties"].update(rank="two")), "claims.geojson, feature 2, rank: 'two' is not a number; give a number such as 12 or 0.5, or leave the cell empty"),
        (geojson_with(lambda d: d["features"][1]["properties"].update(key=None)), "claims.geojson, feature 2, key: missing; give the key of the claim"),
        (geojson_with(lambda d: d["features"][2]["properties"].update(key=7)), "claims.geojson, feature 3, key: '7' is not a text; give the key of the claim"),
        (geojson_with(lambda d: d.update(claims={})), "claims.geojson, claims: it is no list; give a list of filings without placements"),
        (geojson_with(lambda d: d["claims"].append(1)), "claims.geojson, claim 3: it is no object; give a filing without placements; these are the features"),
        (geojson_with(lambda d: d["claims"].append(d["claims"][0])), "claims.geojson, claim 3, key: claim 'alpha' stands twice; keep one of them"),
        (geojson_with(lambda d: d["claims"][1].update(placements=[])), "claims.geojson, claim 2: it has placements; give a filing without placements; these are the features"),
        (geojson_with(lambda d: d["claims"][1].update(key="gamma")), "claims.geojson, claim 2, placements: missing; add it"),
        (geojson_with(lambda d: d["claims"][1]["contacts"].update(visits=[])), "claims.geojson, claim 2, contacts.visits: [] is not an object; give an object {...}"),
    ],
)  # fmt: skip
def test_a_fault_of_geojson_is_told_with_its_feature(faults: Faults, data: bytes, expected: str) -> None:
    assert expected in faults("claims.geojson", data)


def test_the_same_key_in_the_register_is_told_at_the_row(faults: Faults) -> None:
    assert faults("claims.csv", GOOD) == []
    assert faults("claims.csv", GOOD) == [
        "claims.csv, line 2, key: a claim with the key 'alpha' is in round 2027-1 already; amend that one",
        "claims.csv, line 4, key: a claim with the key 'beta' is in round 2027-1 already; amend that one",
    ]

"""Where footprints are: the register's own coordinates, others of the Moon, and everything that is refused."""

import json
from typing import Any

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely

from registry.imports.files import read_file
from registry.imports.sheets import Sheet
from solver.fields import InputError
from solver.geometry import to_geographic
from tests.registry.imports.conftest import Faults, documents
from tests.registry.imports.handed_in import csv_of, geojson_with, geometry, table

LAT_TS_70 = "+proj=stere +lat_0=-90 +lat_ts=-70 +lon_0=0 +R=1737400 +units=m +no_defs +type=crs"
OWN_BY_PARAMETERS = "+proj=stere +lat_0=-90 +lat_ts=-90 +lon_0=0 +R=1737400 +units=m +no_defs +type=crs"
TURNED = "+proj=stere +lat_0=-90 +lat_ts=-90 +lon_0=90 +R=1737400 +units=m +no_defs +type=crs"
OLD_RADIUS = "+proj=stere +lat_0=-90 +lat_ts=-90 +lon_0=0 +R=1738000 +units=m +no_defs +type=crs"


def first_point(sheet: Sheet) -> Any:
    return documents(sheet)[0]["placements"][0]["footprint"]["coordinates"]


def geopackage(tmp_path: Any, crs: str | None, points: list[tuple[float, ...]], **more: Any) -> bytes:
    """A layer of the placements that tests hand in, at other points and in another coordinate system."""
    rows = json.loads(geojson_with(lambda _: None))["features"]
    columns = {name: [json.dumps(row["properties"][name]) if name == "phases" else row["properties"][name] for row in rows]
               for name in rows[0]["properties"]}  # fmt: skip
    path = tmp_path / "layer.gpkg"
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shapely.Point(point)) for point in points], dtype=object),
        field_data=[
            np.array(column) if isinstance(column[0], int) else np.array(column, dtype=object)
            for column in columns.values()
        ],
        fields=list(columns),
        layer="placements",
        driver="GPKG",
        geometry_type=more.pop("geometry_type", "Point"),
        crs=crs,
        **more,
    )
    content: bytes = path.read_bytes()
    return content


POINTS = [(10000.0, 10000.0), (11000.0, 10000.0), (12000.0, 12000.0)]


def keyed(sheet: Sheet) -> list[Any]:
    """The footprints of a sheet whose claims are not whole."""
    assert [str(fault) for fault in sheet.faults] == []
    return [row.footprint["coordinates"] for row in sheet.placements if row.footprint]


def test_the_register_s_own_system_is_taken_as_it_stands(tmp_path: Any) -> None:
    sheet = read_file("layer.gpkg", geopackage(tmp_path, "IAU_2015:30135", POINTS))
    assert keyed(sheet) == [list(point) for point in POINTS]
    assert sheet.notes == []


def test_the_own_system_is_known_by_its_parameters_under_any_name(tmp_path: Any) -> None:
    wkt = pyproj.CRS(OWN_BY_PARAMETERS).to_wkt().replace('"unknown"', '"Somebody\'s polar map"')
    sheet = read_file("layer.gpkg", geopackage(tmp_path, wkt, POINTS))
    assert keyed(sheet) == [list(point) for point in POINTS]
    assert sheet.notes == []


def test_a_polar_file_with_another_latitude_of_true_scale_is_converted_and_said_so(tmp_path: Any) -> None:
    """lat_ts -70 makes the map smaller by (1 + sin 70) / 2 = 0.9698: 100 km in the file are 103.109 km here."""
    points = [(100000.0, 0.0), (0.0, 100000.0), (50000.0, -50000.0)]
    sheet = read_file("layer.gpkg", geopackage(tmp_path, LAT_TS_70, points))
    assert keyed(sheet) == [[103109.12, 0.0], [0.0, 103109.12], [51554.56, -51554.56]]
    [note] = sheet.notes
    assert "which is not the register's IAU_2015:30135: taken as they stand they would be up to 9.2 km off" in note


def test_a_map_that_is_turned_is_turned_back(tmp_path: Any) -> None:
    """Longitude 90 points up there, so what is up there is to the right here."""
    sheet = read_file("layer.gpkg", geopackage(tmp_path, TURNED, [(0.0, 10000.0), (0.0, 11000.0), (1.0, 12000.0)]))
    assert keyed(sheet)[0] == [10000.0, 0.0]
    assert len(sheet.notes) == 1


def test_lunar_longitude_and_latitude_are_converted_and_said_so(tmp_path: Any) -> None:
    """Shackleton: 89.67 S, 129.78 E is at (7690.244, -6402.723)."""
    sheet = read_file(
        "layer.gpkg", geopackage(tmp_path, "IAU_2015:30100", [(129.78, -89.67), (0.0, -85.0), (-180.0, -89.0)])
    )
    assert keyed(sheet)[0] == [7690.244, -6402.723]
    [note] = sheet.notes
    assert "were converted to IAU_2015:30135; edges are straight there" in note


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3031", "IAU_2015:49935", OLD_RADIUS])
def test_another_body_is_refused(tmp_path: Any, crs: str) -> None:
    with pytest.raises(InputError, match=r"is of another body: its radius is \d+ m, that of the Moon 1737400 m"):
        read_file("layer.gpkg", geopackage(tmp_path, crs, POINTS))


def test_a_layer_without_a_system_is_refused(tmp_path: Any) -> None:
    with pytest.warns(UserWarning, match="crs"):
        data = geopackage(tmp_path, None, POINTS)
    with pytest.raises(InputError, match=r"(has no coordinate system|is not of the ground|is unknown)"):
        read_file("layer.gpkg", data)


def test_swapped_longitude_and_latitude_are_told(faults: Faults) -> None:
    def swap(document: dict[str, Any]) -> None:
        document["crs"]["properties"]["name"] = "IAU_2015:30100"
        for feature, point in zip(
            document["features"], ([-70.0, 129.78], [-89.67, 129.78], [-89.0, 20.0]), strict=True
        ):
            feature["geometry"]["coordinates"] = point

    assert [fault for fault in faults("claims.geojson", geojson_with(swap)) if "geometry" in fault] == [
        "claims.geojson, feature 1, geometry: latitude 129.78 is beyond the pole; give longitude first, then latitude",
        "claims.geojson, feature 2, geometry: (-89.67, 129.78): longitude and latitude seem to be swapped; give longitude first",
        "claims.geojson, feature 3, geometry: (-89, 20): longitude and latitude seem to be swapped; give longitude first",
    ]


@pytest.mark.parametrize("lon", [-180.0, 180.0, 540.0])
def test_one_meridian_has_one_place_however_it_is_counted(lon: float) -> None:
    rows = [
        {**{name: cell for name, cell in row.items() if name != "wkt"}, "lon_deg": repr(lon), "lat_deg": "-89"}
        for row in table()
    ]
    x, y = first_point(read_file("claims.csv", csv_of(rows)))
    assert (abs(x), y) == (0.0, -30324.12)


def test_csv_takes_metres_and_degrees_by_the_names_of_the_columns() -> None:
    lat, lon = to_geographic(10000, 10000)
    bare = [{name: cell for name, cell in row.items() if name != "wkt"} for row in table()]
    metres = read_file("claims.csv", csv_of([{**row, "x_m": "10000", "y_m": "1e4"} for row in bare]))
    degrees = read_file("claims.csv", csv_of([{**row, "lon_deg": repr(lon), "lat_deg": repr(lat)} for row in bare]))
    assert (first_point(metres), metres.notes) == ([10000, 10000.0], [])
    assert (first_point(degrees), len(degrees.notes)) == ([10000.0, 10000.0], 1)


def test_a_geojson_without_a_system_means_the_earth(faults: Faults) -> None:
    data = geojson_with(lambda document: document.pop("crs"))
    [found] = faults("claims.geojson", data)
    assert found.startswith(
        "claims.geojson: it names no coordinate system, which for GeoJSON means the Earth; name one with"
    )
    assert first_point(read_file("claims.geojson", data, crs="IAU_2015:30135")) == [10000, 10000]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "is of another body"),
        ("EPSG:4326", "'WGS 84' is of another body"),
        ("urn:ogc:def:crs:EPSG::3031", "is of another body"),
        ("IAU_2015:49900", "is of another body"),
        ("IAU_2015:99999", "is unknown or not of the Moon"),
        ("a map of mine", "coordinate system 'a map of mine' is unknown"),
        ("+proj=stere +nadgrids=/etc/passwd", "is unknown"),
        ("file:///etc/passwd", "is unknown"),
        (7, "names none"),
        (None, "names none"),
    ],
)  # fmt: skip
def test_a_geojson_of_another_system_is_refused(faults: Faults, code: Any, said: str) -> None:
    data = geojson_with(lambda document: document["crs"]["properties"].update(name=code))
    [found] = faults("claims.geojson", data)
    assert said in found


@pytest.mark.parametrize(
    "code", ["IAU_2015:30135", "urn:ogc:def:crs:IAU_2015::30135", "urn:ogc:def:crs:IAU:2015:30135", "IAU:30135"]
)
def test_every_spelling_of_the_own_system_is_taken(code: str) -> None:
    data = geojson_with(lambda document: document["crs"]["properties"].update(name=code))
    sheet = read_file("claims.geojson", data)
    assert (first_point(sheet), sheet.notes) == ([10000, 10000], [])


def test_an_option_that_contradicts_the_file_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"--crs: the file itself says 'urn:ogc:def:crs:IAU_2015::30135'; leave --crs out"
    ):
        read_file("claims.geojson", geojson_with(lambda _: None), crs="IAU_2015:30100")


BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[10000, 10000], [11000, 11000], [11000, 10000], [10000, 11000], [10000, 10000]]],
}
SQUARE = [[10000, 10000], [11000, 10000], [11000, 11000], [10000, 11000], [10000, 10000]]


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (BOW_TIE, "the shape is not valid (Self-intersection[10500 10500]); draw it anew"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "clos"),
        ({"type": "Polygon", "coordinates": [SQUARE[:2]]}, ""),
        ({"type": "Polygon", "coordinates": [SQUARE, [[0, 0], [1, 0], [1, 1], [0, 0]]]}, "the shape is not valid (Hole lies outside shell"),
        ({"type": "Polygon", "coordinates": [[[10000, 10000], [11000, 10000], [10500, 10000], [10000, 10000]]]}, "the shape is not valid"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, "the shape is not valid"),
        ({"type": "Point", "coordinates": [10000, 10000, 5]}, ""),
        ({"type": "Point", "coordinates": []}, ""),
        ({"type": "Point", "coordinates": ["10000", "10000"]}, ""),
        ({"type": "Point", "coordinates": [True, 10000]}, ""),
        ({"type": "Point", "coordinates": None}, ""),
        ({"type": "Point"}, ""),
        ({"type": "LineString", "coordinates": [[10000, 10000]]}, ""),
        ({"type": "GeometryCollection", "geometries": []}, "'GeometryCollection' is not a footprint; use one of Point"),
        ({"type": "Point", "coordinates": [0, 400000]}, "north of -80"),
        (None, "'None' is not a footprint"),
        ([], "'[]' is not a footprint"),
    ],
)  # fmt: skip
def test_a_broken_footprint_is_refused_and_never_mended(faults: Faults, shape: Any, said: str) -> None:
    found = faults("claims.geojson", geometry(2, shape))
    assert len(found) == 1, found
    assert found[0].startswith("claims.geojson, feature 2, geometry: ")
    assert said in found[0]


def test_a_footprint_nested_without_end_is_refused(faults: Faults) -> None:
    deep: Any = [0, 0]
    for _ in range(40):
        deep = [deep]
    found = faults("claims.geojson", geometry(2, {"type": "Polygon", "coordinates": deep}))
    assert found == ["claims.geojson, feature 2, geometry: its coordinates are nested too deep; draw it anew"]


def test_more_positions_than_the_limit_are_refused(faults: Faults) -> None:
    line = {"type": "LineString", "coordinates": [[10000 + number / 100, 10000] for number in range(20_001)]}
    assert faults("claims.geojson", geometry(2, line)) == [
        "claims.geojson, feature 2, geometry: it has 20001 positions; use at most 20000"
    ]


@pytest.mark.parametrize(
    "wkt", ["POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "POINT Z (1 2 3)", "POINT EMPTY", "POINT (nan 1)", "POINT (inf 1)",
            "GEOMETRYCOLLECTION (POINT (1 1))", "POLYGON ((0 0, 1 1, 1 0))", "", "CIRCULARSTRING (0 0, 1 1, 1 0)"],
)  # fmt: skip
def test_broken_well_known_text_is_refused(faults: Faults, wkt: str) -> None:
    rows = table()
    rows[1]["wkt"] = wkt
    found = faults("claims.csv", csv_of(rows))
    assert len(found) == 1, found
    assert found[0].startswith("claims.csv, line 3, wkt: ")


def test_footprints_of_several_kinds_may_stand_in_one_file(faults: Faults) -> None:
    def mix(document: dict[str, Any]) -> None:
        document["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [SQUARE]}
        document["features"][1]["geometry"] = {"type": "LineString", "coordinates": SQUARE[:3]}

    assert faults("claims.geojson", geojson_with(mix)) == []

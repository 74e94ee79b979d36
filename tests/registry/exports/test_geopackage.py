"""The GeoPackage opens in the right place on the Moon."""

import sqlite3
from contextlib import closing

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely

from registry.domain.instants import parse_utc
from registry.exports.features import Layer
from registry.exports.geopackage import write_geopackage
from tests.registry.played import Played


@pytest.mark.parametrize("layer", ["regions", "protected_places", "placements", "entries", "zones"])
def test_each_layer_is_on_a_sphere_of_the_moons_radius_in_the_maps_projection(played: Played, layer: str) -> None:
    crs = pyproj.CRS(pyogrio.read_info(played.export / "map" / "map.gpkg", layer=layer)["crs"])
    assert crs.ellipsoid is not None
    assert (crs.ellipsoid.semi_major_metre, crs.ellipsoid.semi_minor_metre) == (1_737_400, 1_737_400)
    assert crs.coordinate_operation is not None
    assert crs.coordinate_operation.method_name == "Polar Stereographic (variant B)"
    assert {row.name: row.value for row in crs.coordinate_operation.params} == {
        "Latitude of standard parallel": -90,
        "Longitude of origin": 0,
        "False easting": 0,
        "False northing": 0,
    }


def test_the_file_names_the_code_of_its_coordinate_system_for_every_layer(played: Played) -> None:
    with closing(sqlite3.connect(f"file:{played.export / 'map' / 'map.gpkg'}?mode=ro", uri=True)) as file:
        used = file.execute(
            "SELECT DISTINCT organization, organization_coordsys_id FROM gpkg_contents JOIN gpkg_spatial_ref_sys "
            "USING (srs_id)"
        ).fetchall()
    assert used == [("IAU_2015", 30135)]


def test_a_point_read_back_through_the_files_own_crs_is_where_it_was(played: Played) -> None:
    layer = Layer("l", {"id": str}, [({"type": "Point", "coordinates": [151_713.044, 0.0]}, ("a",))])
    path = played.data.parent / "one.gpkg"
    write_geopackage(path, [layer], parse_utc("2027-09-27T09:00:00Z"))
    crs = pyogrio.read_info(path)["crs"]
    to_degrees = pyproj.Transformer.from_crs(crs, "IAU_2015:30100", always_xy=True)
    _, _, geometry, _ = pyogrio.raw.read(path)
    lon_deg, lat_deg = to_degrees.transform(*shapely.get_coordinates(shapely.from_wkb(geometry))[0])
    path.unlink()
    assert (lon_deg, lat_deg) == (pytest.approx(90, abs=1e-7), pytest.approx(-85, abs=1e-7))


def test_a_value_that_is_not_there_is_null_and_the_others_keep_their_type(played: Played) -> None:
    path = played.data.parent / "nulls.gpkg"
    fields = {"s": str, "i": int, "f": float, "b": bool}
    point = {"type": "Point", "coordinates": [1.0, 2.0]}
    rows = [(point, ("a", 1, 0.5, True)), (point, (None, None, None, False))]
    write_geopackage(path, [Layer("l", fields, rows)], parse_utc("2027-09-27T09:00:00Z"))
    with closing(sqlite3.connect(path)) as file:
        stored = file.execute("SELECT s, i, f, b FROM l ORDER BY fid").fetchall()
        changed = file.execute("SELECT last_change FROM gpkg_contents").fetchall()
    path.unlink()
    assert stored == [("a", 1, 0.5, 1), (None, None, None, 0)]
    assert changed == [("2027-09-27T09:00:00.000Z",)]


def test_there_is_a_zone_for_each_phase_and_it_surrounds_its_entry(played: Played) -> None:
    zones, outlines = read(played, "zones")
    entries, footprints = read(played, "entries")
    site_of = dict(zip(entries["id"], footprints, strict=True))
    assert set(zones["phase"]) >= {"landing", "operation"}
    assert len(outlines) == len({*zip(zones["entry"], zones["position"], strict=True)})
    inside = [outline.contains(site_of[entry]) for outline, entry in zip(outlines, zones["entry"], strict=True)]
    assert all(inside)


def test_entries_lie_in_the_registers_area(played: Played) -> None:
    _, footprints = read(played, "entries")
    assert len(footprints) == 59
    assert float(np.hypot(*shapely.get_coordinates(footprints).T).max()) < 304_006


def read(played: Played, layer: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    info, _, geometry, values = pyogrio.raw.read(played.export / "map" / "map.gpkg", layer=layer)
    return dict(zip(info["fields"], values, strict=True)), shapely.from_wkb(geometry)

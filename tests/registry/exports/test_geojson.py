"""GeoJSON in degrees as RFC 7946 has it, and in metres, each saying which Moon it is on."""

import json
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from solver.geometry import to_map
from tests.registry.played import Played


@pytest.fixture(scope="module")
def lonlat(played: Played) -> dict[str, Any]:
    return json.loads((played.export / "map" / "map_lonlat.geojson").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def metres(played: Played) -> dict[str, Any]:
    return json.loads((played.export / "map" / "map_metres.geojson").read_text(encoding="utf-8"))


def test_both_files_say_that_they_are_of_the_moon_and_of_an_invented_round(
    lonlat: dict[str, Any], metres: dict[str, Any]
) -> None:
    assert lonlat["note"].startswith("These are places on the MOON, not on the Earth.")
    assert metres["crs_note"].startswith("Coordinates are metres in IAU_2015:30135 (Moon, ")
    for document in (lonlat, metres):
        assert (document["type"], document["rounds"], document["illustrative"]) == (
            "FeatureCollection",
            ["2027-1"],
            True,
        )
        assert document["radius_note"].startswith("No agreed international radius")


def test_both_files_have_the_same_features_in_the_same_order(lonlat: dict[str, Any], metres: dict[str, Any]) -> None:
    assert [row["properties"] for row in lonlat["features"]] == [row["properties"] for row in metres["features"]]
    layers = list(dict.fromkeys(row["properties"]["layer"] for row in lonlat["features"]))
    assert layers == ["regions", "protected_places", "placements", "entries", "zones"]


def test_degrees_are_longitude_first_within_their_range_and_south_of_80(lonlat: dict[str, Any]) -> None:
    for row in lonlat["features"]:
        west, south, east, north = shape(row["geometry"]).bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= -79.99


def test_every_geometry_in_degrees_is_valid_and_runs_counter_clockwise(lonlat: dict[str, Any]) -> None:
    polygons = [
        part
        for row in lonlat["features"]
        for part in shapely.get_parts(shape(row["geometry"]))
        if part.geom_type == "Polygon"
    ]
    assert [part.wkt for part in polygons if not part.is_valid or not part.exterior.is_ccw] == []
    assert len(polygons) > 150


def test_degrees_and_metres_are_the_same_ground_within_a_metre(lonlat: dict[str, Any], metres: dict[str, Any]) -> None:
    for there, here in zip(lonlat["features"], metres["features"], strict=True):
        back = shapely.transform(shape(there["geometry"]), lambda xy: [to_map(lat, lon) for lon, lat in xy])
        ground = shape(here["geometry"])
        if ground.area == 0:
            assert back.distance(ground) < 0.01
        else:
            # The line to the pole and the date line are no width wide; making the shape valid closes them.
            off = shapely.make_valid(back).symmetric_difference(ground)
            assert off.area < 1.0 * ground.length


def test_each_feature_has_a_line_of_its_own(played: Played, lonlat: dict[str, Any]) -> None:
    lines = (played.export / "map" / "map_lonlat.geojson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(lonlat["features"]) + 2
    assert json.loads(lines[1].rstrip(","))["type"] == "Feature"

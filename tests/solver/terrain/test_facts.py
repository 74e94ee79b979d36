"""Published coordinates through our own formulas: NASA's boxes, a zone at 84 S, landing sites in a system that looks alike."""

import csv
import json
import math
from itertools import pairwise

import pyogrio.raw
import pyproj
import pytest
import shapely

from solver.fields import Fault
from solver.geometry import MAP_CRS, circle_on_map, point_distance_m, to_map
from solver.terrain.systems import system
from tests.solver.terrain.made import real

SPHERE = pyproj.Geod(a=1737400, b=1737400)
SIDES_KM = {
    "N1": (20.0, 20.0),
    "N2": (20.0, 20.0),
    "MM": (16.0, 16.0),
    "MP": (57.895, 76.895),
    "MA": (21.0, 21.0),
    "HW": (29.8, 29.8),
    "G2": (20.0, 20.0),
    "SP": (19.995, 19.995),
    "CB": (19.995, 19.995),
}


def test_the_nine_boxes_of_nasa_are_rectangles_of_their_sizes_to_a_metre() -> None:
    document = json.loads(real("artemis_2024_regions_usgs_P1MEQ6UK.geojson").read_text("utf-8"))
    sides = {}
    for feature in document["features"]:
        ring = [to_map(lat, lon) for lon, lat in feature["geometry"]["coordinates"][0]]
        x, y = (sorted(corner[axis] for corner in ring[:4]) for axis in (0, 1))
        assert all(b - a < 2 or b - a > 10_000 for values in (x, y) for a, b in pairwise(values))
        sides[feature["properties"]["RegionCode"]] = ((x[3] - x[0]) / 1000, (y[3] - y[0]) / 1000)
    assert set(sides) == set(SIDES_KM)
    for code, (across, up) in sides.items():
        assert sorted((across, up)) == pytest.approx(sorted(SIDES_KM[code]), abs=0.001), code


def test_a_plain_buffer_of_two_kilometres_at_84_south_misses_by_five_metres_and_ours_by_none() -> None:
    centre = to_map(-84, 59)
    (x, y), radius_m = circle_on_map(centre, 2000)
    for turn in range(0, 360, 5):
        ux, uy = math.sin(math.radians(turn)), math.cos(math.radians(turn))
        plain = point_distance_m(centre, (centre[0] + 2000 * ux, centre[1] + 2000 * uy))
        assert 5.4 < 2000 - plain < 5.6
        assert point_distance_m(centre, (x + radius_m * ux, y + radius_m * uy)) == pytest.approx(2000, abs=0.1)


def sites() -> tuple[str, list[tuple[float, float]], list[tuple[float, float]]]:
    """The definition of the file's own system, its points, and the published longitudes and latitudes by name."""
    folder = real("wueller_shp/LandingSites.shp").parent
    about, _, shapes, columns = pyogrio.raw.read(folder / "LandingSites.shp")
    names = columns[list(about["fields"]).index("Name")]
    with real("wueller_2026_landing_sites_130.csv").open(encoding="utf-8") as file:
        published = {row["Name"]: (float(row["Longitude"]), float(row["Latitude"])) for row in csv.DictReader(file)}
    points = [(point.x, point.y) for point in shapely.from_wkb(shapes)]
    return (folder / "LandingSites.prj").read_text("ascii"), points, [published[name] for name in names]


def test_sites_in_another_polar_system_come_right_through_their_own_and_six_kilometres_wrong_as_ours() -> None:
    definition, points, published = sites()
    found = system(definition, "LandingSites.prj")
    assert not isinstance(found, Fault)
    assert not found.is_own  # a reader that took its metres for ours would be refused: they are kilometres off
    through_own = pyproj.Transformer.from_crs(definition, "IAU_2015:30100", always_xy=True)
    as_ours = pyproj.Transformer.from_crs(MAP_CRS, "IAU_2015:30100", always_xy=True)
    wrong_m = []
    for point, (lon, lat) in zip(points, published, strict=True):
        assert SPHERE.inv(*through_own.transform(*point), lon, lat)[2] < 30  # the table has five decimals and fewer
        wrong_m.append(SPHERE.inv(*as_ours.transform(*point), lon, lat)[2])
    assert 5_000 < max(wrong_m) < 8_000

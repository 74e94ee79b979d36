"""Positions as they are typed and drawn: what is kept comes back into the boxes as it was meant."""

from itertools import pairwise
from typing import Any

from registry.web.filing import shapes
from solver import geometry


def test_a_circle_stays_a_circle_and_goes_around_what_was_meant() -> None:
    for middle, radius in (([0.0, 0.0], 500.0), ([-11000.0, 12500.5], 250.0), ([151713.044, -0.125], 20000.123)):
        filed = shapes.circle(middle, radius)
        boxes = shapes.from_footprint(filed)
        assert (boxes.shape, float(boxes.radius)) == ("Circle", radius)
        assert [float(part) for part in boxes.positions.split(", ")] == middle
        assert shapes.to_footprint(boxes) == filed
        assert geometry.footprint(filed).covers(geometry.footprint({"type": "Point", "coordinates": middle}))
        inner = geometry.footprint(filed).exterior
        nearest = min(geometry.point_distance_m((middle[0], middle[1]), point) for point in _along(inner))
        assert radius - 0.01 <= nearest <= radius + 0.01


def _along(ring: Any) -> list[tuple[float, float]]:
    """Points on the sides of a ring, the middle of each among them."""
    corners = list(ring.coords)
    pairs = pairwise(corners)
    return [((ax + bx) / 2, (ay + by) / 2) for (ax, ay), (bx, by) in pairs]


def test_a_polygon_that_is_no_circle_stays_a_polygon() -> None:
    moved = shapes.circle([0.0, 0.0], 500.0)
    moved["coordinates"][0][3] = [moved["coordinates"][0][3][0] + 0.01, moved["coordinates"][0][3][1]]
    assert shapes.from_footprint(moved).shape == "Polygon"

"""Shrinking an entry: what a footprint gives back, and what is left of it.

An area gives back its rim, a line its ends; a point has no ground to give back, so that its entry gives back days.
"""

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import shapely
from shapely import affinity, ops
from shapely.geometry import LineString, mapping
from shapely.geometry.base import BaseGeometry

from solver import geometry

# What a missed milestone or a missing proof of use leaves. Source: seabed authority, relinquishment (half of the area by
# the third year).
LEFT = 0.5
_STEPS = 60  # halvings of the width of the rim: far below a millimetre
SLACK_M = 0.001


def left_of(footprint: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is left of a footprint in map metres when half of it is given back; None where it is of points.

    It always lies within the footprint, and covers at most half of it.
    """
    shape = geometry.footprint(footprint)
    if shape.area > 0:
        return _document(_without_rim(shape))
    if shape.length > 0:
        return _document(shapely.union_all([_middle(line) for line in shapely.get_parts(shape)]))
    return None


def days_left(valid_from: date, valid_until: date) -> date:
    """The day on which a term has ended that gives back half of its days, rounded in favour of its party."""
    return valid_from + timedelta(days=math.ceil((valid_until - valid_from).days * LEFT))


def lies_within(part: BaseGeometry, whole: BaseGeometry) -> bool:
    """Whether a footprint has nothing outside another one, but for a millimetre."""
    return bool(whole.buffer(SLACK_M).covers(part))


def _without_rim(shape: BaseGeometry) -> BaseGeometry:
    """The shape without a rim of one width, half of its area."""
    low, high = 0.0, math.sqrt(shape.area)
    for _ in range(_STEPS):
        width = (low + high) / 2
        low, high = (width, high) if shape.buffer(-width, quad_segs=4).area > shape.area * LEFT else (low, width)
    left = shapely.set_precision(shape.buffer(-high, quad_segs=4), 0.001)
    return left if left.area > 0 else affinity.scale(shape.convex_hull, LEFT, LEFT).intersection(shape)


def _middle(line: BaseGeometry) -> LineString:
    """The middle half of a line."""
    return ops.substring(line, (1 - LEFT) / 2, (1 + LEFT) / 2, normalized=True)


def _document(shape: BaseGeometry) -> dict[str, Any]:
    found = mapping(shape)
    return {"type": found["type"], "coordinates": _lists(found["coordinates"])}


def _lists(value: Any) -> Any:
    return [_lists(item) for item in value] if isinstance(value, list | tuple) else float(value)

"""Outlines of zones as they are stored: on the map, in whole millimetres, still around all that they have to keep apart."""

from collections.abc import Mapping
from typing import Any

from solver import geometry

# Outlines are stored in whole millimetres; this much more keep-out lets them still circumscribe their zone.
OUTLINE_SLACK_M = 0.001


def outline(footprint: Mapping[str, Any], keep_out_m: int) -> dict[str, Any]:
    """The outline, in map metres, of the zone of `keep_out_m` ground metres around a footprint."""
    return rounded(geometry.zone_outline(footprint, keep_out_m + OUTLINE_SLACK_M))


def rounded(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A geometry in whole millimetres."""

    def whole_millimetres(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [whole_millimetres(item) for item in value]
        return round(float(value), 3)

    return {"type": shape["type"], "coordinates": whole_millimetres(shape["coordinates"])}

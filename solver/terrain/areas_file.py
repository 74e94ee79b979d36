"""Areas and zones as GeoJSON in map metres, with a note that says so and the origin."""

import json
from collections.abc import Sequence
from typing import Any

from shapely.geometry import mapping

from solver.geometry import MAP_CRS
from solver.io import dump
from solver.terrain.grid import Origin
from solver.terrain.shadow import Area

NOTE = f"Coordinates are metres of {MAP_CRS} (Moon, south polar stereographic), not longitude and latitude."


def geojson(found: Sequence[Area], origin: Origin) -> bytes:
    """Areas as a feature collection, largest first."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": area.name, "area_km2": round(area.area_km2, 4)},
            "geometry": mapping(area.outline),
        }
        for area in found
    ]
    return collection(features, origin)


def collection(features: Sequence[Any], origin: Origin) -> bytes:
    """Features with the note on their coordinates and where they come from."""
    document = {"type": "FeatureCollection", "crs_note": NOTE, "origin": origin.to_document(), "features": features}
    return dump(json.loads(json.dumps(document)))

"""The layers as a GeoPackage that a desktop GIS opens in the right place on the Moon."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from registry.exports.features import Layer
from solver.geometry import MAP_CRS

# A GeoPackage holds the date of its last change; without this it would be the present.
_DATE_OPTION = "OGR_CURRENT_DATE"
_DTYPES = {str: object, int: np.int64, float: np.float64, bool: np.bool_}


def write_geopackage(path: Path, layers: list[Layer], at: datetime) -> None:
    """Write one GeoPackage with a table for each layer, dated `at`."""
    with _dated(at):
        for number, layer in enumerate(layers):
            _write(path, layer, is_first=number == 0)


def _write(path: Path, layer: Layer, *, is_first: bool) -> None:
    import pyogrio.raw

    footprints = np.array([shapely.to_wkb(shape(geometry)) for geometry, _ in layer.rows], dtype=object)
    columns = [_column(layer, position, kind) for position, kind in enumerate(layer.fields.values())]
    pyogrio.raw.write(
        path,
        geometry=footprints,
        field_data=[values for values, _ in columns],
        field_mask=[mask for _, mask in columns],
        fields=list(layer.fields),
        layer=layer.name,
        driver="GPKG",
        geometry_type=_common_type(layer),
        crs=MAP_CRS,
        append=not is_first,
        # With the WKT2 definition of the coordinate system beside the older one, which cannot say all of it.
        dataset_options={"CRS_WKT_EXTENSION": "YES"} if is_first else {},
    )


def _column(layer: Layer, position: int, kind: type) -> tuple[Any, Any]:
    """Values of one field as an array of their kind, and where there are none."""
    values = [row[position] for _, row in layer.rows]
    mask = np.array([value is None for value in values], dtype=bool)
    filled = [kind() if value is None else value for value in values]
    return np.array(filled, dtype=_DTYPES[kind]), mask if mask.any() else None


def _common_type(layer: Layer) -> str:
    kinds = {geometry["type"] for geometry, _ in layer.rows}
    return kinds.pop() if len(kinds) == 1 else "Unknown"


@contextmanager
def _dated(at: datetime) -> Iterator[None]:
    import pyogrio

    pyogrio.set_gdal_config_options({_DATE_OPTION: at.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_DATE_OPTION: None})

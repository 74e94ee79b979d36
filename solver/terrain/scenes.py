"""What a picture shows, read from files: relief, a product on the same ground, candidates, zones; nothing too large."""

import hashlib
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from shapely.geometry import shape

from solver.fields import Fault, InputError, load_json
from solver.geometry import MAP_CRS
from solver.io import read_bytes
from solver.terrain.following import Follow
from solver.terrain.grid import Grid
from solver.terrain.marks import Area, Place
from solver.terrain.parts import Ground, coarser, opened
from solver.terrain.pictures import Scene, pixels
from solver.terrain.shading import style_of
from solver.terrain.tables import read_csv

_STRIPES = 16  # cells from one stripe to the next
_KINDS = {"zone without terrain": "full", "claimed beyond need": "excess"}


def scene(
    ground: Ground,
    most: int,
    follow: Follow,
    layer: Path | None = None,
    places: Path | None = None,
    zones: Path | None = None,
    title: str | None = None,
) -> Scene:
    """The scene of a model with what is laid over it, at most `most` rows and columns.

    Raises
    ------
    InputError
        For unusable files, and a layer that lies elsewhere than the model.
    """
    with opened(ground, follow) as found:
        heights = coarser(found.model, found.window, most, follow)
    marks: Any = {
        "places": [Place(row.id, (row.x_m, row.y_m)) for row in read_csv(places)] if places else (),
        "areas": _areas(zones) if zones else (),
    }
    if layer is None:
        return Scene(title or "Relief", heights, **marks)
    product, what, unit = _layer(layer, heights, follow)
    return Scene(title or what.capitalize(), heights, product, what, style_of(what, unit), **marks)


def image(shown: Scene, name: str) -> tuple[bytes, dict[str, Any]]:
    """A PNG with one pixel a cell, transparent where nothing is known, and the words that a map needs beside it."""
    drawn = pixels(shown) if shown.origin.kind == "measured" else _striped(pixels(shown))
    colours = np.clip(drawn * 255 + 0.5, 0, 255).astype(np.uint8)
    opaque = np.where(np.isnan(shown.ground.values), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    # Through matplotlib's writer: it adds no date and needs no further library.
    from matplotlib.image import imsave

    imsave(out, np.dstack([colours, opaque]), format="png", metadata={"Software": "lunar-site-registry"})
    data = out.getvalue()
    words = {
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "what": shown.what or "relief",
        "unit": shown.style.unit if shown.style else "",
        "crs": MAP_CRS,
        "cell_m": shown.ground.cell_m,
        "bounds_m": list(shown.ground.bounds),
        "origin": shown.origin.to_document(),
    }
    return data, words


def _striped(colours: Any) -> Any:
    """Slanting stripes over what is not measured: a picture without words must not pass for the Moon."""
    row, column = np.indices(colours.shape[:2])
    on_stripe = ((row + column) % _STRIPES < 2)[..., np.newaxis]
    return np.where(on_stripe, 0.5 * colours + 0.5 * np.array([0.76, 0.09, 0.36]), colours)


def _layer(path: Path, heights: Grid, follow: Follow) -> tuple[Grid, str, str]:
    """A product on the very cells of the heights: nearest cells, holes where it does not reach."""
    with opened(Ground((path,)), follow, heights=False) as found, rasterio.open(path) as file:
        what, unit = file.descriptions[0] or path.stem, file.units[0] or ""
        window = found.model.box(*heights.bounds)
        if window[0] >= window[1] or window[2] >= window[3]:
            raise InputError(
                [Fault(str(path), "it lies elsewhere than the model", "bring a product of the same ground")]
            )
        part = found.model.window(*window)
        drawn = _onto(part, heights)
    return Grid(drawn, heights.x_min_m, heights.y_max_m, heights.cell_m, found.model.origin), what, unit


def _onto(part: Grid, heights: Grid) -> Any:
    """The value of the cell under the middle of every cell of the heights."""
    x, y = heights.centres()
    rows = np.floor((part.y_max_m - y) / part.cell_m).astype(np.int64)
    columns = np.floor((x - part.x_min_m) / part.cell_m).astype(np.int64)
    inside = ((rows >= 0) & (rows < part.shape[0]))[:, None] & ((columns >= 0) & (columns < part.shape[1]))[None, :]
    taken = part.values[np.clip(rows, 0, part.shape[0] - 1)][:, np.clip(columns, 0, part.shape[1] - 1)]
    return np.where(inside, taken, np.float32(math.nan)).astype(np.float32)


def _areas(path: Path) -> Sequence[Area]:
    document = load_json(read_bytes(path))
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InputError([Fault(str(path), "it is no feature collection", "give what `solver terrain zone` writes")])
    try:
        return [
            Area(_KINDS.get(str((feature.get("properties") or {}).get("name")), "zone"), shape(feature["geometry"]))
            for feature in features
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            [Fault(str(path), f"a feature cannot be read ({error})", "give GeoJSON in map metres")]
        ) from error

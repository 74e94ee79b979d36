"""Image layers of the ground for the map: pictures that whoever runs the register has put beside its database.

A layer is NAME.png with NAME.png.json, as `solver terrain layer` writes them, in the folder `terrain` of the data folder. The
JSON says where the picture lies, what it shows and where that comes from; a file whose hash is another, or whose words cannot
be read, is no layer. Nothing of it is part of the register: no claim, zone or decision looks at it.
"""

import hashlib
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from registry.web.access.context import access
from registry.web.sessions import no_such
from solver.geometry import MAP_CRS

pages = Blueprint("ground", __name__)
WHAT = "picture of the ground"
MOST_LAYERS, MOST_BYTES = 12, 8_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\.png")
_PNG = b"\x89PNG\r\n\x1a\n"
_KINDS = ("measured", "illustrative", "synthetic")


@dataclass(frozen=True, slots=True)
class GroundLayer:
    """A picture of the ground: `bounds` are x_min, y_min, x_max, y_max in map metres."""

    name: str
    what: str
    source: str
    licence: str
    kind: str
    cell_m: float
    bounds: tuple[float, float, float, float]
    sha256: str


@pages.get("/map/ground/<picture>")
def image(picture: str) -> Response:
    """The picture of a layer, exactly the one that its words were written for."""
    layer = next((row for row in ground_layers() if row.name == picture), None) or no_such(WHAT, picture)
    data = (_folder() / picture).read_bytes()
    if hashlib.sha256(data).hexdigest() != layer.sha256:
        current_app.logger.error("the picture of the ground %s is not the one that its JSON describes", picture)
        no_such(WHAT, picture)
    response = Response(data, mimetype="image/png")
    response.set_etag(layer.sha256)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def ground_layers() -> tuple[GroundLayer, ...]:
    """The layers that can be shown, by name; of what cannot, the log of the server tells why."""
    found = []
    for path in sorted(_folder().glob("*.png.json"))[:MOST_LAYERS]:
        try:
            found.append(_layer(path))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            current_app.logger.warning("%s is no image layer of the ground: %s", path.name, error)
    return tuple(found)


def on_map() -> list[dict[str, Any]]:
    """What the script of the map needs to know of the layers."""
    return [
        {
            "name": layer.name,
            "address": url_for("ground.image", picture=layer.name, v=layer.sha256[:12]),
            "extent": list(layer.bounds),
        }
        for layer in ground_layers()
    ]


def _folder() -> Path:
    return Path(access().settings.data) / "terrain"


def _layer(path: Path) -> GroundLayer:
    words = json.loads(path.read_text("utf-8"))
    picture, origin = path.with_suffix(""), words["origin"]
    if not _NAME.fullmatch(picture.name) or words["file"] != picture.name:
        raise ValueError(f"its file is {words['file']!r}")
    if words["crs"] != MAP_CRS or origin["kind"] not in _KINDS:
        raise ValueError(f"it is in {words['crs']!r} and {origin['kind']!r}")
    bounds = tuple(float(edge) for edge in words["bounds_m"])
    x0, y0, x1, y1 = bounds
    if not (all(math.isfinite(edge) for edge in bounds) and x0 < x1 and y0 < y1):
        raise ValueError(f"its bounds are {bounds}")
    with picture.open("rb") as file:
        if picture.stat().st_size > MOST_BYTES or file.read(len(_PNG)) != _PNG:
            raise ValueError(f"{picture.name} is no PNG of at most {MOST_BYTES} bytes")
    told = (str(words["what"])[:120], str(origin["source"])[:200], str(origin["licence"])[:120], str(origin["kind"]))
    return GroundLayer(picture.name, *told, float(words["cell_m"]), (x0, y0, x1, y1), str(words["sha256"]))

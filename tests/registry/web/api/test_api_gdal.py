"""The collections as programs with maps read them: GDAL's reader of OGC API - Features, on the served API.

GDAL holds the interpreter while it asks, so that it is in a process of its own.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from registry.domain.places import Region
from tests import factories as make

pytestmark = pytest.mark.slow
READER = """
import json, sys
import pyogrio, shapely
address, found = sys.argv[1], {}
for name, _ in pyogrio.list_layers(address):
    meta, _, shapes, columns = pyogrio.raw.read(address, layer=name, PAGE_SIZE=50)
    fields = [str(field) for field in meta["fields"]]
    found[name] = {
        "crs": meta["crs"], "fields": fields, "shapes": [shapely.from_wkb(shape).wkt for shape in shapes],
        "ids": [str(value) for value in columns[fields.index("id")]] if "id" in fields else [],
    }
for name, box in json.loads(sys.argv[2]).items():
    _, _, shapes, _ = pyogrio.raw.read(address, layer="regions", bbox=tuple(box))
    found[f"in {name}"] = len(shapes)
_, _, shapes, _ = pyogrio.raw.read(address, layer="regions", max_features=2)
found["two"] = len(shapes)
print(json.dumps(found))
"""
BOXES = {
    "the pole": (-1, -1, 1, 1),
    "the east": (90_000, 0, 120_000, 10_000),
    "nothing": (-200_000, -9000, -190_000, 0),
}


def fill(session: Session) -> None:
    """A round with an entry, and more regions than one page of the API has."""
    make.recorded_round(session)
    told = {"kind": "ridge", "accuracy": "exact", "source": "test"}
    session.add(Region(id="zz-pole", name="pole", footprint=make.square(-5000, -5000, 10_000), **told))
    for n in range(120):
        square = make.square(100_000, 1000 * n, 900)
        session.add(Region(id=f"zz-{n:03}", name=f"square {n}", footprint=square, **told))


@pytest.fixture
def address(make_app: Callable[..., Flask]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_app(fill), threaded=True)
    hand = threading.Thread(target=server.serve_forever)
    hand.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    hand.join()
    server.server_close()


def test_gdal_reads_every_collection_in_metres_on_the_moon(address: str) -> None:
    words = [sys.executable, "-c", READER, f"OAPIF:{address}", json.dumps(BOXES)]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    layers = {name: row for name, row in found.items() if isinstance(row, dict)}
    assert list(layers) == [
        "placements", "entries", "zones", "protected-places", "regions", "features", "holds", "bank", "landings", "missions",
    ]  # fmt: skip
    for name, row in layers.items():
        assert "IAU:30135" in row["crs"] or 'AUTHORITY["IAU","30135"]' in row["crs"], name
    assert layers["entries"]["shapes"] == ["POINT (10000 10000)"]
    assert layers["entries"]["ids"] == ["E-0001"]
    assert layers["zones"]["ids"] == ["E-0001.1"]
    assert layers["holds"]["shapes"] == ["POINT (13000 13000)"]
    assert len(layers["regions"]["ids"]) == len(set(layers["regions"]["ids"])) == 122, "all pages, by their next links"
    assert (found["in the pole"], found["in the east"], found["in nothing"], found["two"]) == (1, 11, 0, 2)

"""A model in words and figures: what `solver terrain info` prints."""

from collections.abc import Iterator, Mapping
from typing import Any

from solver.terrain.reading import Model


def facts(model: Model) -> dict[str, Any]:
    """What a model is: cells, place, heights, holes, origin."""
    rows, columns = model.shape
    return {
        "rows": rows,
        "columns": columns,
        "cell_m": model.cell_m,
        "bounds_m": list(model.frame.bounds),
        "lowest_m": round(model.span.low, 1),
        "highest_m": round(model.span.high, 1),
        "holes": model.span.holes,
        "origin": model.origin.to_document(),
    }


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """The same as lines for people."""
    x0, y0, x1, y1 = told["bounds_m"]
    origin = told["origin"]
    yield f"cells    {told['rows']} x {told['columns']} of {told['cell_m']:g} m"
    yield f"place    x {x0:g} to {x1:g}, y {y0:g} to {y1:g}, metres of IAU_2015:30135"
    yield f"heights  {told['lowest_m']:g} to {told['highest_m']:g} m above the sphere of 1737400 m; {told['holes']} holes"
    yield f"source   {origin['source']}; {origin['licence']}; {origin['kind']}"
    for file in origin["files"]:
        yield f"file     {file['name']} sha256 {file['sha256']}"
    for step in origin["steps"]:
        yield f"step     {step}"

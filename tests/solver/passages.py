"""Rings, mazes and corridors with access points, and a flood fill on a grid five times finer that knows only the ground.

All invented, each a function of its kind and number. The finer grid decides where no passage and no wall is thinner than one
cell of the coarse one. Exactly, with every coarse cell being 5 x 5 finer ones around the same centre:

- it says *open* if a path is left after every finer cell is closed that has a closed one within 2 in both directions: along
  such a path the 5 x 5 block of every coarse cell that it enters has its middle free, so the coarse cells are free;
- it says *shut* if there is no path even after every finer cell is freed that has a free one within 2: a path over coarse
  cells steps from middle to middle, and of the 4 finer cells between two each is within 2 of one of them;
- otherwise it does not decide, and the coarse grid may say either.
"""

import json
import math
import random
from typing import Any

import numpy as np
import shapely
from scipy import ndimage
from shapely.geometry import LineString, box, mapping, shape

from tests.solver.instances import claim, document, phase
from tests.solver.oracle_distance import footprint_distance_m

CELLS, CELL_M = 20, 300
SIDE_M = CELLS * CELL_M
FINER = 5
RADIUS_M = 1737400.0
KINDS = ("ring", "maze", "corridor")

Document = dict[str, Any]
Footprint = dict[str, Any]


def passage(kind: str, number: int) -> Document:
    """Return an instance with one access point in the middle or at the end, a gate at the rim, and one day of zones."""
    rng = random.Random(f"{kind} {number}")
    origin = rng.choice([(-3000.0, -3000.0), (120_000.0, 40_000.0), (-20_000.0, 280_000.0)])
    zones, blocked, point, gate = MAKERS[kind](rng, origin)
    placements = [
        {
            "id": f"Z{i}/1",
            "points": 50,
            "start": [0, 0],
            "footprint": footprint,
            "phases": [phase(days=9, keep_out_m=m)],
        }
        for i, (footprint, m) in enumerate(zones)
    ]
    rows = [claim(p["id"].split("/")[0], p) for p in placements] or [claim("Z0", far_away(origin))]
    x, y = origin
    access = {
        "cell_m": CELL_M,
        "extent": [x, y, x + SIDE_M, y + SIDE_M],
        "blocked": None if blocked is None or blocked.is_empty else json.loads(json.dumps(mapping(blocked))),
        "transient_days": 2,
        "gates": [gate],
        "points": [{"id": "point", "at": point}],
    }
    return document(*rows, access=access, note="invented, illustrative")


def far_away(origin: tuple[float, float]) -> Document:
    """Return a placement that closes nothing."""
    at = {"type": "Point", "coordinates": [-origin[0], -origin[1] + 9000.0]}
    return {"id": "Z0/1", "points": 50, "start": [0, 0], "footprint": at, "phases": [phase(days=1)]}


def ring(rng: random.Random, origin: tuple[float, float]) -> Any:
    """Zones around the middle, some wide enough to touch and some not, one perhaps left out; ground on a part of it."""
    middle = [origin[k] + SIDE_M / 2 + rng.uniform(-200, 200) for k in (0, 1)]
    count, radius = rng.randint(5, 9), rng.uniform(1300, 2200)
    touching = radius * math.sin(math.pi / count)
    wide = rng.choice([0.7, 1.1, 1.35]) * touching + CELL_M
    turn, gone = rng.uniform(0, 6), rng.choice([None, 0, 0])
    zones = []
    for i in range(count):
        angle = turn + 2 * math.pi * i / count
        at = [middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)]
        if i != gone:
            zones.append(({"type": "Point", "coordinates": at}, round(wide * rng.uniform(0.9, 1.1))))
    return zones, None, middle, [origin[0] + 10.0, origin[1] + rng.uniform(0, SIDE_M - 1)]


def maze(rng: random.Random, origin: tuple[float, float]) -> Any:
    """Walls of ground between rooms of 4 cells, doors of 1 to 3 cells in a spanning tree of them, zones in some doors."""
    rooms, thick = 4, rng.choice([1.1, 1.5, 1.9]) * CELL_M
    step = SIDE_M / rooms
    walls, doors = [], []
    linked = tree(rng, rooms)
    for i in range(rooms):
        for j in range(rooms):
            for di, dj in ((1, 0), (0, 1)):
                if i + di < rooms and j + dj < rooms:
                    ends = wall(origin, step, (i, j), (di, dj))
                    line = LineString(ends).buffer(thick / 2, cap_style="square")
                    if ((i, j), (i + di, j + dj)) in linked or rng.random() < 0.08:
                        at = [(ends[0][k] + ends[1][k]) / 2 for k in (0, 1)]
                        half = rng.choice([0.55, 1.4, 1.4, 1.7, 1.7, 1.7]) * CELL_M
                        line = line.difference(box(at[0] - half, at[1] - half, at[0] + half, at[1] + half))
                        doors.append(at)
                    walls.append(line)
    closed = rng.sample(doors, min(len(doors), rng.choice([0, 1, 2])))
    zones = [({"type": "Point", "coordinates": at}, rng.choice([200, 900])) for at in closed]
    point = [origin[k] + SIDE_M / 2 + step / 2 for k in (0, 1)]
    return zones, shapely.unary_union(walls), point, [origin[0] + step / 2, origin[1] + step / 2]


def wall(origin: tuple[float, float], step: float, room: tuple[int, int], way: tuple[int, int]) -> list[list[float]]:
    """Return the ends of the wall between a room and the next one to the right or above."""
    x, y = origin[0] + step * room[0], origin[1] + step * room[1]
    if way == (1, 0):
        return [[x + step, y], [x + step, y + step]]
    return [[x, y + step], [x + step, y + step]]


def tree(rng: random.Random, rooms: int) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """Return pairs of rooms with a door between them, so that all are linked."""
    seen, found = [(0, 0)], set()
    while len(seen) < rooms * rooms:
        i, j = rng.choice(seen)
        di, dj = rng.choice([(1, 0), (-1, 0), (0, 1), (0, -1)])
        new = (i + di, j + dj)
        if new not in seen and all(0 <= k < rooms for k in new):
            seen.append(new)
            found.add((min((i, j), new), max((i, j), new)))
    return found


def corridor(rng: random.Random, origin: tuple[float, float]) -> Any:
    """One winding way through closed ground; lines that lie across or beside it, with their zones."""
    x, y = origin
    lines = rng.choice([2, 3])
    turns = [[x + SIDE_M * (0.12 if i % 2 else 0.88), y + SIDE_M * (i + 0.5) / lines] for i in range(lines)]
    corners = [[x + SIDE_M * 0.12, y + SIDE_M * 0.5 / lines]]
    for i in range(lines):
        corners += [turns[i], [turns[i][0], y + SIDE_M * (i + 1.5) / lines]] if i + 1 < lines else [turns[i]]
    width = rng.choice([0.7, 2.2, 2.6, 2.8]) * CELL_M
    blocked = box(x, y, x + SIDE_M, y + SIDE_M).difference(LineString(corners).buffer(width / 2, quad_segs=2))
    zones = []
    for _ in range(rng.choice([0, 1, 1, 2])):
        at = [
            x + SIDE_M * rng.uniform(0.3, 0.7),
            y + SIDE_M * (rng.randrange(lines) + rng.choice([0.5, 0.5, 0.8])) / lines,
        ]
        line = [[at[0], at[1] - 200.0], [at[0] + rng.uniform(-100, 100), at[1] + 200.0]]
        zones.append(({"type": "LineString", "coordinates": line}, rng.choice([150, 450])))
    return zones, blocked, corners[-1], corners[0]


MAKERS = {"ring": ring, "maze": maze, "corridor": corridor}


# ---- the finer grid -------------------------------------------------------------------------------------------------


def finer_says(found: Document) -> str:
    """Return "open", "shut" or "undecided" for an instance on the one day of its zones."""
    access = found["access"]
    size, count = CELL_M / FINER, CELLS * FINER
    steps = (np.arange(count) + 0.5) * size
    xs, ys = np.meshgrid(access["extent"][0] + steps, access["extent"][1] + steps)
    free = np.ones(xs.shape, dtype=bool)
    if access["blocked"]:
        free &= ~shapely.contains_xy(shape(access["blocked"]), xs, ys)
    for row in found["claims"]:
        keep_out = row["placements"][0]["phases"][0]["keep_out_m"]
        if row["placements"][0]["phases"][0]["days"] > access["transient_days"]:
            free &= ~near(row["placements"][0]["footprint"], xs, ys, keep_out)
    ends = [block(access, at) for at in (access["gates"][0], access["points"][0]["at"])]
    for rows, columns in ends:
        free[rows, columns] = True
    square = np.ones((FINER, FINER), dtype=bool)
    if linked(ndimage.binary_erosion(free, square, border_value=1), ends):
        return "open"
    return "undecided" if linked(ndimage.binary_dilation(free, square), ends) else "shut"


def block(access: Document, at: list[float]) -> tuple[slice, slice]:
    """Return the finer cells of the coarse cell of a position, as rows and columns."""
    i, j = (int((at[k] - access["extent"][k]) // CELL_M) * FINER for k in (0, 1))
    return slice(j, j + FINER), slice(i, i + FINER)


def linked(free: Any, ends: list[tuple[slice, slice]]) -> bool:
    """Tell whether a path of cells that share a side joins two blocks; the blocks themselves are free."""
    free = free.copy()
    for rows, columns in ends:
        free[rows, columns] = True
    labels, _ = ndimage.label(free)
    return bool(labels[ends[0]][0, 0] == labels[ends[1]][0, 0])


def near(footprint: Footprint, xs: Any, ys: Any, keep_out_m: int) -> Any:
    """Tell of each cell whether its centre is too near to a footprint: the distance on the sphere plus 1 mm is less."""
    if footprint["type"] == "Point":
        x, y = footprint["coordinates"]
        scales = (1 + (xs**2 + ys**2) / (4 * RADIUS_M**2)) * (1 + (x**2 + y**2) / (4 * RADIUS_M**2))
        chord = np.hypot(xs - x, ys - y) / (2 * RADIUS_M)
        return 2 * RADIUS_M * np.arcsin(np.minimum(1, chord / np.sqrt(scales))) + 0.001 < keep_out_m
    on_map = shapely.distance(shapely.points(xs, ys), shape(footprint))
    # A map length is at most 1.01 times the ground's and never shorter: only a ring has to be looked at cell by cell.
    closed = on_map < keep_out_m - 1
    for at in zip(*np.nonzero(~closed & (on_map < 1.02 * keep_out_m)), strict=True):
        centre = {"type": "Point", "coordinates": [float(xs[at]), float(ys[at])]}
        closed[at] = footprint_distance_m(footprint, centre) + 0.001 < keep_out_m
    return closed

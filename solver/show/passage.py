"""Free access drawn: the grid on a map of its own, what is closed on a point's tightest day, and the path that is left."""

from collections.abc import Iterator, Mapping

from solver.access import Passage, Zone, passage_of
from solver.instance import Access
from solver.show.maps import Scene, framed, zone_path
from solver.show.svg import GREY, HALO, INK, PALE, RED, Frame, hint, tag, text
from solver.solution import Way

SIDE, GAP, HEAD = 560, 16, 22
POINTS_SHOWN = 6
FINEST_PIXELS = 3  # lines of the grid are drawn where a cell has as many pixels
GROUND, ZONE = "#b9c0c8", "#f2c9c5"


def height(access: Access | None) -> float:
    """Pixels that the maps of a section need: two a row."""
    shown = 0 if access is None else max(1, min(len(access.points), POINTS_SHOWN))
    return (SIDE + HEAD + GAP) * ((shown + 1) // 2)


def panels(scene: Scene, left: float, top: float) -> Iterator[str]:
    """One map a point with a solution, otherwise one map of the ground alone."""
    passage = passage_of(scene.instance)
    if passage is None:
        return
    ways: list[Way | None] = list((scene.solution.access or ())[:POINTS_SHOWN] if scene.solution else ())
    for number, way in enumerate(ways or [None]):
        x, y = left + (SIDE + GAP) * (number % 2), top + (SIDE + HEAD + GAP) * (number // 2)
        yield text(x, y + 14, _title(passage, way), 13, fill=INK)
        yield from _panel(scene, passage, way, _frame(passage, x, y + HEAD))


def _title(passage: Passage, way: Way | None) -> str:
    cell_m = passage.grid.access.cell_m
    if way is None:
        return f"Free access: cells of {cell_m} m, closed ground grey"
    steps = len(way.path) - 1
    return f"Way of {way.point} on its tightest day, {way.day}: {steps} steps of {cell_m} m; closed grey by ground, red by zones"


def _frame(passage: Passage, x: float, y: float) -> Frame:
    grid, (xmin, ymin, _, _) = passage.grid, passage.grid.access.extent
    width_m, height_m = grid.columns * grid.access.cell_m, grid.rows * grid.access.cell_m
    return Frame((xmin + width_m / 2, ymin + height_m / 2), 1.04 * max(width_m, height_m), x, y, SIDE)


def _panel(scene: Scene, passage: Passage, way: Way | None, frame: Frame) -> Iterator[str]:
    active = _active(scene, passage, way)
    closed = passage.closed(active)
    layers = [
        _cells(passage, frame, passage.grid.everywhere & ~passage.grid.open, GROUND, "closed ground"),
        _cells(passage, frame, closed, ZONE, "closed by zones"),
        _lines(passage, frame),
        _zones(scene, frame, active),
        _path(passage, frame, way),
        _places(passage, frame),
    ]
    yield from framed(frame, *layers)


def _active(scene: Scene, passage: Passage, way: Way | None) -> Mapping[str, Zone]:
    """The widest zone of each site on the day of a way."""
    if way is None or scene.solution is None:
        return {}
    stays = {row.placement: row.start for row in scene.solution.allotments} | dict(passage.held)
    return passage.on(way.day, stays)


def _cells(passage: Passage, frame: Frame, cells: int, fill: str, about: str) -> Iterator[str]:
    """Cells of a set as one path, those side by side in a row as one rectangle."""
    grid, pieces = passage.grid, []
    size = frame.length(grid.access.cell_m)
    for j in range(grid.rows):
        line = cells >> (j * grid.stride) & ((1 << grid.columns) - 1)
        while line:
            first = (line & -line).bit_length() - 1
            count = (~(line >> first) & (line >> first) + 1).bit_length() - 1
            line &= ~(((1 << count) - 1) << first)
            x, y = frame.point(*grid.corner((first, j)))
            pieces.append(f"M{x:.1f} {y:.1f}h{count * size:.1f}v{-size:.1f}h{-count * size:.1f}z")
    if pieces:
        yield tag("path", hint(about), d="".join(pieces), fill=fill)


def _lines(passage: Passage, frame: Frame) -> Iterator[str]:
    grid = passage.grid
    if frame.length(grid.access.cell_m) < FINEST_PIXELS:
        return
    (west, south), (east, north) = (frame.point(*grid.corner(cell)) for cell in ((0, 0), (grid.columns, grid.rows)))
    across = [f"M{frame.point(*grid.corner((i, 0)))[0]:.1f} {south:.1f}V{north:.1f}" for i in range(grid.columns + 1)]
    down = [f"M{west:.1f} {frame.point(*grid.corner((0, j)))[1]:.1f}H{east:.1f}" for j in range(grid.rows + 1)]
    yield tag("path", d="".join(across + down), fill="none", stroke=PALE, stroke_width=0.5)


def _zones(scene: Scene, frame: Frame, active: Mapping[str, Zone]) -> Iterator[str]:
    for name, zone in sorted(active.items()):
        placement = scene.instance.placement_by_id.get(name)
        hold = next((hold for hold in scene.instance.holds if hold.id == name), None)
        footprint = placement.footprint if placement else hold.footprint if hold else None
        colour = scene.colour(placement) if placement else GREY
        outline = frame.path(zone_path(footprint, zone.keep_out_m))
        about = hint(f"{name}: {zone.keep_out_m} m")
        yield tag("path", about, d=outline, fill="none", stroke=colour, stroke_width=1.2)


def _path(passage: Passage, frame: Frame, way: Way | None) -> Iterator[str]:
    if way is None:
        return
    points = [frame.point(*passage.grid.centre(cell)) for cell in way.path]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield tag("path", hint(f"way of {way.point}"), d=line, fill="none", stroke=INK, stroke_width=2)


def _places(passage: Passage, frame: Frame) -> Iterator[str]:
    for gate in passage.grid.access.gates:
        x, y = frame.point(*gate)
        yield tag("rect", hint("gate"), x=x - 5, y=y - 5, width=10, height=10, fill=INK)
    for point in passage.grid.access.points:
        x, y = frame.point(*point.at)
        yield tag("circle", hint(point.id), cx=x, cy=y, r=5.0, fill=RED)
        yield text(x + 8, y + 4, point.id, 11, fill=INK, **HALO)

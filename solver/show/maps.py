"""The map: an overview of the polar area with its groups of sites, and each of the largest groups drawn large."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import box, mapping, shape
from shapely.geometry.base import BaseGeometry

from solver.geometry import scale, to_map, zone_outline
from solver.instance import Hold, Instance, Placement
from solver.show.svg import GREY, HALO, INK, PALE, PAPER, RED, Frame, hint, tag, text
from solver.solution import Allotted, Solution

APART_M = 6_000  # sites farther apart than this, zones included, belong to different groups
PIXELS_A_NAME = 18  # sites are named while each has so many pixels of the frame's side
GROUPS_SHOWN = 6
STEPS_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)


@dataclass(frozen=True, slots=True)
class Scene:
    """What maps draw: sites by placement, allotments by placement, colours by party."""

    instance: Instance
    solution: Solution | None
    colours: Mapping[str, str]

    @property
    def allotted(self) -> dict[str, Allotted]:
        """Allotments by placement id."""
        return {row.placement: row for row in self.solution.allotments} if self.solution else {}

    def colour(self, placement: Placement) -> str:
        """The colour of the party that answers for most of the claim, the first by id of several."""
        credit = self.instance.claim_by_id[placement.claim].credit
        return self.colours[min(credit, key=lambda party: (-credit[party], party))]


@dataclass(frozen=True, slots=True)
class Group:
    """Sites that lie together, with the square that holds them and their zones."""

    placements: tuple[Placement, ...]
    holds: tuple[Hold, ...]
    centre: tuple[float, float]
    side_m: float


def groups(instance: Instance) -> list[Group]:
    """The groups of sites, those with most claims first."""
    items: list[Placement | Hold] = [*instance.placement_by_id.values(), *instance.holds]
    items = [item for item in items if item.footprint is not None]
    if not items:
        return []
    boxes = [box(*_bounds(item)).buffer(APART_M / 2, join_style="mitre") for item in items]
    areas = list(shapely.get_parts(shapely.unary_union(boxes)))
    found = [_group([item for item, own in zip(items, boxes, strict=True) if area.contains(own)]) for area in areas]
    return sorted(found, key=lambda g: (-len({p.claim for p in g.placements}), g.centre))


def _group(items: Sequence[Placement | Hold]) -> Group:
    xmin, ymin, xmax, ymax = shapely.total_bounds([box(*_bounds(item)) for item in items])
    side_m = 1.06 * max(xmax - xmin, ymax - ymin, 1_000)
    placements = tuple(item for item in items if isinstance(item, Placement))
    holds = tuple(item for item in items if isinstance(item, Hold))
    return Group(placements, holds, ((xmin + xmax) / 2, (ymin + ymax) / 2), float(side_m))


def _bounds(item: Placement | Hold) -> tuple[float, float, float, float]:
    assert item.footprint is not None
    xmin, ymin, xmax, ymax = item.footprint.bounds
    reach_m = 1.01 * max(phase.keep_out_m for phase in item.phases)
    return xmin - reach_m, ymin - reach_m, xmax + reach_m, ymax + reach_m


def overview(scene: Scene, found: Sequence[Group], x: float, y: float, side: float) -> Iterator[str]:
    """The polar area with parallels and meridians, every site as a dot, the groups as numbered squares."""
    reach_m = max((math.hypot(*g.centre) + 0.75 * g.side_m for g in found), default=100_000.0)
    frame = Frame((0.0, 0.0), 2.05 * reach_m, x, y, side)
    yield from framed(frame, _graticule(frame, reach_m), _dots(scene, frame), _squares(frame, found))
    yield _scale_bar(frame)


def panel(scene: Scene, group: Group, number: int, x: float, y: float, side: float) -> Iterator[str]:
    """One group drawn large: zones of what is allotted, all other sites as small rings."""
    frame = Frame(group.centre, group.side_m, x, y, side)
    yield from framed(frame, _holds(frame, group), _rings(scene, frame, group), _zones(scene, frame, group))
    yield _scale_bar(frame)
    if number:
        yield text(x + 8, y + 18, str(number), 14, font_weight="bold", fill=INK)


def framed(frame: Frame, *layers: Iterator[str]) -> Iterator[str]:
    """Layers cut off at the rim of a frame, on a pale ground."""
    clip = f"clip-{frame.x:.0f}-{frame.y:.0f}"
    square = {"x": frame.x, "y": frame.y, "width": frame.side, "height": frame.side}
    yield tag("clipPath", tag("rect", **square), id=clip)
    yield tag("rect", **square, fill="#f6f8fa")
    yield tag("g", *(element for layer in layers for element in layer), clip_path=f"url(#{clip})")
    yield tag("rect", **square, fill="none", stroke=GREY)


def _graticule(frame: Frame, reach_m: float) -> Iterator[str]:
    cx, cy = frame.point(0, 0)
    line = {"fill": "none", "stroke": PALE}
    spacing = next((step for step in (0.1, 0.2, 0.5, 1.0, 2.0) if to_map(step - 90, 90)[0] * 5 > reach_m), 5.0)
    for k in range(1, 6):
        radius = frame.length(to_map(k * spacing - 90, 90)[0])
        yield tag("circle", cx=cx, cy=cy, r=radius, **line)
        yield text(cx + 3, cy - radius - 3, f"{90 - k * spacing:g} S", 10, fill=GREY)
    for lon in range(0, 360, 30):
        dx, dy = to_map(-80, lon)
        px, py = frame.point(dx, dy)
        yield tag("line", x1=cx, y1=cy, x2=px, y2=py, stroke=PALE)
    for label, dx, dy in (("0", 0, 1), ("90 E", 1, 0), ("180", 0, -1), ("90 W", -1, 0)):
        px, py = cx + dx * (frame.side / 2 - 18), cy - dy * (frame.side / 2 - 12)
        yield text(px, py + 4, label, 10, fill=GREY, text_anchor="middle")
    yield tag("path", d=f"M{cx - 5} {cy}H{cx + 5}M{cx} {cy - 5}V{cy + 5}", stroke=INK)


def _dots(scene: Scene, frame: Frame) -> Iterator[str]:
    allotted = scene.allotted
    order = sorted(scene.instance.placement_by_id.values(), key=lambda p: p.id in allotted)
    for placement in order:
        if placement.footprint is not None:
            px, py = frame.point(*_middle(placement.footprint))
            is_on = placement.id in allotted or not scene.solution
            yield tag("circle", cx=px, cy=py, r=2.5 if is_on else 1.0, fill=scene.colour(placement) if is_on else GREY)


def _squares(frame: Frame, found: Sequence[Group]) -> Iterator[str]:
    for number, group in enumerate(found[:GROUPS_SHOWN] if len(found) > 1 else [], start=1):
        side = max(12.0, frame.length(group.side_m))
        px, py = frame.point(*group.centre)
        yield tag("rect", x=px - side / 2, y=py - side / 2, width=side, height=side, fill="none", stroke=INK)
        yield text(px + side / 2 + 3, py - side / 2 + 4, str(number), 12, font_weight="bold", fill=INK)


def _holds(frame: Frame, group: Group) -> Iterator[str]:
    for hold in group.holds:
        keep_out_m = max(phase.keep_out_m for phase in hold.phases)
        path = frame.path(zone_path(hold.footprint, keep_out_m))
        yield tag("path", hint(f"hold {hold.id}: {keep_out_m} m"), d=path, fill="url(#hatch)", stroke=GREY)
        px, py = frame.point(*_middle(hold.footprint))
        yield text(px, py + 4, hold.id, 11, fill=INK, text_anchor="middle")


def _rings(scene: Scene, frame: Frame, group: Group) -> Iterator[str]:
    allotted = scene.allotted
    served = {row.claim for row in allotted.values()}
    for placement in group.placements:
        if placement.id not in allotted and placement.footprint is not None:
            px, py = frame.point(*_middle(placement.footprint))
            lost = scene.solution is not None and placement.claim not in served
            yield tag(
                "circle", hint(f"{placement.id}: asked, not allotted"), cx=px, cy=py, r=2.0, fill=PAPER,
                stroke=RED if lost else GREY, stroke_width=0.8,
            )  # fmt: skip


def _zones(scene: Scene, frame: Frame, group: Group) -> Iterator[str]:
    allotted = scene.allotted
    shown = [p for p in group.placements if p.id in allotted] if scene.solution else _best(group.placements)
    widest_first = sorted(shown, key=lambda p: -max(phase.keep_out_m for phase in p.phases))
    for placement in widest_first:
        yield tag("g", *_zone(scene, frame, placement), _footprint(scene, frame, placement))
    for placement in shown if len(shown) <= frame.side / PIXELS_A_NAME else []:
        px, py = frame.point(*_middle(placement.footprint))
        yield text(px, py - 6, placement.claim, 11, fill=INK, text_anchor="middle", **HALO)


def _best(placements: Sequence[Placement]) -> list[Placement]:
    best: dict[str, Placement] = {}
    for placement in sorted(placements, key=lambda p: (-p.points, p.id.encode())):
        best.setdefault(placement.claim, placement)
    return list(best.values())


def _zone(scene: Scene, frame: Frame, placement: Placement) -> Iterator[str]:
    """The zone of the longest phase filled, the others dashed."""
    colour = scene.colour(placement)
    longest = max(placement.phases, key=lambda phase: phase.days).keep_out_m
    for keep_out_m in sorted({phase.keep_out_m for phase in placement.phases} - {0}, reverse=True):
        style = {"fill": colour, "fill_opacity": 0.16} if keep_out_m == longest else {"stroke_dasharray": "4 3"}
        path = frame.path(zone_path(placement.footprint, keep_out_m))
        yield tag("path", d=path, **({"fill": "none", "stroke": colour, "stroke_width": 1.2} | style))


def _footprint(scene: Scene, frame: Frame, placement: Placement) -> str:
    colour, row = scene.colour(placement), scene.allotted.get(placement.id)
    phases = ", ".join(f"{phase.name} {phase.keep_out_m} m" for phase in placement.phases)
    when = f" from day {row.start}" if row else ""
    about = hint(f"{placement.id}{when}, {placement.points} points: {phases}")
    if placement.footprint is None or placement.footprint.geom_type in ("Point", "MultiPoint"):
        px, py = frame.point(*_middle(placement.footprint))
        return tag("circle", about, cx=px, cy=py, r=3.5, fill=colour, stroke=PAPER)
    return tag(
        "path", about, d=frame.path(placement.footprint), fill=colour, fill_opacity=0.5, stroke=colour, stroke_width=2
    )


def zone_path(footprint: BaseGeometry | None, keep_out_m: int) -> BaseGeometry:
    """The outline of a zone on the map."""
    assert footprint is not None
    return shape(zone_outline(mapping(footprint), keep_out_m))


def _middle(footprint: BaseGeometry | None) -> tuple[float, float]:
    assert footprint is not None
    point = footprint.representative_point()
    return point.x, point.y


def _scale_bar(frame: Frame) -> str:
    metres = next((step for step in reversed(STEPS_M) if step <= frame.side_m / 4), STEPS_M[0])
    # A map length shows a little less ground than its metres; the bar is a ground length at the middle of the frame.
    length = frame.length(metres * scale(*frame.centre))
    x, y = frame.x + 10, frame.y + frame.side - 12
    label = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    bar = tag("path", d=f"M{x:.1f} {y - 4:.1f}V{y:.1f}H{x + length:.1f}V{y - 4:.1f}", fill="none", stroke=INK)
    return bar + text(x + length + 5, y, label, 10, fill=INK)

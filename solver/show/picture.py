"""The whole picture as one SVG file: heading, overview and groups on the map, parties, the chart of days."""

from collections.abc import Iterator, Sequence

from solver.instance import Instance
from solver.show import days, maps, passage
from solver.show.maps import GROUPS_SHOWN, Group, Scene
from solver.show.svg import GREY, INK, PAPER, colours, tag, text
from solver.solution import Solution, in_points

WIDTH, MARGIN, HEAD = 1280, 24, 74
MAP = 560
PARTIES_SHOWN = 48
PARTY_COLUMNS = 8


def picture(instance: Instance, solution: Solution | None) -> bytes:
    """The SVG of an instance, with what is allotted if a solution is given."""
    scene = Scene(instance, solution, colours(instance.credited_parties))
    found = maps.groups(instance)
    map_height = MAP + 16 if found else 0
    access_top = HEAD + map_height
    legend_top = access_top + passage.height(instance.access)
    chart_top = legend_top + _legend_height(instance) + 14
    height = chart_top + days.height(instance) + MARGIN
    elements = [
        *_heading(instance, solution),
        *(_maps(scene, found) if found else ()),
        *passage.panels(scene, MARGIN, access_top),
        *_legend(scene, legend_top),
        *days.chart(scene, MARGIN, chart_top, WIDTH - 2 * MARGIN),
        *_notes(instance, found, height - 8),
    ]
    page = tag("rect", width=WIDTH, height=height, fill=PAPER)
    drawing = tag(
        "svg",
        _hatch(),
        page,
        *(f"{element}\n" for element in elements),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        width=WIDTH,
        height=height,
        font_family="system-ui, 'DejaVu Sans', Arial, sans-serif",
    )
    return (drawing + "\n").encode()


def _hatch() -> str:
    line = tag("path", d="M0 6L6 0", stroke=GREY, stroke_width=1)
    return tag("defs", tag("pattern", line, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse"))


def _heading(instance: Instance, solution: Solution | None) -> Iterator[str]:
    yield text(MARGIN, 34, instance.id, 22, font_weight="bold", fill=INK)
    asked = f"{len(instance.claims)} claims of {len(instance.credited_parties)} parties, "
    asked += f"{len(instance.placement_by_id)} placements, {instance.horizon_days} days from {instance.epoch}"
    if solution is None:
        yield text(MARGIN, 58, f"{asked}. Not solved: the best placement of each claim is drawn.", 13, fill=GREY)
        return
    worst = in_points(solution.leximin[0]) if solution.leximin else 0
    got = f"{solution.status}, {solution.rule}, seed {solution.seed}: {len(solution.allotments)} served, "
    got += f"{len(solution.unserved)} not, worst-off party {worst} points"
    yield text(MARGIN, 58, f"{asked}. {got}", 13, fill=GREY)


def _maps(scene: Scene, found: Sequence[Group]) -> Iterator[str]:
    yield from maps.overview(scene, found, MARGIN, HEAD, MAP)
    left, room = MARGIN + MAP + 16, WIDTH - 2 * MARGIN - MAP - 16
    if len(found) == 1:
        yield from maps.panel(scene, found[0], 0, left, HEAD, MAP)
        return
    columns, lines = (2, 1) if len(found) == 2 else (2, 2) if len(found) <= 4 else (3, 2)
    side = min((room - 16 * (columns - 1)) / columns, (MAP - 16 * (lines - 1)) / lines)
    for i, group in enumerate(found[:GROUPS_SHOWN]):
        across, down = i % columns, i // columns
        yield from maps.panel(scene, group, i + 1, left + across * (side + 16), HEAD + down * (side + 16), side)


def _legend_height(instance: Instance) -> float:
    shown = min(len(instance.credited_parties), PARTIES_SHOWN)
    return 20.0 * (1 + (shown - 1) // PARTY_COLUMNS) if shown else 0.0


def _legend(scene: Scene, top: float) -> Iterator[str]:
    step = (WIDTH - 2 * MARGIN) / PARTY_COLUMNS
    for i, party in enumerate(scene.instance.credited_parties[:PARTIES_SHOWN]):
        x, y = MARGIN + step * (i % PARTY_COLUMNS), top + 20 * (i // PARTY_COLUMNS)
        points = f"  {in_points(scene.solution.parties.get(party, 0))}" if scene.solution else ""
        yield tag("rect", x=x, y=y + 2.0, width=11, height=11, rx=2, fill=scene.colours[party])
        yield text(x + 17, y + 12, f"{party[:16]}{points}", 12, fill=INK)


def _notes(instance: Instance, found: Sequence[Group], y: float) -> Iterator[str]:
    notes = []
    if len(found) > GROUPS_SHOWN:
        notes.append(f"{len(found) - GROUPS_SHOWN} more groups of sites stand in the overview alone")
    if len(instance.claims) > days.CLAIMS_SHOWN:
        notes.append(f"the chart shows the first {days.CLAIMS_SHOWN} claims by id")
    if len(instance.credited_parties) > PARTIES_SHOWN:
        notes.append(f"the legend shows the first {PARTIES_SHOWN} parties by id")
    if instance.access and len(instance.access.points) > passage.POINTS_SHOWN:
        notes.append(f"ways of the first {passage.POINTS_SHOWN} access points by id")
    if notes:
        yield text(MARGIN, y, "; ".join(notes), 11, fill=GREY)

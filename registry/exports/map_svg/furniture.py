"""Scale bar and legend."""

import math

from registry.exports.map_svg.content import ALLOTTED, ENTRY, OPEN, OTHER, UNSERVED, MapContent
from registry.exports.map_svg.elements import drawn, group, text_at
from registry.exports.map_svg.frame import MARGIN, Frame
from registry.exports.map_svg.graticule import degrees
from solver.geometry import scale, to_geographic, to_map

ROUND_STEPS = (1, 2, 5)
LEGEND_ROW = 24
LEGEND_COLUMNS = 3

SITE_WORDS = {
    ENTRY: "Entry: recorded priority of use",
    ALLOTTED: "Placement in the proposal",
    OPEN: "Claim, first choice, no result yet",
    UNSERVED: "Claim not allotted, first choice",
    OTHER: "Other placement asked for",
}


def scale_bar(frame: Frame) -> str:
    """A bar of round length, true at the latitude that is written on it (the map's scale grows with latitude)."""
    latitude = -85.0 if frame.is_whole_area else round(to_geographic(frame.x_m, frame.y_m)[0], 1)
    length_m = round_length(frame.half_m / 2.5)
    units = length_m * scale(*to_map(latitude, 0.0)) * frame.per_metre
    x, y = MARGIN + 12, frame.width - MARGIN - 14
    text = f"{length_m / 1000:g} km, true at {degrees(latitude, 'N', 'S')}"
    return group(
        "scale",
        [
            drawn("rect", "bar", x=x, y=y, width=units / 2, height=5),
            drawn("rect", "bar-light", x=x + units / 2, y=y, width=units / 2, height=5),
            text_at(x, y - 7, text, "bar-text"),
        ],
    )


def note(content: MapContent, frame: Frame) -> str:
    """The note of the content, in the corner opposite the scale bar."""
    if not content.note:
        return ""
    x, y = frame.width - MARGIN - 12, frame.width - MARGIN - 9
    return text_at(x, y, content.note, "label-note", text_anchor="end")


def round_length(target_m: float) -> int:
    """The largest of 1, 2, 5 times a power of ten that is not above the target."""
    power = 10 ** math.floor(math.log10(target_m))
    return max(int(step * power) for step in ROUND_STEPS if step * power <= target_m)


def legend_rows(content: MapContent) -> list[tuple[str, str]]:
    """(kind, words) of what this map shows, in the order of the legend."""
    standings = {site.standing for site in content.sites}
    rows = [(standing, SITE_WORDS[standing]) for standing in SITE_WORDS if standing in standings]
    if standings & {ENTRY, ALLOTTED}:
        rows.append(("zone", "Safety zone of a phase"))
    if content.holds:
        rows.append(("hold", "Held free by the agency"))
    if any(place.enforced for place in content.protected):
        rows.append(("protected", "Protected place with its buffer"))
    if any(not place.enforced for place in content.protected):
        rows.append(("uncertain", "Listed place, uncertain: not enforced"))
    if any(region.kind == "nasa-2024" for region in content.regions):
        rows.append(("region", "Region of 2024"))
    if any(region.kind != "nasa-2024" for region in content.regions):
        rows.append(("region-nominal", "Region, extent nominal"))
    return rows + ([("crater", "Named crater")] if content.craters else [])


def legend_height(content: MapContent) -> float:
    """Drawing units that the legend needs below the map."""
    return math.ceil(len(legend_rows(content)) / LEGEND_COLUMNS) * LEGEND_ROW + 16


def legend(content: MapContent, frame: Frame) -> str:
    """The legend, below the map."""
    column = (frame.width - 2 * MARGIN) / LEGEND_COLUMNS
    parts: list[str] = []
    for index, (kind, text) in enumerate(legend_rows(content)):
        x = MARGIN + 10 + index % LEGEND_COLUMNS * column
        y = frame.width + 8 + index // LEGEND_COLUMNS * LEGEND_ROW
        parts += [swatch(kind, x, y), text_at(x + 16, y + 4, text, "bar-text", font_size=12)]
    return group("legend", parts)


def swatch(kind: str, x: float, y: float) -> str:
    """The sign of one kind of thing, centred at (x, y)."""
    if kind in SITE_WORDS:
        return drawn("circle", kind, cx=x, cy=y, r=4.5)
    if kind in ("protected", "uncertain", "zone"):
        return drawn("circle", kind, cx=x, cy=y, r=8)
    return drawn("rect", kind, x=x - 8, y=y - 7, width=16, height=14)

"""Two revisions of a claim side by side: field by field, and both footprints drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext

from registry.exports.map_svg.furniture import round_length
from registry.queries import claims
from registry.queries.revisions import NoRevisionError, compare_revisions
from registry.web import asked
from registry.web.errors import QueryError
from registry.web.sentences import told
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer
from solver import geometry

pages = Blueprint("revisions", __name__)
LEAST_M = 200.0  # a drawing is at least this wide, so that a point has ground around it


@dataclass(frozen=True, slots=True)
class Drawing:
    """Both footprints of a placement as paths in one box; south polar map metres, y turned downwards."""

    box: str
    before: str
    after: str
    scale_bar: str
    bar_m: int


@pages.get("/claims/<claim_id>/compare")
def compared(claim_id: str) -> str:
    """What differs between two revisions; the newest and the one before, unless others are asked for."""
    claim = claims.claim_page(session(), claim_id, viewer()) or no_such("claim", claim_id)
    before, after = (asked.whole_number(name, 0) or None for name in ("before", "after"))
    found = None
    if len(claim.revisions) > 1:
        try:
            found = compare_revisions(session(), claim_id, before, after, viewer())
        except NoRevisionError as error:
            raise QueryError("before" if before else "after", told(error), gettext("Choose two of them.")) from error
    contents = {row.number: row.content for row in claim.revisions}
    return render_template(
        "revisions.html",
        round=chosen_round(claim.row.round),
        row=claim.row,
        revisions=claim.revisions,
        found=found,
        drawings=_drawings(contents[found.before], contents[found.after]) if found else {},
    )


def _drawings(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[int, Drawing]:
    old, new = _footprints(before), _footprints(after)
    return {rank: drawing(old.get(rank), new.get(rank)) for rank in {*old, *new}}


def _footprints(content: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """The footprints of a filing by rank; placements without a rank are in its order."""
    rows = content.get("placements", [])
    return {row.get("rank", i): row["footprint"] for i, row in enumerate(rows, 1) if "footprint" in row}


def drawing(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Drawing:
    """The two footprints in one box, with a bar of a round length."""
    shapes = [geometry.footprint(row) for row in (before, after) if row is not None]
    left, down = (min(shape.bounds[i] for shape in shapes) for i in (0, 1))
    right, up = (max(shape.bounds[i] for shape in shapes) for i in (2, 3))
    width, height = max(right - left, LEAST_M), max(up - down, LEAST_M)
    margin = 0.15 * max(width, height)
    x, y = (left + right - width) / 2 - margin, (down + up + height) / 2 + margin
    w, h = width + 2 * margin, height + 2 * margin
    bar_m = round_length(w / 4)
    bar = f"M{x + margin / 3:.1f} {h - y - margin / 3:.1f}h{bar_m}"
    size = max(w, h) / 100
    paths = [" ".join(_path(row, size)) if row is not None else "" for row in (before, after)]
    return Drawing(f"{x:.1f} {-y:.1f} {w:.1f} {h:.1f}", paths[0], paths[1], bar, bar_m)


def _path(footprint: Mapping[str, Any], size: float) -> Iterator[str]:
    kind, coordinates = footprint["type"], footprint["coordinates"]
    if kind == "Point":
        x, y = coordinates
        yield f"M{x - size:.1f} {-y:.1f}h{2 * size:.1f}M{x:.1f} {-y - size:.1f}v{2 * size:.1f}"
    elif kind == "LineString":
        yield "M" + "L".join(f"{x:.1f} {-y:.1f}" for x, y in coordinates)
    elif kind == "Polygon":
        yield from ("M" + "L".join(f"{x:.1f} {-y:.1f}" for x, y in ring) + "Z" for ring in coordinates)
    else:
        for part in coordinates:
            yield from _path({"type": kind.removeprefix("Multi"), "coordinates": part}, size)

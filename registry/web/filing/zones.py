"""The zones that a placement would have, as outlines for the map's script and as a drawing for who has none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from markupsafe import Markup
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from registry.exports.map_svg.elements import FONT, drawn, element, text_at, words
from registry.exports.map_svg.frame import Frame, around
from registry.web.formats import length_words
from solver import geometry, zones

WIDTH = 420.0
DASHES = (None, "6 3", "2 4", "9 3 2 3")


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of one phase: the keep-out in whole metres and its outline in map metres."""

    phase: str
    keep_out_m: int
    outline: Mapping[str, Any]


def footprint_of(placement: Mapping[str, Any]) -> BaseGeometry | None:
    """The footprint as a shape; None while it is not there or cannot be used."""
    document = placement.get("footprint")
    try:
        return geometry.footprint(document) if isinstance(document, Mapping) else None
    except (geometry.GeometryFault, TypeError, ValueError):
        return None


def zones_of(placement: Mapping[str, Any]) -> list[Zone]:
    """The zones as far as footprint, methods and inputs give them."""
    if footprint_of(placement) is None:
        return []
    phases = placement.get("phases")
    found = (_zone(placement["footprint"], row) for row in (phases if isinstance(phases, list) else []))
    return [zone for zone in found if zone]


def _zone(footprint: Mapping[str, Any], phase: Any) -> Zone | None:
    try:
        sized = zones.size(phase["method"], phase["inputs"])
    except (zones.ZoneInputError, KeyError, TypeError):
        return None
    outline = geometry.zone_outline(footprint, sized.keep_out_m)
    return Zone(str(phase.get("name") or ""), sized.keep_out_m, outline)


def drawing(placement: Mapping[str, Any]) -> Markup | None:
    """The footprint and its zones to scale, as SVG; None while there is no footprint."""
    ground = footprint_of(placement)
    if ground is None:
        return None
    found = zones_of(placement)
    outlines = [shape(zone.outline) for zone in found]
    frame = around(max([ground, *outlines], key=lambda part: part.area or 0), WIDTH, least_half_m=300.0)
    parts = [_zone_drawn(frame, outline, number) for number, outline in enumerate(outlines)]
    parts += [_ground_drawn(frame, ground), *_labels(frame, found)]
    name = gettext("The footprint and the zones of its phases, to scale")
    svg = element(
        "svg",
        element("title", words(name)),
        *parts,
        viewBox=f"0 0 {WIDTH:g} {WIDTH:g}",
        role="img",
        aria_label=name,
        font_family=FONT,
        class_="map",
        xmlns="http://www.w3.org/2000/svg",
    )
    return Markup(svg)  # noqa: S704  every text in it was escaped where it was put in


def _zone_drawn(frame: Frame, outline: BaseGeometry, number: int) -> str:
    dash = DASHES[number % len(DASHES)]
    return drawn("path", "zone", d=frame.path(outline), **({"stroke-dasharray": dash} if dash else {}))


def _ground_drawn(frame: Frame, ground: BaseGeometry) -> str:
    if ground.geom_type != "Point":
        return drawn("path", "allotted", d=frame.path(ground))
    x, y = frame.at(ground.x, ground.y)
    return drawn("circle", "allotted", cx=x, cy=y, r=5)


def _labels(frame: Frame, found: list[Zone]) -> list[str]:
    """The words beside each zone, at its upper edge."""
    labels = []
    for zone in found:
        _west, _south, _east, north = shape(zone.outline).bounds
        middle = shape(zone.outline).centroid
        x, y = frame.at(middle.x, north)
        text = f"{zone.phase} {length_words(zone.keep_out_m)}".strip()
        labels.append(text_at(x, max(y + 14, 14), text, "label-site", text_anchor="middle"))
    return labels

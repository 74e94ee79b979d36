"""The polar map as one SVG text: a pure function of what is to be shown.

Map metres are IAU_2015:30135 (south polar stereographic); 0 degrees of longitude, the Earth side, is up. Marks are
drawn at a size that can be seen; circles of zones and places are true to scale.
"""

from dataclasses import replace

import shapely
from shapely.geometry import shape

from registry.exports.map_svg.content import OTHER, MapContent, Site
from registry.exports.map_svg.elements import FONT, drawn, element, words
from registry.exports.map_svg.frame import AREA_RADIUS_M, MARGIN, Frame, around, whole_area
from registry.exports.map_svg.furniture import legend, legend_height, note, scale_bar
from registry.exports.map_svg.graticule import graticule
from registry.exports.map_svg.layers import (
    ground_layers,
    hold_layer,
    label_layer,
    pole_mark,
    protected_layer,
    site_layer,
    zone_layer,
)

# Close maps of more than one region at once, by name.
VIEWS = {
    "shackleton-and-connecting-ridge": ("Shackleton and Connecting Ridge", ("connecting-ridge", "shackleton-rim")),
}


class UnknownRegionError(LookupError):
    """A region was asked for that the map does not have."""

    def __init__(self, region: str, known: list[str]):
        super().__init__(f"no region {region!r}; known are {', '.join(known)}")
        self.region, self.known = region, known


def regions_known(content: MapContent) -> dict[str, str]:
    """The names of all close maps by id: the views of several regions first, then each region."""
    views = {view: name for view, (name, _) in VIEWS.items()}
    return views | {region.id: region.name for region in content.regions}


def render_map(
    content: MapContent, *, width: int = 860, region: str | None = None, with_legend: bool = False, ids: str = "map"
) -> str:
    """The map as SVG text, `width` units wide: of the whole area, or close up of `region`.

    Text keeps its size in units, so that a small width gives large labels, and fewer of them. `ids` begins the ids of
    its elements: two maps of one page need different ones.

    Raises UnknownRegionError for a region that is neither in `content` nor a view of several.
    """
    content, frame = _shown(content, region, width)
    height = width + (legend_height(content) if with_legend else 0)
    parts = [
        element("title", words(content.name), id=f"{ids}-name"),
        element("desc", words(content.description), id=f"{ids}-description"),
        *_ground(frame, height, ids),
        _clipped(ground_layers(content, frame), ids),
        graticule(frame),
        _clipped(_things(content, frame), ids),
        pole_mark(frame),
        label_layer(content, frame),
        scale_bar(frame),
        note(content, frame),
        legend(content, frame) if with_legend else "",
    ]
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_="map",
        viewBox=f"0 0 {width} {height:g}",
        role="group",
        aria_labelledby=f"{ids}-name {ids}-description",
        font_family=FONT,
    )


def sites_shown(content: MapContent, region: str | None = None) -> tuple[Site, ...]:
    """The sites that the map shows, for the table that says the same. Raises UnknownRegionError as the map does."""
    return _shown(content, region, 2 * MARGIN + 1)[0].sites


def _clipped(layers: str, ids: str) -> str:
    return element("g", layers, clip_path=f"url(#{ids}-edge)") if layers else ""


def _things(content: MapContent, frame: Frame) -> str:
    layers = (protected_layer, zone_layer, hold_layer, site_layer)
    return "".join(layer(content, frame) for layer in layers)


def _ground(frame: Frame, height: float, ids: str) -> list[str]:
    paper = drawn("rect", "ground", x=0, y=0, width=frame.width, height=height)
    if frame.is_whole_area:
        x, y = frame.at(0.0, 0.0)
        edge = {"cx": x, "cy": y, "r": AREA_RADIUS_M * frame.per_metre}
        clip = element("clipPath", element("circle", **edge), id=f"{ids}-edge")
        return [paper, element("defs", clip), drawn("circle", "area", **edge)]
    square = {"x": MARGIN, "y": MARGIN, "width": frame.side, "height": frame.side}
    clip = element("clipPath", element("rect", **square), id=f"{ids}-edge")
    return [paper, element("defs", clip), drawn("rect", "area", **square)]


def extent(content: MapContent, region: str) -> shapely.Geometry:
    """What a close map shows. Raises UnknownRegionError as the map does."""
    wanted = VIEWS[region][1] if region in VIEWS else (region,)
    found = [shape(item.footprint) for item in content.regions if item.id in wanted]
    if not found:
        raise UnknownRegionError(region, list(regions_known(content)))
    return shapely.union_all(found)


def _shown(content: MapContent, region: str | None, width: float) -> tuple[MapContent, Frame]:
    """What is drawn and in which frame. On the map of the whole area the lesser choices would only hide the rest."""
    if region is None:
        sites = tuple(site for site in content.sites if site.standing != OTHER)
        return replace(content, sites=sites), whole_area(width)
    frame = around(extent(content, region), width)
    sites = tuple(site for site in content.sites if frame.shows(shape(site.footprint)))
    return replace(content, sites=sites), frame

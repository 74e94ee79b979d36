"""The layers of the map, from the ground up: craters, regions, protected places, holds, zones, sites."""

from collections.abc import Iterator

import shapely
from shapely.geometry import shape

from registry.exports.map_svg.content import ENTRY, OTHER, STANDINGS, Crater, Hold, MapContent, Protected, Site
from registry.exports.map_svg.elements import LOOKS, drawn, element, group, number, text_at, words
from registry.exports.map_svg.frame import Frame
from registry.exports.map_svg.labels import Labels
from solver.geometry import zone_outline

POLE = shapely.Point(0.0, 0.0)
LEAST_ZONE = 3.0  # smaller than a mark, a zone cannot be seen
SITE_RADIUS = {"other": 2.5, "unserved": 4.0, "open": 4.0, "allotted": 4.5, "entry": 4.5}
PLACE_KINDS = {"nasa-2024": "region"}
PROTECTED, UNCERTAIN = "protected place", "protected place, uncertain, not enforced until reviewed"


def ground_layers(content: MapContent, frame: Frame) -> str:
    """Craters and regions, without their names."""
    craters = [_crater(crater, frame) for crater in content.craters]
    regions = [
        drawn("path", PLACE_KINDS.get(r.kind, "region-nominal"), d=frame.path(shape(r.footprint)))
        for r in content.regions
        if frame.shows(shape(r.footprint))
    ]
    return group("craters", filter(None, craters)) + group("regions", regions)


def _crater(crater: Crater, frame: Frame) -> str:
    if not frame.shows(shapely.Point(crater.x_m, crater.y_m).buffer(crater.map_radius_m)):
        return ""
    x, y = frame.at(crater.x_m, crater.y_m)
    return drawn("circle", "crater", cx=x, cy=y, r=crater.map_radius_m * frame.per_metre)


def protected_layer(content: MapContent, frame: Frame) -> str:
    """Protected places: the buffer where it is enforced, the circle of uncertainty where it is not."""
    return group("protected", (part for place in content.protected for part in _protected(place, frame)))


def _protected(place: Protected, frame: Frame) -> Iterator[str]:
    reach = place.buffer_m if place.enforced else place.uncertainty_m
    if not frame.shows(shapely.Point(place.x_m, place.y_m).buffer(reach)):
        return
    x, y, radius = frame.circle(place.x_m, place.y_m, reach)
    yield drawn("circle", "protected" if place.enforced else "uncertain", cx=x, cy=y, r=max(radius, LEAST_ZONE))
    px, py = frame.at(place.x_m, place.y_m)
    name = f"{place.name}: {PROTECTED if place.enforced else UNCERTAIN}"
    diamond = f"M{px:.1f},{py - 5:.1f}l5,5l-5,5l-5,-5Z"
    yield drawn("path", "protected-mark", element("title", words(name)), d=diamond)


def hold_layer(content: MapContent, frame: Frame) -> str:
    """Room that the agency keeps free."""
    return group("holds", (_hold(hold, frame) for hold in content.holds if frame.shows(shape(hold.footprint))))


def _hold(hold: Hold, frame: Frame) -> str:
    outline = shape(zone_outline(hold.footprint, hold.keep_out_m))
    x, y = frame.at(outline.centroid.x, outline.centroid.y)
    name = element("title", words(f"{hold.id}: {hold.name}"))
    mark = drawn("rect", "hold-mark", x=x - 4, y=y - 4, width=8, height=8)
    return element("g", name, drawn("path", "hold", d=frame.path(outline)), mark)


def zone_layer(content: MapContent, frame: Frame) -> str:
    """The safety zones of sites that have been allotted, one outline for each distance of a phase."""
    return group(
        "zones",
        (part for site in content.sites if site.standing in (ENTRY, "allotted") for part in _zones(site, frame)),
    )


def _zones(site: Site, frame: Frame) -> Iterator[str]:
    for keep_out_m in sorted(set(site.keep_outs_m), reverse=True):
        if keep_out_m * frame.per_metre < LEAST_ZONE:
            continue
        footprint = shape(site.footprint)
        if footprint.geom_type == "Point":
            x, y, radius = frame.circle(footprint.x, footprint.y, keep_out_m)
            if frame.shows(footprint.buffer(keep_out_m)):
                yield drawn("circle", "zone", cx=x, cy=y, r=radius)
        else:
            outline = shape(zone_outline(site.footprint, keep_out_m))
            if frame.shows(outline):
                yield drawn("path", "zone", d=frame.path(outline.simplify(0.2 / frame.per_metre)))


def site_layer(content: MapContent, frame: Frame) -> str:
    """The sites themselves; those that matter more lie on top."""
    shown = [site for site in content.sites if frame.shows(shape(site.footprint))]
    in_order = sorted(shown, key=lambda site: (STANDINGS.index(site.standing), site.id))
    return group("sites", (_site(site, frame) for site in in_order))


def _site(site: Site, frame: Frame) -> str:
    footprint = shape(site.footprint)
    middle = footprint.representative_point()
    x, y = frame.at(middle.x, middle.y)
    parts = [element("title", words(site.name))]
    if footprint.geom_type != "Point":
        outline = {"fill": "none", "stroke": LOOKS[site.standing]["stroke"], "stroke_width": 1.6}
        if site.standing in (ENTRY, "allotted"):
            outline["stroke"] = LOOKS[site.standing]["fill"]
        parts.append(drawn("path", site.standing, d=frame.path(footprint), **outline))
    parts.append(drawn("circle", site.standing, cx=x, cy=y, r=SITE_RADIUS[site.standing]))
    if site.href is None:
        return element("g", *parts)
    return element("a", *parts, href=site.href, tabindex="-1", aria_label=site.name)


def label_layer(content: MapContent, frame: Frame) -> str:
    """Names of regions, craters, protected places, holds and sites, as far as there is room for them."""
    low, high = 36.0, frame.width - 36.0
    labels = Labels((low, low, high, high))
    for site in content.sites:
        if site.standing != OTHER or not frame.is_whole_area:
            middle = shape(site.footprint).representative_point()
            labels.keep_free(*frame.at(middle.x, middle.y), SITE_RADIUS[site.standing])
    return group("labels", filter(None, (_label(labels, *wish) for wish in _wishes(content, frame))))


Wish = tuple[float, float, str, str, float]


def _label(labels: Labels, x: float, y: float, text: str, look: str, gap: float) -> str:
    size = LOOKS[look]["font-size"]
    assert isinstance(size, int | float)
    found = labels.place(x, y, text, float(size), gap, inside=look == "label-crater")
    return "" if found is None else text_at(*found, text, look)


def _wishes(content: MapContent, frame: Frame) -> Iterator[Wish]:
    """The labels wanted, the most important first: sites on a close map, places on the map of the whole area."""
    yield from _place_wishes(content, frame)
    if not frame.is_whole_area:
        yield from _site_wishes(content, frame)
    yield from _crater_wishes(content, frame)


def pole_mark(frame: Frame) -> str:
    """A cross at the pole, where the frame shows it."""
    if not frame.shows(POLE):
        return ""
    x, y = frame.at(0.0, 0.0)
    return drawn("path", "pole", d=f"M{number(x - 5)},{number(y)}h10M{number(x)},{number(y - 5)}v10")


def _place_wishes(content: MapContent, frame: Frame) -> Iterator[Wish]:
    if frame.shows(POLE) and not frame.is_whole_area:
        yield (*frame.at(0.0, 0.0), "South Pole", "label", 7)
    for region in content.regions:
        visible = shape(region.footprint).intersection(frame.square)
        if not visible.is_empty:
            west, _south, east, north = visible.bounds
            yield (*frame.at((west + east) / 2, north), region.name, "label-place", 9 if frame.is_whole_area else -18)
    for place in content.protected:
        if frame.shows(shapely.Point(place.x_m, place.y_m)):
            yield (*frame.at(place.x_m, place.y_m), place.name, "label-protected", 8)
    for hold in content.holds:
        middle = shape(hold.footprint).representative_point()
        if not frame.is_whole_area and frame.shows(middle):
            yield (*frame.at(middle.x, middle.y), hold.id, "label-hold", 7)


def _site_wishes(content: MapContent, frame: Frame) -> Iterator[Wish]:
    for standing in reversed(STANDINGS[1:]):
        for site in content.sites:
            middle = shape(site.footprint).representative_point()
            if site.standing == standing and frame.shows(middle):
                look = "label-unserved" if standing == "unserved" else "label-site"
                yield (*frame.at(middle.x, middle.y), site.label, look, 7)


def _crater_wishes(content: MapContent, frame: Frame) -> Iterator[Wish]:
    for crater in sorted(content.craters, key=lambda crater: -crater.map_radius_m):
        big = crater.map_radius_m * frame.per_metre >= 13
        if big and frame.shows(shapely.Point(crater.x_m, crater.y_m)):
            yield (*frame.at(crater.x_m, crater.y_m), crater.name, "label-crater", 2)

"""Footprints, zones and places in the shape of OGC API - Features, part 1, with the coordinate systems of part 2.

One thing differs, and cannot be otherwise: where no system is named, part 1 gives longitude and latitude on the Earth. These
are on the Moon, as every answer says. With `crs` they are metres of IAU_2015:30135, or latitude and longitude of IAU_2015:30100.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely
from flask import Response, request, url_for
from pydantic import Field

from registry.exports.geojson import LONLAT_NOTE, METRES_NOTE
from registry.web.api.answers import GEOJSON, JSON, OPENAPI, Link, answer, body_of
from registry.web.api.asking import DEGREES, METRES, SYSTEMS, area, interval, system
from registry.web.api.blueprint import operation
from registry.web.api.layers import COLLECTIONS, Collection, Site, Sites
from registry.web.api.models import Model, says
from registry.web.api.paging import Paging, next_address, part
from registry.web.sessions import no_such

Json = dict[str, Any]
PART_1, PART_2 = (f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/" for part in (1, 2))
CONFORMS_TO = [f"{PART_1}core", f"{PART_1}geojson", f"{PART_2}crs"]
REACH_M = 304_006  # of latitude -80 on the map, rounded up
NOTE = (
    "Places on the Moon. Where no system is named, part 1 means longitude and latitude on the Earth (CRS84); here they are "
    "longitude and latitude on the Moon (sphere of 1737400 m, the axes of IAU_2015:30100 in the other order)."
)


class LinkTo(Model):
    """A link to another address."""

    href: str = says("Address")
    rel: str = says("Relation")
    type: str | None = says("Form of what is there", default=None)
    title: str | None = says("What is there", default=None)


class Landing(Model):
    """The entrance."""

    title: str = says("Name of the register's API")
    description: str = says("What it is")
    links: list[LinkTo] = says("Where to go on")


class Conformance(Model):
    """What this follows."""

    conformsTo: list[str] = says("Conformance classes")  # noqa: N815  (the standard's name)
    note: str = says("Where it differs")


class CollectionInfo(Model):
    """One collection of features."""

    id: str = says("Its id")
    title: str = says("Its title")
    description: str = says("What is in it")
    itemType: str = says("Always feature")  # noqa: N815  (the standard's name)
    extent: Json = says("Where and when: the whole area of the register, south of 80 degrees south")
    crs: list[str] = says("Coordinate systems to be had by name")
    storageCrs: str = says("The system in which the register keeps geometries")  # noqa: N815  (the standard's name)
    links: list[LinkTo] = says("Where its features are")


class Collections(Model):
    """All collections."""

    collections: list[CollectionInfo] = says("The collections")
    links: list[LinkTo] = says("Where to go on")


class Feature(Model):
    """A feature with its fields."""

    type: str = says("Always Feature")
    id: str = says("Its id in the collection")
    geometry: Json = says("GeoJSON geometry in the system asked for")
    properties: Json = says("Its fields")
    links: list[LinkTo] | None = says("Where it belongs", default=None)


class FeatureCollection(Model):
    """Features, with how many there are."""

    type: str = says("Always FeatureCollection")
    numberMatched: int = says("How many fit, on all pages", ge=0)  # noqa: N815  (the standard's name)
    numberReturned: int = says("How many are here", ge=0)  # noqa: N815  (the standard's name)
    note: str = says("In which coordinates")
    features: list[Feature] = says("The features")
    links: list[LinkTo] = says("This page, and the one that follows")


class CollectionPath(Model):
    """One collection."""

    collection_id: str = says(f"One of: {', '.join(COLLECTIONS)}")


class FeaturePath(CollectionPath):
    """One feature."""

    feature_id: str = says("Its id in the collection")


class ItemsQuery(Paging):
    """Which features."""

    bbox: str | None = says(
        "west,south,east,north; over longitude 180 west is larger than east", default=None, max_length=200
    )
    bbox_crs: str | None = Field(default=None, alias="bbox-crs", description="System of bbox", max_length=80)
    datetime: str | None = says("An instant, a day, or two with / between; .. is no limit", default=None, max_length=80)
    crs: str | None = says(
        f"System of the answer: {METRES}, or {DEGREES} (latitude first); absent: longitude, latitude",
        default=None,
        max_length=80,
    )


class FeatureQuery(Model):
    """In which system."""

    crs: str | None = says("System of the answer", default=None, max_length=80)


def _of(model: str) -> dict[Any, Any]:
    """A GeoJSON answer in the document."""
    return {200: {"content": {GEOJSON: {"schema": {"$ref": f"#/components/schemas/{model}"}}}}}


@operation("", {200: Landing}, "features")
def landing() -> Response:
    """The entrance of the API: what there is, and where."""
    links = [
        _link("self", _to("landing"), JSON, "This page"),
        _link("service-desc", _to("openapi"), OPENAPI, "The API as an OpenAPI document"),
        _link("service-doc", url_for("api_page.for_programs", _external=True), "text/html", "The API for people"),
        _link("conformance", _to("conformance"), JSON, "What it conforms to"),
        _link("data", _to("collections"), JSON, "Collections of features"),
    ]
    return answer(Landing(title="Lunar Site Registry", description=NOTE, links=links))


@operation("/conformance", {200: Conformance}, "features")
def conformance() -> Response:
    """Which parts of OGC API - Features this follows, and where it differs."""
    return answer(Conformance(conformsTo=CONFORMS_TO, note=NOTE))


@operation("/collections", {200: Collections}, "features")
def collections() -> Response:
    """The collections of features."""
    links = [_link("self", _to("collections"), JSON, "This page")]
    return answer(Collections(collections=[_info(row) for row in COLLECTIONS.values()], links=links))


@operation("/collections/<collection_id>", {200: CollectionInfo}, "features")
def collection(path: CollectionPath) -> Response:
    """One collection of features."""
    return answer(_info(_named(path.collection_id)))


@operation("/collections/<collection_id>/items", _of("FeatureCollection"), "features")
def items(path: CollectionPath, query: ItemsQuery) -> Response:
    """The features of a collection, as GeoJSON; by where and when they are."""
    found, crs = _named(path.collection_id).sites(), system("crs", query.crs)
    chosen = list(_chosen(found, query))
    shown, more = part(chosen, query, lambda place: found.rows[place].id)
    links = [_link("self", request.url, GEOJSON, "This page")]
    links += [_link("collection", _to("collection", collection_id=path.collection_id), JSON, "The collection")]
    if more:
        links.append(_link("next", next_address(found.rows[shown[-1]].id), GEOJSON, "The page that follows"))
    made = {
        "type": "FeatureCollection",
        "numberMatched": len(chosen),
        "numberReturned": len(shown),
        "note": METRES_NOTE if crs == METRES else LONLAT_NOTE,
        "features": [_feature(found, place, crs) for place in shown],
        "links": [link.model_dump(exclude_none=True) for link in links],
    }
    return _geojson(made, crs, [(link.rel, link.href) for link in links if link.rel == "next"])


@operation("/collections/<collection_id>/items/<feature_id>", _of("Feature"), "features")
def feature(path: FeaturePath, query: FeatureQuery) -> Response:
    """One feature of a collection, as GeoJSON."""
    found, crs = _named(path.collection_id).sites(), system("crs", query.crs)
    place = found.by_id.get(path.feature_id)
    if place is None:
        no_such("feature", f"{path.feature_id} of collection {path.collection_id}")
    links = [
        _link("self", request.url, GEOJSON),
        _link("collection", _to("collection", collection_id=path.collection_id), JSON),
    ]
    made = _feature(found, place, crs)
    return _geojson(made | {"links": [link.model_dump(exclude_none=True) for link in links]}, crs, [])


def _chosen(found: Sites, query: ItemsQuery) -> Iterator[int]:
    """The places of the features that fit, in the order of their ids."""
    days = None if query.datetime is None else interval(query.datetime)
    crs = system("bbox-crs", query.bbox_crs)
    places: Sequence[int] = range(len(found.rows))
    if days is not None:
        places = [place for place in places if found.rows[place].is_there(days.first, days.last)]
    if query.bbox is not None:
        where, shapes = area(query.bbox, crs), found.shapes_m if crs == METRES else found.shapes_deg
        places = [place for place in places if shapely.intersects(where, shapes[place])]
    yield from places


def _feature(found: Sites, place: int, crs: str | None) -> Json:
    row: Site = found.rows[place]
    geometry: Mapping[str, Any] = row.metres if crs == METRES else found.degrees[place]
    if crs == DEGREES:
        geometry = {**geometry, "coordinates": _latitude_first(geometry["coordinates"])}
    return {"type": "Feature", "id": row.id, "geometry": geometry, "properties": dict(row.fields)}


def _latitude_first(value: Any) -> Any:
    if value and not isinstance(value[0], list | tuple):
        return [value[1], value[0]]
    return [_latitude_first(part_) for part_ in value]


def _geojson(document: Json, crs: str | None, links: Sequence[Link]) -> Response:
    named = {"Content-Crs": f"<{crs}>"} if crs else {}
    return answer(body_of(document), media=GEOJSON, links=links, headers=named)


def _info(row: Collection) -> CollectionInfo:
    here = _to("collection", collection_id=row.id)
    spatial = {"bbox": [[-REACH_M, -REACH_M, REACH_M, REACH_M]], "crs": METRES}
    links = [
        _link("self", here, JSON, "This collection"),
        _link("items", _to("items", collection_id=row.id), GEOJSON, row.title),
        _link("alternate", url_for("exported.package", _external=True), "text/html", "All data as a package"),
    ]
    return CollectionInfo(
        id=row.id,
        title=row.title,
        description=f"{row.description}. {NOTE}",
        itemType="feature",
        extent={"spatial": spatial, "temporal": {"interval": [[None, None]]}},
        crs=list(SYSTEMS),
        storageCrs=METRES,
        links=links,
    )


def _named(collection_id: str) -> Collection:
    return COLLECTIONS.get(collection_id) or no_such("collection", collection_id)


def _link(rel: str, href: str, kind: str, title: str | None = None) -> LinkTo:
    return LinkTo(rel=rel, href=href, type=kind, title=title)


def _to(name: str, **values: str) -> str:
    return url_for(f"api.{name}", **values, _external=True)

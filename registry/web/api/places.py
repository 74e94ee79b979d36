"""What stands on the ground for everybody: protected places, regions, named features; and what was told to everybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from registry.queries import places as reading
from registry.queries import public_notices as told
from registry.web.api.blueprint import listing, single
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.api.rounds import MOST
from registry.web.sessions import session


class ProtectedPlace(Model):
    """A heritage site, science preserve or planetary-protection area, with its buffer."""

    id: str = says("Its id")
    name: str = says("Its name")
    kind: str = says("What it is")
    party: str | None = says("State of registry of what lies there")
    lat_deg: float = says("Latitude on the Moon, degrees")
    lon_deg: float = says("Longitude on the Moon, degrees, east-positive")
    x_m: float = says("x in metres of IAU_2015:30135")
    y_m: float = says("y in metres of IAU_2015:30135")
    coordinate_sigma_m: float = says("Uncertainty of the coordinates, one sigma in metres")
    buffer_m: int = says("Buffer with three sigma of the coordinates, metres")
    enforced: bool = says("Whether the buffer binds; not while sources differ by more than a kilometre")
    remark: str = says("What else is to be known")
    source: str = says("Where this is known from")
    candidate_of: str | None = says("Place of which this is another possible position")


class Region(Model):
    """A region that claims name."""

    id: str = says("Its id")
    name: str = says("Its name")
    kind: str = says("What it is")
    footprint: Json = says("GeoJSON geometry in metres of IAU_2015:30135")
    accuracy: str = says("How exact it is")
    source: str = says("Where this is known from")


class NamedFeature(Model):
    """A crater or other named feature."""

    id: str = says("Its id")
    name: str = says("Its name")
    kind: str = says("What it is")
    lat_deg: float = says("Latitude on the Moon, degrees")
    lon_deg: float = says("Longitude on the Moon, degrees, east-positive")
    x_m: float = says("Centre of its circle on the map, metres of IAU_2015:30135")
    y_m: float = says("The same")
    radius_m: float | None = says("Radius of its circle on the map, metres; null where no diameter is known")
    source: str = says("Where this is known from")


class Notice(Model):
    """A notice to the Secretary-General of the United Nations, or a circular to all parties."""

    id: int = says("Its number")
    kind: str = says("What it tells of")
    addressees: tuple[str, ...] = says("To whom the same words went at the same moment")
    subject: str = says("What it is about, for example entries/E-0001")
    heading: str = says("Its heading")
    text: str = says("Its words")
    created_at: datetime = says("When it was written")


class PlacePath(Model):
    """One protected place."""

    place_id: str = says("Id of the place")


class RegionPath(Model):
    """One region."""

    region_id: str = says("Id of the region")


class NamedFeaturePath(Model):
    """One named feature."""

    named_feature_id: str = says("Id of the feature")


class NoticePath(Model):
    """One notice."""

    notice_id: int = says("Number of the notice", ge=1, le=MOST)


@listing("/protected-places", ProtectedPlace, "places")
def protected_places(query: Paging) -> Sequence[Any]:
    """Protected places, with what is uncertain about them."""
    return reading.protected_places(session())


@listing("/regions", Region, "places")
def regions(query: Paging) -> Sequence[Any]:
    """The regions that claims name."""
    return reading.regions(session())


@listing("/features", NamedFeature, "places")
def named_features(query: Paging) -> Sequence[Any]:
    """Craters and other named features of the area."""
    return reading.features(session())


@single("/protected-places/<place_id>", ProtectedPlace, "places", "protected place")
def protected_place(path: PlacePath) -> Any:
    """One protected place."""
    return _named(reading.protected_places(session()), path.place_id)


@single("/regions/<region_id>", Region, "places", "region")
def region(path: RegionPath) -> Any:
    """One region."""
    return _named(reading.regions(session()), path.region_id)


@single("/features/<named_feature_id>", NamedFeature, "places", "named feature")
def named_feature(path: NamedFeaturePath) -> Any:
    """One crater or other named feature."""
    return _named(reading.features(session()), path.named_feature_id)


def _named(rows: Sequence[Any], id_: str) -> Any:
    return next((row for row in rows if row.id == id_), None)


@listing("/notices", Notice, "notices", key=lambda row: f"{row.id:010}")
def notices(query: Paging) -> Sequence[Any]:
    """What the agency has told everybody; `after` takes a number written with ten digits, as `next` has it."""
    return told.list_public_notices(session())


@single("/notices/<int:notice_id>", Notice, "notices", "notice")
def notice(path: NoticePath) -> told.PublicNotice | None:
    """One notice to everybody."""
    return told.public_notice(session(), path.notice_id)

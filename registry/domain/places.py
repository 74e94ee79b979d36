"""Places: protected places with the uncertainty of their coordinates, regions, and named features. Degrees
east-positive.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson
from registry.domain.constraints import not_empty, one_of

PROTECTED_KINDS = ("lander", "impact")
# A place whose sources differ by more than this is listed and drawn as uncertain, not enforced.
ENFORCED_SIGMA_M = 1000.0


def _latitude(limit: str = "-80") -> CheckConstraint:
    return CheckConstraint(f"lat_deg >= -90 AND lat_deg <= {limit}", name="latitude_in_area")


def _longitude() -> CheckConstraint:
    return CheckConstraint("lon_deg >= -180 AND lon_deg < 180", name="longitude_east_positive")


class ProtectedPlace(Base):
    """A heritage site. Its buffer is enforced only where the coordinates are certain enough.

    `candidate_of_id` names the claim whose operation left an object behind: it is listed as a candidate, and not enforced
    until somebody has decided on it.
    """

    __tablename__ = "protected_places"
    __table_args__ = (
        one_of("kind", PROTECTED_KINDS),
        not_empty("name"),
        _latitude(),
        _longitude(),
        CheckConstraint(
            f"enforced = (coordinate_sigma_m <= {ENFORCED_SIGMA_M:.0f} AND candidate_of_id IS NULL)",
            name="enforced_only_when_certain",
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    year: Mapped[int | None]
    lat_deg: Mapped[float]
    lon_deg: Mapped[float]
    coordinate_sigma_m: Mapped[float]
    radius_m: Mapped[float]
    enforced: Mapped[bool]
    remark: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)
    candidate_of_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"))

    def enforced_only_when_certain(self) -> bool:
        """Whether `enforced` says what the uncertainty of the coordinates allows; of a candidate nothing is enforced."""
        return self.enforced == (is_certain(self.coordinate_sigma_m) and self.candidate_of_id is None)


class Region(Base):
    """A named region; its footprint is a GeoJSON polygon in IAU_2015:30135 metres."""

    __tablename__ = "regions"
    __table_args__ = (not_empty("name"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    footprint: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    accuracy: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)


class Feature(Base):
    """A named crater or other landform: a circle of `diameter_km` around its centre."""

    __tablename__ = "features"
    __table_args__ = (not_empty("name"), _latitude("-60"), _longitude())

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    lat_deg: Mapped[float]
    lon_deg: Mapped[float]
    diameter_km: Mapped[float | None]
    psr_area_km2: Mapped[float | None]
    source: Mapped[str] = mapped_column(String)


def is_certain(coordinate_sigma_m: float) -> bool:
    """Whether a protected place's coordinates are known well enough to enforce its buffer."""
    return coordinate_sigma_m <= ENFORCED_SIGMA_M

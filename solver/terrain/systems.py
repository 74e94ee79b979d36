"""Which coordinate systems a raster may have: the map's own, others of the lunar south (taken through their own), no other.

A system is told by what it does, not by its name or `==`: GeoTIFF keeps parameters and loses codes. A polar file with
another latitude of true scale looks just like ours and is kilometres off (6 km at 84 S for -70).
"""

import math
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from solver.fields import Fault
from solver.geometry import MAP_CRS, MOON_RADIUS_M

_PROBES = ((0.0, 0.0), (150_000.0, 0.0), (0.0, -150_000.0), (-210_000.0, 210_000.0))
_SAME_M = 0.001
_RADIUS_SLACK_M = 0.5
_MEND = f"bring a model of the lunar south in metres of {MAP_CRS}"


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system that can be used: `off_m` is how far its numbers are from the map's own metres, 0 for those;
    `unit_m` the metres of one of its units.
    """

    name: str
    definition: str
    off_m: float
    unit_m: float

    @property
    def is_own(self) -> bool:
        """True for metres of the map itself."""
        return self.off_m <= _SAME_M


@lru_cache(maxsize=64)
def system(definition: str, place: str) -> System | Fault:
    """The system of a code or WKT, or the one reason why a raster in it cannot be used.

    Of another body: PROJ itself refuses the way into the map ("not the same celestial body"), and that guard is kept.
    """
    import pyproj

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pyproj.CRS.from_user_input(definition)
            fault = _wrong_body(found, place)
            if fault is not None:
                return fault
            into_map = pyproj.Transformer.from_crs(found, MAP_CRS, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        reason = str(error).splitlines()[0][:120]
        return Fault(place, f"coordinate system {definition[:60]!r} is unknown or not of the Moon ({reason})", _MEND)
    if found.is_geographic:
        what = f"the grid is in longitude and latitude ({found.name}), where cells shrink to nothing at the pole"
        return Fault(place, what, f"warp it first: gdalwarp -t_srs {MAP_CRS} -r bilinear IN OUT")
    off_m = max(math.dist(probe, into_map.transform(*probe)) for probe in _PROBES)
    return System(str(found.name), str(found.to_wkt()), off_m, float(found.axis_info[0].unit_conversion_factor))


def _wrong_body(found: Any, place: str) -> Fault | None:
    ellipsoid = found.ellipsoid
    if ellipsoid is None or not (found.is_geographic or found.is_projected):
        return Fault(place, f"coordinate system {found.name!r} is not of the ground of the Moon", _MEND)
    radii_m = (ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre)
    if any(abs(radius - MOON_RADIUS_M) > _RADIUS_SLACK_M for radius in radii_m):
        what = (
            f"coordinate system {found.name!r} is not of the same celestial body: its radius is {radii_m[0]:.0f} m, that of "
            f"the Moon {MOON_RADIUS_M:.0f} m"
        )
        return Fault(place, what, _MEND)
    return None

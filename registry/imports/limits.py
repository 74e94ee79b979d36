"""How much a file of claims may hold. A round of the fixtures, 67 claims with 190 placements, is 0.6 MB as GeoJSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts and lengths; 25 MB is a bound that upload services have been tested with."""

    file_bytes: int = 25_000_000
    rows: int = 5_000
    columns: int = 400
    cell_characters: int = 100_000
    positions: int = 20_000  # of one footprint
    tables: int = 100  # of a GeoPackage
    faults: int = 500  # shown; the rest are counted


LIMITS = Limits()

"""Which format a file is of, by its name and by its content: where these differ, it is refused."""

from collections.abc import Sequence

from registry.imports.csv_file import read_csv
from registry.imports.geojson_file import read_geojson
from registry.imports.geopackage_file import MAGIC, read_geopackage
from registry.imports.limits import LIMITS
from registry.imports.sheets import FileFault, Sheet

FORMATS = {"geojson": (".geojson", ".json"), "gpkg": (".gpkg",), "csv": (".csv",)}
_NAMES = {"geojson": "GeoJSON", "gpkg": "a GeoPackage", "csv": "CSV"}
_OTHERS: Sequence[tuple[bytes, str]] = (
    (b"PK\x03\x04", "a ZIP archive or workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "gzip"),
)


def read_file(name: str, data: bytes, crs: str | None = None, claims: tuple[str, bytes] | None = None) -> Sheet:
    """The rows of a file, and of a second CSV with a row for each claim if one is given.

    Raises
    ------
    InputError
        If nothing of the file can be read; what is wrong with single rows is kept in the sheet.
    """
    sheet, kind = Sheet(), _format(name, data)
    if claims is not None and kind != "csv":
        raise FileFault("--claims", f"{_NAMES[kind]} has its claims in itself", "leave --claims out")
    if kind == "gpkg":
        if crs is not None:
            raise FileFault("--crs", "a GeoPackage says itself what its coordinates are", "leave --crs out")
        read_geopackage(name, data, sheet)
    elif kind == "geojson":
        read_geojson(name, data, sheet, crs)
    else:
        if claims is not None:
            if _format(*claims) != "csv":
                raise FileFault(claims[0], "it is no CSV", "give the claims as CSV")
            read_csv(*claims, sheet, of_claims=True)
        read_csv(name, data, sheet, crs)
    return sheet


def _format(name: str, data: bytes) -> str:
    if len(data) > LIMITS.file_bytes:
        raise FileFault(
            name, f"it has {len(data)} bytes", f"give at most {LIMITS.file_bytes}, in several files if need be"
        )
    if not data.strip():
        raise FileFault(name, "it is empty", "give a file with claims")
    kind = next((kind for kind, ends in FORMATS.items() if name.lower().endswith(ends)), None)
    if kind is None:
        raise FileFault(
            name,
            "its format is unknown",
            f"give a file that ends in {', '.join(e for ends in FORMATS.values() for e in ends)}",
        )
    looks = _looks(data)
    if looks != _NAMES[kind] and (looks is not None or kind == "gpkg"):
        raise FileFault(
            name, f"by its content it is {looks or 'no GeoPackage'}", f"give {_NAMES[kind]}, or the file its own ending"
        )
    return kind


def _looks(data: bytes) -> str | None:
    """What a file is by its first bytes, as far as these can tell."""
    if data.startswith(MAGIC):
        return _NAMES["gpkg"]
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return _NAMES["geojson"]
    return next((what for mark, what in _OTHERS if data.startswith(mark)), None)

"""datapackage.json: the package in the terms of Frictionless Data, so that other programs can check and load the tables.

Which licence the data are under is for the agency to say; the file names none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.domain.instants import utc_text
from registry.exports.manifest import Fingerprint
from registry.exports.register import Register
from registry.exports.schemas import Column, Kind, Schema
from registry.exports.scope import Scope
from registry.exports.tables import Table

NAME = "datapackage.json"
_TYPES: Mapping[Kind, Mapping[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.WHOLE: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.YES_NO: {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    Kind.DAY: {"type": "date"},
    Kind.INSTANT: {"type": "datetime", "format": "any"},
    Kind.OBJECT: {"type": "object"},
    Kind.LIST: {"type": "array"},
}
_MEDIA = {
    "csv": "text/csv", "json": "application/json", "geojson": "application/geo+json", "txt": "text/plain",
    "jsonl": "application/jsonl", "py": "text/x-python", "svg": "image/svg+xml", "gpkg": "application/geopackage+sqlite3",
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "bin": "application/octet-stream",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_BINARY = ("gpkg", "xlsx", "pdf", "png", "jpg", "bin")
_LICENCE = "No licence is stated here: the agency that keeps the register says under which terms the data may be used."
_RADIUS = "No agreed international radius for safety zones exists; keep-outs come from the methods that phases name."
_SCOPES = {
    Scope.PUBLIC: "Public: claims that are not published, and names and addresses of persons, are not in it.",
    Scope.FULL: "Full: it has claims that are not published, and names and addresses of persons. Keep it confidential.",
}


def descriptor(
    register: Register, origin: str, as_of: str | None, tables: Iterable[Table], files: Mapping[str, Fingerprint]
) -> dict[str, Any]:
    """The content of datapackage.json; `files` has every file that is to be named in it, by path."""
    tabular = {path_of(table): table for table in tables}
    names = _names(files)
    return {
        "profile": "data-package",
        "name": "lunar-site-registry-export",
        "title": f"Export of the Lunar Site Registry {origin}",
        "description": " ".join(_description(register, as_of)),
        "created": utc_text(register.last_at),
        "sources": [
            {"title": f"The log of {origin}: {register.log_size} records", "path": "log/leaves.jsonl"},
            {"title": "Reference data: the column source of each row names where it is from"},
        ],
        "resources": [
            {**_file(names[path], path, *found), **(_tabular(tabular[path], tabular) if path in tabular else {})}
            for path, found in sorted(files.items())
        ],
    }


def path_of(table: Table) -> str:
    """Where the table is in a package."""
    return f"tables/{table.name}.csv"


def _description(register: Register, as_of: str | None) -> Iterator[str]:
    yield "Claims to landing sites near the lunar south pole: what was filed, examined, decided, drawn and recorded."
    if register.is_illustrative:
        yield "Illustrative: rounds that say so are invented; nobody has filed anything there."
    yield f"State after {register.log_size} records, the last of {utc_text(register.last_at)}."
    if as_of is not None:
        yield f"Rebuilt from the log's records up to {as_of}."
    yield from (_SCOPES[register.scope], _RADIUS, _LICENCE)


def _names(paths: Iterable[str]) -> dict[str, str]:
    """A name for every path in the letters that the format allows, each once; that of a table is the table's."""
    names: dict[str, str] = {}
    for path in sorted(paths):
        plain = path.removeprefix("tables/").removesuffix(".csv") if path.startswith("tables/") else path
        name = re.sub(r"[^a-z0-9._-]+", "-", plain.lower())
        taken = set(names.values())
        names[path] = name if name not in taken else f"{name}-{len(names)}"
    return names


def _file(name: str, path: str, size: int, digest: str) -> dict[str, Any]:
    ending = path.rpartition(".")[2]
    about = {"name": name, "type": "file", "path": path, "format": ending, "mediatype": _MEDIA[ending]}
    encoding = {} if ending in _BINARY else {"encoding": "utf-8"}
    return {**about, **encoding, "bytes": size, "hash": f"sha256:{digest}"}


def _tabular(table: Table, tables: Mapping[str, Table]) -> dict[str, Any]:
    return {
        "type": "table",
        "profile": "tabular-data-resource",
        "title": table.name,
        "description": table.schema.says,
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema_of(table.schema, {row.name for row in tables.values()}),
    }


def schema_of(schema: Schema, tables: Iterable[str]) -> dict[str, Any]:
    """A table's schema (Frictionless Table Schema), with references to those tables that are there."""
    there = set(tables)
    keys = [_foreign_key(schema, column) for column in schema.columns if _refers(column, there)]
    return {
        "fields": [_field(column) for column in schema.columns],
        "missingValues": [""],
        **({"primaryKey": list(schema.key)} if schema.key else {}),
        **({"foreignKeys": keys} if keys else {}),
    }


def _refers(column: Column, there: set[str]) -> bool:
    return column.refers_to is not None and column.refers_to.table in there


def _foreign_key(schema: Schema, column: Column) -> dict[str, Any]:
    to = column.refers_to
    assert to is not None, "only columns that refer to another come here"
    resource = "" if to.table == schema.name else to.table
    return {"fields": [column.name], "reference": {"resource": resource, "fields": [to.column]}}


def _field(column: Column) -> dict[str, Any]:
    limits = {
        "required": column.is_required or None,
        "enum": list(column.choices) or None,
        "minimum": column.smallest,
        "maximum": column.largest,
    }
    constraints = {name: value for name, value in limits.items() if value is not None}
    about = {"name": column.name, **_TYPES[column.kind], "description": column.says}
    return {**about, **({"constraints": constraints} if constraints else {})}

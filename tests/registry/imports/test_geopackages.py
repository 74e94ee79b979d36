"""GeoPackages of strangers: databases that are looked at before anything is asked of them."""

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from registry.imports import templates
from tests.registry.imports.conftest import Faults
from tests.registry.imports.handed_in import filings

ENDLESS = (
    "CREATE VIEW placements AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid FROM n"
)


@pytest.fixture(scope="session")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("layer") / "layer.gpkg"
    path.write_bytes(templates.written("gpkg", filings()))
    return path


def spoiled(layer: Path, tmp_path: Path, *statements: str) -> bytes:
    path = tmp_path / "spoiled.gpkg"
    path.write_bytes(layer.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.create_function("ST_IsEmpty", 1, lambda _: 0)
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0.0)
        for statement in statements:
            database.execute(statement)
    return path.read_bytes()


def test_what_a_gis_writes_is_taken_with_its_usual_triggers(faults: Faults, layer: Path) -> None:
    with closing(sqlite3.connect(layer)) as database:
        usual = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
    assert usual[0] >= 6
    assert faults("layer.gpkg", layer.read_bytes()) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["CREATE TRIGGER evil AFTER INSERT ON placements BEGIN DELETE FROM placements; END"],
         "layer.gpkg: it has a trigger, 'evil'; export the layer by itself, without triggers"),
        (["CREATE VIEW placed AS SELECT * FROM placements"],
         "layer.gpkg: it has a view, 'placed'; export the layer by itself, without views"),
        (["ALTER TABLE placements RENAME TO kept", ENDLESS],
         "layer.gpkg: it has a view, 'placements'; export the layer by itself, without views"),
        (["CREATE VIRTUAL TABLE search USING fts5(words)"],
         "layer.gpkg: it has a virtual table, 'search'; export the layer by itself"),
        (["DROP TABLE gpkg_contents"], "layer.gpkg: it has no list of its contents; export the layer as GeoPackage"),
        (["DELETE FROM gpkg_contents"], "layer.gpkg: it has no layer of features; give one layer, or call that of the claims 'placements'"),
        (["DROP TABLE gpkg_spatial_ref_sys"], None),
        (["UPDATE gpkg_contents SET table_name = 'elsewhere'"], "layer.gpkg: it is no GeoPackage that can be read"),
        (["UPDATE placements SET rank = 'two' WHERE fid = 2"],
         "layer.gpkg, layer placements, row 2, rank: 'two' is not a number; give a number such as 12 or 0.5, or leave the cell empty"),
        (["UPDATE placements SET term_days = 9e999 WHERE fid = 1"], "layer.gpkg, layer placements, row 1, term_days: "),
        (["UPDATE placements SET purpose = x'00ff' WHERE fid = 1"], "layer.gpkg, layer placements, row 1, purpose: "),
        (["UPDATE placements SET key = NULL WHERE fid = 3"],
         "layer.gpkg, layer placements, row 3, key: missing; give the key of the claim"),
        (["UPDATE placements SET phases = '[' WHERE fid = 3"], "layer.gpkg, layer placements, row 3, phases: it is no JSON"),
        (["UPDATE placements SET geom = NULL WHERE fid = 3"],
         "layer.gpkg, layer placements, row 3, geometry: there is none; give each placement its footprint"),
        (["UPDATE placements SET geom = x'4750000100000000' WHERE fid = 3"], "layer.gpkg, layer placements, row 3, geometry: "),
        (["UPDATE gpkg_geometry_columns SET srs_id = -1", "UPDATE gpkg_contents SET srs_id = -1"], "layer.gpkg, layer placements: "),
        (["ALTER TABLE placements ADD COLUMN strange TEXT"],
         "layer.gpkg, layer placements, row 1, strange: the column is unknown; remove it"),
        (["PRAGMA journal_mode = WAL"], "layer.gpkg: it is still open in another program; close it there and export it again"),
    ],
)  # fmt: skip
def test_a_spoiled_geopackage_is_refused(
    faults: Faults, layer: Path, tmp_path: Path, statements: Sequence[str], expected: str | None
) -> None:
    found = faults("layer.gpkg", spoiled(layer, tmp_path, *statements))
    assert found
    assert any(fault.startswith(expected or "layer.gpkg") for fault in found), found


def test_a_trigger_under_a_usual_name_does_not_fire(faults: Faults, layer: Path, tmp_path: Path) -> None:
    statement = (
        "CREATE TRIGGER rtree_placements_geom_update1 AFTER UPDATE ON placements BEGIN DELETE FROM placements; END"
    )
    data = spoiled(layer, tmp_path, "DROP TRIGGER IF EXISTS rtree_placements_geom_update1", statement)
    assert faults("layer.gpkg", data) == []


@pytest.mark.parametrize("kept", [100, 1000, 20_000, -1])
def test_a_truncated_geopackage_is_refused(faults: Faults, layer: Path, kept: int) -> None:
    found = faults("layer.gpkg", layer.read_bytes()[:kept])
    assert len(found) == 1, found
    assert found[0].startswith("layer.gpkg")


def test_a_geopackage_with_flipped_bytes_is_read_or_refused_and_never_fails(faults: Faults, layer: Path) -> None:
    chance, whole = random.Random(71), layer.read_bytes()
    ends = []
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(20):
            data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        ends.append(bool(faults("layer.gpkg", bytes(data))))
    assert True in ends


def test_a_table_of_claims_beside_the_layer_is_read(faults: Faults, layer: Path, tmp_path: Path) -> None:
    of_placement = ("fid", "geom", "key", "rank", "place", "placement_name", "first_day", "last_day", "phases")
    with closing(sqlite3.connect(layer)) as database:
        columns = {row[1]: row[2] for row in database.execute("PRAGMA table_info(placements)")}
    rest = {f'"{name}"': kind for name, kind in columns.items() if name not in of_placement}
    data = spoiled(
        layer,
        tmp_path,
        f"CREATE TABLE claims (id INTEGER PRIMARY KEY, key TEXT, {', '.join(f'{name} {kind}' for name, kind in rest.items())})",
        f"INSERT INTO claims SELECT fid, key, {', '.join(rest)} FROM placements WHERE fid IN (1, 3)",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('claims', 'attributes', 'claims')",
        *(f"ALTER TABLE placements DROP COLUMN {name}" for name in rest),
    )
    assert faults("layer.gpkg", data) == []

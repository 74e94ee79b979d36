"""What is written as a file and read back is the same filing, in every format."""

import dataclasses
import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.filing import Known, read_filing
from registry.imports import templates
from registry.imports.files import read_file
from registry.imports.importing import import_claims, rehearse
from registry.log import records
from registry.services import filing
from registry.services.acting import get_round
from solver.fields import load_json
from tests import factories as make
from tests.registry.imports.conftest import documents
from tests.registry.imports.handed_in import csv_of, filings, table

FORMATS = ["csv", "geojson", "gpkg"]
ROUND_2027_1 = make.FIXTURES / "rounds" / "2027-1"


def meaning(document: dict[str, Any], known: Known) -> Any:
    """A filing as it is understood, whatever was left out or said to be nothing."""
    return dataclasses.replace(read_filing(document, known), document={})


@pytest.mark.parametrize("kind", FORMATS)
def test_every_filing_of_the_round_comes_back_as_it_was(kind: str) -> None:
    claims = load_json((ROUND_2027_1 / "claims.json").read_bytes())["claims"]
    policy = load_json((ROUND_2027_1 / "policy.json").read_bytes())
    known = Known(
        parties={
            party for row in claims for party in (*row["credit"], row["state_of_registry"], *row["launching_parties"])
        },
        operators={row["operator"] for row in claims},
        places={placement["place"] for row in claims for placement in row["placements"]},
        methods=tuple(policy["zone_methods"]),
        ranks=len(policy["points_by_rank"]),
        horizon_days=policy["horizon_days"],
    )
    found = documents(read_file(f"claims.{kind}", templates.written(kind, claims)))
    assert [meaning(row, known) for row in found] == [meaning(row, known) for row in claims]
    assert len(found) == 67


def test_geojson_keeps_a_filing_letter_for_letter() -> None:
    found = documents(read_file("claims.geojson", templates.written("geojson", filings())))
    assert json.dumps(found, sort_keys=True) == json.dumps(filings(), sort_keys=True)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_filed_whole(kind: str, open_session: Session) -> None:
    sheet = read_file(f"claims.{kind}", templates.written(kind, filings()))
    size = records.size(open_session)
    done = import_claims(open_session, make.ROUND, sheet, make.REGISTRAR, make.FILED)
    assert [(row.id, row.key, row.placements) for row in done.claims] == [("C-0001", "alpha", 2), ("C-0002", "beta", 1)]
    assert (records.size(open_session) - size, done.notes) == (2, ())
    claim = open_session.get_one(Claim, "C-0001")
    known = filing.known(open_session, get_round(open_session, make.ROUND))
    assert meaning(claim.current.content, known) == meaning(filings()[0], known)
    assert claim.received_at == make.FILED


def test_a_dry_run_tells_what_would_be_stored_and_stores_nothing(open_session: Session) -> None:
    sheet = read_file("claims.csv", templates.written("csv", filings()))
    size, root = records.size(open_session), records.root(open_session)
    tried = rehearse(open_session, make.ROUND, sheet, make.REGISTRAR, make.FILED)
    assert open_session.query(Claim).count() == 0
    assert (records.size(open_session), records.root(open_session)) == (size, root)
    sheet = read_file("claims.csv", templates.written("csv", filings()))
    done = import_claims(open_session, make.ROUND, sheet, make.REGISTRAR, make.FILED)
    assert [(row.id, row.key, row.sha256) for row in tried.claims] == [
        (row.id, row.key, row.sha256) for row in done.claims
    ]


def test_a_dry_run_names_the_findings_that_would_return_a_claim(open_session: Session) -> None:
    """The first breaks a hard rule, the second only a soft one at most."""
    rows = filings()
    rows[0]["cospar_inventory"] = None
    sheet = read_file("claims.csv", templates.written("csv", rows))
    tried = rehearse(open_session, make.ROUND, sheet, make.REGISTRAR, make.FILED)
    assert [[found.provision for found in row.would_return] for row in tried.claims] == [["COSPAR-1"], []]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_template_is_a_filing_that_the_register_of_the_fixtures_takes(kind: str) -> None:
    [document] = documents(read_file(f"template.{kind}", templates.written(kind, [templates.example()])))
    assert document["key"] == "example"
    assert document["illustrative"] is True
    assert [row["rank"] for row in document["placements"]] == [1, 2]


def test_claims_can_stand_in_a_table_of_their_own(open_session: Session) -> None:
    sheet = read_file("placements.csv", *halves())
    done = import_claims(open_session, make.ROUND, sheet, make.REGISTRAR, make.FILED)
    assert [(row.key, row.placements) for row in done.claims] == [("alpha", 2), ("beta", 1)]


def halves() -> tuple[bytes, None, tuple[str, bytes]]:
    """The CSV of the two filings, placements and claims apart."""
    of_placement = {"rank", "place", "placement_name", "first_day", "last_day", "phases", "wkt"}
    rows = table()
    placements = [{"key": row["key"], **{name: row[name] for name in row if name in of_placement}} for row in rows]
    claims = [{name: row[name] for name in row if name not in of_placement} for row in (rows[0], rows[2])]
    return csv_of(placements), None, ("claims.csv", csv_of(claims))


def test_phases_can_be_columns(open_session: Session) -> None:
    columns = {
        "phases.1.name": "landing", "phases.1.offset": "0", "phases.1.days": "2", "phases.1.method": "landing-plume",
        "phases.1.inputs.landed_mass_kg": "2200", "phases.1.inputs.built_pad": "no",
        "phases.2.name": "operation", "phases.2.offset": "2", "phases.2.days": "98", "phases.2.method": "static-science",
        "phases.2.inputs.anomaly": "no", "phases.2.anomaly.method": "static-science", "phases.2.anomaly.inputs.anomaly": "yes",
    }  # fmt: skip
    rows = [{name: cell for name, cell in row.items() if name != "phases"} | columns for row in table()]
    found = documents(read_file("claims.csv", csv_of(rows)))
    assert found[0]["placements"][0]["phases"] == [
        {"name": "landing", "offset": 0, "days": 2, "method": "landing-plume",
         "inputs": {"landed_mass_kg": 2200, "built_pad": False}},
        {"name": "operation", "offset": 2, "days": 98, "method": "static-science", "inputs": {"anomaly": False},
         "anomaly": {"method": "static-science", "inputs": {"anomaly": True}}},
    ]  # fmt: skip
    sheet = read_file("claims.csv", csv_of(rows))
    assert len(import_claims(open_session, make.ROUND, sheet, make.REGISTRAR, make.FILED).claims) == 2

"""The export of round 2027-1 as a whole: complete, true to the register, the same bytes each time, never half there."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry.exports import package
from registry.exports.errors import ExportError
from registry.exports.package import write_export
from tests.registry.played import ROUND, Played, registry

FILES = {
    "README.txt", "agreement_claims.csv", "agreements.csv", "claims.csv", "comments.csv", "consultations.csv",
    "controllers.csv", "credits.csv", "draw.json", "entries.csv", "findings.csv", "instance.json", "instances.csv",
    "instruments.csv", "manifest.json", "map.gpkg", "map.svg", "map_lonlat.geojson", "map_metres.geojson",
    "memberships.csv", "notes.csv", "notices.csv", "offers.csv", "operators.csv", "overlaps.csv", "parties.csv",
    "party_points.csv", "phases.csv", "placements.csv", "policy.json", "proposals.csv", "protected_places.csv",
    "provisions.csv", "solution.json", "stages.csv", "unserved.csv", "verification.txt", "votes.csv", "zones.csv",
    "contributions.csv", "norm_profiles.csv", "particulars.csv",
}  # fmt: skip
OF_THE_ROUND = (
    "claims", "consultations", "credits", "entries", "findings", "instances", "notices", "offers", "overlaps",
    "party_points", "phases", "placements", "proposals", "stages", "unserved", "votes", "zones",
    "contributions", "particulars",
)  # fmt: skip
HEADINGS = {
    "claims": "id,round,key,name,state,state_since_at,filed_by,received_at,revision,sha256,operator,"
    "authorising_party,authorisation_reference,state_of_registry,launching_parties,designator,activity,purpose,"
    "peaceful_statement,military_personnel,term_days,disposal_method,disposal_within_days,cospar_inventory,"
    "extracts_resources,plan_url,examined_favourably,illustrative",
    "particulars": "claim,field,value,illustrative",
    "credits": "claim,party,percent,illustrative",
    "contributions": "claim,party,position,kind,what,percent,amount,evidence,illustrative",
    "findings": "claim,revision,examined_at,provision,outcome,reason,mend,effect,due_at,evidence,illustrative",
    "norm_profiles": "id,name,standing,provisions,strict,statement,source",
    "placements": "id,claim,rank,place,name,geometry_type,x_m,y_m,first_day,last_day,first_start,last_start,days,"
    "allotted,illustrative",
    "phases": "placement,position,name,offset_days,days,keep_out_m,method,method_version,inputs,"
    "anomaly_keep_out_m,anomaly_method,anomaly_inputs,illustrative",
    "parties": "id,name,kind,source",
    "memberships": "instrument_id,party_id,status,since,until,date_confirmed,source",
    "entries": "id,claim,name,placement,place,state,start_day,valid_from,valid_until,recorded_at,supersedes,"
    "illustrative",
    "zones": "entry,claim,placement,phase,start_day,end_day,valid_from,valid_until,keep_out_m,method,method_version,"
    "illustrative",
    "instances": "number,kind,fallback,reason,basis,policy_version,sha256,frozen_at,draw_source,draw_reference,value_hex,"
    "published_at,drawn_at,seed_hex,seed_instance_sha256,illustrative",
    "proposals": "instance,official,status,solution_sha256,verified,confirmed,second_opinion,proposed_at,outcome,ground,"
    "decided_at,illustrative",
    "votes": "instance,decider,party,choice,ground,reason,voted_at,party_is_credited,illustrative",
    "offers": "claim,instance,placement,start_day,offered_at,expires_at,state,answered_at,answered_by,reason,illustrative",
    "notices": "number,kind,addressee,subject,heading,text,created_at,state,attempts,last_attempt_at,sent_at,failure,"
    "illustrative",
    "consultations": "id,round,claim_a,party_a,contact_a,spoke_a_at,claim_b,party_b,contact_b,spoke_b_at,opened_at,"
    "deadline_at,last_contact_at,closed_at,outcome,summary,illustrative",
    "overlaps": "consultation,placement_a,placement_b,distance_m,keep_out_m,illustrative",
    "comments": "id,claim,party,author,made_at,reply_to,text,illustrative",
    "agreements": "id,round,keep_out_m,conditions,text,proposed_by,proposed_at,in_force,ended_at,pairs,illustrative",
    "agreement_claims": "agreement,claim,party,accepted_at,ended_at,illustrative",
    "notes": "id,consultation,party,written_at,sha256,disclosure_agreed_at,disclosed_at,salt_hex,text,illustrative",
    "unserved": "claim,name,filed_by,step,placement,rule,by,reason,illustrative",
}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_are_there_and_the_manifest_has_the_size_and_hash_of_each(played: Played) -> None:
    manifest = json.loads((played.export / "manifest.json").read_text())
    assert {path.name for path in played.export.iterdir()} == FILES
    assert manifest["format"] == "lunar-site-registry-export/1"
    assert (manifest["round"], manifest["illustrative"], manifest["state"]) == (ROUND, True, "ADOPTED")
    assert {row["name"] for row in manifest["files"]} == FILES - {"manifest.json"}
    for row in manifest["files"]:
        path = played.export / row["name"]
        assert (row["bytes"], row["sha256"]) == (path.stat().st_size, sha256(path))


def test_exporting_again_gives_the_same_bytes(played: Played, played_session: Session, tmp_path: Path) -> None:
    made = write_export(played_session, tmp_path / "again", ROUND)
    assert contents(tmp_path / "again") == contents(played.export)
    assert set(made.files) == FILES
    assert made.files["map.gpkg"] == ((played.export / "map.gpkg").stat().st_size, sha256(played.export / "map.gpkg"))


@pytest.mark.parametrize("name", HEADINGS)
def test_columns_are_in_their_fixed_order(played: Played, name: str) -> None:
    assert (played.export / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0] == HEADINGS[name]


def test_there_is_a_row_for_all_that_was_recorded(played: Played) -> None:
    count = {name: len(rows(played.export, name)) for name in ("claims", "placements", "entries", "votes", "offers")}
    assert count == {"claims": 67, "placements": 201, "entries": 59, "votes": 2, "offers": 59}
    assert len(rows(played.export, "phases")) >= 2 * 201
    assert len(rows(played.export, "zones")) == sum(
        1 for row in rows(played.export, "phases") if row["placement"] in entered(played)
    )


def test_every_finding_is_there_with_what_follows_from_it(played: Played) -> None:
    found = rows(played.export, "findings")
    assert len(found) == 67 * 50
    assert {(row["outcome"], row["effect"]) for row in found} == {
        ("favourable", "none"), ("not-applicable", "none"), ("unfavourable", "returns"), ("unfavourable", "noted"),
        ("unfavourable", "duty"),
    }  # fmt: skip
    assert all(bool(row["mend"]) == (row["outcome"] == "unfavourable") for row in found)
    assert {bool(row["due_at"]) for row in found if row["effect"] == "duty"} == {True}


def test_the_particulars_of_a_claim_are_fields(played: Played) -> None:
    of_first = {row["field"]: row["value"] for row in rows(played.export, "particulars") if row["claim"] == "C-0001"}
    assert of_first["contacts.emergency.always"] == "yes"
    assert of_first["resources.materials.1.material"] == "water ice"
    assert of_first["registration.orbit.apogee_km"] == "104"


def entered(played: Played) -> set[str]:
    return {row["placement"] for row in rows(played.export, "entries")}


@pytest.mark.parametrize("name", OF_THE_ROUND)
def test_every_row_of_the_round_says_that_it_is_illustrative(played: Played, name: str) -> None:
    assert {row["illustrative"] for row in rows(played.export, name)} == {"yes"}


@pytest.mark.parametrize("name", ["parties", "controllers", "operators", "instruments", "memberships", "provisions"])
def test_every_row_of_reference_data_has_its_source(played: Played, name: str) -> None:
    assert [row for row in rows(played.export, name) if not row["source"].strip()] == []


def test_every_claim_has_an_entry_or_a_reason_why_not(played: Played) -> None:
    served = {row["claim"] for row in rows(played.export, "entries")}
    reasons = {row["claim"] for row in rows(played.export, "unserved")}
    assert served | reasons == {row["id"] for row in rows(played.export, "claims")}
    assert served & reasons == set()


def test_claims_returned_by_the_examination_say_by_which_provision(played: Played) -> None:
    found = {(row["name"], row["rule"]) for row in rows(played.export, "unserved") if row["step"] == "examination"}
    assert found == {("Regional relay", "OST-VI-1"), ("Commercial ice survey", "COSPAR-1")}


def test_files_hash_to_what_the_register_and_the_draw_name(played: Played) -> None:
    draw = json.loads((played.export / "draw.json").read_text())
    solution = json.loads((played.export / "solution.json").read_text())
    text = (played.export / "verification.txt").read_text()
    instance_sha256 = sha256(played.export / "instance.json")
    value = bytes.fromhex(draw["value_hex"])
    assert draw["instance_sha256"] == solution["instance_sha256"] == instance_sha256
    assert draw["seed_hex"] == hashlib.sha256(bytes.fromhex(instance_sha256) + b"\x00" + value).hexdigest()
    assert solution["seed"] == draw["seed_hex"]
    assert f"SHA-256 of solution.json: {sha256(played.export / 'solution.json')}" in text
    assert "VALID: no problem was found." in text


def test_the_exported_draw_passes_its_check_without_the_register(played: Played) -> None:
    ended = registry("draw", "check", played.export / "draw.json", "--instance", played.export / "instance.json")
    draw = json.loads((played.export / "draw.json").read_text())
    assert ended.stdout == f"seed {draw['seed_hex']} from {draw['source']}\n"


def test_the_proposal_says_what_the_second_opinion_found(played: Played) -> None:
    [row] = rows(played.export, "proposals")
    assert (row["official"], row["verified"], row["confirmed"], row["outcome"]) == ("yes", "yes", "yes", "adopted")
    assert row["second_opinion"] == "HiGHS, in a formulation of its own, agrees on 146 of 146"
    assert row["second_opinion"] in (played.export / "verification.txt").read_text()


def test_the_secretary_general_and_all_parties_are_told_of_every_entry(played: Played) -> None:
    told = [row["addressee"] for row in rows(played.export, "notices") if row["kind"] == "entry-recorded"]
    assert (told.count("un-secretary-general"), told.count("all-parties"), len(told)) == (59, 59, 118)


def test_the_exported_solution_passes_verification_by_the_command_that_an_auditor_types(played: Played) -> None:
    command = [sys.executable, "-m", "solver", "verify", "instance.json", "solution.json"]
    ended = subprocess.run(command, cwd=played.export, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_reader_is_told_what_is_invented_and_what_nobody_has_agreed(played: Played) -> None:
    text = " ".join((played.export / "README.txt").read_text(encoding="utf-8").split())
    assert "ILLUSTRATIVE. An invented round on real places and real States." in text
    assert "No agreed international radius for safety zones exists." in text
    assert [name for name in FILES - {"README.txt"} if name not in text] == []


def test_an_earlier_export_is_replaced_whole(played_session: Session, tmp_path: Path) -> None:
    write_export(played_session, tmp_path / "out", ROUND)
    (tmp_path / "out" / "left-over.txt").write_text("of a version long ago")
    write_export(played_session, tmp_path / "out", ROUND)
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_used(played_session: Session, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert write_export(played_session, tmp_path / "out", ROUND).folder == tmp_path / "out"


def refused(session: Session, folder: Path, round_id: str = ROUND) -> str:
    with pytest.raises(ExportError) as caught:
        write_export(session, folder, round_id)
    return str(caught.value)


def test_a_folder_with_other_files_is_left_alone(played_session: Session, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    assert refused(played_session, tmp_path) == f"{tmp_path} has other files in it; choose a new or an empty folder"
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_file_is_left_alone(played_session: Session, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert refused(played_session, tmp_path / "out") == f"{tmp_path / 'out'} is a file; choose a folder"
    assert (tmp_path / "out").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(played_session: Session) -> None:
    message = refused(played_session, Path("/proc/none/out"))
    assert message.startswith("/proc/none/out cannot be written (")
    assert message.endswith("); choose a folder with room and access")


def test_an_unknown_round_is_named_with_those_that_exist(played_session: Session, tmp_path: Path) -> None:
    message = refused(played_session, tmp_path / "out", "2031-9")
    assert message == "round '2031-9' is not in the register; rounds there: 2027-1"


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), RuntimeError("planted")])
def test_nothing_is_left_behind_and_the_earlier_export_stays_when_writing_fails(
    played_session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    write_export(played_session, tmp_path / "out", ROUND)
    before = contents(tmp_path / "out")

    def fail(*_arguments: object) -> None:
        raise fault

    monkeypatch.setattr(package, "write_geopackage", fail)
    with pytest.raises((ExportError, RuntimeError), match=r"No space left on device|planted"):
        write_export(played_session, tmp_path / "out", ROUND)
    assert contents(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]

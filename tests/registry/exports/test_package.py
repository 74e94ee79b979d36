"""The export as a whole: complete, true to the register, the same bytes each time, never half there."""

import base64
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
from registry.exports.scope import Scope
from registry.log import signed_note
from tests.registry.exports.small import SIGNER, contents
from tests.registry.played import ROUND, Played, registry

TABLES = {
    "attachments": "id,claim,round,name,media_type,bytes,sha256,filed_at,file,illustrative",
    "agreement_claims": "agreement,claim,round,party,accepted_at,ended_at,illustrative",
    "agreements": "id,round,keep_out_m,conditions,text,proposed_by,proposed_at,in_force,ended_at,pairs,illustrative",
    "banked_sites": "id,claim_id,duty_id,party_id,entry_claim_id,entry_id,first_place,first_name,first_footprint,second_place,"
    "second_name,second_footprint,second_placement,first_score,second_score,scores,source,room,state,offered_at,choose_by_at,"
    "chosen,chosen_at,chosen_by,reason,held_until,closed_at,taken_by_id,illustrative",
    "claims": "id,round,key,name,state,state_since_at,filed_by,received_at,revision,sha256,operator,authorising_party,"
    "authorisation_reference,state_of_registry,launching_parties,designator,activity,purpose,peaceful_statement,"
    "military_personnel,term_days,disposal_method,disposal_within_days,cospar_inventory,extracts_resources,plan_url,"
    "examined_favourably,published_at,illustrative",
    "comments": "id,claim,round,party,made_at,reply_to,text,illustrative",
    "concentration": "round,by,holder,claims,entries,km2_days,claims_so_far,entries_so_far,km2_days_so_far,percent_of_entries,"
    "percent_of_km2_days,equal_holders,illustrative",
    "consultations": "id,round,claim_a,party_a,spoke_a_at,claim_b,party_b,spoke_b_at,opened_at,deadline_at,last_contact_at,"
    "closed_at,outcome,summary,illustrative",
    "contributions": "claim,round,party,position,kind,what,percent,amount,evidence,illustrative",
    "controllers": "id,name,kind,source",
    "credits": "claim,round,party,percent,illustrative",
    "crosswalk": "id,topic,forum_id,provision_id,asks,statement,against,because,source",
    "docking_positions": "id,docking_id,party_id,position,statement,stated_at",
    "docking_records": "id,title,origin_forum,agreed_on,text,evidence,target_body,agenda_item,agreement_id,recorded_by_id,"
    "recorded_at,illustrative",
    "duties": "number,claim,round,kind,count,opened_at,due_at,final_at,state,closed_at,reminded_at,illustrative",
    "entries": "id,claim,round,name,placement,place,state,start_day,valid_from,valid_until,recorded_at,supersedes,cause,"
    "footprint,in_use_from,ended_on,illustrative",
    "evidence": "number,claim,round,kind,party,given_at,happened_on,text,sha256,attachment,ground,illustrative",
    "examinations": "id,claim,round,revision,examined_at,favourable,illustrative",
    "extension_grounds": "id,says,duties,most_months,times,source",
    "extensions": "number,claim,round,duty,evidence,ground,months,reason,due_before,due_at,granted_at,illustrative",
    "features": "id,name,kind,lat_deg,lon_deg,diameter_km,psr_area_km2,source",
    "findings": "examination,claim,round,revision,examined_at,position,provision,outcome,reason,mend,effect,due_at,evidence,"
    "illustrative",
    "instances": "round,number,kind,fallback,reason,basis,policy_version,sha256,frozen_at,draw_source,draw_reference,"
    "value_hex,published_at,drawn_at,seed_hex,seed_instance_sha256,illustrative",
    "instruments": "id,name,kind,binding,source",
    "landing_slots": "id,proposal_id,claim_id,phase,kind,slot_at,precision,state,state_since_at,reason,illustrative",
    "landing_windows": "id,claim_id,phase,kind,party_id,windows,preferred_at,azimuth_from_deg,azimuth_to_deg,landed_mass_kg,"
    "method_version,filed_at,supersedes_id,withdrawn_at,reason,illustrative",
    "memberships": "instrument_id,party_id,status,since,until,date_confirmed,source",
    "missions": "id,name,operator,party_id,partner,lat_deg,lon_deg,year,landed_mass_kg,remark,source",
    "norm_changes": "id,provision_id,kind,parameters,statement,source",
    "norm_profiles": "id,name,standing,provisions,strict,statement,source",
    "notes": "id,consultation,round,party,written_at,sha256,disclosure_agreed_at,disclosed_at,salt_hex,text,illustrative",
    "notice_templates": "id,addressees,heading,text,source",
    "notices": "number,round,kind,addressee,subject,heading,text,created_at,state,attempts,last_attempt_at,sent_at,failure,"
    "illustrative",
    "offers": "claim,round,instance,placement,start_day,offered_at,expires_at,state,answered_at,reason,illustrative",
    "operators": "id,name,party_id,controller_id,source",
    "overlaps": "consultation,round,placement_a,placement_b,distance_m,keep_out_m,illustrative",
    "particulars": "claim,round,field,value,illustrative",
    "parties": "id,name,kind,source",
    "party_points": "round,party,name,points,illustrative",
    "phases": "placement,round,position,name,offset_days,days,keep_out_m,method,method_version,inputs,anomaly_keep_out_m,"
    "anomaly_method,anomaly_inputs,illustrative",
    "placements": "id,claim,round,rank,place,name,geometry_type,x_m,y_m,first_day,last_day,first_start,last_start,days,"
    "allotted,illustrative",
    "policies": "round,version,sha256,published_at,content,illustrative",
    "proposals": "id,round,instance,official,status,solution_sha256,verified,confirmed,second_opinion,proposed_at,outcome,"
    "ground,decided_at,illustrative",
    "protected_places": "id,name,kind,party_id,year,lat_deg,lon_deg,coordinate_sigma_m,radius_m,enforced,"
    "candidate_of_id,remark,source",
    "provisions": "id,name,severity,instrument,standing,binds,timer,timer_default,source,statement,check_text",
    "regions": "id,name,kind,footprint,accuracy,source",
    "revisions": "claim,round,number,filed_at,form,sha256,content,illustrative",
    "rounds": "id,name,state,note,opens_at,closes_at,announced_at,opened_at,closed_at,frozen_at,drawn_at,proposed_at,"
    "decided_at,concluded_at,illustrative",
    "service_reliances": "id,service_id,claim_id,party_id,vital,need,since_at,ended_at",
    "shared_services": "id,kind,claim_id,party_id,what,serves,offered_at,ended_at,illustrative",
    "signing_keys": "id,vkey,origin,established_at,retired_at,until_size,illustrative",
    "slot_proposals": "id,first_day,last_day,instance,instance_sha256,solution,solution_sha256,status,verification,"
    "proposed_at,illustrative",
    "stages": "round,position,name,value,bound,proved,illustrative",
    "unserved": "claim,round,name,filed_by,step,placement,rule,by,reason,illustrative",
    "votes": "proposal,round,instance,position,party,choice,ground,reason,voted_at,party_is_credited,illustrative",
    "witnesses": "id,party_id,name,vkey,established_at,retired_at,illustrative",
    "zone_events": "number,claim,round,entry,position,phase,kind,on_day,at,keep_out_m,reason,illustrative",
    "zone_requests": "number,claim,round,entry,party,kind,position,purpose,first_day,last_day,asked_at,answer_by_at,answered_at,"
    "answer,basis,illustrative",
    "zones": "entry,claim,round,placement,position,phase,start_day,end_day,valid_from,valid_until,keep_out_m,method,"
    "method_version,illustrative",
}
FILES = {
    "README.txt", "blocks.txt", "datapackage.json", "locate_change.py", "log/checkpoint.txt", "log/consistency.jsonl",
    "log/keys.json", "log/leaves.jsonl", "log/openings.jsonl", "log/proofs.jsonl", "manifest.json", "manifest.note",
    "map/map.gpkg", "map/map_lonlat.geojson", "map/map_metres.geojson", "register.json", "register.xlsx",
    "rounds/2027-1/draw.json", "rounds/2027-1/instance.json", "rounds/2027-1/map.svg", "rounds/2027-1/policy.json",
    "rounds/2027-1/solution.json", "rounds/2027-1/verification.txt", "verify_export.py",
    *(f"tables/{name}.csv" for name in TABLES),
}  # fmt: skip
REFERENCE = (
    "parties", "controllers", "operators", "instruments", "memberships", "provisions", "norm_profiles", "notice_templates",
    "protected_places", "regions", "features", "missions", "norm_changes", "crosswalk", "extension_grounds",
)  # fmt: skip
OF_A_ROUND = sorted(TABLES.keys() - {*REFERENCE, "signing_keys", "witnesses", "docking_records", "docking_positions"})


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_there_and_the_manifest_has_the_size_and_hash_of_each(played: Played) -> None:
    manifest = json.loads((played.export / "manifest.json").read_text())
    assert files(played.export) == FILES
    assert (manifest["format"], manifest["scope"]) == ("lunar-site-registry-export/2", "public")
    assert (manifest["as_of"], manifest["illustrative"], manifest["log"]["size"]) == (None, True, 842)
    assert [row["path"] for row in manifest["files"]] == sorted(FILES - {"manifest.json", "manifest.note"})
    for row in manifest["files"]:
        path = played.export / row["path"]
        assert (row["bytes"], row["sha256"]) == (path.stat().st_size, sha256(path))


def test_the_registers_key_answers_for_the_manifest(public: Path) -> None:
    opened = signed_note.open_note((public / "manifest.note").read_text("utf-8"), [SIGNER.verifier])
    digest = base64.b64encode(hashlib.sha256((public / "manifest.json").read_bytes()).digest()).decode()
    size = json.loads((public / "manifest.json").read_text())["log"]["size"]
    assert opened.fault is None
    assert opened.body == f"registry.example.org/log/export\n{size}\n{digest}\n"


def test_the_package_passes_the_verification_by_the_command_that_an_auditor_types(played: Played) -> None:
    vkey = json.loads((played.export / "log" / "keys.json").read_text())[0]["vkey"]
    command = [sys.executable, "verify_export.py", ".", "--key", vkey]
    ended = subprocess.run(command, cwd=played.export, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert files(played.export) == FILES


def test_exporting_again_gives_the_same_bytes(small_session: Session, public: Path, tmp_path: Path) -> None:
    made = write_export(small_session, tmp_path / "again", SIGNER)
    assert contents(tmp_path / "again") == contents(public)
    assert (tmp_path / "again" / "register.xlsx").read_bytes() == (public / "register.xlsx").read_bytes()
    assert made.files["map/map.gpkg"] == ((public / "map/map.gpkg").stat().st_size, sha256(public / "map/map.gpkg"))


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_in_their_fixed_order(played: Played, name: str) -> None:
    assert (played.export / f"tables/{name}.csv").read_text(encoding="utf-8").splitlines()[0] == TABLES[name]


def test_there_is_a_row_for_all_that_may_be_told(played: Played) -> None:
    names = ("rounds", "claims", "placements", "entries", "votes", "offers", "revisions", "examinations")
    count = {name: len(rows(played.export, name)) for name in names}
    assert count == {
        "rounds": 1, "claims": 65, "placements": 195, "entries": 59, "votes": 2, "offers": 59, "revisions": 65,
        "examinations": 65,
    }  # fmt: skip
    entered = {row["placement"] for row in rows(played.export, "entries")}
    of_entries = sum(1 for row in rows(played.export, "phases") if row["placement"] in entered)
    assert len(rows(played.export, "zones")) == of_entries


def test_every_finding_is_there_with_what_follows_from_it(played: Played) -> None:
    found = rows(played.export, "findings")
    assert len(found) == 65 * 50
    assert {(row["outcome"], row["effect"]) for row in found} == {
        ("favourable", "none"), ("not-applicable", "none"), ("unfavourable", "noted"), ("unfavourable", "duty"),
    }  # fmt: skip
    assert all(bool(row["mend"]) == (row["outcome"] == "unfavourable") for row in found)
    assert {bool(row["due_at"]) for row in found if row["effect"] == "duty"} == {True}


def test_the_particulars_of_a_claim_are_fields(played: Played) -> None:
    of_first = {row["field"]: row["value"] for row in rows(played.export, "particulars") if row["claim"] == "C-0001"}
    assert of_first["contacts.emergency.always"] == "yes"
    assert of_first["resources.materials.1.material"] == "water ice"
    assert of_first["registration.orbit.apogee_km"] == "104"


@pytest.mark.parametrize("name", OF_A_ROUND)
def test_every_row_of_a_round_says_so_and_that_it_is_illustrative(played: Played, name: str) -> None:
    found = rows(played.export, name)
    assert {row["illustrative"] for row in found} <= {"yes"}
    assert {row["id" if name == "rounds" else "round"] for row in found} <= {ROUND}


@pytest.mark.parametrize("name", REFERENCE)
def test_every_row_of_reference_data_has_its_source(played: Played, name: str) -> None:
    found = rows(played.export, name)
    assert found
    assert [row for row in found if not row["source"].strip()] == []


def test_every_claim_has_an_entry_or_a_reason_why_not(played: Played) -> None:
    served = {row["claim"] for row in rows(played.export, "entries")}
    reasons = {row["claim"] for row in rows(played.export, "unserved")}
    assert served | reasons == {row["id"] for row in rows(played.export, "claims")}
    assert served & reasons == set()


def test_the_json_has_the_same_tables_with_numbers_as_numbers(played: Played) -> None:
    document = json.loads((played.export / "register.json").read_bytes())
    assert (document["scope"], document["log"]["size"]) == ("public", 842)
    assert {name: ",".join(found[0]) for name, found in document["tables"].items() if found} == {
        name: columns for name, columns in TABLES.items() if rows(played.export, name)
    }
    first = document["tables"]["claims"][0]
    assert (first["id"], first["term_days"], first["military_personnel"]) == ("C-0001", 612, False)
    assert {name: len(found) for name, found in document["tables"].items()} == {
        name: len(rows(played.export, name)) for name in TABLES
    }


def test_files_hash_to_what_the_register_and_the_draw_name(played: Played) -> None:
    draw = json.loads((played.documents / "draw.json").read_text())
    solution = json.loads((played.documents / "solution.json").read_text())
    text = (played.documents / "verification.txt").read_text()
    [policy], [instance] = rows(played.export, "policies"), rows(played.export, "instances")
    instance_sha256 = sha256(played.documents / "instance.json")
    value = bytes.fromhex(draw["value_hex"])
    assert policy["sha256"] == sha256(played.documents / "policy.json")
    assert draw["instance_sha256"] == solution["instance_sha256"] == instance["sha256"] == instance_sha256
    assert draw["seed_hex"] == hashlib.sha256(bytes.fromhex(instance_sha256) + b"\x00" + value).hexdigest()
    assert solution["seed"] == draw["seed_hex"]
    assert f"SHA-256 of solution.json: {sha256(played.documents / 'solution.json')}" in text
    assert "VALID: no problem was found." in text


def test_the_exported_draw_passes_its_check_without_the_register(played: Played) -> None:
    folder = played.documents
    ended = registry("draw", "check", folder / "draw.json", "--instance", folder / "instance.json")
    draw = json.loads((folder / "draw.json").read_text())
    assert ended.stdout == f"seed {draw['seed_hex']} from {draw['source']}\n"


def test_the_proposal_says_what_the_second_opinion_found(played: Played) -> None:
    [row] = rows(played.export, "proposals")
    assert (row["official"], row["verified"], row["confirmed"], row["outcome"]) == ("yes", "yes", "yes", "adopted")
    assert row["second_opinion"] == "HiGHS, in a formulation of its own, agrees on 146 of 146"
    assert row["second_opinion"] in (played.documents / "verification.txt").read_text()


def test_the_secretary_general_and_all_parties_are_told_of_every_entry(played: Played) -> None:
    told = [row["addressee"] for row in rows(played.export, "notices") if row["kind"] == "entry-recorded"]
    assert (told.count("un-secretary-general"), told.count("all-parties"), len(told)) == (59, 59, 118)


def test_the_exported_solution_passes_verification_by_the_command_that_an_auditor_types(played: Played) -> None:
    command = [sys.executable, "-m", "solver", "verify", "instance.json", "solution.json"]
    ended = subprocess.run(command, cwd=played.documents, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_auditor_is_told_what_to_check_and_what_that_cannot_show(played: Played) -> None:
    text = " ".join((played.export / "README.txt").read_text(encoding="utf-8").split())
    assert "ILLUSTRATIVE, 2027-1: An invented round on real places and real States." in text
    assert "This is the PUBLIC package." in text
    assert "No agreed international radius for safety zones exists." in text
    assert "python3 verify_export.py . --key" in text
    assert "none is stated here" in text  # the licence
    named = {path.rpartition("/")[2] for path in FILES} - {"README.txt"}
    assert [name for name in named if name not in text] == []


def test_an_earlier_package_is_replaced_whole(small_session: Session, public: Path, tmp_path: Path) -> None:
    write_export(small_session, tmp_path / "out", SIGNER, Scope.FULL)
    (tmp_path / "out" / "left-over.txt").write_text("of a version long ago")
    write_export(small_session, tmp_path / "out", SIGNER)
    assert contents(tmp_path / "out") == contents(public)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_used(small_session: Session, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert write_export(small_session, tmp_path / "out", SIGNER).folder == tmp_path / "out"


def refused(session: Session, folder: Path) -> str:
    with pytest.raises(ExportError) as caught:
        write_export(session, folder, SIGNER)
    return str(caught.value)


def test_a_folder_with_other_files_is_left_alone(small_session: Session, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    assert refused(small_session, tmp_path) == f"{tmp_path} has other files in it; choose a new or an empty folder"
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_file_is_left_alone(small_session: Session, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert refused(small_session, tmp_path / "out") == f"{tmp_path / 'out'} is a file; choose a folder"
    assert (tmp_path / "out").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(small_session: Session) -> None:
    message = refused(small_session, Path("/proc/none/out"))
    assert message.startswith("/proc/none/out cannot be written (")
    assert message.endswith("); choose a folder with room and access")


def test_an_empty_register_has_nothing_to_export(session: Session, tmp_path: Path) -> None:
    assert refused(session, tmp_path / "out") == "nothing is recorded yet; there is nothing to export"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), RuntimeError("planted")])
@pytest.mark.parametrize("part", ["write_geopackage", "write_workbook", "write_log"])
def test_nothing_is_left_behind_and_the_earlier_package_stays_when_writing_fails(
    small_session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, part: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text("an earlier package")

    def fail(*_arguments: object) -> None:
        raise fault

    monkeypatch.setattr(package, part, fail)
    with pytest.raises((ExportError, RuntimeError), match=r"No space left on device|planted"):
        write_export(small_session, tmp_path / "out", SIGNER)
    assert contents(tmp_path / "out") == {"manifest.json": b"an earlier package"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]

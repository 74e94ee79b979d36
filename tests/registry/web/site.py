"""The addresses of every page, taken from the application's own map of addresses, so that no page is forgotten."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from registry import db, signing
from registry.config import Settings
from registry.domain.sign_ins import CountedRequests, SignInFailures
from registry.exports.package import write_export

NOT_PAGES = {
    "static",
    "calendar.feed",
    "calendar.instance",
    "calendar.solution",
    "calendar.table",
    "ground.image",
    "health.alive",
    "health.ready",
    "map.picture",
    "map_data.one_layer",
    "map_data.zones_asked_for",
    "exported.archive",
    "exported.one_file",
    "lasting.policy_file",
    "norms.compared_file",
    "norms.paper",
    "norms.statement_file",
    "lasting.revision_file",
    "lasting.zone_file",
    "notices.feed",
    "receipts.checkpoint",
    "receipts.keys",
    "receipts.receipt_file",
}
# Pages in the middle of signing in, and those of Flask-Security that are closed.
NOT_PAGES |= {
    "security.two_factor_token_validation",
    "security.mf_recovery",
    "security.two_factor_rescue",
    "security.tf_select",
    "security.two_factor_setup_validate",
}
STAFF_ONLY = {
    "account.home",
    "security.change_password",
    "security.mf_recovery_codes",
    "security.two_factor_setup",
    "security.verify",
    "staff.staff_home",
    "tokens.home",
    "users.all_users",
    "users.new_user",
    "users.one_user",
}
NOT_PAGES |= {"runs.events"}
STAFF_ONLY |= {"runs.all_runs", "runs.one_run"}
# Steps are forms for a role, and not every register has a case: these have tests of their own.
STEPS = "steps."
PROGRAMS = "api."
STAFF_ONLY |= {"cases.one_case", "terms.one_agreement"}
STAFF_ONLY |= {"outbox.all_of_them", "norms.arrangement", "services.one_service"}
ROUND_PLAYED = {"round_id": "2027-1", "claim_id": "C-0001", "entry_id": "E-0001", "party_id": "IND", "index": "1"}
ROUND_PLAYED |= {"user_id": "1"}
ROUND_PLAYED |= {"version": "1", "number": "1", "notice_id": "1", "provision_id": "OST-I-2", "name": "README.txt"}
ROUND_PLAYED |= {"layer": "zones", "rank": "1", "run_id": "1"}
ROUND_PLAYED |= {
    "consultation_id": "K-0001",
    "note_id": "N-0001",
    "comment_id": "M-0001",
    "agreement_id": "A-0001",
    "docking_id": "D-0001",
    "service_id": "S-0001",
}
ROUND_PLAYED |= {"request_id": "1", "site_id": "B-0001"}
STAFF_ONLY |= {"calendar.one_proposal"}  # there is one only where slots were proposed
STAFF_ONLY |= {"bank.one_pair"}  # there is a pair only where somebody has many entries
# Filing is the delegates' own: its pages, empty, filled and in error, have tests of their own.
FILING = "filing."
ROUND_PLAYED |= {"draft_id": "1", "section_id": "who", "file_id": "1"}
NOT_PAGES |= {"filing.file_of_claim", "filing.file_of_draft"}
PASSWORD = "a long password of no use"


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings with secrets of their own."""
    secrets = {"secret_key": "k" * 40, "password_salt": "s" * 40, "totp_secret": "t" * 40}
    # All tests sign in from one address.
    return Settings(data=folder, **{**secrets, "sign_ins_per_minute": 100_000, **changes})


def addresses(app: Flask, values: Mapping[str, str]) -> dict[str, str]:
    """The address of every page for people by endpoint, its arguments filled from `values`; KeyError if one lacks."""
    with app.test_request_context():
        return {
            rule.endpoint: app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and rule.endpoint not in NOT_PAGES
            and not rule.endpoint.startswith(PROGRAMS)
        }


def public(app: Flask, values: Mapping[str, str]) -> dict[str, str]:
    """The pages that need no sign-in."""
    found = addresses(app, values).items()
    return {name: address for name, address in found if name not in STAFF_ONLY and not name.startswith((STEPS, FILING))}


def keep_package(app: Flask) -> None:
    """Keep a public package of the application's register where the pages look for it."""
    settings: Settings = app.extensions["registry.access"].settings
    with db.reading(app.extensions["test.engine"]) as session:
        folder = settings.data / "exports" / "public"
        write_export(session, folder, signing.signer_in_force(session, settings))


# One white pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8////fwYACP4C/pXHPFkAAAAASUVORK5CYII="
)


def keep_picture(app: Flask, name: str = "relief.png", **changes: object) -> Path:
    """Put a picture of the ground into the data folder of the application's register, as `solver terrain layer` does."""
    folder = Path(app.extensions["registry.access"].settings.data) / "terrain"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(PIXEL)
    origin = {
        "source": "LOLA",
        "licence": "public domain",
        "kind": "measured",
        "resolution_m": 200,
        "files": [],
        "steps": [],
    }
    words = {
        "file": name,
        "sha256": hashlib.sha256(PIXEL).hexdigest(),
        "what": "relief",
        "unit": "",
        "crs": "IAU_2015:30135",
    }
    words |= {"cell_m": 200.0, "bounds_m": [-30000.0, -36200.0, 21200.0, 15000.0], "origin": origin, **changes}
    (folder / f"{name}.json").write_text(json.dumps(words), "utf-8")
    return folder


def forget_attempts(app: Flask) -> None:
    """Let nobody wait: the tests share an address, and often a register."""
    with db.unit_of_work(app.extensions["test.engine"]) as session:
        session.execute(sa.delete(SignInFailures))
        session.execute(sa.delete(CountedRequests))


def without_arguments(app: Flask) -> list[str]:
    """The public pages that are there even when the register is empty."""
    with_arguments = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments}
    filled = public(app, ROUND_PLAYED)
    return [address for name, address in filled.items() if name not in with_arguments]

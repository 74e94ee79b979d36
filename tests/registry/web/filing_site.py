"""An application on an open round with two delegates who can sign in, for the tests of filing."""

import re
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry import accounts
from registry.domain.actors import SYSTEM
from registry.services import users
from tests import factories
from tests.registry.web.signing_in import token
from tests.registry.web.site import PASSWORD, settings_for

IND, JPN = "dev@example.org", "jun@example.org"


def fill_with_delegates(session: Session) -> None:
    """An open round, a published neighbour of Japan, and a delegate each of India and Japan."""
    factories.open_round(session)
    for email, name, party in ((IND, "Dev Rao", "IND"), (JPN, "Jun Sato", "JPN")):
        credentials = accounts.credentials(settings_for(Path()), PASSWORD)
        users.add_user(
            session, email, name, ["delegate"], SYSTEM, factories.ANNOUNCED, party=party, credentials=credentials
        )


def post(client: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Send a form with a token of the page of filing."""
    return client.post(address, data={"csrf_token": token(client, "/filing"), **fields})


def begun(client: FlaskClient, name: str = "Ridge station") -> str:
    """Begin a draft; its address."""
    answer = post(client, "/filing", name=name)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]


PARTS: dict[str, dict[str, str]] = {
    "who": {"name": "Ridge station", "operator": "ISRO"},
    "purpose": {
        "activity": "science-station", "purpose": "Study the ground.", "term_days": "200",
        "peaceful_statement": "Civil research.", "military-personnel": "no", "benefit_sharing": "Data are open.",
        "programmes-0-name": "ilrs", "programmes-0-phase": "construction", "programmes-0-level": "instrument",
    },
    "authorisation": {
        "authorisation-party": "IND", "authorisation-reference": "L-1", "state_of_registry": "IND",
        "launching_parties-0-party": "IND", "registration-designator": "OBJECT-1",
        "registration-launch_date": "2028-01-02", "registration-launch_place": "A spaceport",
        "registration-function": "lander", "registration-orbit-nodal_period_min": "118",
        "registration-orbit-inclination_deg": "90", "registration-orbit-apogee_km": "100,5",
        "registration-orbit-perigee_km": "95", "registration-status_updates": "yes",
        "registration-kept_after_end": "yes",
    },
    "credit": {
        "credit-0-party": "IND", "credit-0-percent": "100", "contributions-0-party": "IND",
        "contributions-0-kind": "hardware", "contributions-0-what": "lander", "contributions-0-percent": "25",
        "contributions-0-evidence": "contract 1",
    },
    "zones": {
        "zones-reason": "sized for the instruments", "zones-published": "measuring", "zones-entry_notice_days": "14",
        "zones-change_notice_days": "30", "zones-refuses_entry": "no",
    },
    "undertakings": {
        "resources-extracts": "yes", "resources-materials-0-material": "regolith",
        "resources-materials-0-quantity_kg": "2.5", "resources-notice": "with this filing",
        "disposal-method": "passivated-in-place", "disposal-end_state": "The lander stays.",
        "disposal-within_days": "30", "disposal-passivation": "tanks vented", "cospar_inventory": "Propellants only.",
        "publication-plan_url": "https://plans.example.org/1", "publication-conduct": "landing",
        "publication-results": "a report", "publication-data_released_on": "2029-01-01",
        "publication-progress_report_days": "30", "access-open_to_passage": "yes",
        "access-science_transits": "rovers of others", "access-joint_use": "survey data", "standards": "a standard",
        "sustainability-A.5-answer": "yes", "sustainability-A.5-evidence": "register",
    },
    "contacts": {
        **{f"contacts-{role}-name": "Office" for role in ("supervision", "emergency", "visits", "liability")},
        **{f"contacts-{role}-email": "office@example.org" for role in ("supervision", "emergency", "visits", "liability")},
        "contacts-emergency-phone": "+00 1234 5678", "contacts-emergency-always": "yes",
        "contacts-visits-notice_days": "30",
    },
}  # fmt: skip
PLACEMENT = {
    "place": "ridge", "name": "first choice", "shape": "Point", "system": "metres", "positions": "10000, 10000",
    "first": "2027-10-01", "last": "200", "phase-0-name": "operation", "phase-0-offset": "0", "phase-0-days": "100",
    "phase-0-method": "static-science", "phase-0-anomaly": "no", "phase-0-anomaly-method": "static-science",
    "phase-0-anomaly-anomaly": "yes",
}  # fmt: skip


def fill_in(client: FlaskClient, draft: str) -> None:
    """Fill in every part of a draft."""
    for section, fields in PARTS.items():
        answer = post(client, f"{draft}/sections/{section}", **fields)
        assert (answer.status_code, answer.headers["Location"]) == (303, draft), section
    assert post(client, f"{draft}/placements", act="add").headers["Location"] == f"{draft}/placements/1"
    answer = post(client, f"{draft}/placements/1", **PLACEMENT)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{draft}/placements"), answer.headers

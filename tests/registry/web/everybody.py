"""A register with two rounds, a case, a run, a draft, files and somebody in every role: for tests that ask for every page."""

from pathlib import Path

from flask import Flask

from registry import db, signing
from registry.domain.actors import SYSTEM
from registry.domain.claims import Claim
from registry.domain.examinations import NormProfile
from registry.domain.missions import Mission
from registry.services import agreements, attachments, drafting, runs, users
from registry.services.recording import record
from registry.web.app import create_app
from tests import factories as make
from tests.registry import canaries
from tests.registry.tables import new_tables
from tests.registry.web.comparison import keep_comparison
from tests.registry.web.routes import VALUES
from tests.registry.web.site import keep_package, keep_picture, settings_for

PEOPLE = {
    **{actor.role: actor.name for actor in (canaries.REGISTRAR, canaries.IND, canaries.OBSERVER, canaries.AUDITOR)},
    "planner": "planner@example.org",
    "council": "council@example.org",
    "administrator": "administrator@example.org",
}


def peopled(folder: Path) -> Flask:
    """An application on such a register in a new folder; its engine is the extension `test.engine`."""
    settings = settings_for(folder, second_factor="optional")
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    with signing.new_key(settings, "illustrative.example/log") as verifier, db.unit_of_work(engine) as session:
        canaries.fill(session, verifier.vkey)
        for role in ("planner", "council", "administrator"):
            party = "CHE" if role == "council" else None
            own = users.Credentials(None, f"token-of-{role}")
            users.add_user(
                session,
                PEOPLE[role],
                f"The {role} of tests",
                [role],
                SYSTEM,
                make.RECORDED,
                party=party,
                credentials=own,
            )
        runs.ask_why(session, VALUES["claim_id"], canaries.IND, make.RECORDED)
        terms = {"keep_out_m": 100, "text": "Half the distance will do."}
        agreements.propose(session, "C-0003", "C-0004", terms, canaries.IND, canaries.SAID)
        draft = drafting.save(session, canaries.NEW, make.claim_document("own", "IND"), canaries.IND, canaries.FILED)
        attachments.add(session, draft.id, make.handed_in("plan.txt", b"a plan"), canaries.IND, canaries.FILED)
        known = {"partner": "", "year": "2030", "remark": "", "source": "illustrative"}
        session.add(Mission(id=VALUES["mission_id"], name="A lander", operator="An agency", **known))
        stated = {"standing": "binding", "provisions": ["OST-I-2"], "strict": False, "statement": "What binds."}
        session.add(NormProfile(id=VALUES["profile_id"], name="Binding", source="illustrative", **stated))
        claim = session.get_one(Claim, VALUES["claim_id"])
        filed = attachments.attach(session, claim, make.handed_in("plan.txt", b"a plan"), make.RECORDED)
        record(session, make.RECORDED, canaries.IND, "attachments-filed", f"claims/{claim.id}", [filed])
    app = create_app(settings, engine)
    app.extensions["test.engine"] = engine
    keep_package(app)
    keep_comparison(app)
    keep_picture(app)
    return app

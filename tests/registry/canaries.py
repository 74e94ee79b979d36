"""A register with a marked text in every confidential field, for tests that look for the marks where they must not be.

Round 2027-1 is over, with an entry. In round 2028-1 two claims are in coordination, with a consultation, a note, comments
and an observer; one claim waits, one was amended and returned, one was withdrawn, and one is a draft.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.domain.consultations import Consultation
from registry.services import (
    comments,
    consultations,
    coordination,
    docking,
    drafting,
    examination,
    filing,
    keys,
    notes,
    returning,
    rounds,
    sharing,
    users,
    zone_requests,
)
from registry.services.recording import record
from tests import factories as make
from tests.registry import paired, slotted
from tests.registry.exports.small import SIGNER

OLD, NEW = make.ROUND, "2028-1"
PUBLISHED, HIDDEN = ("C-0001", "C-0002", "C-0003", "C-0004"), ("C-0005", "C-0006", "C-0007")
OPENED, FILED, EXAMINED = make.utc("2028-01-15"), make.utc("2028-02-01"), make.utc("2028-02-10")
STARTED, SAID = make.utc("2028-02-20"), make.utc("2028-03-01")
MARK = "zzcanary"
ARRANGEMENT = {
    "title": "Quiet hours", "origin_forum": "Operators at the ridge", "agreed_on": "2028-02-20", "text": "No landing at noon.",
    "evidence": ["https://arrangements.example.org/1"], "target_body": "Committee of all States", "agenda_item": "Item of space",
    "illustrative": True,
}  # fmt: skip

REGISTRAR = Actor(f"{MARK}-registrar@example.org", "registrar")
IND = Actor(f"{MARK}-ind@example.org", "delegate", "IND")
JPN = Actor(f"{MARK}-jpn@example.org", "delegate", "JPN")
GHA = Actor(f"{MARK}-gha@example.org", "delegate", "GHA")
OBSERVER = Actor(f"{MARK}-observer@example.org", "observer")
AUDITOR = Actor(f"{MARK}-auditor@example.org", "auditor")
PEOPLE = (REGISTRAR, IND, JPN, GHA, OBSERVER, AUDITOR)
# Who acts in round 2027-1: addresses of people, too.
STAFF = (make.REGISTRAR, make.PLANNER, make.CHE_DECIDER, make.GHA_DECIDER)

PERSONS = (f"{MARK}-", "ZZCanary Person", "zzperson", *(actor.name for actor in STAFF))
CLAIMS = ("zzclaim",)
NOTES = ("zznote",)
DRAFTS = ("zzdraft",)
CASE = "K-0002"  # between the claims that are in coordination
EVERYTHING = (*PERSONS, *CLAIMS, *NOTES, *DRAFTS)


def marked(key: str, party: str, **changes: Any) -> dict[str, Any]:
    """A filing with a mark in every text that a party can choose."""
    said = make.particulars()
    mark = f"zzclaim {key}"
    contacts = {
        name: {**row, "name": mark, "email": f"zzclaim-{key}@example.org"} for name, row in said["contacts"].items()
    }
    placement = make.placement(1, x=10020, name=mark, phases=[make.phase(name=mark[:60])])
    document = make.claim_document(
        f"zzclaim-{key}",
        party,
        name=mark,
        purpose=mark,
        peaceful_statement=mark,
        cospar_inventory=mark,
        benefit_sharing=mark,
        authorisation={"party": party, "reference": mark},
        contributions={party: [make.contribution(what=mark, evidence=mark)]},
        contacts=contacts,
        registration={**said["registration"], "designator": mark, "function": mark},
        standards=[mark],
        proximity={"planned": True, "near": mark, "procedure": mark},
        placements=[placement],
    )
    return {**document, **changes}


def fill(session: Session, vkey: str = SIGNER.verifier.vkey) -> None:
    """Play both rounds; the log is signed with the key of `vkey`."""
    make.recorded_round(session)
    keys.establish(session, vkey, make.ADMINISTRATOR, make.RECORDED)
    _add_people(session)
    window = (OPENED, make.utc("2028-06-30"))
    rounds.announce(session, NEW, "Round two", window, REGISTRAR, make.utc("2027-12-01"), illustrative=True)
    profile = [*make.policy()["norm_profile"], "OST-IX-2"]
    rounds.publish_policy(session, NEW, make.policy(norm_profile=profile), REGISTRAR, make.utc("2027-12-15"))
    rounds.open_round(session, NEW, REGISTRAR, OPENED)
    _file(session)
    _coordinate(session)


def _add_people(session: Session) -> None:
    for number, actor in enumerate(PEOPLE):
        name, given = f"ZZCanary Person {number}", users.Credentials(None, f"token-{number}")
        users.add_user(
            session, actor.name, name, [actor.role], SYSTEM, make.RECORDED, party=actor.party, credentials=given
        )


def _file(session: Session) -> None:
    near = {"placements": [make.placement(1, x=20000, y=20000)]}
    documents = [
        (IND, make.claim_document("gamma", "IND", placements=[make.placement(1)])),
        (JPN, make.claim_document("delta", "JPN", placements=[make.placement(1, x=10010)])),
        (GHA, marked("waiting", "GHA")),
        (GHA, marked("returned", "GHA", cospar_inventory=None)),
        (GHA, marked("withdrawn", "GHA", **near)),
    ]
    for actor, document in documents:
        filing.file_claim(session, NEW, document, actor, FILED)
    filing.amend(
        session, "C-0006", marked("returned", "GHA", cospar_inventory=None, purpose="zzclaim again"), GHA, FILED
    )
    filing.withdraw(session, "C-0007", GHA, FILED, "zzclaim: we gave it up")
    drafting.save(session, NEW, {"key": "zzdraft", "filed_by": "GHA", "name": "zzdraft"}, GHA, FILED)


def _coordinate(session: Session) -> None:
    for claim_id in ("C-0003", "C-0004", "C-0005", "C-0006"):
        examination.examine(session, claim_id, REGISTRAR, EXAMINED)
    returning.refuse(session, "C-0006", REGISTRAR, EXAMINED, "zzclaim: it was not mended")
    for claim_id in ("C-0003", "C-0004"):
        coordination.publish(session, claim_id, REGISTRAR, STARTED)
        coordination.start_coordination(session, claim_id, REGISTRAR, STARTED)
    chosen = select(Consultation).where(Consultation.claim_a_id == "C-0003", Consultation.claim_b_id == "C-0004")
    case = session.scalars(chosen).one().id
    consultations.contact(session, case, JPN, SAID, point="zzperson Sato, zzperson@example.org")
    consultations.invite(session, case, OBSERVER.name, REGISTRAR, SAID)
    comments.add(session, "C-0003", "Please mind the relay.", JPN, SAID)
    notes.add(session, case, "zznote: we could start later", b"\x05" * 32, IND, SAID)
    notes.read(session, "N-0001", JPN, SAID)
    docking.record(session, ARRANGEMENT, IND, SAID)
    docking.state(session, "D-0001", "dissents", "We measure at noon.", JPN, SAID)
    record(session, SAID, REGISTRAR, "slots-proposed", "slot-proposals/1", slotted.rows(session, "C-0001", "IND", SAID))
    record(session, SAID, REGISTRAR, "second-site-offered", "bank/B-0001", paired.rows(session, "C-0001", "IND", SAID))
    sharing.offer(session, "C-0001", "relay", "Direct to Earth.", 2, IND, SAID)
    zone_requests.announce(session, "C-0001", "JPN", "A rover passes.", (SAID.date(), SAID.date()), JPN, SAID)


def found(text: str, marks: Sequence[str] = EVERYTHING) -> list[str]:
    """The marks that a text has, whatever their case."""
    folded = text.casefold()
    return [mark for mark in marks if mark.casefold() in folded]

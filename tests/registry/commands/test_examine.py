"""Examining by commands: run on one claim or all of a round, shown as a letter, provisions and profiles listed."""

from typing import Any

from registry import db
from registry.domain.examinations import NormProfile
from tests import factories as make
from tests.registry.commands.conftest import Office

RITA, DEV = ("--as", "rita@example.org"), ("--as", "dev@example.org")
ROUND = ("--round", make.ROUND)
AT = "2027-04-21T15:00:00Z"


def filed(office: Office, *documents: dict[str, Any]) -> None:
    office.json("claim", "file", office.file("filed.json", list(documents)), *ROUND, *RITA)


def test_a_sound_claim_is_examined_favourably(office: Office) -> None:
    filed(office, make.claim_document())
    [answer] = office.json("examine", "run", "C-0001", *RITA, at=AT)
    assert (answer["claim"], answer["returns"], answer["noted"], answer["duty"]) == ("C-0001", 0, 0, 0)
    assert answer["examination"]["favourable"] is True
    assert len(answer["examination"]["findings"]) == 10


def test_all_that_wait_in_a_round_are_examined_and_none_twice(office: Office) -> None:
    filed(office, make.claim_document(), make.claim_document("beta", "JPN", cospar_inventory=None))
    ended = office.run("examine", "run", *ROUND, *RITA, at=AT)
    assert ended.stdout.splitlines() == [
        "2 examined",
        "C-0001  favourable; 10 provisions, 0 noted, 0 duties",
        "C-0002  returned for 1 reasons; 10 provisions, 0 noted, 0 duties",
    ]
    assert office.run("examine", "run", *ROUND, *RITA, at=AT).stdout == "0 examined\n"


def test_a_finding_is_shown_with_what_was_found_the_rule_and_the_mend(office: Office) -> None:
    filed(office, make.claim_document(cospar_inventory=None))
    office.json("examine", "run", "C-0001", *RITA, at=AT)
    lines = office.run("examine", "show", "C-0001", *DEV, at=None).stdout.splitlines()
    assert lines[0] == (
        "Claim C-0001 Claim alpha, revision 1, examined 2027-04-21: unfavourable: the claim is returned."
    )
    assert lines[2] == "COSPAR-1 Inventory of organic materials: unfavourable (this returns the claim)"
    assert lines[3].startswith("  Found: A placement lies at latitude -89.5336, south of 79 S (Category IIb), and")
    assert lines[4].startswith("  Rule: South of 79 S and in permanent shadow a mission is of Category IIb.")
    assert lines[5] == "  Mend: Please add it: propellants, life-support products and all above 1 kg."
    assert len(lines) == 6
    assert len(office.json("examine", "show", "C-0001", *DEV, at=None)["findings"]) == 10


def test_favourable_findings_are_shown_on_demand(office: Office) -> None:
    filed(office, make.claim_document())
    office.json("examine", "run", "C-0001", *RITA, at=AT)
    assert len(office.run("examine", "show", "C-0001", *DEV, at=None).stdout.splitlines()) == 1
    text = office.run("examine", "show", "C-0001", "--all", *DEV, at=None).stdout
    assert "OST-II-1 A finite term: favourable\n  Found: The claim asks for a finite term of 200 days." in text


def test_provisions_and_profiles_are_listed(office: Office) -> None:
    engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
    with db.unit_of_work(engine) as session:
        named = {"name": "Short", "standing": "binding", "statement": "One.", "source": "test", "strict": False}
        session.add(NormProfile(id="short", provisions=["OST-II-1"], **named))
    engine.dispose()
    assert len(office.json("examine", "provisions", at=None)) == 50
    text = office.run("examine", "provisions", "--profile", "short", at=None).stdout
    assert text == "OST-II-1   hard        binding      A finite term\n1 provisions\n"
    assert [row["id"] for row in office.json("examine", "profiles", at=None)] == ["short"]
    assert office.refusal("examine", "provisions", "--profile", "long", at=None) == (
        "there is no norm profile long; those there are: short"
    )


def test_refusals_say_why(office: Office) -> None:
    filed(office, make.claim_document())
    assert office.refusal("examine", "run", "C-0001", *DEV, at=AT) == (
        "this is for the role registrar, not for delegate; ask one of them"
    )
    assert office.refusal("examine", "run", "C-0009", *RITA, at=AT) == "there is no claim C-0009; check the id"
    assert office.refusal("examine", "show", "C-0009", at=None) == "there is no claim C-0009; check the id"
    assert office.refusal("examine", "show", "C-0001", *DEV, at=None) == (
        "claim C-0001 is SUBMITTED and not examined yet; run: registry examine run C-0001"
    )
    assert office.refusal("examine", "run", *RITA, at=AT, code=2).startswith("give the claims, or --round")
    office.json("examine", "run", "C-0001", *RITA, at=AT)
    office.json("claim", "publish", "C-0001", *RITA, at="2027-04-26T09:00:00Z")
    assert office.refusal("examine", "run", "C-0001", *RITA, at="2027-04-27T09:00:00Z") == (
        "claim C-0001 is PUBLISHED; only a submitted claim is examined"
    )

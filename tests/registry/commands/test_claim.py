"""Claims by commands: drafted, filed one by one or many at once, amended, withdrawn, published, returned, refused."""

from typing import Any

import pytest

from registry import db
from registry.services import examination
from tests import factories as make
from tests.registry.commands.conftest import Office

ROUND = ("--round", make.ROUND)
RITA, DEV, JUN = ("--as", "rita@example.org"), ("--as", "dev@example.org"), ("--as", "jun@example.org")


def filed(office: Office, *documents: dict[str, Any]) -> None:
    name = office.file("filed.json", list(documents) or [make.claim_document()])
    office.json("claim", "file", name, *ROUND, *RITA)


def examined(office: Office, claim_id: str = "C-0001") -> None:
    engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
    with db.unit_of_work(engine) as session:
        examination.examine(session, claim_id, make.REGISTRAR, make.FILED)
    engine.dispose()


def states(office: Office) -> dict[str, str]:
    return {row["id"]: row["state"] for row in office.json("claim", "list", *ROUND, *RITA, at=None)}


# Drafts


def test_a_draft_is_kept_with_the_faults_that_it_would_be_refused_for(office: Office) -> None:
    draft = office.file("draft.json", {"key": "alpha", "filed_by": "IND", "name": "Alpha"})
    kept = office.json("claim", "draft", draft, *ROUND, *DEV)
    assert (kept["key"], kept["saved_at"]) == ("alpha", "2027-02-01T10:00:00Z")
    assert "placements: missing; add the field" in kept["faults"] or len(kept["faults"]) > 5


def test_a_draft_is_seen_by_its_own_party_only(office: Office) -> None:
    office.json("claim", "draft", office.file("draft.json", make.claim_document()), *ROUND, *DEV)
    assert [row["key"] for row in office.json("claim", "drafts", *ROUND, *DEV, at=None)] == ["alpha"]
    assert office.json("claim", "drafts", *ROUND, *JUN, at=None) == []
    assert office.refusal("claim", "drafts", *ROUND, *RITA, at=None) == (
        "this is for the role delegate, not for registrar; ask one of them"
    )
    assert states(office) == {}


def test_saving_a_draft_again_replaces_it(office: Office) -> None:
    for name in ("First name", "Second name"):
        office.json("claim", "draft", office.file("draft.json", make.claim_document(name=name)), *ROUND, *DEV)
    [draft] = office.json("claim", "drafts", *ROUND, *DEV, at=None)
    assert draft["document"]["name"] == "Second name"


def test_a_draft_is_filed_later_and_is_no_draft_then(office: Office) -> None:
    office.json("claim", "draft", office.file("draft.json", make.claim_document()), *ROUND, *DEV)
    [claim] = office.json("claim", "file", "--draft", "alpha", *ROUND, *DEV, at="2027-02-03T10:00:00Z")
    assert (claim["id"], claim["received_at"], claim["state"]) == ("C-0001", "2027-02-03T10:00:00Z", "SUBMITTED")
    assert office.json("claim", "drafts", *ROUND, *DEV, at=None) == []


def test_a_draft_with_faults_is_not_filed_and_stays(office: Office) -> None:
    office.json("claim", "draft", office.file("draft.json", make.claim_document(term_days=0)), *ROUND, *DEV)
    assert "term_days" in office.refusal("claim", "file", "--draft", "alpha", *ROUND, *DEV)
    assert len(office.json("claim", "drafts", *ROUND, *DEV, at=None)) == 1


def test_a_draft_of_another_party_is_not_there(office: Office) -> None:
    office.json("claim", "draft", office.file("draft.json", make.claim_document()), *ROUND, *DEV)
    line = "JPN has no draft 'alpha' in round 2027-1; list them with: claim drafts"
    assert office.refusal("claim", "file", "--draft", "alpha", *ROUND, *JUN) == line
    assert office.refusal("claim", "discard", "alpha", *ROUND, *JUN) == line


def test_a_draft_is_thrown_away(office: Office) -> None:
    office.json("claim", "draft", office.file("draft.json", make.claim_document()), *ROUND, *DEV)
    assert office.run("claim", "discard", "alpha", *ROUND, *DEV).stdout == "draft alpha is gone\n"
    assert office.json("claim", "drafts", *ROUND, *DEV, at=None) == []


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([1], "the document is not an object; give a filing with key and filed_by"),
        ({"key": "", "filed_by": "IND"}, "key: it is not a text of 1 to 120 characters; a draft needs it"),
        ({"key": "a", "filed_by": 7}, "filed_by: it is not a text of 1 to 120 characters; a draft needs it"),
        ({"key": "a", "filed_by": "JPN"}, "a delegate acts for the own party only: IND, not JPN"),
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused(office: Office, document: Any, words: str) -> None:
    assert office.refusal("claim", "draft", office.file("draft.json", document), *ROUND, *DEV) == words


# Filing


def test_many_filings_are_received_at_once(office: Office) -> None:
    one = office.file("one.json", make.claim_document("alpha"))
    more = office.file("more.json", {"claims": [make.claim_document("beta"), make.claim_document("gamma")]})
    claims = office.json("claim", "file", one, more, *ROUND, *DEV)
    assert [(claim["id"], claim["key"]) for claim in claims] == [
        ("C-0001", "alpha"), ("C-0002", "beta"), ("C-0003", "gamma"),
    ]  # fmt: skip


def test_of_many_filings_with_one_fault_none_is_received(office: Office) -> None:
    rows = [make.claim_document("alpha"), make.claim_document("beta", operator="NOBODY")]
    line = office.refusal("claim", "file", office.file("rows.json", rows), *ROUND, *DEV)
    assert line.startswith("beta: operator: ")
    assert states(office) == {}


def test_in_rehearsal_filings_are_received_when_they_say_and_in_that_order(office: Office) -> None:
    rows = [
        make.claim_document("late", received_at="2027-02-05T10:00:00Z"),
        make.claim_document("early", received_at="2027-02-04T10:00:00Z"),
    ]
    claims = office.json("claim", "file", office.file("rows.json", rows), *ROUND, *RITA, at=None)
    assert [(claim["id"], claim["key"], claim["received_at"]) for claim in claims] == [
        ("C-0001", "early", "2027-02-04T10:00:00Z"), ("C-0002", "late", "2027-02-05T10:00:00Z"),
    ]  # fmt: skip


def test_outside_a_rehearsal_a_filing_is_received_now_whatever_it_says(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGISTRY_REHEARSAL")
    row = make.claim_document(received_at="2027-02-05T10:00:00Z")
    line = office.refusal("claim", "file", office.file("row.json", row), *ROUND, *RITA, at=None)
    assert "it takes claims from its opening to its closing only" in line


def test_a_delegate_files_for_the_own_party_only(office: Office) -> None:
    document = office.file("alpha.json", make.claim_document())
    line = office.refusal("claim", "file", document, *ROUND, *JUN)
    assert line == "alpha: a delegate acts for the own party only: JPN, not IND"


def test_filing_nothing_is_a_wrong_use(office: Office) -> None:
    assert "give at least one FILE, or a --draft" in office.refusal("claim", "file", *ROUND, *DEV, code=2)


# Later moves


def test_a_claim_is_amended(office: Office) -> None:
    filed(office)
    changed = office.file("changed.json", make.claim_document(name="Another name"))
    claim = office.json("claim", "amend", "C-0001", changed, *DEV)
    assert (claim["revision"], claim["state"]) == (2, "SUBMITTED")


def test_a_claim_is_withdrawn_with_a_reason(office: Office) -> None:
    filed(office)
    ended = office.run("claim", "withdraw", "C-0001", "--reason", "the mission is cancelled", *DEV)
    assert ended.stdout.startswith("claim C-0001 is WITHDRAWN\nrecord ")


def test_claims_that_were_examined_favourably_are_published_together(office: Office) -> None:
    filed(office, make.claim_document("alpha"), make.claim_document("beta"), make.claim_document("gamma"))
    examined(office, "C-0001")
    examined(office, "C-0003")
    ended = office.run("claim", "publish", *ROUND, *RITA)
    assert ended.stdout.startswith("2 published\nC-0001")
    assert states(office) == {"C-0001": "PUBLISHED", "C-0002": "SUBMITTED", "C-0003": "PUBLISHED"}


def test_a_claim_is_not_published_before_its_examination(office: Office) -> None:
    filed(office)
    line = office.refusal("claim", "publish", "C-0001", *RITA)
    assert line == "claim C-0001: the newest revision has no favourable examination; examine it first"


def test_publishing_takes_claims_or_a_round_and_not_both(office: Office) -> None:
    for words in ((), ("C-0001", *ROUND)):
        line = office.refusal("claim", "publish", *words, *RITA, code=2)
        assert line.startswith("give the claims, or --round for all of a round")


def test_a_claim_is_not_returned_without_an_unfavourable_examination(office: Office) -> None:
    filed(office)
    line = office.refusal("claim", "return", "C-0001", "--reason", "unclear", *RITA)
    assert line.endswith("the newest revision has no unfavourable examination; there is no reason to return it")


def test_a_returned_claim_is_refused_with_a_reason(office: Office) -> None:
    filed(office, make.claim_document(cospar_inventory=None))
    examined(office)
    assert states(office) == {"C-0001": "RETURNED"}
    assert office.refusal("claim", "refuse", "C-0001", "--reason", " ", *RITA) == (
        "reason: it is empty; say why, in words fit to send to the party"
    )
    ended = office.run("claim", "refuse", "C-0001", "--reason", "no inventory came", *RITA)
    assert ended.stdout == "claim C-0001 is REFUSED\n"


# Reading


def test_claims_are_listed_by_state_and_party(office: Office) -> None:
    filed(office, make.claim_document("alpha"), make.claim_document("beta", "JPN"))
    office.json("claim", "withdraw", "C-0001", "--reason", "over", *RITA)
    listed = ("claim", "list", *ROUND, *RITA)
    assert [row["id"] for row in office.json(*listed, "--state", "SUBMITTED", at=None)] == ["C-0002"]
    assert [row["id"] for row in office.json(*listed, "--party", "IND", at=None)] == ["C-0001"]
    assert office.run(*listed, at=None).stdout.splitlines()[-1] == "2 claims"
    assert office.refusal("claim", "list", "--round", "1999-1", at=None) == "there is no round 1999-1; check the id"


def test_a_claim_is_shown_whole(office: Office) -> None:
    filed(office)
    shown = office.json("claim", "show", "C-0001", *DEV, at=None)
    assert (shown["row"]["name"], shown["revisions"][0]["number"]) == ("Claim alpha", 1)
    assert office.refusal("claim", "show", "C-9999", at=None) == "there is no claim C-9999; check the id"


def test_before_its_publication_a_claim_is_not_there_for_others(office: Office) -> None:
    filed(office)
    assert office.json("claim", "list", *ROUND, at=None) == []
    assert office.json("claim", "list", *ROUND, *JUN, at=None) == []
    assert [row["id"] for row in office.json("claim", "list", *ROUND, *DEV, at=None)] == ["C-0001"]
    nothing = "there is no claim C-0001; check the id"
    assert office.refusal("claim", "show", "C-0001", at=None) == nothing
    assert office.refusal("claim", "show", "C-0001", *JUN, at=None) == nothing
    assert office.refusal("claim", "withdraw", "C-0001", "--reason", "no", *JUN) == nothing
    examined(office)
    office.json("claim", "publish", "C-0001", *RITA)
    assert office.json("claim", "show", "C-0001", at=None)["row"]["name"] == "Claim alpha"

"""What the log says of people and of claims before and after their publication: in memory, and where it is stored and read
back on both databases.
"""

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.visibility import PUBLIC, REGISTER, Viewer
from registry.log import erasing, reading, rebuilding, records, sealing, tree
from registry.services import coordination, examination, filing
from tests import factories as make

IND = Viewer(frozenset({"delegate"}), "IND", "delegate@example.org")
JPN = Viewer(frozenset({"delegate"}), "JPN", "jun@example.org")
AUDITOR = Viewer(frozenset({"auditor"}))
REGISTRAR_NAME = make.REGISTRAR.name


def two_near(session: Session) -> list[Claim]:
    """Two claims on the same ground, both examined; the norm profile asks for consultation, so findings name the other."""
    profile = [*make.policy()["norm_profile"], "OST-IX-2"]
    make.open_round(session, norm_profile=profile)
    claims = make.filed(session, *make.two_rivals())
    for claim in claims:
        examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    return claims


def published(session: Session, claim_id: str) -> None:
    coordination.publish(session, claim_id, make.REGISTRAR, make.PUBLISHED)


def record(session: Session, act: str, claim_id: str = "C-0001") -> records.Record:
    chosen = select(records.Record).where(records.Record.act == act, records.Record.subject == f"claims/{claim_id}")
    return session.scalars(chosen).one()


def leaf(session: Session, act: str, claim_id: str = "C-0001") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record(session, act, claim_id).leaf())
    return found


def test_the_leaf_of_a_filing_says_that_a_claim_came_and_nothing_else(register: Session) -> None:
    make.open_round(register)
    filing.file_claim(register, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED)
    found = leaf(register, "claim-filed")
    sealed = {"sealed"}
    assert found["actor"].keys() == {"name", "role", "party"}
    assert (found["actor"]["name"].keys(), found["actor"]["party"].keys()) == (sealed, sealed)
    [claim] = found["content"]["rows"]["claims"]
    assert {name for name, cell in claim.items() if sealing.is_sealed(cell)} == {"key", "filed_by_id"}
    rows = [row for table, rows in found["content"]["rows"].items() if table != "claims" for row in rows]
    assert [row.keys() for row in rows] == [sealed] * len(rows)
    text = json.dumps(found)
    assert not [word for word in ("Claim alpha", "IND", "ridge", "example.org") if word in text]


def test_the_register_reads_its_records_in_clear(register: Session) -> None:
    make.open_round(register)
    make.filed(register)
    found = record(register, "claim-filed")
    assert found.actor["name"] == REGISTRAR_NAME
    assert found.content["rows"]["revisions"][0]["name"] == "Claim alpha"
    assert found.leaf_hash == hashlib.sha256(b"\x00" + found.leaf()).digest()


def test_the_record_of_the_publication_has_the_newest_revision_in_clear(register: Session) -> None:
    make.open_round(register)
    [claim] = make.filed(register)
    filing.amend(register, claim.id, make.claim_document(name="Better"), make.REGISTRAR, make.FILED)
    examination.examine(register, claim.id, make.REGISTRAR, make.EXAMINED)
    published(register, claim.id)
    rows = leaf(register, "claim-published")["content"]["rows"]
    assert {table: len(found) for table, found in rows.items()} == {
        "claims": 1, "revisions": 1, "credits": 1, "placements": 3, "phases": 3,
    }  # fmt: skip
    assert (rows["revisions"][0]["number"], rows["revisions"][0]["name"]) == (2, "Better")
    assert (rows["claims"][0]["key"], rows["claims"][0]["published_at"]) == ("alpha", "2027-04-26T09:00:00Z")


def test_public_openings_come_with_the_publication_and_never_name_a_person(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    assert list(reading.public_openings(session)) == []
    published(session, claim.id)
    found = list(reading.public_openings(session))
    filed = record(session, "claim-filed")
    assert [(row.index, row.path) for row in found] == sorted((row.index, row.path) for row in found)
    assert {row.path for row in found if row.index == filed.index} == set(filed.sealed or ()) - {"/actor/name"}
    assert REGISTRAR_NAME not in json.dumps([row.content() for row in found])


def test_every_opening_opens_its_leaf(session: Session) -> None:
    make.recorded_round(session)
    leaves = {row.index: json.loads(row.leaf()) for row in session.scalars(select(records.Record))}
    openings = list(reading.all_openings(session))
    assert len(openings) > 50
    assert all(sealing.check_opening(leaves[row.index], row) for row in openings)
    for row in session.scalars(select(records.Record)):
        assert sealing.unseal(leaves[row.index], row.openings()) == json.loads(json.dumps(row.clear()))


def test_what_names_a_neighbour_stays_sealed_until_the_neighbour_is_published(register: Session) -> None:
    two_near(register)
    published(register, "C-0001")
    index = record(register, "claim-examined").index

    def opened() -> str:
        return json.dumps([row.content() for row in reading.public_openings(register) if row.index == index])

    before = opened()
    assert "C-0001" in json.dumps(record(register, "claim-examined").content)
    assert "C-0002" not in before
    assert "finite term" in before
    published(register, "C-0002")
    assert "C-0002/1 is 9 m from C-0001/1" in opened()


@pytest.mark.parametrize(
    ("viewer", "sees"), [(PUBLIC, False), (JPN, False), (IND, True), (AUDITOR, True), (REGISTER, True)]
)
def test_records_of_an_unpublished_claim_are_read_by_whom_they_concern(
    register: Session, viewer: Viewer, sees: bool
) -> None:
    make.open_round(register)
    make.filed(register)
    [view] = reading.records_about(register, "claims/C-0001", viewer)
    assert ("Claim alpha" in json.dumps(view.content), view.is_hidden) == (sees, not sees)
    assert (view.actor["role"], view.leaf_hash) == ("registrar", record(register, "claim-filed").leaf_hash.hex())


def test_the_name_of_an_actor_is_for_those_who_keep_the_register_and_the_person(register: Session) -> None:
    make.open_round(register)
    filing.file_claim(register, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED)
    names = [
        reading.records_about(register, "claims/C-0001", viewer)[0].actor["name"]
        for viewer in (PUBLIC, JPN, IND, AUDITOR)
    ]
    assert names == [None, None, "delegate@example.org", "delegate@example.org"]


def test_records_from_before_values_were_sealed_are_shown_without_them(register: Session) -> None:
    content = {"rows": {"comments": [{"id": "M-0001", "author": "old@example.org", "text": "Hello"}]}}
    made = records.append(register, make.FILED, make.DELEGATE, "comment-made", "claims/C-0001", content)
    assert (made.salt, json.loads(made.leaf())["content"]) == (None, content)
    [view] = reading.records_page(register).records
    assert view.actor["name"] is None
    assert view.content["rows"]["comments"] == [{"id": "M-0001", "author": {"sealed": ""}, "text": "Hello"}]


def test_the_register_is_rebuilt_from_leaves_and_public_openings(register: Session) -> None:
    make.recorded_round(register)
    leaves = [json.loads(row.leaf()) for row in register.scalars(select(records.Record).order_by(records.Record.index))]
    contents = list(rebuilding.contents_of(leaves, reading.public_openings(register)))
    with rebuilding.rebuilt(contents) as rebuilt:
        claims = {row.id: (row.key, row.current.name, row.state) for row in rebuilt.scalars(select(Claim))}
    assert claims == {"C-0001": ("alpha", "Claim alpha", "RECORDED"), "C-0002": ("beta", "Claim beta", "READY")}
    examinations = rebuilding.rows_of(contents)["examinations"].values()
    assert [sealing.is_sealed(row["examiner"]) for row in examinations] == [True, True]
    assert [row["favourable"] for row in examinations] == [True, True]


def test_an_opening_that_does_not_fit_is_refused_when_rebuilding(register: Session) -> None:
    make.open_round(register)
    [claim] = make.filed(register)
    examination.examine(register, claim.id, make.REGISTRAR, make.EXAMINED)
    published(register, claim.id)
    leaves = [json.loads(row.leaf()) for row in register.scalars(select(records.Record).order_by(records.Record.index))]
    openings = list(reading.public_openings(register))
    false = sealing.Opening(openings[0].index, openings[0].path, openings[0].salt, "another value")
    with pytest.raises(ValueError, match=rf"record {false.index}, .*: the opening does not fit the sealed value"):
        list(rebuilding.contents_of(leaves, [false, *openings[1:]]))


def test_the_same_salts_give_the_same_log(register: Session) -> None:
    register.info[records.RANDOM_BYTES] = lambda size: b"\x07" * size
    make.open_round(register)
    make.filed(register)
    assert record(register, "claim-filed").salt == b"\x07" * 32


def test_each_record_has_a_salt_of_its_own(register: Session) -> None:
    make.recorded_round(register)
    salts = [row.salt for row in register.scalars(select(records.Record)) if row.salt is not None]
    assert len(set(salts)) == len(salts) > 10


def test_what_is_erased_opens_no_more_and_the_log_stays_as_it_was(session: Session) -> None:
    make.recorded_round(session)
    before = [row.leaf() for row in session.scalars(select(records.Record).order_by(records.Record.index))]
    root, size = records.root(session), records.size(session)
    gone = erasing.erase_name(session, REGISTRAR_NAME)
    assert gone > 10
    session.expire_all()
    rows = session.scalars(select(records.Record).order_by(records.Record.index)).all()
    assert [row.leaf() for row in rows] == before
    assert records.root(session) == root == tree.root(size, records.StoredNodes(session))
    assert all(row.leaf_hash == tree.leaf_hash(row.leaf()) for row in rows)
    assert REGISTRAR_NAME not in json.dumps([[row.actor, row.content] for row in rows])
    assert REGISTRAR_NAME not in json.dumps([row.content() for row in reading.all_openings(session)])
    assert {row.salt for row in rows if row.act == "round-opened"} == {None}  # nothing else was sealed in it
    assert reading.records_about(session, "rounds/2027-1", AUDITOR)[0].actor["name"] is None


def test_only_what_is_sealed_can_be_erased(register: Session) -> None:
    made = records.append(
        register, make.FILED, make.DELEGATE, "noted", "x", {"a": 1, "b": 2}, ("/content/a", "/content/b")
    )
    bare = records.append(register, make.FILED, make.DELEGATE, "noted", "x", {"a": 1})
    for index, paths, named in (
        (made.index, ["/z", "/act", "/content/a"], "/act, /z"),
        (bare.index, ["/content/a"], "/content/a"),
    ):
        with pytest.raises(LookupError) as caught:
            erasing.erase(register, index, paths)
        assert str(caught.value) == f"record {index} has nothing sealed at {named}"


def test_the_salt_goes_with_the_last_value_that_it_sealed(register: Session) -> None:
    made = records.append(
        register, make.FILED, make.DELEGATE, "noted", "x", {"a": 1, "b": 2}, ("/content/a", "/content/b")
    )
    leaf, salt = made.leaf(), made.salt
    for path, sealed in (("/content/a", ["/content/b"]), ("/content/b", None)):
        erasing.erase(register, made.index, [path])
        register.expire_all()
        assert (made.sealed, made.salt, made.leaf()) == (sealed, salt if sealed else None, leaf)


def test_a_name_is_erased_wherever_it_stands_and_the_values_are_counted(register: Session) -> None:
    for number, content in enumerate(({"a": "x", "b": "x"}, {"a": "y", "b": "x"}, {"a": "y", "b": "xx"})):
        records.append(
            register, make.FILED, make.DELEGATE, "noted", f"x/{number}", content, ("/content/a", "/content/b")
        )
    records.append(register, make.FILED, make.DELEGATE, "noted", "x/3", {"a": "x"})
    assert erasing.erase_name(register, "x") == 3
    assert erasing.erase_name(register, "x") == 0
    kept = register.scalars(select(records.Record).order_by(records.Record.index)).all()
    assert [row.sealed for row in kept] == [None, ["/content/a"], ["/content/a", "/content/b"], None]


def test_the_pages_of_the_log_begin_at_the_first_record_and_have_fifty(register: Session) -> None:
    for number in range(51):
        records.append(register, make.FILED, make.DELEGATE, "noted", f"claims/{number}", {"n": number})
    page = reading.records_page(register)
    assert [row.index for row in page.records] == list(range(50))
    assert (page.size, page.root) == (51, records.root(register).hex())
    seen = page.records[7]
    assert (seen.at, seen.act, seen.subject, seen.is_hidden) == (make.FILED, "noted", "claims/7", False)
    assert (seen.content, seen.leaf_hash) == ({"n": 7}, register.get_one(records.Record, 7).leaf_hash.hex())


def test_a_person_reads_its_own_name_also_in_records_from_before_values_were_sealed(register: Session) -> None:
    content = {"rows": {"comments": [{"id": "M-0001", "author": IND.name, "text": "Hello"}]}}
    records.append(register, make.FILED, make.DELEGATE, "comment-made", "claims/C-0001", content)
    mine, other = (reading.records_about(register, "claims/C-0001", viewer)[0] for viewer in (IND, JPN))
    assert mine.content == content
    assert other.content["rows"]["comments"][0]["author"] == {"sealed": ""}


def test_what_opens_one_record_for_a_viewer_is_what_the_viewer_may_know(register: Session) -> None:
    make.open_round(register)
    filing.file_claim(register, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED)
    filed = record(register, "claim-filed")
    opened = {
        name: {row.path for row in reading.openings_of(register, filed, viewer)}
        for name, viewer in (("public", PUBLIC), ("JPN", JPN), ("register", REGISTER))
    }
    assert (opened["public"], opened["JPN"], opened["register"]) == (set(), set(), set(filed.sealed or ()))

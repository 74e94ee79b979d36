"""The paper of a docking record: the same state gives the same bytes, every text is escaped, and its tags close."""

import re

from sqlalchemy.orm import Session

from registry.exports.docking_paper import paper
from registry.log import reading
from registry.services import docking
from tests import factories as make
from tests.registry.services.docking_cases import document, recorded
from tests.registry.services.test_docking import JAPAN

VOID = {"meta", "hr", "!doctype"}


def unclosed(text: str) -> list[str]:
    """Elements that are still open at the end, or are closed in another order."""
    there: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z0-9!]+)", text.lower()):
        if closing and there and there[-1] == name:
            there.pop()
        elif closing:
            return [f"/{name}"]
        elif name not in VOID:
            there.append(name)
    return there


def text_of(session: Session, docking_id: str = "D-0001") -> str:
    made = paper(session, docking_id)
    assert made is not None
    assert made == paper(session, docking_id)
    return made.decode()


def test_it_says_what_was_agreed_who_stands_where_and_which_records_prove_it(register: Session) -> None:
    recorded(register)
    docking.state(register, "D-0001", "dissents", "5 km is too far.", JAPAN, make.ANNOUNCED)
    text = text_of(register)
    plain = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    assert "Agenda item: Working group on space resources" in plain
    assert (
        "The following was agreed in Round of operators (illustrative) on 2027-05-04: No landing within 5 km" in plain
    )
    assert "Adopted by: Party IND. In dissent: Party JPN." in plain
    assert "2026-12-01T09:00:00Z, Party JPN dissents: 5 km is too far." in plain
    assert "Illustrative: this arrangement is invented" in plain
    for record in reading.records_about(register, "docking/D-0001"):
        assert f"<td>{record.index}</td>" in text
        assert f"<code>{record.leaf_hash}</code>" in text
    assert unclosed(text) == []


def test_hostile_texts_stay_texts_and_what_is_missing_is_said(register: Session) -> None:
    make.world(register)
    hostile = "<script>alert(1)</script>&"
    said = document(title=hostile, text=hostile, evidence=[], origin_forum=hostile, illustrative=False)
    docking.record(register, {**said, "agenda_item": hostile}, make.REGISTRAR, make.ANNOUNCED)
    text = text_of(register)
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;") >= 5
    assert "by the agency itself" in text
    assert "Adopted by: nobody. In dissent: nobody." in text
    assert "None was given." in text
    assert "Illustrative" not in text
    assert unclosed(text) == []
    assert paper(register, "D-0009") is None

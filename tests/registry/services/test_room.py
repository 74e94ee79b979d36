"""Rounds that run at the same time: the second of two offers on the same ground cannot be entered."""

import pytest
from sqlalchemy.orm import Session

from registry.domain.entries import Entry
from registry.services import entering, offers
from registry.services.errors import ConflictError
from tests import factories as make
from tests.drills.racing import THAILAND, two_offers


def test_an_offer_beside_an_entry_that_its_round_did_not_know_of_is_refused(register: Session) -> None:
    two_offers(register)
    assert entering.accept(register, "C-0001", make.DELEGATE, make.RECORDED).id == "E-0001"
    told = (
        "the site of claim C-0003 is 4 m from entry E-0001 of claim C-0001, recorded since its round was frozen, and 200 m "
        "are asked for; decline the offer, and have the round resolved with that entry in force"
    )
    attempt = register.begin_nested()
    with pytest.raises(ConflictError) as caught:
        entering.accept(register, "C-0003", THAILAND, make.RECORDED)
    attempt.rollback()
    assert str(caught.value) == told
    assert register.query(Entry).count() == 1
    assert offers.decline(register, "C-0003", THAILAND, make.RECORDED, "no room").state == "DECLINED"


def test_an_offer_on_ground_that_has_become_free_is_entered(register: Session) -> None:
    two_offers(register)
    offers.decline(register, "C-0001", make.DELEGATE, make.RECORDED, "no launcher")
    assert entering.accept(register, "C-0003", THAILAND, make.RECORDED).id == "E-0001"

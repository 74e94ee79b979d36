"""The site bank: what is owed, what a pair needs, the choice between its sites, and what silence of either side brings."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.domain.claims import Claim
from registry.domain.duties import Duty
from registry.domain.entries import Entry
from registry.domain.notices import Notice
from registry.domain.offers import Offer
from registry.domain.rounds import Round
from registry.domain.site_bank import BankedSite
from registry.log.records import Record
from registry.queries.due import due_at
from registry.queries.instances import entry_of
from registry.queries.site_bank import bank
from registry.services import banking, entering, relinquishing, timers, using
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from registry.services.evidence import Report
from tests import factories as make
from tests.registry.services.bank_cases import (
    BY_POINTS,
    CHOSEN,
    FIRST,
    IND,
    JPN,
    OFFERED,
    OVERDUE,
    SECOND,
    SECTION,
    banked,
    offered,
    offered_both,
    owing,
    pair,
    second,
)

CHOICE_OVER = make.utc("2028-01-01")
WENT_BY = make.utc("2029-02-01")


def last(session: Session) -> Record:
    found = session.query(Record).order_by(Record.index.desc()).first()
    assert found is not None
    return found


def run_timers(session: Session, at: Any) -> list[str]:
    return [said for row in due_at(session, at) if (said := timers.do(session, row, SYSTEM, at))]


def conclude(session: Session) -> None:
    """As if no round was between its freezing and its conclusion."""
    session.get_one(Round, make.ROUND).concluded_at = CHOSEN
    session.flush()


def test_the_second_entry_brings_the_duty_and_everybody_is_told(register: Session) -> None:
    owing(register)
    [row] = bank(register).owed
    assert (row.claim, row.party, row.since_at, row.due_at) == (
        "C-0003",
        "IND",
        make.RECORDED,
        make.utc("2027-12-26T09:00"),
    )
    assert (row.is_overdue, row.consequence) == (False, "accepts-no-offer")
    told = register.query(Notice).filter_by(kind="second-site-due").all()
    assert [row.addressee for row in told] == ["un-secretary-general", "all-parties", "party/IND"]
    assert "party IND has 2 entries" in told[0].text


def test_the_duty_stands_in_the_record_of_the_entry(register: Session) -> None:
    owing(register)
    assert last(register).act == "entry-recorded"
    assert "second-site" in [row["kind"] for row in last(register).content["rows"]["duties"]]


def test_a_policy_without_the_section_asks_for_nothing(register: Session) -> None:
    owing(register, None)
    assert bank(register).owed == ()
    with pytest.raises(ConflictError, match="claim C-0003 owes no second site; `registry bank list` says what is owed"):
        banking.offer(register, "C-0003", pair(), IND, OFFERED)


def test_fewer_entries_than_the_policy_names_bring_no_duty(register: Session) -> None:
    owing(register, {**SECTION, "entries": 3})
    assert bank(register).owed == ()


def test_a_pair_is_offered_with_both_scores_and_how_they_came_about(register: Session) -> None:
    made = offered(register)
    # Slope (8-2)/8 of 20, light 30/50 of 50, Earth 45/75 of 15, shadow 7000/10000 of 15: 15 + 30 + 9 + 10.5.
    assert (made.id, made.state, made.first_score, made.second_score) == ("B-0001", "OFFERED", 64.5, 63.65)
    assert made.scores["measured"] == {"first": FIRST, "second": SECOND}
    assert (made.entry_claim_id, made.choose_by_at) == ("C-0003", make.utc("2027-12-31"))
    assert (last(register).act, last(register).subject) == ("second-site-offered", "bank/B-0001")
    assert set(last(register).content["rows"]) == {"banked_sites", "duties", "notices"}
    assert bank(register).owed == ()


def test_a_pair_can_be_for_another_entry_of_the_party(register: Session) -> None:
    assert offered(register, entry="C-0001").entry_claim_id == "C-0001"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"entry": "C-9999"}, "entry: there is no claim C-9999; give the id of a claim of your party with an entry"),
        ({"entry": "C-0002"}, "entry: claim C-0002 was filed by JPN, not by IND"),
        ({"second": second(15000, 9000)}, "second: it is the site of the entry, or touches it; offer another site"),
        ({"second": second(place="nowhere")}, "second.place: there is no place 'nowhere'"),
        ({"second": second(900000, 9000)}, "second.footprint: "),
        ({"second": second(footprint=[1, 2])}, "second.footprint: "),
        (
            {"second": {"placement": "C-0002/1"}},
            "second.placement: no published claim of IND has a placement 'C-0002/1'",
        ),
        ({"second": None}, "second: null is not an object"),
        ({"source": " "}, 'source: " " is not a text'),
        ({"measures": None}, "measures: null is not an object"),
        ({"measures": {"first": FIRST}}, "measures.second: missing"),
        ({"measures": {"first": FIRST, "second": {**SECOND, "slope_deg": "flat"}}}, "slope_deg: 'flat' is no number"),
        ({"measures": {"first": FIRST, "second": {"slope_deg": 1}}}, "measures.second.light_percent: missing"),
        (
            {"measures": {"first": FIRST, "second": {**SECOND, "light_percent": 70}}},
            "second: the scores of the two sites, 64.5 and 53.65 points are not equal within 5 %; offer a site of equal score",
        ),
    ],
)
def test_a_pair_at_fault_is_refused_with_the_field_and_the_mend(
    register: Session, changes: dict[str, Any], said: str
) -> None:
    owing(register)
    before = last(register).index
    with pytest.raises(ValidationError) as refused:
        banking.offer(register, "C-0003", pair(**changes), IND, OFFERED)
    assert any(said in str(fault) for fault in refused.value.faults), refused.value.faults
    assert (last(register).index, register.query(BankedSite).count()) == (before, 0)


def test_several_faults_are_told_at_once(register: Session) -> None:
    owing(register)
    with pytest.raises(ValidationError) as refused:
        banking.offer(register, "C-0003", {"second": second(place="x"), "measures": {}, "more": 1}, IND, OFFERED)
    named = {str(fault).partition(":")[0] for fault in refused.value.faults}
    assert named >= {"second.place", "measures.first", "measures.second", "more", "source"}


@pytest.mark.parametrize(
    ("x", "y", "what"),
    [
        (10000, 10900, "entry E-0001"),
        (15100, 9000, "the site of the entry itself"),
        (13000, 12500, "hold H-1 of round 2027-1"),
        (30000, 500, "the protected place old-lander"),
    ],
)
def test_a_second_site_that_is_not_free_is_refused_with_what_is_in_the_way(
    register: Session, x: float, y: float, what: str
) -> None:
    owing(register)
    with pytest.raises(ConflictError, match=f"the second site is not free: it is too near to {what}"):
        banking.offer(register, "C-0003", pair(second=second(x, y)), IND, OFFERED)


def test_a_second_site_to_which_the_entry_could_not_move_is_refused(register: Session) -> None:
    cap = {"id": "crater-cap", "places": ["crater"], "measure": "placements", "max": 0, "per": "party"}
    owing(register, caps=[cap])
    # The crater is the circle of 10 km around 89 S, 0 E: (0, 30 323) on the map.
    with pytest.raises(
        ConflictError, match="could not move to the second site: it would break the cap crater-cap of round"
    ):
        banking.offer(register, "C-0003", pair(second=second(0, 30000, place="crater")), IND, OFFERED)
    assert banking.offer(register, "C-0003", pair(), IND, OFFERED).state == "OFFERED"


def test_a_second_site_that_would_close_the_way_of_others_is_refused(register: Session) -> None:
    def band(low: float, high: float) -> list[list[list[float]]]:
        return [[[8000, low], [16000, low], [16000, high], [8000, high], [8000, low]]]

    access = {
        "cell_m": 100,
        "extent": [8000, 8000, 16000, 16000],
        "blocked": {"type": "MultiPolygon", "coordinates": [band(8000, 11000), band(11300, 16000)]},
        "transient_days": 14,
        "gates": [{"at": [8050, 11150]}],
        "points": [{"id": "east", "at": [15950, 11150]}],
    }
    owing(register, access=access)
    with pytest.raises(ConflictError, match="would break the free passage to east of round 2027-1"):
        banking.offer(register, "C-0003", pair(second=second(12500, 11150)), IND, OFFERED)
    assert banking.offer(register, "C-0003", pair(), IND, OFFERED).state == "OFFERED"


def test_a_second_site_keeps_away_from_the_site_of_an_open_offer(register: Session) -> None:
    offered_both(register)
    entering.accept(register, "C-0003", make.REGISTRAR, make.RECORDED)
    register.add(
        Duty(
            claim_id="C-0003",
            kind="second-site",
            number=1,
            opened_at=OFFERED,
            due_at=CHOSEN,
            final_at=CHOSEN,
            state="open",
        )
    )
    register.flush()
    with pytest.raises(ConflictError, match="too near to the open offer to claim C-0001"):
        banking.offer(register, "C-0003", pair(second=second(10000, 10900)), IND, OFFERED)


def test_a_second_site_keeps_away_from_other_pairs(register: Session) -> None:
    offered_both(register)
    entering.accept(register, "C-0003", make.REGISTRAR, make.RECORDED)
    assert bank(register).owed == ()
    entering.accept(register, "C-0001", make.REGISTRAR, make.RECORDED)
    [row] = bank(register).owed
    assert row.claim == "C-0001"
    banking.offer(register, "C-0001", pair(), IND, OFFERED)
    register.get_one(Duty, row.duty).number = 9
    again = Duty(
        claim_id="C-0003", kind="second-site", number=1, opened_at=OFFERED, due_at=CHOSEN, final_at=CHOSEN, state="open"
    )
    register.add(again)
    register.flush()
    with pytest.raises(
        ConflictError, match=r"too near to pair B-0001 of the site bank \(499 m, asked for are 1000 m\)"
    ):
        banking.offer(register, "C-0003", pair(second=second(9000, 14500)), IND, OFFERED)
    with pytest.raises(ValidationError, match="entry: claim C-0001 is in a pair that waits for the choice"):
        banking.offer(register, "C-0003", pair(entry="C-0001", second=second(9000, 11500)), IND, OFFERED)


def test_another_party_offers_nothing_and_an_unknown_claim_is_unknown(register: Session) -> None:
    owing(register)
    with pytest.raises(NotAllowedError, match="a delegate acts for the own party only: JPN, not IND"):
        banking.offer(register, "C-0003", pair(), JPN, OFFERED)
    with pytest.raises(NotFoundError, match="there is no claim C-0009"):
        banking.offer(register, "C-0009", pair(), IND, OFFERED)
    with pytest.raises(ConflictError, match="claim C-0001 owes no second site"):
        banking.offer(register, "C-0001", pair(), IND, OFFERED)


def test_a_pair_is_offered_once(register: Session) -> None:
    offered(register)
    with pytest.raises(ConflictError, match="claim C-0003 owes nothing: pair B-0001 was offered and is OFFERED"):
        banking.offer(register, "C-0003", pair(), IND, OFFERED)


def test_by_points_the_second_site_is_a_filed_placement_of_the_same_rank(register: Session) -> None:
    owing(register, BY_POINTS)
    document = {"second": {"placement": "C-0003/2"}, "source": "the filings"}
    with pytest.raises(ValidationError, match=r"100\.0 and 70\.0 points are not equal within 5 %"):
        banking.offer(register, "C-0003", document, IND, OFFERED)
    with pytest.raises(ValidationError, match="second: the policy scores by points, which only a filed placement has"):
        banking.offer(register, "C-0003", {**document, "second": second()}, IND, OFFERED)
    with pytest.raises(ValidationError, match="measures: the policy scores by points; leave them out"):
        banking.offer(register, "C-0003", {**document, "measures": {}}, IND, OFFERED)


def test_by_points_a_wide_tolerance_lets_a_lower_rank_do(register: Session) -> None:
    owing(register, {**BY_POINTS, "tolerance_percent": 30})
    document = {"second": {"placement": "C-0003/2"}, "source": "the filings"}
    made = banking.offer(register, "C-0003", document, IND, OFFERED)
    assert (made.first_score, made.second_score, made.second_placement) == (100, 70, "C-0003/2")


def test_the_agency_banks_the_second_site_and_the_entry_stays(register: Session) -> None:
    made = banked(register)
    assert (made.state, made.chosen, made.chosen_by, made.held_until) == (
        "BANKED",
        "second",
        "agency",
        date(2037, 12, 1),
    )
    assert made.footprint == {"type": "Point", "coordinates": [9000, 14000]}
    assert entry_of(register, "C-0003").id == "E-0002"
    assert (last(register).act, set(last(register).content["rows"])) == ("site-banked", {"banked_sites", "notices"})


def test_the_agency_banks_the_first_site_and_the_entry_moves(register: Session) -> None:
    offered(register)
    conclude(register)
    made = banking.choose(register, "B-0001", "first", "It is nearer to the ice.", make.CHE_DECIDER, CHOSEN)
    assert made.footprint == {"type": "Point", "coordinates": [15000, 9000]}
    entry = entry_of(register, "C-0003")
    assert (entry.id, entry.supersedes_id, entry.cause, entry.place) == ("E-0003", "E-0002", "site-exchanged", "ridge")
    assert entry.ground == {"type": "Point", "coordinates": [9000, 14000]}
    assert (entry.valid_from, entry.valid_until) == (date(2027, 10, 11), date(2028, 1, 19))
    [zone] = entry.zones
    ring = zone.outline["coordinates"][0]
    assert (min(x for x, _ in ring), max(y for _, y in ring)) == pytest.approx((8800, 14200), abs=3)
    assert set(last(register).content["rows"]) >= {"banked_sites", "entries", "zones", "notices"}


def test_an_entry_does_not_move_while_a_round_is_under_way(register: Session) -> None:
    offered(register)
    with pytest.raises(
        ConflictError, match="round 2027-1 is frozen and not concluded, and entries stay where they are"
    ):
        banking.choose(register, "B-0001", "first", "Nearer.", make.REGISTRAR, CHOSEN)


def test_an_entry_that_is_not_as_it_was_offered_does_not_move(register: Session) -> None:
    offered(register)
    conclude(register)
    relinquishing.end(register, "C-0003", "", Report(date(2027, 11, 20), "Over."), IND, make.utc("2027-11-20"))
    with pytest.raises(
        ConflictError, match="entry E-0003 is ENDED and not as it was offered; its site cannot be exchanged"
    ):
        banking.choose(register, "B-0001", "first", "Nearer.", make.REGISTRAR, CHOSEN)
    assert banking.choose(register, "B-0001", "second", "Still good.", make.REGISTRAR, CHOSEN).state == "BANKED"


@pytest.mark.parametrize(
    ("site", "which", "reason", "error", "said"),
    [
        ("B-0009", "first", "x", NotFoundError, "there is no pair B-0009"),
        ("B-0001", "both", "x", ValidationError, "which: 'both' is unknown; use first or second"),
        ("B-0001", "second", " ", ValidationError, "reason: it is empty"),
    ],
)
def test_a_choice_at_fault_is_refused(
    register: Session, site: str, which: str, reason: str, error: type[Exception], said: str
) -> None:
    offered(register)
    with pytest.raises(error, match=said):
        banking.choose(register, site, which, reason, make.REGISTRAR, CHOSEN)


def test_nobody_chooses_for_the_own_party_or_without_the_role(register: Session) -> None:
    offered(register)
    with pytest.raises(
        NotAllowedError, match="pair B-0001 was offered by IND; somebody of another party chooses from it"
    ):
        banking.choose(register, "B-0001", "second", "Ours.", Actor("ravi@example.org", "council", "IND"), CHOSEN)
    with pytest.raises(NotAllowedError, match="for the role registrar or council, not for delegate"):
        banking.choose(register, "B-0001", "second", "Ours.", IND, CHOSEN)


def test_a_choice_comes_once_and_in_time(register: Session) -> None:
    offered(register)
    with pytest.raises(ConflictError, match="the time to choose is over, and the second site is banked"):
        banking.choose(register, "B-0001", "first", "Late.", make.REGISTRAR, CHOICE_OVER)
    banking.choose(register, "B-0001", "second", "In time.", make.REGISTRAR, make.utc("2027-12-31"))
    with pytest.raises(
        ConflictError, match="'choose' is not possible in state BANKED; possible are release, take, expire"
    ):
        banking.choose(register, "B-0001", "first", "Again.", make.REGISTRAR, make.utc("2027-12-31"))
    with pytest.raises(ConflictError, match="'refuse' is not possible in state BANKED"):
        banking.refuse(register, "B-0001", "Again.", make.REGISTRAR, make.utc("2027-12-31"))


def test_silence_of_the_agency_banks_the_second_site_once(register: Session) -> None:
    offered(register)
    [said] = [line for line in run_timers(register, CHOICE_OVER) if "pair" in line]
    assert said == "pair B-0001: nobody chose in time: the second site is banked"
    [row] = bank(register).pairs
    assert (row.state, row.chosen, row.chosen_by) == ("BANKED", "second", "silence")
    assert [line for line in run_timers(register, CHOICE_OVER) if "pair" in line] == []


def test_silence_does_not_bank_what_was_taken_since(register: Session) -> None:
    offered(register)
    register.get_one(Entry, "E-0001").footprint = {"type": "Point", "coordinates": [9000, 14100]}
    register.flush()
    with pytest.raises(ConflictError, match=r"is free no more: it is too near to entry E-0001 \(99 m"):
        banking.choose(register, "B-0001", "second", "Good.", make.REGISTRAR, CHOSEN)
    assert "pair B-0001: refused, because its second site is free no more" in run_timers(register, CHOICE_OVER)
    assert [(row.claim, row.due_at) for row in bank(register).owed] == [("C-0003", make.utc("2028-01-31"))]


def test_a_refused_pair_is_owed_again(register: Session) -> None:
    offered(register)
    banking.refuse(register, "B-0001", "The second site lies in shadow.", make.REGISTRAR, CHOSEN)
    [row] = bank(register).owed
    assert (row.claim, row.due_at, row.is_overdue) == ("C-0003", make.utc("2027-12-31"), False)
    assert banking.offer(register, "C-0003", pair(), IND, CHOSEN).id == "B-0002"


def test_silence_of_the_party_is_a_finding_and_stops_further_offers_until_it_offers(register: Session) -> None:
    offered_both(register)
    for claim in ("C-0001", "C-0003"):
        entering.accept(register, claim, make.REGISTRAR, make.RECORDED)
    assert "duty-missed" not in [row.what for row in due_at(register, make.utc("2027-12-26T09:00"))]
    [said] = [line for line in run_timers(register, OVERDUE) if "second site" in line and "no further" in line]
    assert said.startswith("claim C-0003: no second site was offered in time")
    assert [row.is_overdue for row in bank(register).owed] == [True]
    assert {row.kind for row in register.query(Notice).filter(Notice.kind == "second-site-missed")} == {
        "second-site-missed"
    }
    claim = register.get_one(Claim, "C-0001")
    from registry.services.bank_duties import require_settled

    with pytest.raises(ConflictError, match="party IND owes a second site for claim C-0003 since 2027-12-26T09:00:00Z"):
        require_settled(register, claim)
    require_settled(register, register.get_one(Claim, "C-0002"))
    assert banking.offer(register, "C-0003", pair(), IND, OVERDUE).state == "OFFERED"
    require_settled(register, claim)
    assert register.query(Duty).filter_by(kind="second-site").one().state == "missed"


def test_who_owes_a_site_beyond_the_deadline_accepts_no_offer(register: Session) -> None:
    owing(register, {**SECTION, "offer": {"value": 30, "unit": "days"}})
    late = make.utc("2027-10-28")
    run_timers(register, late)
    offer = register.query(Offer).filter_by(claim_id="C-0001").one()
    offer.state, offer.answered_at, offer.answered_by = "OPEN", None, None  # as if it had not been answered yet
    offer.claim.state = "OFFERED"
    register.flush()
    with pytest.raises(
        ConflictError, match="no further offer is accepted until it is offered: registry bank offer C-0003"
    ):
        entering.accept(register, "C-0001", make.REGISTRAR, late)


def test_a_finding_alone_stops_nothing_where_the_policy_says_so(register: Session) -> None:
    from registry.services.bank_duties import require_settled

    owing(register, {**SECTION, "overdue": "finding"})
    run_timers(register, OVERDUE)
    require_settled(register, register.get_one(Claim, "C-0001"))
    assert [row.is_overdue for row in bank(register).owed] == [True]


def test_an_entry_that_is_over_owes_nothing(register: Session) -> None:
    owing(register)
    relinquishing.end(register, "C-0003", "", Report(date(2027, 11, 20), "Over."), IND, make.utc("2027-11-20"))
    assert bank(register).owed == ()
    with pytest.raises(ConflictError, match="claim C-0003 owes no second site"):
        banking.offer(register, "C-0003", pair(), IND, CHOSEN)


def test_a_site_is_not_used_while_the_agency_can_choose_it(register: Session) -> None:
    offered(register)
    report = Report(date(2027, 10, 12), "Landed.", sha256="ab" * 32)
    with pytest.raises(ConflictError, match="claim C-0003 is in pair B-0001 of the site bank"):
        using.bring_into_use(register, "C-0003", (15000, 9000), report, IND, CHOSEN)
    banking.choose(register, "B-0001", "second", "Good.", make.REGISTRAR, CHOSEN)
    using.bring_into_use(register, "C-0003", (15000, 9000), report, IND, CHOSEN)


def test_who_uses_every_entry_still_offers_and_cannot_be_moved(register: Session) -> None:
    owing(register)
    report = Report(date(2027, 10, 12), "Landed.", sha256="ab" * 32)
    using.bring_into_use(register, "C-0003", (15000, 9000), report, IND, make.utc("2027-10-20"))
    with pytest.raises(ValidationError, match="entry: entry E-0003 is IN_USE, so its site is in use; offer for C-0001"):
        banking.offer(register, "C-0003", pair(), IND, OFFERED)
    using.bring_into_use(register, "C-0001", (10000, 10000), report, IND, make.utc("2027-10-20"))
    banking.offer(register, "C-0003", pair(), IND, OFFERED)
    conclude(register)
    with pytest.raises(ConflictError, match="entry E-0003 is IN_USE and not as it was offered"):
        banking.choose(register, "B-0001", "first", "Nearer.", make.REGISTRAR, CHOSEN)


def test_a_released_site_is_kept_no_more(register: Session) -> None:
    banked(register)
    banking.release(register, "B-0001", "Nobody asks for it.", make.REGISTRAR, CHOSEN + timedelta(days=1))
    [row] = bank(register).pairs
    assert (row.state, row.closed_at) == ("RELEASED", CHOSEN + timedelta(days=1))
    with pytest.raises(ConflictError, match="'release' is not possible in state RELEASED; it is an end"):
        banking.release(register, "B-0001", "Again.", make.REGISTRAR, CHOSEN + timedelta(days=1))


def test_a_banked_site_is_kept_for_a_finite_time(register: Session) -> None:
    banked(register)
    before, after = make.utc("2037-11-30T23:59:59"), make.utc("2037-12-01")
    assert "pair-over" not in [row.what for row in due_at(register, before)]
    assert [row.subject for row in due_at(register, after) if row.what == "pair-over"] == ["B-0001"]
    pairs = [row for row in due_at(register, after) if row.what == "pair-over"]
    assert timers.do(register, pairs[0], SYSTEM, after) == "banked site B-0001: its time is over"
    assert bank(register).pairs[0].state == "OVER"


def test_what_is_due_has_its_timer_reminder_and_state(register: Session) -> None:
    owing(register)
    near = make.utc("2027-10-27T09:00")  # 60 days before the end
    assert [(row.what, row.subject) for row in due_at(register, near) if row.about == "second-site"] == [
        ("duty-reminder", "C-0003")
    ]

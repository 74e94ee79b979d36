"""What filing, deciding, entering and rounds refuse, word by word: the words name the field, or who may, and the mend."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import ClaimState
from registry.domain.decisions import Proposal
from registry.domain.entries import EntryState
from registry.services import deciding, entering, examination, filing, proposing, rounds
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
JAPAN = Actor("yuki@example.org", "delegate", "JPN")
WHO = make.REGISTRAR
Step = Callable[[Session], Any]


def refusal(session: Session, step: Step) -> str:
    """The whole of what a step is refused with."""
    with pytest.raises((ConflictError, NotAllowedError, ValidationError)) as caught:
        step(session)
    return "\n".join(caught.value.faults) if isinstance(caught.value, ValidationError) else str(caught.value)


def naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def announce(session: Session, **changes: Any) -> Any:
    said = {"window": (make.OPENS, make.CLOSES), "actor": WHO, "at": make.ANNOUNCED} | changes
    return rounds.announce(session, "2028-1", "Next", **said)


# Rounds

WINDOWS: dict[str, tuple[Step, str]] = {
    "closes when it opens": (
        lambda s: announce(s, window=(make.OPENS, make.OPENS)),
        "closes_at: it does not follow the opening; give a later instant",
    ),
    "opening without offset": (
        lambda s: announce(s, window=(naive(make.OPENS), make.CLOSES)),
        "opens_at: 2027-01-15T00:00:00 has no offset from UTC; give an aware instant",
    ),
    "closing without offset": (
        lambda s: announce(s, window=(make.OPENS, naive(make.CLOSES))),
        "closes_at: 2027-03-31T00:00:00 has no offset from UTC; give an aware instant",
    ),
    "step without offset": (
        lambda s: announce(s, at=naive(make.ANNOUNCED)),
        "at: 2026-12-01T09:00:00 has no offset from UTC; give an aware instant",
    ),
    "planner announces": (
        lambda s: announce(s, actor=make.PLANNER),
        "this is for the role registrar, not for planner; ask one of them",
    ),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_round_that_cannot_be_announced_is_refused_with_these_words(register: Session, name: str) -> None:
    step, words = WINDOWS[name]
    assert refusal(register, step) == words


def test_a_round_is_announced_as_real_and_without_a_note_where_nothing_is_said(register: Session) -> None:
    make.world(register)
    round_ = announce(register)
    assert (round_.illustrative, round_.note) == (False, "")


def test_only_the_registrar_publishes_a_policy(register: Session) -> None:
    make.announced_round(register)
    words = refusal(
        register, lambda s: rounds.publish_policy(s, make.ROUND, make.policy(), make.PLANNER, make.POLICY_AT)
    )
    assert words == "this is for the role registrar, not for planner; ask one of them"


def test_every_unknown_thing_of_a_policy_is_named(register: Session) -> None:
    make.announced_round(register)
    strange = make.policy(
        groups=["ilrs", "club"],
        norm_profile=["OST-II-1", "XYZ-1"],
        reserves=[{"id": "r", "group": "ilrs", "places": ["ridge", "crater", "moon"], "min": 1}],
    )
    words = refusal(register, lambda s: rounds.publish_policy(s, make.ROUND, strange, WHO, make.POLICY_AT))
    assert words.splitlines() == [
        "groups: 'club' is no instrument; use the id of a registered instrument",
        "norm_profile: 'XYZ-1' is no provision with a check; use the id of a registered provision with a check",
        "reserves[0].places: 'moon' is no place; use the id of a registered place",
    ]


def test_rounds_take_their_steps_in_order_of_time(register: Session) -> None:
    round_ = make.announced_round(register)
    late = make.CLOSES + 2 * DAY
    rounds.publish_policy(register, make.ROUND, make.policy(), WHO, late)
    words = "at: {} lies before the last step on rounds/2027-1, 2027-04-02T00:00:00Z; give a later instant"
    before = refusal(register, lambda s: rounds.open_round(s, make.ROUND, WHO, late - DAY))
    assert before == words.format("2027-04-01T00:00:00Z")
    rounds.open_round(register, make.ROUND, WHO, late)
    before = refusal(register, lambda s: rounds.close_round(s, make.ROUND, WHO, late - SECOND))
    assert before == words.format("2027-04-01T23:59:59Z")
    round_.closes_at = late + DAY
    filed = refusal(register, lambda s: filing.file_claim(s, make.ROUND, make.claim_document(), WHO, late - SECOND))
    assert filed == words.format("2027-04-01T23:59:59Z")


# Filing


def test_a_round_takes_claims_from_the_first_instant_to_the_last_and_no_other(register: Session) -> None:
    make.open_round(register)
    for at in (make.OPENS - SECOND, make.CLOSES + SECOND):
        words = refusal(register, lambda s, at=at: filing.file_claim(s, make.ROUND, make.claim_document(), WHO, at))
        assert words == "round 2027-1 is OPEN; it takes claims from its opening to its closing only"
    for key, at in (("first", make.OPENS), ("last", make.CLOSES)):
        assert filing.file_claim(register, make.ROUND, make.claim_document(key), WHO, at).received_at == at
    words = refusal(register, lambda s: filing.file_claim(s, make.ROUND, {}, WHO, naive(make.FILED)))
    assert words == "at: 2027-02-01T10:00:00 has no offset from UTC; give an aware instant"


def test_a_key_is_used_once_in_each_round(register: Session) -> None:
    make.open_round(register)
    make.filed(register, make.claim_document("alpha"), make.claim_document("beta"))
    rounds.announce(register, "2027-2", "Round two", (make.OPENS, make.CLOSES), WHO, make.ANNOUNCED)
    rounds.publish_policy(register, "2027-2", make.policy(), WHO, make.POLICY_AT)
    rounds.open_round(register, "2027-2", WHO, make.OPENS)
    document = make.claim_document("alpha", illustrative=True)
    claim = filing.file_claim(register, "2027-2", document, WHO, make.FILED)
    assert (claim.id, claim.illustrative) == ("C-0003", True)  # invented, in a real round
    words = refusal(register, lambda s: filing.file_claim(s, "2027-2", document, WHO, make.FILED))
    assert words == "a claim with the key 'alpha' is in round 2027-2 already; amend that one"


def test_a_filing_may_name_what_the_register_and_the_policy_know_and_nothing_else(register: Session) -> None:
    make.open_round(register)
    strange = make.claim_document(
        operator="NOBODY",
        state_of_registry="XXX",
        placements=[
            make.placement(1, place="moon", start=[0, 950]),
            make.placement(2, x=11000, place="crater", phases=[make.phase(method="strange", anomaly=None)]),
            make.placement(3, x=12000),
        ],
    )
    words = refusal(register, lambda s: filing.file_claim(s, make.ROUND, strange, WHO, make.FILED))
    assert words.splitlines() == [
        "operator: operator 'NOBODY' is unknown; use the id of a registered operator",
        "state_of_registry: party 'XXX' is unknown; use the id of a registered party",
        "placements[0].place: place 'moon' is unknown; use the id of a registered place",
        f"placements[1].phases[0].method: method 'strange' is not one for claims; use one of {METHODS}",
    ]
    late = [make.placement(1, start=[0, 1001]), *(make.placement(rank, x=9000 + 1000 * rank) for rank in (2, 3))]
    document = make.claim_document(placements=late)
    words = refusal(register, lambda s: filing.file_claim(s, make.ROUND, document, WHO, make.FILED))
    assert words.startswith("placements[0].start: the last day 1001 is past the horizon of 1000 days")
    document = make.claim_document(placements=[make.placement(rank, x=9000 + 1000 * rank) for rank in (1, 2, 3, 4)])
    assert "placements" in refusal(register, lambda s: filing.file_claim(s, make.ROUND, document, WHO, make.FILED))


METHODS = "landing-plume, static-science, rover-corridor"


def joint(session: Session) -> None:
    """A claim of India in which Japan is credited, received on the last day."""
    make.open_round(session)
    gear = {party: [make.contribution()] for party in ("IND", "JPN")}
    document = make.claim_document(credit={"IND": 50, "JPN": 50}, contributions=gear, cospar_inventory=None)
    filing.file_claim(session, make.ROUND, document, WHO, make.FILED)


CLAIM_STEPS: dict[str, tuple[Step, str]] = {
    "amended by the other party": (
        lambda s: filing.amend(s, "C-0001", make.claim_document(), JAPAN, make.FILED),
        "a delegate acts for the own party only: JPN, not IND",
    ),
    "withdrawn by the other party": (
        lambda s: filing.withdraw(s, "C-0001", JAPAN, make.FILED, "why not"),
        "a delegate acts for the own party only: JPN, not IND",
    ),
    "amended before it was filed": (
        lambda s: filing.amend(s, "C-0001", make.claim_document(), WHO, make.FILED - SECOND),
        "at: 2027-02-01T09:59:59Z lies before the last step on claims/C-0001, 2027-02-01T10:00:00Z; give a later instant",
    ),
    "withdrawn before it was filed": (
        lambda s: filing.withdraw(s, "C-0001", WHO, make.FILED - SECOND, "why not"),
        "at: 2027-02-01T09:59:59Z lies before the last step on claims/C-0001, 2027-02-01T10:00:00Z; give a later instant",
    ),
    "amended after the closing": (
        lambda s: filing.amend(s, "C-0001", make.claim_document(), WHO, make.CLOSES + SECOND),
        "claim C-0001: the round takes no filings now; file while it is open",
    ),
    "another key": (
        lambda s: filing.amend(s, "C-0001", make.claim_document("other"), WHO, make.FILED),
        "an amendment keeps the key and the filing party of its claim; file another claim instead",
    ),
    "another party": (
        lambda s: filing.amend(s, "C-0001", make.claim_document("alpha", "JPN"), WHO, make.FILED),
        "an amendment keeps the key and the filing party of its claim; file another claim instead",
    ),
    "filed by an auditor": (
        lambda s: filing.file_claim(s, make.ROUND, make.claim_document("beta"), make.AUDITOR, make.FILED),
        "this is for the role delegate or registrar, not for auditor; ask one of them",
    ),
}


def test_steps_on_a_claim_are_refused_with_these_words(register: Session) -> None:
    joint(register)
    for name, (step, words) in CLAIM_STEPS.items():
        attempt = register.begin_nested()
        assert refusal(register, step) == words, name
        attempt.rollback()


def test_a_returned_claim_is_amended_until_the_round_is_frozen_and_never_after(register: Session) -> None:
    joint(register)
    round_ = rounds.close_round(register, make.ROUND, WHO, make.CLOSES)
    examination.examine(register, "C-0001", WHO, make.EXAMINED)
    for state in ("FROZEN", "DRAWN", "PROPOSED", "ADOPTED", "REJECTED"):
        round_.state = state
        words = refusal(register, lambda s: filing.amend(s, "C-0001", make.claim_document(), WHO, make.PUBLISHED))
        assert words == "claim C-0001: the round is frozen; an amendment can no longer count in it"
    round_.state = "CLOSED"
    assert filing.amend(register, "C-0001", make.claim_document(), WHO, make.PUBLISHED).number == 2


# Deciding

NO_REASON = "reason: it is empty; say why"
GROUNDS = "verification-failed, procedural-fault, withdrawn-basis"
VOTES: dict[str, tuple[dict[str, Any], str]] = {
    "a choice that there is not": (
        {"choice": "maybe", "ground": "procedural-fault", "reason": " "},
        "choice: 'maybe' is unknown; use one of adopt, reject, recuse, dissent\nground: only a rejection has one; leave it out\n"
        + NO_REASON,
    ),
    "a rejection without anything": (
        {"choice": "reject"},
        f"ground: a rejection needs one of {GROUNDS}\n{NO_REASON}",
    ),
    "a rejection on another ground": (
        {"choice": "reject", "ground": "taste", "reason": "ugly"},
        f"ground: a rejection needs one of {GROUNDS}",
    ),
    "a recusal without a reason": ({"choice": "recuse"}, NO_REASON),
    "no party": (
        {"choice": "adopt", "actor": Actor("x@example.org", "council")},
        "a decider speaks for a party; the account names none",
    ),
    "no decider": (
        {"choice": "adopt", "actor": WHO},
        "this is for the role council, not for registrar; ask one of them",
    ),
}


def vote(session: Session, choice: str, actor: Actor = make.CHE_DECIDER, **said: str) -> deciding.Decided:
    return deciding.decide(session, make.ROUND, choice, actor, make.DECIDED, **said)


def test_votes_that_do_not_count_are_refused_with_these_words(register: Session) -> None:
    make.proposed_round(register)
    for name, (said, words) in VOTES.items():
        assert refusal(register, lambda s, said=said: vote(s, **said)) == words, name


def test_the_first_decision_stands_and_is_told_with_its_two_deciders_alone(register: Session) -> None:
    proposal = make.proposed_round(register)
    vote(register, "dissent", make.OTHER_CHE_DECIDER, reason="too few reserves")
    vote(register, "adopt")
    proposal.outcome = "rejected"  # as another process wrote it since this one looked
    attempt = register.begin_nested()
    words = refusal(register, lambda s: vote(s, "adopt", make.GHA_DECIDER))
    assert words == "the proposal was decided on in the meantime; the first decision stands"
    attempt.rollback()
    proposal.outcome = None
    vote(register, "adopt", make.GHA_DECIDER)
    words = refusal(register, lambda s: vote(s, "adopt", make.OTHER_CHE_DECIDER))
    told = (
        "the proposal was adopted already, by anna@example.org (CHE) and kwame@example.org (GHA); the decision stands"
    )
    assert words == told


def test_a_decision_is_on_the_official_proposal_and_leaves_trials_as_they_were(register: Session) -> None:
    drawn = make.drawn_round(register)
    cut = make.solution(drawn, status="FEASIBLE", run={"time_limit_s": 600})
    trial = proposing.keep_trial(register, make.ROUND, cut, make.PASSED, make.PLANNER, make.PROPOSED)
    words = refusal(register, lambda s: vote(s, "adopt"))
    assert words == "round 2027-1 has no official proposal to decide on; trials cannot be decided on"
    proposing.propose(register, make.ROUND, make.solution(drawn), make.PASSED, make.PLANNER, make.PROPOSED)
    vote(register, "adopt")
    vote(register, "adopt", make.GHA_DECIDER)
    register.refresh(trial)
    outcomes = register.execute(select(Proposal.official, Proposal.outcome).order_by(Proposal.official)).all()
    assert [tuple(row) for row in outcomes] == [(False, None), (True, "adopted")]


# Entering


def test_what_is_accepted_together_is_what_was_shown(register: Session) -> None:
    make.adopted_round(register)
    words = "the open offers are not those that were shown; look at them again before you accept"
    for claims in ([], ["C-0002"], ["C-0001", "C-0002"]):
        step: Step = lambda s, claims=claims: entering.accept_all(s, make.ROUND, WHO, make.RECORDED, claims=claims)  # noqa: E731
        assert refusal(register, step) == words
    [entry] = entering.accept_all(register, make.ROUND, WHO, make.RECORDED, claims=["C-0001"])
    assert (entry.id, entry.state, entry.recorded_at) == ("E-0001", EntryState.RECORDED, make.RECORDED)
    assert entering.accept_all(register, make.ROUND, WHO, make.RECORDED) == []


def test_open_offers_are_those_of_the_round_by_claim_and_of_the_own_party_for_a_delegate(register: Session) -> None:
    make.adopted_round(register)
    other = register.get_one(entering.Claim, "C-0002")
    other.state = ClaimState.OFFERED
    register.flush()
    assert entering.offered_claims(register, make.ROUND, WHO) == ["C-0001", "C-0002"]
    assert entering.offered_claims(register, make.ROUND, make.DELEGATE) == ["C-0001"]
    assert entering.offered_claims(register, make.ROUND, JAPAN) == ["C-0002"]
    words = refusal(register, lambda s: entering.offered_claims(s, make.ROUND, make.AUDITOR))
    assert words == "this is for the role delegate or registrar, not for auditor; ask one of them"
    window = (make.CLOSES, make.CLOSES + DAY)
    rounds.announce(register, "2027-2", "Round two", window, WHO, make.ANNOUNCED)
    assert entering.offered_claims(register, "2027-2", WHO) == []


def test_an_offer_is_not_accepted_before_it_was_made(register: Session) -> None:
    make.adopted_round(register)
    words = refusal(register, lambda s: entering.accept(s, "C-0001", WHO, make.DECIDED - SECOND))
    assert words == "at: the offer was made at 2027-09-20T14:00:00Z; give a later instant"


def test_a_term_is_counted_from_the_epoch_of_the_instance(register: Session) -> None:
    make.adopted_round(register, epoch="2028-02-01")
    entry = entering.accept(register, "C-0001", WHO, make.RECORDED)
    assert (entry.valid_from, entry.valid_until) == (date(2028, 2, 11), date(2028, 5, 21))

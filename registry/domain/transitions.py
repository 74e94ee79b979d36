"""The moves of claims and rounds as tables: from which state, by which act, to which, who may, when.

A guard is a fact that the caller establishes and passes in; its sentence is what the actor reads when it does not hold.
"""

from collections.abc import Collection
from dataclasses import dataclass

from registry.domain.claims import ClaimState as C
from registry.domain.landing_slots import LIVE
from registry.domain.landing_slots import SlotState as S
from registry.domain.rounds import RoundState as R
from registry.domain.site_bank import PairState as P

GUARDS = {
    "policy-published": "the policy of the round is not published; publish it first",
    "opening-reached": "the announced opening is still to come; wait for it",
    "closing-reached": "the announced closing is still to come; wait for it",
    "round-open": "the round takes no filings now; file while it is open",
    "round-not-frozen": "the round is frozen; an amendment can no longer count in it",
    "examined-favourably": "the newest revision has no favourable examination; examine it first",
    "examined-unfavourably": "the newest revision has no unfavourable examination; there is no reason to return it",
    "coordination-over": "the time for coordination is not over; wait for its deadline",
    "claims-settled": "some claims are neither ready nor out of the round; finish their examination and coordination",
    "allotted": "the adopted proposal allots nothing to the claim",
    "offer-open": "the time to answer the offer is over",
    "offer-over": "the time to answer the offer is not over; wait for its deadline",
    "round-over": "the round is not concluded; a claim may still be served in it",
    "source-anew": "the draw source is that of an earlier version, whose value is known; name a value still to come",
    "stage-unproved": "no verified run of the newest instance with its seed was cut short; keep such a run as a trial first",
    "fallback-left": "the policy names no further fallback; the round needs a longer run",
    "offers-answered": "some offers are still open; wait for their answers or deadlines",
    "room-freed": "every offer was accepted; nothing is to be solved again",
    "claims-waiting": "no claim is waiting for room; conclude the round",
    "no-resolve-due": "room was freed and claims are waiting; solve the round again first",
    "not-concluded": "the round is concluded already",
    "slot-ahead": "the time of the slot is over; ask for another",
    "choice-open": "the time to choose is over, and the second site is banked; `registry timers run` records it",
    "choice-over": "the agency can still choose; wait for its deadline",
    "keeping-over": "the site is banked for longer; release it, or wait",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of a table."""

    source: str
    act: str
    target: str
    roles: tuple[str, ...]
    guards: tuple[str, ...] = ()


class MoveError(Exception):
    """A move that the table does not allow; the text says why and what would."""


class RoleError(MoveError):
    """A move that the table allows, but not to this role."""


_OFFICE = ("registrar",)
_PARTY = ("delegate", "registrar")
_RUN = ("registrar", "planner")
_COUNCIL = ("council",)
_CLOCK = ("registrar", "system")
_CHOOSERS = ("registrar", "council")
_LIFE = ("delegate", "registrar", "system")

CLAIM_MOVES = (
    Transition(C.DRAFT, "file", C.SUBMITTED, _PARTY, ("round-open",)),
    Transition(C.SUBMITTED, "amend", C.SUBMITTED, _PARTY, ("round-open",)),
    Transition(C.RETURNED, "amend", C.SUBMITTED, _PARTY, ("round-not-frozen",)),
    Transition(C.SUBMITTED, "return", C.RETURNED, _OFFICE, ("examined-unfavourably",)),
    Transition(C.SUBMITTED, "publish", C.PUBLISHED, _OFFICE, ("examined-favourably",)),
    Transition(C.PUBLISHED, "coordinate", C.COORDINATION, _OFFICE),
    Transition(C.COORDINATION, "make-ready", C.READY, _CLOCK, ("coordination-over",)),
    Transition(C.READY, "offer", C.OFFERED, _COUNCIL, ("allotted",)),
    Transition(C.READY, "release", C.LAPSED, _RUN, ("round-over",)),
    Transition(C.OFFERED, "record", C.RECORDED, _PARTY, ("offer-open",)),
    Transition(C.OFFERED, "decline", C.WITHDRAWN, _PARTY, ("offer-open",)),
    Transition(C.OFFERED, "lapse", C.LAPSED, _CLOCK, ("offer-over",)),
    Transition(C.RECORDED, "bring-into-use", C.IN_USE, _PARTY),
    Transition(C.IN_USE, "suspend", C.SUSPENDED, _LIFE),
    Transition(C.SUSPENDED, "resume", C.IN_USE, _PARTY),
    *(Transition(state, "end", C.ENDED, _LIFE) for state in (C.RECORDED, C.IN_USE, C.SUSPENDED)),
    Transition(C.RETURNED, "refuse", C.REFUSED, _OFFICE),
    *(
        Transition(state, "withdraw", C.WITHDRAWN, _PARTY)
        for state in (C.DRAFT, C.SUBMITTED, C.RETURNED, C.PUBLISHED, C.COORDINATION, C.READY)
    ),
    *(Transition(state, "lapse", C.LAPSED, _CLOCK) for state in (C.RECORDED, C.IN_USE, C.SUSPENDED)),
)

ROUND_MOVES = (
    Transition(R.ANNOUNCED, "publish-policy", R.ANNOUNCED, _OFFICE),
    Transition(R.ANNOUNCED, "open", R.OPEN, _OFFICE, ("policy-published", "opening-reached")),
    Transition(R.OPEN, "close", R.CLOSED, _OFFICE, ("closing-reached",)),
    Transition(R.CLOSED, "freeze", R.FROZEN, _RUN, ("claims-settled",)),
    Transition(R.FROZEN, "draw", R.DRAWN, _RUN),
    Transition(R.DRAWN, "fall-back", R.DRAWN, _RUN, ("stage-unproved", "fallback-left")),
    Transition(R.DRAWN, "propose", R.PROPOSED, _RUN),
    Transition(R.PROPOSED, "adopt", R.ADOPTED, _COUNCIL),
    Transition(R.PROPOSED, "reject", R.REJECTED, _COUNCIL),
    Transition(R.REJECTED, "publish-policy", R.CLOSED, _OFFICE, ("source-anew",)),
    Transition(
        R.ADOPTED, "resolve", R.DRAWN, _RUN, ("not-concluded", "offers-answered", "room-freed", "claims-waiting")
    ),
    Transition(R.ADOPTED, "conclude", R.ADOPTED, _RUN, ("not-concluded", "offers-answered", "no-resolve-due")),
)

# Pairs of sites offered to the bank; `expire` and `void` are the clock's, for a choice
# that was not made (and cannot be made any more) and a time that is over.
BANK_MOVES = (
    Transition(P.OFFERED, "choose", P.BANKED, _CHOOSERS, ("choice-open",)),
    Transition(P.OFFERED, "refuse", P.REFUSED, _CHOOSERS, ("choice-open",)),
    Transition(P.OFFERED, "expire", P.BANKED, _CLOCK, ("choice-over",)),
    Transition(P.OFFERED, "void", P.REFUSED, _CLOCK, ("choice-over",)),
    Transition(P.BANKED, "release", P.RELEASED, _OFFICE),
    Transition(P.BANKED, "take", P.TAKEN, _PARTY),
    Transition(P.BANKED, "expire", P.OVER, _CLOCK, ("keeping-over",)),
)

SLOT_MOVES = (
    Transition(S.PROPOSED, "confirm", S.CONFIRMED, _PARTY, ("slot-ahead",)),
    *(Transition(state, "ask-another", S.ANOTHER, _PARTY) for state in LIVE),
    *(Transition(state, "withdraw", S.WITHDRAWN, _PARTY) for state in LIVE),
    *(Transition(state, "supersede", S.SUPERSEDED, _RUN) for state in LIVE),
)

# A claim in one of these states takes no part in the freezing of its round.
OUT_OF_ROUND = (C.RETURNED, C.WITHDRAWN, C.REFUSED, C.LAPSED)
# A claim in one of these states has an entry; while it is in force it binds what is allotted later.
WITH_ENTRY = (C.RECORDED, C.IN_USE, C.SUSPENDED, C.ENDED)


def move(moves: Collection[Transition], state: str, act: str, role: str, holds: Collection[str] = ()) -> Transition:
    """The transition that `act` takes from `state` in this role, where the guards named in `holds` hold.

    Raises
    ------
    RoleError
        If only other roles may.
    MoveError
        If the table has no such move, or a guard does not hold.
    """
    found = next((row for row in moves if row.source == state and row.act == act), None)
    if found is None:
        raise MoveError(f"{act!r} is not possible in state {state}; {_possible(moves, state)}")
    if role not in found.roles:
        raise RoleError(f"{act!r} is for the role {' or '.join(found.roles)}, not for {role}; ask one of them")
    missing = [GUARDS[guard] for guard in found.guards if guard not in holds]
    if missing:
        raise MoveError("; ".join(missing))
    return found


def _possible(moves: Collection[Transition], state: str) -> str:
    acts = [row.act for row in moves if row.source == state]
    return f"possible are {', '.join(acts)}" if acts else "it is an end"

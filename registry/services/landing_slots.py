"""Slots of landings and ascents: proposed from a verified solution, confirmed by the party, or given back for another.

The newest proposal holds for the landings and ascents in it. A slot that was confirmed is kept by the proposals after it; it is
coordination, not permission.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.instants import utc_text
from registry.domain.landing_slots import LandingSlot, SlotProposal, SlotState
from registry.domain.windows import MINUTE
from registry.log import records
from registry.queries.slot_instances import all_movable, live_slots, newest_number, period_of, slots_document
from registry.services.acting import get, get_claim, move_slot, require_own_party, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at
from registry.services.landing_windows import tell
from registry.services.proposing import Verification
from registry.services.recording import record
from registry.services.wording import worded
from solver.fields import InputError, load_json
from solver.solution import FEASIBLE, OPTIMAL
from solver.traffic import instance as traffic
from solver.traffic.instance_file import parse_slots_instance
from solver.traffic.solution import Slot, Solution, parse_slots_solution

VERIFIER = "solver slots verify"
# What whoever knows the orbits and the work on the ground may put into an instance; all else is the register's.
OF_OTHERS = ("orbiters", "operations", "orbits_until_min")
_NAMED = 5  # so many faults of one kind are named in a refusal
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """An instance with its solution, as files and read."""

    instance: traffic.Instance
    solution: Solution
    instance_document: Document
    solution_document: Document


def propose(
    session: Session, instance: bytes, solution: bytes, verification: Verification, actor: Actor, at: datetime
) -> SlotProposal:
    """Publish the slots of a verified solution; earlier slots of the same landings and ascents are superseded.

    Parameters
    ----------
    verification
        What `solver slots verify` said of these very files.

    Raises
    ------
    ValidationError
        If a file cannot be read.
    ConflictError
        If the verification failed, the instance is not the register's, the seed is not the instance's hash, or a new slot
        lies in the past.
    """
    require_role(actor, "registrar", "planner")
    records.lock(session)
    answered = _read(instance, solution)
    made = _proposal(session, answered, verification, at)
    check_at(session, f"slot-proposals/{made.id - 1}", at)
    refusals = [*_refusals(session, answered, verification, at)]
    if refusals:
        raise ConflictError(f"these slots cannot be proposed: {'; '.join(refusals)}")
    before, confirmed = _superseded(session, answered, actor, at)
    session.add(made)
    session.flush()
    slots = [*_slots(session, made, answered, confirmed)]
    session.add_all(slots)
    session.flush()
    notices = [notice for row in slots for notice in _told_of_slot(session, row, at)]
    notices += _told_of_none(session, made, answered.solution, at)
    rows: list[Base] = [made, *before, *slots, *notices]
    record(session, at, actor, "slots-proposed", f"slot-proposals/{made.id}", rows)
    return made


def confirm(session: Session, slot_id: int, actor: Actor, at: datetime) -> LandingSlot:
    """Confirm a proposed slot of the own party: later proposals keep it."""
    slot, claim = _of_party(session, slot_id, actor, at)
    last = slot.slot_at if slot.precision == "minute" else _end_of_day(slot.slot_at)
    move_slot(slot, "confirm", actor, at, ["slot-ahead"] if at <= last else [])
    said = {"proposal": slot.proposal_id, "slot": slot.id, "slot_at": _minute(slot), "precision": slot.precision}
    notices = tell(session, claim, slot.movement, slot.kind, "slot-confirmed", at, said)
    record(session, at, actor, "slot-confirmed", f"claims/{claim.id}", [slot, *notices])
    return slot


def another(session: Session, slot_id: int, reason: str, actor: Actor, at: datetime) -> LandingSlot:
    """Give a slot of the own party back and ask for another, in the windows asked for; its time is free for others."""
    slot, claim = _of_party(session, slot_id, actor, at)
    kept = worded("reason", reason)
    move_slot(slot, "ask-another", actor, at)
    slot.reason = kept
    said = {"proposal": slot.proposal_id, "slot": slot.id, "slot_at": _minute(slot), "reason": kept}
    notices = tell(session, claim, slot.movement, slot.kind, "another-slot-asked", at, said)
    record(session, at, actor, "another-slot-asked", f"claims/{claim.id}", [slot, *notices])
    return slot


def _of_party(session: Session, slot_id: int, actor: Actor, at: datetime) -> tuple[LandingSlot, Claim]:
    require_role(actor, "delegate", "registrar")
    slot = get(session, LandingSlot, slot_id, "slot")
    claim = get_claim(session, slot.claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim.id}", at)
    return slot, claim


def _end_of_day(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(), UTC) + timedelta(days=1) - MINUTE


def _minute(slot: LandingSlot) -> str:
    return f"{slot.slot_at:%Y-%m-%d}" + (f" {slot.slot_at:%H:%M}" if slot.precision == "minute" else "")


def _read(instance: bytes, solution: bytes) -> Answered:
    try:
        problem, answer = parse_slots_instance(instance), parse_slots_solution(solution)
        return Answered(problem, answer, load_json(instance), load_json(solution))
    except InputError as error:
        raise ValidationError(error.faults) from error


def _proposal(session: Session, answered: Answered, verification: Verification, at: datetime) -> SlotProposal:
    first, _, last = period_of(answered.instance_document)
    return SlotProposal(
        id=newest_number(session) + 1,
        first_day=first,
        last_day=last,
        instance=answered.instance_document,
        instance_sha256=answered.instance.sha256,
        solution=answered.solution_document,
        solution_sha256=hashlib.sha256(rfc8785.dumps(answered.solution_document)).hexdigest(),
        status=answered.solution.status,
        verification=verification.content(),
        proposed_at=at,
        illustrative=any(row.illustrative for row in all_movable(session)),
    )


def _refusals(session: Session, answered: Answered, verification: Verification, at: datetime) -> Iterator[str]:
    problem, answer = answered.instance, answered.solution
    if verification.problems:
        yield f"their verification failed: {_some(verification.problems)}; solve again"
    if answer.status not in (OPTIMAL, FEASIBLE):
        yield f"the status is {answer.status}: {_some(answer.why) or 'no slots'}; let a party ask for another slot"
    if not answer.slots and answer.status in (OPTIMAL, FEASIBLE):
        yield "there is no slot in it; write an instance of days on which somebody lands or leaves"
    if answer.seed != problem.sha256:
        yield f"the seed is {answer.seed}, which somebody chose; solve with --seed {problem.sha256}, the instance's own hash"
    differing = [*_differing(session, answered.instance_document)]
    if differing:
        yield f"the register says otherwise than the instance: {_some(differing)}; write the instance anew"
    late = [slot.movement for slot in answer.slots if _is_new(problem, slot) and _instant(problem, slot.at) <= at]
    if late:
        yield f"{_some(late)}: the slot lies in the past; write an instance from a later day on"


def _some(said: Iterable[str]) -> str:
    rows = list(said)
    return "; ".join(rows[:_NAMED]) + (f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else "")


def _differing(session: Session, document: Document) -> Iterator[str]:
    """What the register says otherwise, by name."""
    first, days, _ = period_of(document)
    wanted = slots_document(session, first, days)
    there = {row["id"]: row for row in document["movements"]}
    known = {row["id"]: row for row in wanted["movements"]}
    yield from (f"{name} is not there" for name in known if name not in there)
    for name, row in there.items():
        if name not in known:
            yield f"{name} is nothing that lands or leaves on these days"
        elif rfc8785.dumps(row) != rfc8785.dumps(known[name]):
            fields = [field for field in {**row, **known[name]} if row.get(field) != known[name].get(field)]
            yield f"{name} has another {' and '.join(fields)}"
    for field in (name for name in {**document, **wanted} if name not in ("movements", *OF_OTHERS)):
        if document.get(field) != wanted.get(field):
            yield f"{field} is {document.get(field)!r}, not {wanted.get(field)!r}"


def _is_new(problem: traffic.Instance, slot: Slot) -> bool:
    return problem.movement_by_id[slot.movement].slot is None if slot.movement in problem.movement_by_id else True


def _instant(problem: traffic.Instance, minute: int) -> datetime:
    midnight = datetime.combine(datetime.fromisoformat(problem.epoch).date(), time(), UTC)
    return midnight + minute * MINUTE


def _superseded(
    session: Session, answered: Answered, actor: Actor, at: datetime
) -> tuple[list[LandingSlot], dict[str, LandingSlot]]:
    """The live slots of the landings and ascents in the instance, now superseded; by movement those that were confirmed."""
    found = {name: row for name, row in live_slots(session).items() if name in answered.instance.movement_by_id}
    confirmed = {name: row for name, row in found.items() if row.state == SlotState.CONFIRMED}
    for row in found.values():
        move_slot(row, "supersede", actor, at)
    session.flush()  # before the new ones: of each landing one slot is live
    return list(found.values()), confirmed


def _slots(
    session: Session, made: SlotProposal, answered: Answered, confirmed: Mapping[str, LandingSlot]
) -> Iterator[LandingSlot]:
    """The slots of the solution; one that was confirmed stays confirmed where it is the same."""
    rows = {row.id: row for row in all_movable(session)}
    last = session.scalar(select(func.max(LandingSlot.id))) or 0
    for number, slot in enumerate(answered.solution.slots, start=last + 1):
        row, at, old = rows[slot.movement], _instant(answered.instance, slot.at), confirmed.get(slot.movement)
        is_kept = old is not None and _is_same(old, at, slot.precision)
        yield LandingSlot(
            id=number,
            proposal_id=made.id,
            claim_id=row.claim,
            phase=row.name_of_phase,
            kind=row.kind,
            slot_at=at,
            precision=slot.precision,
            state=SlotState.CONFIRMED if is_kept else SlotState.PROPOSED,
            state_since_at=made.proposed_at,
            reason="",
            illustrative=row.illustrative,
        )


def _is_same(old: LandingSlot, at: datetime, precision: str) -> bool:
    """Whether a slot is where it was; one to the day whose hour is known now has to be confirmed again."""
    return old.precision == precision and (
        old.slot_at == at or (precision == "day" and old.slot_at.date() == at.date())
    )


def _told_of_slot(session: Session, slot: LandingSlot, at: datetime) -> list[Any]:
    if slot.state == SlotState.CONFIRMED:
        return []
    claim = session.get_one(Claim, slot.claim_id)
    said = {"proposal": slot.proposal_id, "slot": slot.id, "slot_at": _minute(slot), "precision": slot.precision}
    return tell(session, claim, slot.movement, slot.kind, "slot-proposed", at, said)


def _told_of_none(session: Session, made: SlotProposal, solution: Solution, at: datetime) -> list[Any]:
    rows = {row.id: row for row in all_movable(session)}
    posted: list[Any] = []
    for left in solution.unserved:
        row = rows[left["movement"]]
        reasons = ", ".join(f"{why['rule']} {why['by'] or ''}".strip() for why in left["reasons"]) or "none alone"
        said = {"proposal": made.id, "reasons": reasons}
        posted += tell(session, session.get_one(Claim, row.claim), row.id, row.kind, "slot-not-found", at, said)
    return posted


def shown(proposal: SlotProposal) -> Document:
    """What a command tells of a proposal."""
    return {
        "proposal": proposal.id,
        "first_day": proposal.first_day,
        "last_day": proposal.last_day,
        "status": proposal.status,
        "instance_sha256": proposal.instance_sha256,
        "solution_sha256": proposal.solution_sha256,
        "proposed_at": utc_text(proposal.proposed_at),
        "slots": len(proposal.slots),
        "unserved": [row["movement"] for row in proposal.solution["unserved"]],
    }

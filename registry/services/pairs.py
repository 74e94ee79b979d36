"""What the steps of the site bank share: what a policy says about it, the states of a pair, notices and records."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.duties import Duty, DutyKind, DutyState
from registry.domain.entries import Entry
from registry.domain.instants import utc_text
from registry.domain.site_bank import BankedSite, PairState, Which
from registry.domain.timers import deadline
from registry.domain.transitions import BANK_MOVES, MoveError, RoleError, move
from registry.queries import bank_room, site_bank
from registry.queries.bank_move import broken_by_move
from registry.queries.bank_room import Wanted
from registry.services import outbox
from registry.services.acting import get, get_round, policy_of
from registry.services.errors import ConflictError, NotAllowedError
from registry.services.recording import record


def section_of(session: Session, claim: Claim) -> dict[str, Any] | None:
    """What the policy of a claim's round says about the bank; None where it has no such section."""
    found = policy_of(get_round(session, claim.round_id)).content.get("site_bank")
    return dict(found) if found else None


def open_duty(session: Session, claim: Claim, at: datetime, timer: dict[str, Any]) -> Duty:
    """Begin a duty to offer a second site; each further one of a claim has the next number."""
    earlier = select(func.count()).where(Duty.claim_id == claim.id, Duty.kind == DutyKind.SECOND_SITE)
    due_at = deadline(at, timer)
    duty = Duty(
        claim_id=claim.id,
        kind=DutyKind.SECOND_SITE,
        number=(session.scalar(earlier) or 0) + 1,
        opened_at=at,
        due_at=due_at,
        final_at=due_at,
        state=DutyState.OPEN,
    )
    session.add(duty)
    session.flush()
    return duty


def in_the_way(session: Session, pair: BankedSite, entry: Entry, at: datetime) -> list[str]:
    """What the second site of a pair is too near to (`registry.queries.bank_room`)."""
    wanted = Wanted(entry, pair.second_footprint, pair.room, (at.date(), held_until(session, pair, at)), pair.id)
    return bank_room.in_the_way(session, wanted)


def require_movable(session: Session, pair: BankedSite) -> None:
    """Refuse a second site to which the entry could not move without breaking a cap or closing a way."""
    claim = session.get_one(Claim, pair.entry_claim_id)
    policy = policy_of(get_round(session, claim.round_id))
    found = broken_by_move(session, policy, claim.id, pair.second_footprint)
    if found:
        raise ConflictError(
            f"the entry of claim {claim.id} could not move to the second site: it would break {' and '.join(found)} of round "
            f"{claim.round_id}"
        )


def held_until(session: Session, pair: BankedSite, at: datetime) -> date:
    """The first day on which a site that is banked at `at` is kept no more."""
    section = section_of(session, session.get_one(Claim, pair.claim_id))
    assert section is not None, "a pair comes of a policy with the section"
    return deadline(at, section["kept"]).date()


def banked(
    session: Session,
    pair: BankedSite,
    which: Which,
    by: str,
    reason: str,
    rows: Sequence[Base],
    actor: Actor,
    at: datetime,
) -> BankedSite:
    """Keep one of the two sites from now on; `rows` are what else was changed, for the one record."""
    until = held_until(session, pair, at)
    pair.state, pair.chosen, pair.chosen_by = PairState.BANKED, which, by
    pair.chosen_at, pair.reason, pair.held_until = at, reason, until
    left = Which.SECOND if pair.chosen == Which.FIRST else Which.FIRST
    said = {
        **said_of(pair), "banked": pair.chosen, "left": left, "chosen_by": pair.chosen_by, "reason": pair.reason,
        "until": pair.held_until,
    }  # fmt: skip
    told = tell(session, "site-banked", f"bank/{pair.id}", session.get_one(Claim, pair.claim_id), said, at)
    record(session, at, actor, "site-banked", f"bank/{pair.id}", [pair, *rows, *told])
    return pair


def refused(session: Session, pair: BankedSite, reason: str, actor: Actor, at: datetime) -> BankedSite:
    """Close a pair that cannot be chosen from; another is owed while the entry of its duty lasts."""
    claim = get(session, Claim, pair.claim_id, "claim")
    pair.state, pair.reason, pair.closed_at = PairState.REFUSED, reason, at
    section = section_of(session, claim)
    assert section is not None, "a pair comes of a policy with the section"
    again = [open_duty(session, claim, at, section["again"])] if claim.state in site_bank.LASTING else []
    due_at = utc_text(again[0].due_at) if again else "never: the entry is over"
    said = {**said_of(pair), "reason": reason, "due_at": due_at}
    told = tell(session, "second-site-refused", f"bank/{pair.id}", claim, said, at)
    record(session, at, actor, "second-site-refused", f"bank/{pair.id}", [pair, *again, *told], reason=reason)
    return pair


def closed(session: Session, pair: BankedSite, state: str, reason: str, actor: Actor, at: datetime) -> BankedSite:
    """End the time for which a banked site is kept."""
    pair.state, pair.closed_at = state, at
    told = told_closed(session, pair, reason, at)
    record(session, at, actor, "banked-site-closed", f"bank/{pair.id}", [pair, *told], reason=reason)
    return pair


def target(pair: BankedSite, act: str, actor: Actor, holds: Collection[str] = ()) -> str:
    """The state that the act would bring the pair to; refused where the table does not allow it."""
    try:
        return move(BANK_MOVES, pair.state, act, actor.role, holds).target
    except RoleError as error:
        raise NotAllowedError(f"pair {pair.id}: {error}") from error
    except MoveError as error:
        raise ConflictError(f"pair {pair.id}: {error}") from error


def said_of(pair: BankedSite) -> dict[str, object]:
    """A pair in the fields of notices."""
    return {
        "site": pair.id,
        "party": pair.party_id,
        "first": f"{pair.first_name} ({pair.first_place})",
        "second": f"{pair.second_name} ({pair.second_place})",
    }


def told_closed(session: Session, pair: BankedSite, reason: str, at: datetime) -> Sequence[Base]:
    """The notices of a banked site that is kept no more."""
    said = {**said_of(pair), "banked": pair.chosen, "state": pair.state, "reason": reason}
    return tell(session, "banked-site-closed", f"bank/{pair.id}", session.get_one(Claim, pair.claim_id), said, at)


def tell(
    session: Session, kind: str, subject: str, claim: Claim, said: Mapping[str, object], at: datetime
) -> Sequence[Base]:
    """Post the notices of one kind about the duty or a pair of a claim."""
    about = {"claim": claim.id, "claim_name": claim.current.name, "round": claim.round_id, **said}
    credited = sorted({claim.filed_by_id, *(row.party_id for row in claim.current.credits)})
    return outbox.post(session, kind, subject, about, at, credited)

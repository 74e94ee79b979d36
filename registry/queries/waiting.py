"""What waits for a person: per role the things to be done, since when, and until when.

A row names what waits by a code and the thing by its id; words and addresses are those of the pages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.domain.agreements import Agreement, AgreementMember
from registry.domain.claims import Claim, ClaimState, Revision, is_newest
from registry.domain.comments import Comment
from registry.domain.consultations import Consultation, Observer
from registry.domain.decisions import Decision, Draw, FrozenInstance, Proposal, Vote
from registry.domain.drafts import Draft
from registry.domain.examinations import Examination
from registry.domain.notes import Note
from registry.domain.notices import Notice, NoticeState
from registry.domain.offers import Offer, OfferState
from registry.domain.role_changes import OPEN, RoleChange
from registry.domain.rounds import Round, RoundState
from registry.domain.timers import deadline
from registry.domain.transitions import OUT_OF_ROUND, WITH_ENTRY
from registry.domain.visibility import Viewer
from registry.queries.consultations import open_by_age
from registry.queries.items import Item
from registry.queries.waiting_bank import owed_sites, pairs_to_choose
from registry.queries.waiting_entries import due_duties, ending_services, unanswered

CLAIMS_WAIT_FOR = "registrar"
Timers = Mapping[str, Mapping[str, Any]]  # those of each round's policy
_ANSWERED = (ClaimState.PUBLISHED, ClaimState.COORDINATION, ClaimState.READY)


def waiting_for(
    session: Session, viewer: Viewer, at: datetime, claims: Callable[[], Iterable[Item]] | None = None
) -> tuple[Item, ...]:
    """All that waits for a person in any of the roles, each thing once; what is due first stands first.

    Parameters
    ----------
    claims
        Gives `of_claims` where that is kept; None reads it.
    """
    found = {
        (item.what, item.id): item
        for role, reads in _OF_ROLE.items()
        if role in viewer.roles
        for read in reads
        for item in read(session, viewer, at)
    }
    if CLAIMS_WAIT_FOR in viewer.roles:
        every = claims() if claims else of_claims(session)
        found |= {(item.what, item.id): item for item in every if _waits_at(item, at)}
    return tuple(sorted(found.values(), key=by_deadline))


def of_claims(session: Session) -> tuple[Item, ...]:
    """What the registrar has to do because of a claim's state, those included whose coordination is not over yet.

    It depends on what is recorded and on nothing else, so that it can be kept as long as the log stays as it is.
    """
    timers = _timers(session)
    return tuple(item for read in _OF_CLAIMS for item in read(session, timers))


def _waits_at(item: Item, at: datetime) -> bool:
    return item.what != "ready" or item.due_at is None or item.due_at <= at


def by_deadline(item: Item) -> tuple[bool, float, float, str]:
    """The order in which deadlines come; what has none comes after, the oldest first, and notices last."""
    since = item.since_at.timestamp() if item.since_at else 0.0
    since += 1e12 if item.what.startswith("notice-") else 0.0
    return item.due_at is None, item.due_at.timestamp() if item.due_at else 0.0, since, item.id


def _timers(session: Session) -> Timers:
    """The timers of each round's policy."""
    return {row.id: row.policy.content["timers"] for row in session.scalars(select(Round)) if row.policy}


def _until(since_at: datetime, timer: Mapping[str, Any] | None) -> datetime | None:
    return deadline(since_at, timer) if timer else None


def _newest(state: str) -> Any:
    """The cells of claims in a state that a line needs, those of the newest revision included; not the filings whole."""
    cells = (Claim.id, Claim.round_id, Claim.state_since_at, Revision.name, Revision.filed_at)
    joined = select(*cells).select_from(Claim).join(Revision, Revision.claim_id == Claim.id)
    return joined.where(Claim.state == state, is_newest())


def _to_examine(session: Session, timers: Timers) -> Iterator[Item]:
    examined = exists().where(Examination.revision_id == Revision.id)
    for row in session.execute(_newest(ClaimState.SUBMITTED).where(~examined)):
        due_at = _until(row.filed_at, timers.get(row.round_id, {}).get("examine"))
        yield Item("examine", row.id, row.name, row.round_id, row.filed_at, due_at)


def _to_publish(session: Session, timers: Timers) -> Iterator[Item]:
    """Submitted claims that were examined: published, or returned where the examination was unfavourable."""
    other = aliased(Examination)
    last = select(func.max(other.id)).where(other.revision_id == Revision.id).correlate(Revision).scalar_subquery()
    chosen = (
        _newest(ClaimState.SUBMITTED)
        .add_columns(Examination.favourable, Examination.examined_at)
        .join(Examination, Examination.id == last)
    )
    for row in session.execute(chosen):
        what = "publish" if row.favourable else "return"
        due_at = _until(row.examined_at, timers.get(row.round_id, {}).get("publish"))
        yield Item(what, row.id, row.name, row.round_id, row.examined_at, due_at)


def _to_coordinate(session: Session, _: Timers) -> Iterator[Item]:
    for row in session.execute(_newest(ClaimState.PUBLISHED)):
        yield Item("coordinate", row.id, row.name, row.round_id, row.state_since_at)


def _to_make_ready(session: Session, timers: Timers) -> Iterator[Item]:
    """Claims in coordination, each with the end of it."""
    for row in session.execute(_newest(ClaimState.COORDINATION)):
        due_at = _until(row.state_since_at, timers.get(row.round_id, {}).get("coordination"))
        yield Item("ready", row.id, row.name, row.round_id, row.state_since_at, due_at)


def _returned(session: Session, _: Timers) -> Iterator[Item]:
    for row in session.execute(_newest(ClaimState.RETURNED)):
        yield Item("returned", row.id, row.name, row.round_id, row.state_since_at)


def _round_steps(session: Session, _: Viewer, _at: datetime) -> Iterator[Item]:
    """Rounds to get a policy, to open and to close; each with the instant that was announced."""
    for row in session.scalars(select(Round)):
        if row.state == RoundState.ANNOUNCED:
            what = "open" if row.policy else "policy"
            since_at = row.policy.published_at if row.policy else row.announced_at
            yield Item(what, row.id, row.name, row.id, since_at, row.opens_at)
        elif row.state == RoundState.OPEN:
            yield Item("close", row.id, row.name, row.id, row.opened_at, row.closes_at)
        elif row.state == RoundState.REJECTED:
            yield Item("policy", row.id, row.name, row.id, row.decided_at)


def _run_steps(session: Session, _: Viewer, at: datetime) -> Iterator[Item]:
    """Rounds to freeze, to draw, to propose, and to solve again or conclude."""
    for row in session.scalars(select(Round)):
        if row.state == RoundState.CLOSED and _is_settled(session, row.id):
            yield Item("freeze", row.id, row.name, row.id, row.closed_at)
        elif row.state == RoundState.FROZEN:
            yield Item("draw", row.id, row.name, row.id, row.frozen_at)
        elif row.state == RoundState.DRAWN:
            yield Item("propose", row.id, row.name, row.id, row.drawn_at)
        elif row.state == RoundState.ADOPTED and row.concluded_at is None:
            yield from _after_adoption(session, row, at)


def _is_settled(session: Session, round_id: str) -> bool:
    done = (ClaimState.READY, *OUT_OF_ROUND, *WITH_ENTRY)
    return not session.scalar(select(exists().where(Claim.round_id == round_id, Claim.state.not_in(done))))


def _after_adoption(session: Session, row: Round, at: datetime) -> Iterator[Item]:
    chosen = select(Offer).join(Claim).where(Claim.round_id == row.id, Offer.state == OfferState.OPEN)
    still_open = session.scalars(chosen.order_by(Offer.expires_at)).all()
    if not still_open:
        yield Item("after-offers", row.id, row.name, row.id, row.decided_at)
    elif still_open[0].is_over_at(at):
        yield Item("expire", row.id, row.name, row.id, still_open[0].expires_at)


def _sleeping(session: Session, viewer: Viewer, at: datetime) -> Iterator[Item]:
    for case in open_by_age(session, at, None, viewer):
        if case.is_reminder_due or case.deadline_at <= at:
            name = ", ".join(side.claim for side in case.sides)
            yield Item("case", case.id, name, case.round, case.last_contact_at, case.deadline_at)


def _undelivered(session: Session, _: Viewer, _at: datetime) -> Iterator[Item]:
    """One line for all notices that wait, and one for all that failed, with how many they are."""
    counted = select(Notice.state, func.count(), func.min(Notice.created_at)).group_by(Notice.state)
    for state, count, since_at in session.execute(counted.where(Notice.state != NoticeState.SENT)):
        yield Item(f"notice-{state}", str(state), str(count), "", since_at)


def _to_decide(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    spoken = exists().where(Vote.proposal_id == Proposal.id, Vote.decider == viewer.name)
    decided = exists().where(Decision.proposal_id == Proposal.id)
    chosen = select(Proposal, FrozenInstance.round_id).join(FrozenInstance).where(Proposal.official, ~spoken, ~decided)
    for proposal, round_id in session.execute(chosen):
        yield Item("decide", round_id, session.get_one(Round, round_id).name, round_id, proposal.proposed_at)


def _own_claims(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    """What a delegation has to do about its claims: amend what was returned, answer offers and comments."""
    mine = Claim.filed_by_id == viewer.filing_party
    for row in session.execute(_newest(ClaimState.RETURNED).where(mine)):
        yield Item("amend", row.id, row.name, row.round_id, row.state_since_at)
    for offer in session.scalars(select(Offer).join(Claim).where(mine, Offer.state == OfferState.OPEN)):
        claim = offer.claim
        yield Item("offer", claim.id, claim.current.name, claim.round_id, offer.offered_at, offer.expires_at)
    answers = select(Comment.reply_to_id).where(Comment.reply_to_id.is_not(None))
    asked = select(Comment, Claim).join(Claim).where(mine, Comment.reply_to_id.is_(None), Comment.id.not_in(answers))
    for comment, claim in session.execute(asked.where(Claim.state.in_(_ANSWERED))):
        yield Item("comment", claim.id, claim.current.name, claim.round_id, comment.made_at)


def _own_cases(session: Session, viewer: Viewer, at: datetime) -> Iterator[Item]:
    """Consultations in which the own side has not spoken, dates of notes and terms that wait for an answer."""
    party = viewer.filing_party
    mine = or_(Consultation.party_a_id == party, Consultation.party_b_id == party)
    for case in session.scalars(select(Consultation).where(mine, Consultation.closed_at.is_(None))):
        spoke_at = case.spoke_a_at if case.party_a_id == party else case.spoke_b_at
        if spoke_at is None or case.last_contact_at > spoke_at:
            yield Item("answer", case.id, ", ".join(case.claims), case.round_id, case.last_contact_at, case.deadline_at)
    dated = or_(Note.disclose_a_at.is_not(None), Note.disclose_b_at.is_not(None))
    for note, case in session.execute(
        select(Note, Consultation)
        .join(Consultation, Consultation.id == Note.consultation_id)
        .where(mine, dated, Note.disclosed_at.is_(None))
    ):
        if note.agreed_at is None:
            yield Item("note-date", note.id, case.id, case.round_id, note.written_at)
        elif note.agreed_at <= at:
            yield Item("note-due", note.id, case.id, case.round_id, note.written_at, note.agreed_at)


def _own_terms(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    unanswered = (AgreementMember.accepted_at.is_(None), AgreementMember.ended_at.is_(None))
    chosen = select(Agreement, AgreementMember.claim_id).join(AgreementMember).where(
        AgreementMember.party_id == viewer.filing_party, *unanswered, Agreement.ended_at.is_(None)
    )  # fmt: skip
    for row, claim_id in session.execute(chosen):
        yield Item("terms", row.id, claim_id, row.round_id, row.proposed_at)


def _drafts(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    closes = {row.id: row.closes_at for row in session.scalars(select(Round))}
    for row in session.scalars(select(Draft).where(Draft.filed_by_id == viewer.filing_party)):
        yield Item("draft", str(row.id), row.key, row.round_id, row.saved_at, closes.get(row.round_id))


def _invited(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    chosen = select(Observer).where(Observer.observer == viewer.name, Observer.ended_at.is_(None))
    for row in session.scalars(chosen):
        case = row.consultation
        yield Item("observe", case.id, ", ".join(case.claims), case.round_id, row.invited_at, case.deadline_at)


def _role_changes(session: Session, _: Viewer, _at: datetime) -> Iterator[Item]:
    for row in session.scalars(select(RoleChange).where(RoleChange.state == OPEN)):
        yield Item("roles", str(row.user_id), "", "", row.asked_at)


def _undrawn(session: Session, _: Viewer, _at: datetime) -> Iterator[Item]:
    """Instances after a re-solve need no draw of their own; one without is a fault that a planner should see."""
    chosen = select(FrozenInstance).outerjoin(Draw).where(Draw.id.is_(None), FrozenInstance.kind != "frozen")
    for row in session.scalars(chosen):
        yield Item("draw", row.round_id, "", row.round_id, row.frozen_at)


_RUN = (_run_steps, _undrawn)
_ENTRIES = (due_duties, unanswered, ending_services)
_OF_ROLE: Mapping[str, tuple[Callable[[Session, Viewer, datetime], Iterator[Item]], ...]] = {
    "registrar": (_round_steps, *_RUN, *_ENTRIES, owed_sites, pairs_to_choose, _sleeping, _undelivered),
    "planner": _RUN,
    "council": (_to_decide, pairs_to_choose),
    "delegate": (_own_claims, _own_cases, _own_terms, _drafts, *_ENTRIES, owed_sites),
    "observer": (_invited,),
    "administrator": (_undelivered, _role_changes),
}
_OF_CLAIMS = (_to_examine, _to_publish, _to_coordinate, _to_make_ready, _returned)

"""Drafts: kept for a party's delegates while the round is to come or open, then filed or thrown away.

They are not recorded: what a party prepares is its own business, and the log is for everybody. The filing is recorded.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.drafts import LONGEST_KEY, Draft
from registry.domain.rounds import Round, RoundState
from registry.log import records
from registry.services import attachments, filing, idempotency, prechecking
from registry.services.acting import get_draft, get_round, require_own_party, require_role
from registry.services.errors import ConflictError, NotFoundError, ValidationError
from registry.services.instants import refuse_naive

TAKES_DRAFTS = (RoundState.ANNOUNCED, RoundState.OPEN)


def save(session: Session, round_id: str, document: Any, actor: Actor, at: datetime) -> Draft:
    """Keep a document as the party's draft of this key, in place of an earlier one."""
    require_role(actor, "delegate")
    refuse_naive("at", at)
    round_ = get_round(session, round_id)
    key, party = _heading(document)
    require_own_party(actor, party)
    if not (round_.state in TAKES_DRAFTS or _may_still_change(session, round_, party, key)):
        raise ConflictError(f"round {round_id} is {round_.state}; drafts are kept until it closes")
    draft = _find(session, round_id, party, key) or Draft(round_id=round_id, filed_by_id=party, key=key)
    draft.document, draft.saved_by, draft.saved_at = dict(document), actor.name, at
    session.add(draft)
    session.flush()
    return draft


def faults(session: Session, draft: Draft) -> tuple[str, ...]:
    """Everything for which the draft would be refused if it were filed now under the present policy."""
    found = prechecking.faults_of(session, get_round(session, draft.round_id), draft.document)
    return tuple(map(str, found))


def own(session: Session, round_id: str, actor: Actor) -> Sequence[Draft]:
    """The drafts of the delegate's party, by key."""
    require_role(actor, "delegate")
    chosen = select(Draft).where(Draft.round_id == round_id, Draft.filed_by_id == actor.party)
    return session.scalars(chosen.order_by(Draft.key)).all()


def file_draft(session: Session, round_id: str, key: str, actor: Actor, at: datetime) -> Claim:
    """File a draft as it stands; it is no draft any more then."""
    draft = _get(session, round_id, key, actor)
    claim = filing.file_claim(session, round_id, draft.document, actor, at)
    _hand_over(session, draft, claim, actor, at)
    return claim


def submit(session: Session, draft_id: int, sha256: str, request: str, actor: Actor, at: datetime) -> str:
    """File a draft as it was checked, or amend the claim that has its key; the id of the claim.

    Parameters
    ----------
    sha256
        `digest` of the draft that was checked: one that somebody has changed since is not filed unseen.
    request
        A key of the sender's own: the same request sent again files nothing more and gets the same answer.
    """
    require_role(actor, "delegate")
    refuse_naive("at", at)
    body = {"draft": draft_id, "sha256": sha256}
    answer: str = idempotency.once(
        session, request, "drafting.submit", body, lambda: _submit(session, draft_id, sha256, actor, at), actor, at
    )
    return answer


def digest(draft: Draft) -> str:
    """The hash of a draft's document in RFC 8785 form."""
    return hashlib.sha256(rfc8785.dumps(draft.document)).hexdigest()


def discard(session: Session, round_id: str, key: str, actor: Actor) -> None:
    """Throw a draft away, with the files beside it."""
    draft = _get(session, round_id, key, actor)
    attachments.drop(session, draft)
    session.delete(draft)
    session.flush()


def _submit(session: Session, draft_id: int, sha256: str, actor: Actor, at: datetime) -> str:
    draft = get_draft(session, draft_id, actor)
    if digest(draft) != sha256:
        raise ConflictError("the draft was changed after it was checked; look at it again before you file it")
    claim = claim_of(session, draft.round_id, draft.filed_by_id, draft.key)
    if claim is None:
        claim = filing.file_claim(session, draft.round_id, draft.document, actor, at)
    else:
        filing.amend(session, claim.id, draft.document, actor, at)
    _hand_over(session, draft, claim, actor, at)
    return claim.id


def _hand_over(session: Session, draft: Draft, claim: Claim, actor: Actor, at: datetime) -> None:
    """The draft is no draft any more; its files are the claim's."""
    attachments.hand_over(session, draft, claim, actor, at)
    session.delete(draft)
    session.flush()


def claim_of(session: Session, round_id: str, party: str, key: str) -> Claim | None:
    """The claim of the party that a draft with this key would amend; None if it would be a new one."""
    wanted = select(Claim).where(Claim.round_id == round_id, Claim.filed_by_id == party, Claim.key == key)
    return session.scalars(wanted).one_or_none()


def _may_still_change(session: Session, round_: Round, party: str, key: str) -> bool:
    """Whether the draft amends a claim that was returned, which may come back until the freezing."""
    claim = claim_of(session, round_.id, party, key)
    return claim is not None and claim.state == ClaimState.RETURNED and round_.state not in filing.FREEZING_OVER


def _heading(document: Any) -> tuple[str, str]:
    """The key and the filing party: all that a draft must have."""
    if not isinstance(document, dict):
        raise ValidationError(["the document is not an object; give a filing with key and filed_by"])
    wrong = []
    for field in ("key", "filed_by"):
        value = document.get(field)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_KEY:
            wrong.append(f"{field}: it is not a text of 1 to {LONGEST_KEY} characters; a draft needs it")
    if wrong:
        raise ValidationError(wrong)
    return document["key"], document["filed_by"]


def _find(session: Session, round_id: str, party: str | None, key: str) -> Draft | None:
    wanted = select(Draft).where(Draft.round_id == round_id, Draft.filed_by_id == party, Draft.key == key)
    return session.scalars(wanted).one_or_none()


def _get(session: Session, round_id: str, key: str, actor: Actor) -> Draft:
    require_role(actor, "delegate")
    records.lock(session)
    draft = _find(session, round_id, actor.party, key)
    if draft is None:
        raise NotFoundError(f"{actor.party} has no draft {key!r} in round {round_id}; list them with: claim drafts")
    return draft

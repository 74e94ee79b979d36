"""Filing, amending and withdrawing by programs: the services and checks of the pages, under a key, with the receipt."""

from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.domain import api_tokens as scopes
from registry.domain.actors import Actor
from registry.domain.claims import Claim, Revision
from registry.domain.instants import utc_text
from registry.domain.visibility import Viewer
from registry.log import records
from registry.queries import claims as reading
from registry.services import acting, filing, prechecking
from registry.web.access.context import access
from registry.web.api import bodies
from registry.web.api.answers import answer
from registry.web.api.blueprint import CHANGES, GIVES_REASON, OBJECT, WRITING, operation
from registry.web.api.callers import needs
from registry.web.api.canonical import canonical
from registry.web.api.claims import ClaimPath
from registry.web.api.models import Json, Model, says
from registry.web.api.once import once
from registry.web.api.pointers import of_fault
from registry.web.api.problems import Fault, ProblemError
from registry.web.api.rounds import RoundPath
from registry.web.receipts import receipt_under
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer

_AMENDS = CHANGES | {"refusals": (*WRITING, "changed")}


class Filed(Model):
    """What came of a filing: the same for the same request, however often it is sent."""

    claim: str = says("Number of the claim")
    revision: int = says("Number of its newest revision")
    sha256: str = says("SHA-256 of the RFC 8785 form of the filing")
    etag: str = says("What If-Match takes to amend this very revision")
    received_at: datetime = says("When the request was received")
    record: int = says("Index of its record in the log")
    receipt: Json | None = says(
        "Signed receipt: keep it, and check it with `registry receipt check`; null while nothing signs"
    )
    receipt_url: str = says("Where the receipt is to be had again")


class Found(Model):
    """What one provision would find."""

    provision: str = says("Id of the provision")
    outcome: str = says("What would be found")
    reason: str = says("Why")
    mend: str = says("What would help")
    effect: str = says("none, returns, noted or duty")


class Prechecked(Model):
    """What would come of a filing if it were sent now, as far as the caller may know."""

    faults: list[Fault] = says("Why it would be refused")
    returns: list[Found] = says("Why it would be returned by the examination")
    others: list[Found] = says("What else would be noted, or become a duty")
    met: int = says("How many provisions it meets")
    near: list[list[str]] = says("Placements that it comes too near to, each with the own one")


class KeyHeader(BaseModel):
    """The key of a request."""

    model_config = ConfigDict(populate_by_name=False)

    key: str = says(
        "A text of your own, new for each request and the same when one is sent again: the answer is kept under it",
        alias="Idempotency-Key", min_length=1, max_length=202, pattern=r"^[!-~]+$",
    )  # fmt: skip


class AmendHeader(KeyHeader):
    """The key of a request, and which revision it amends."""

    seen: str = says(
        "ETag of the filing that was seen; another one in force is not amended", alias="If-Match", max_length=200
    )


def filing_tag(number: int, sha256: str) -> str:
    """The ETag of a filing: that of one revision, never of another with the same words."""
    return f"{number}-{sha256}"


@operation("/claims/<claim_id>/filing", OBJECT, "filing")
def newest_filing(path: ClaimPath) -> Response:
    """The newest filing of a claim as it was received; its ETag is what an amendment has to name."""
    found = reading.claim_page(session(), path.claim_id, viewer())
    if found is None:
        no_such("claim", path.claim_id)
    newest = found.revisions[-1]
    return canonical(newest.content, filing_tag(newest.number, newest.sha256))


@operation("/rounds/<round_id>/claims", {201: Filed}, "filing", method="POST", **CHANGES)
def file_claim(path: RoundPath, header: KeyHeader) -> Response:
    """File a claim in a round that is open. Scope claims:file.

    The body is the filing, as `registry claim template` writes one and the form on the pages keeps it. The answer has the
    signed receipt. The same key with the same body gets the same answer, and files nothing more.
    """
    actor, document = needs(scopes.FILE).actor("filing.file_claim"), bodies.document()

    def step(held: Session, at: datetime) -> Json:
        claim = filing.file_claim(held, path.round_id, document, actor, at)
        return _told(held, claim, claim.current, at)

    told = once(header.key, "api.file_claim", {"round": path.round_id, "document": document}, actor, step)
    return _filed(told, actor, 201)


@operation("/claims/<claim_id>/filing", {200: Filed}, "filing", method="PUT", **_AMENDS)
def amend_claim(path: ClaimPath, header: AmendHeader) -> Response:
    """Amend a claim: the body is the whole filing anew. Scope claims:amend.

    If-Match names the filing that was seen; where another revision is in force the answer is 412 and nothing changes.
    """
    actor, document = needs(scopes.AMEND).actor("filing.amend"), bodies.document()

    def step(held: Session, at: datetime) -> Json:
        claim = acting.get_claim(held, path.claim_id, actor)
        acting.require_own_party(actor, claim.filed_by_id)
        current = claim.current
        if not request.if_match.contains(filing_tag(current.number, current.sha256)):
            words = f"Revision {current.number} of {claim.id} is in force, and not the one named in If-Match; look at it first."
            raise ProblemError("changed", words)
        return _told(held, claim, filing.amend(held, path.claim_id, document, actor, at), at)

    body = {"claim": path.claim_id, "seen": header.seen, "document": document}
    return _filed(once(header.key, "api.amend_claim", body, actor, step), actor)


@operation("/claims/<claim_id>/withdrawal", {200: Filed}, "filing", method="POST", **GIVES_REASON)
def withdraw_claim(path: ClaimPath, header: KeyHeader) -> Response:
    """Withdraw a claim from the procedure. Scope claims:withdraw. The body is {"reason": "..."}, which will be public."""
    actor, reason = needs(scopes.WITHDRAW).actor("filing.withdraw"), bodies.reason(bodies.document())

    def step(held: Session, at: datetime) -> Json:
        claim = filing.withdraw(held, path.claim_id, actor, at, reason)
        return _told(held, claim, claim.current, at)

    body = {"claim": path.claim_id, "reason": reason}
    return _filed(once(header.key, "api.withdraw_claim", body, actor, step), actor)


@operation("/rounds/<round_id>/precheck", {200: Prechecked}, "filing", method="POST", **CHANGES)
def precheck(path: RoundPath) -> Response:
    """What would come of a filing if it were sent now; nothing is stored. Scope claims:file."""
    actor, document = needs(scopes.FILE).actor("filing.file_claim"), bodies.document()
    with db.reading(access().engine) as held:
        round_ = held.get(acting.Round, path.round_id) or no_such("round", path.round_id)
        found = prechecking.precheck(held, round_, document, None, Viewer.of(actor), ambient.now())
        made = Prechecked(
            faults=[Fault(**of_fault(row)._asdict()) for row in found.faults],
            returns=[_found(row) for row in found.returns],
            others=[_found(row) for row in found.others],
            met=found.met,
            near=[list(row.placements) for row in found.overlaps],
        )
    return answer(made)


def _found(row: Any) -> Found:
    finding = row.finding
    return Found(
        provision=finding.provision,
        outcome=finding.outcome,
        reason=finding.reason,
        mend=finding.mend,
        effect=row.effect,
    )


def _told(held: Session, claim: Claim, revision: Revision, at: datetime) -> Json:
    """What is kept as the answer of a change; the record of the step is the last that is about the claim."""
    held.flush()
    return {
        "claim": claim.id,
        "revision": revision.number,
        "sha256": revision.sha256,
        "received_at": utc_text(at),
        "record": _record_of(held, claim.id),
    }


def _record_of(held: Session, claim_id: str) -> int:
    wanted = select(func.max(records.Record.index)).where(records.Record.subject == f"claims/{claim_id}")
    return int(held.scalar(wanted) or 0)


def _filed(told: Json, actor: Actor, status: int = 200) -> Response:
    """The answer with the receipt, which is made from what is committed."""
    tag = filing_tag(told["revision"], told["sha256"])
    with db.reading(access().engine) as held:
        receipt = receipt_under(held, told["record"], Viewer.of(actor))
    address = url_for("api.log_receipt", record=told["record"])
    made = Filed(**told, etag=f'"{tag}"', receipt=receipt, receipt_url=address)
    return answer(made, status, tag=tag, headers={"Location": url_for("api.claim", claim_id=told["claim"])})

"""What the commands about claims do with filings: lists taken apart, instants of a rehearsal, receipts."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.commands.acting import Deed
from registry.domain.claims import Claim, ClaimState
from registry.domain.instants import parse_utc, utc_text
from registry.services import filing
from registry.services.errors import ServiceError, ValidationError
from registry.services.examination import is_examined_favourably


def receive(deed: Deed, round_id: str, documents: Sequence[Any]) -> list[Claim]:
    """File every filing of the documents, in order of receipt; a refusal names the filing and keeps none."""
    rows = [(_received_at(deed, row), row) for document in documents for row in _filings(document)]
    rows.sort(key=lambda row: row[0])  # stable: filings of one instant stay in the order given
    return [_receive(deed, round_id, row, at) for at, row in rows]


def _receive(deed: Deed, round_id: str, document: Any, at: datetime) -> Claim:
    try:
        return filing.file_claim(deed.session, round_id, document, deed.actor, at)
    except ValidationError as error:
        name = document.get("key") if isinstance(document, dict) else None
        raise ValidationError(f"{name or 'a filing without key'}: {fault}" for fault in error.faults) from error
    except ServiceError as error:
        raise type(error)(f"{document['key']}: {error}") from error


def _filings(document: Any) -> Iterator[Any]:
    """The filings of a document: a list of them, an object with them under `claims`, or one filing."""
    rows = document.get("claims", [document]) if isinstance(document, dict) else document
    yield from rows if isinstance(rows, list) else [rows]


def _received_at(deed: Deed, document: Any) -> datetime:
    """When a filing is received: now, except for one of a rehearsal that says when."""
    said = document.get("received_at") if isinstance(document, dict) else None
    if not (deed.may_backdate and isinstance(said, str)):
        return deed.at
    try:
        return parse_utc(said)
    except ValueError:
        return deed.at  # the filing is refused with all its faults


def publishable(session: Session, round_id: str) -> list[str]:
    """The claims of a round that were examined favourably and are not published, by id."""
    submitted = select(Claim).where(Claim.round_id == round_id, Claim.state == ClaimState.SUBMITTED)
    claims = session.scalars(submitted.order_by(Claim.id))
    return [claim.id for claim in claims if is_examined_favourably(session, claim.current.id)]


def line(claim: Claim) -> str:
    """One line about a claim for a person."""
    received = utc_text(claim.received_at)
    return f"{claim.id}  {claim.key}  revision {claim.current.number}  received {received}  {claim.state}"


def receipt(claim: Claim) -> dict[str, Any]:
    """What whoever filed keeps: number, hash of what was filed, date of receipt."""
    return {
        "id": claim.id,
        "key": claim.key,
        "state": claim.state,
        "received_at": claim.received_at,
        "revision": claim.current.number,
        "sha256": claim.current.sha256,
    }

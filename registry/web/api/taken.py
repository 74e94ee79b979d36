"""What is answered to a step other than a filing: what it made, its record in the log, and the receipt."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import Actor
from registry.domain.instants import utc_text
from registry.domain.visibility import Viewer
from registry.log import records
from registry.web.access.context import access
from registry.web.api.answers import answer
from registry.web.api.models import Json, Model, says
from registry.web.receipts import receipt_under


class Taken(Model):
    """What came of a step: the same for the same request, however often it is sent."""

    id: str = says("Id of what was made or changed")
    url: str = says("Where it is to be had")
    received_at: datetime = says("When the request was received")
    record: int = says("Index of its record in the log")
    receipt: Json | None = says(
        "Signed receipt: keep it, and check it with `registry receipt check`; null while nothing signs"
    )
    receipt_url: str = says("Where the receipt is to be had again")


def told(held: Session, subject: str, id_: object, at: datetime) -> Json:
    """What is kept as the answer of a step; its record is the last that is about the subject."""
    held.flush()
    wanted = select(func.max(records.Record.index)).where(records.Record.subject == subject)
    return {"id": str(id_), "received_at": utc_text(at), "record": int(held.scalar(wanted) or 0)}


def answered(kept: Json, actor: Actor, endpoint: str, where: Mapping[str, Any], status: int = 200) -> Response:
    """The answer with the receipt, which is made from what is committed."""
    with db.reading(access().engine) as held:
        receipt = receipt_under(held, kept["record"], Viewer.of(actor))
    address = url_for(f"api.{endpoint}", **where)
    made = Taken(**kept, url=address, receipt=receipt, receipt_url=url_for("api.log_receipt", record=kept["record"]))
    return answer(made, status, headers={"Location": address} if status == 201 else {})

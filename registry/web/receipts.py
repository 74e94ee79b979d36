"""Receipts of records and the signed checkpoint, as pages for people and as files for programs. Nothing is stored."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from sqlalchemy.orm import Session

from registry import signing
from registry.domain.visibility import Viewer
from registry.log import checkpoints, reading, receipts, records
from registry.log.reading import RecordView
from registry.queries.keys import vkey_in_force
from registry.services.errors import ServiceError
from registry.services.receipts import receipt
from registry.web.access.context import access
from registry.web.errors import UnsignedError
from registry.web.sentences import told
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("receipts", __name__)
_MOST = 2**31 - 1  # what a whole number of the database holds


@pages.get("/log/receipts/<int:index>")
def one_receipt(index: int) -> str:
    """What the log proves of one record, with the file to keep and how to check it."""
    row = _record(index)
    try:
        made, unsigned = receipt_of(index), None
    except UnsignedError as error:
        made, unsigned = None, told(error)
    return render_template(
        "receipt.html", round=chosen_round(), row=row, receipt=made, unsigned=unsigned, vkey=vkey_in_force(session())
    )


@pages.get("/log/receipts/<int:index>.json")
def receipt_file(index: int) -> Response:
    """The receipt as the file that its holder keeps; what is confidential is opened to those who may see it."""
    _record(index)
    return _file(receipts.file_bytes(receipt_of(index)), "application/json", f"receipt-{index}.json")


@pages.get("/log/checkpoint")
def checkpoint() -> Response:
    """The signed checkpoint of the log as it is now, with the co-signatures that there are for it."""
    return _file(checkpoint_now().encode(), "text/plain")


@pages.get("/log/keys.json")
def keys() -> Response:
    """The keys of the log in the order in which they came into force, each with the size up to which it counts."""
    rows = [{"vkey": key.verifier.vkey, "until_size": key.until_size} for key in checkpoints.log_keys(session())]
    return _file(f"{json.dumps(rows, indent=1)}\n".encode(), "application/json")


def _record(index: int) -> RecordView:
    """The record as the viewer may see it; 404 if there is none."""
    if index > _MOST or index >= records.size(session()):
        no_such("record", str(index))
    return reading.records_page(session(), index, 1, viewer()).records[0]


def receipt_of(index: int) -> dict[str, Any]:
    """The receipt of a record that is there, with what its reader may see in clear."""
    note = checkpoint_now()
    try:
        return receipt(session(), index, note, viewer())
    except ServiceError as error:
        raise UnsignedError(str(error)) from error


def checkpoint_now() -> str:
    """The signed checkpoint of this snapshot.

    Raises UnsignedError where the log cannot be signed.
    """
    try:
        return signing.checkpoint(session(), access().settings)
    except ServiceError as error:
        current_app.logger.error("the log cannot be signed: %s", error)
        raise UnsignedError(
            "The log cannot be signed now: its key is not there, or what it says is being looked into."
        ) from error


def _file(content: bytes, kind: str, name: str | None = None) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = "no-store"  # it may hold what only this reader may see, and is of this moment
    if name is not None:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def receipt_under(held: Session, index: int, reader: Viewer) -> dict[str, Any] | None:
    """The receipt of a record under the checkpoint of the log that ends with it, so that it is the same whenever it is made.

    None where the log cannot be signed now: the record stands, and its receipt is to be had later.
    """
    try:
        return receipt(held, index, signing.checkpoint(held, access().settings, index + 1), reader)
    except ServiceError as error:
        current_app.logger.error("no receipt of record %s: %s", index, error)
        return None

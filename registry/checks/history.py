"""The log, quickly: whether it is the one that was signed. `registry audit verify` looks at every leaf and cell."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.checks.report import Line, fault, ok, warning
from registry.domain.instants import utc_text
from registry.domain.keys import Checkpoint
from registry.log import checkpoints, records

SIGNED_WITHIN = timedelta(days=2)


def lines(session: Session, at: datetime) -> Iterator[Line]:
    """The newest checkpoint beside the log as it is."""
    size = records.size(session)
    newest = session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).first()
    if newest is None:
        said = f"{size} records, and no checkpoint of them is kept"
        yield warning("log", said, "sign one: registry log checkpoint, and give it to somebody")
        return
    contradiction = checkpoints.contradiction(session)
    opened = checkpoints.open_checkpoint(newest.note, checkpoints.log_keys(session))
    wrong = contradiction or opened.fault or _differs(opened, newest)
    if wrong:
        yield fault("log", wrong, "stop the register, keep its files, and find out where: registry audit verify")
        return
    signed = utc_text(newest.signed_at.replace(microsecond=0))
    said = f"{size} records, beginning with the {newest.size} of the checkpoint of {signed}"
    if size > newest.size and at - newest.signed_at > SIGNED_WITHIN:
        yield warning("log", f"{said}, which is old", "sign one every day: registry log checkpoint")
    else:
        yield ok("log", said)


def _differs(opened: checkpoints.Checkpoint, kept: Checkpoint) -> str:
    is_same = (opened.size, opened.root.hex()) == (kept.size, kept.root_hex)
    return "" if is_same else "the newest checkpoint was changed: its note says another size or root"
